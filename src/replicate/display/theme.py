"""The look of figures: palette, matplotlib style, and the style sheet of what a notebook shows."""

from contextlib import AbstractContextManager
from functools import cache
from importlib.resources import files

from replicate.display.markup import Shown

PALETTE = ("#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1")
"""Categories, in this order (UK government Analysis Function, "Data visualisation: colours in charts")."""

SEQUENTIAL = ("#ADD1F1", "#6BACE6", "#2073BC", "#12436D", "#092135")
"""Ordered classes from low to high, one hue (the same guidance); a keyline parts neighbours."""

NO_VALUE = "#F2F2F2"
"""The ground of what has no value; always hatched or named as well."""

INK = "#0B0C0C"
"""Text, axes and keylines; in a page it becomes the page's own text colour."""

PAPER = "#FFFFFF"
"""Gaps and edges between shapes; in a page it becomes the ground of the figure."""

_STYLE = str(files("replicate.display").joinpath("style.mplstyle"))


def use() -> Shown:
    """Use the project's matplotlib style from here on, and give the notebook its style sheet.

    Returns
    -------
    Shown
        Nothing to see: the style sheet of figures, tables and verdicts, for JupyterLab.
    """
    import matplotlib.style

    matplotlib.style.use(_STYLE)
    return Shown(html=f"<style>{stylesheet()}</style>", text="")


def context() -> AbstractContextManager[None]:
    """Use the project's matplotlib style inside a `with` block only."""
    import matplotlib.style

    return matplotlib.style.context(_STYLE)


@cache
def stylesheet() -> str:
    """Return the CSS of figures, tables and verdicts, for any page that holds them."""
    return files("replicate.display").joinpath("components.css").read_text(encoding="utf-8")
