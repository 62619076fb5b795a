"""Imports that leave no trace but the modules."""

import importlib
import io
import sys
from collections.abc import Iterable
from contextlib import redirect_stderr, redirect_stdout, suppress

COMPANIONS = {
    "matplotlib": ("matplotlib.backends.backend_agg", "matplotlib.font_manager", "PIL.PngImagePlugin"),
    "pandas": ("pandas.io.formats.html",),
}
"""What a package imports only when it is first used for what nearly every notebook does with it: drawing a figure, showing a table."""


class StandIn:
    """Takes the place of a standard stream while modules are imported, for those that keep it: a log handler, a default of a function.

    Once `stream` is None it is whatever the standard stream of that name is, so what was kept is what an import now would keep.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self.stream: io.StringIO | None = io.StringIO()

    def __getattr__(self, name: str) -> object:
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
        The first that printed or warned, which it would do in a cell of the notebook had it not been imported here: this process is not
        fit to fork from any more. None where all were silent.
    """
    out, err = StandIn("stdout"), StandIn("stderr")
    for name in names:
        with redirect_stdout(out), redirect_stderr(err):  # type: ignore[type-var]  # they are as much of a stream as imports need
            for each in (name, *COMPANIONS.get(name.partition(".")[0], ())):
                load(each)
        if any(kept.stream and kept.stream.getvalue() for kept in (out, err)):
            return name
    out.stream = err.stream = None
    return None


def load(name: str) -> None:
    """Import a module, or the one that a name is in, as `from module import name` does."""
    with suppress(Exception):  # whatever it raises, it raises in the notebook as well
        try:
            importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name == name and "." in name:
                load(name.rpartition(".")[0])
