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


def preload(names: Iterable[str]) -> str | None:
    """Import modules.

    A module that prints, warns, or keeps the standard streams (as a log handler does) when it is imported would do so in a cell of the
    notebook; imported here, its output would be lost.

    Parameters
    ----------
    names
        Modules, or names in modules; what can't be imported is left to the notebook, whose own import says why.

    Returns
    -------
    str or None
        The first that must not be imported before the notebook does it, after which this process is not fit to fork from; None where
        there is no such one.
    """
    for name in names:
        said = io.StringIO()
        with redirect_stdout(said), redirect_stderr(said):
            for each in (name, *COMPANIONS.get(name.partition(".")[0], ())):
                load(each)
        if said.getvalue() or sys.getrefcount(said) > _UNSHARED:
            return name
    return None


_UNSHARED = 2  # the name `said` and the argument of getrefcount


def load(name: str) -> None:
    """Import a module, or the one that a name is in, as `from module import name` does."""
    with suppress(Exception):  # whatever it raises, it raises in the notebook as well
        try:
            importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name == name and "." in name:
                load(name.rpartition(".")[0])
