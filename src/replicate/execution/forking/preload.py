"""Imports that leave no trace but the modules."""

import importlib
import io
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from typing import Any

from IPython.core.interactiveshell import InteractiveShell

COMPANIONS = {
    "matplotlib": (
        "matplotlib.backends.backend_agg",
        "matplotlib.font_manager",
        "PIL.PngImagePlugin",
    ),
    "pandas": ("pandas.io.formats.html",),
}
"""What a package imports only when it is first used for what nearly every notebook does with it: drawing a figure, showing a table."""


MADE_UP_FOR = {"ipywidgets", "matplotlib_inline.backend_inline"}
"""Modules that arrange something with IPython's shell when they are imported, which is done for them once a forked kernel has one."""


class StandIn:
    """Takes the place of a standard stream while modules are imported, for those that keep it: a log handler, a default of a function.

    Once `stream` is None it is whatever the standard stream of that name is, so what was kept is what an import now would keep.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self.stream: io.StringIO | None = io.StringIO()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream or getattr(sys, self._name), name)


def preload(names: Iterable[str]) -> str | None:
    """Import modules.

    Parameters
    ----------
    names
        Modules, or names in modules; what can't be imported is left to the notebook, whose own import says why.

    Returns
    -------
    str or None
        The first whose import did what it would have to do again in the notebook: printed, warned, or asked for IPython's shell, of
        which there is none here. This process is not fit to fork from any more. None where there was no such one.
    """
    out, err = StandIn("stdout"), StandIn("stderr")
    for name in names:
        with _askers() as askers, redirect_stdout(out), redirect_stderr(err):
            for each in (name, *COMPANIONS.get(name.partition(".")[0], ())):
                load(each)
        if askers - MADE_UP_FOR or any(
            kept.stream and kept.stream.getvalue() for kept in (out, err)
        ):
            return name
    out.stream = err.stream = None
    return None


@contextmanager
def _askers() -> Iterator[set[str]]:
    """Collect the modules that ask for IPython's shell."""
    found: set[str] = set()

    def initialized(cls: type[InteractiveShell]) -> bool:  # noqa: ARG001 - it takes the place of a class method
        frame = sys._getframe(1)
        while frame.f_back and frame.f_globals["__name__"].startswith("IPython."):
            frame = frame.f_back
        found.add(frame.f_globals["__name__"])
        return False

    InteractiveShell.initialized = classmethod(initialized)  # type: ignore[assignment]
    try:
        yield found
    finally:
        del InteractiveShell.initialized  # which leaves the method of its parent class


def load(name: str) -> None:
    """Import a module, or the one that a name is in, as `from module import name` does."""
    with suppress(Exception):  # whatever it raises, it raises in the notebook as well
        try:
            importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name == name and "." in name:
                load(name.rpartition(".")[0])
