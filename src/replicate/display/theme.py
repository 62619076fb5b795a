"""The look of figures: palette, matplotlib style, and the style sheet of what a notebook shows."""

from contextlib import AbstractContextManager
from functools import cache
from importlib.resources import files
from typing import Any

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

COMPUTED, PUBLISHED = PALETTE[0], PALETTE[3]

_MATCHES, _UNTOLD = (PALETTE[1], "o"), (PALETTE[4], "v")

MARKS = {
    "computed": (COMPUTED, "o"),
    "published": (PUBLISHED, "D"),
    "exact": _MATCHES,
    "within_rounding": _MATCHES,
    "within_resolution": _MATCHES,
    "within_revision": _MATCHES,
    "within_uncertainty": _MATCHES,
    "compatible": (PALETTE[5], "s"),
    "inconclusive": _UNTOLD,
    "differs": (PALETTE[2], "X"),
    "inconsistent": (PALETTE[2], "P"),
    "not_held": _UNTOLD,
    "not_public": _UNTOLD,
    "not_a_statistic": _UNTOLD,
    "not_checked": _UNTOLD,
}
"""Whose a value is, or the code of its verdict → colour and marker, the same in every figure."""

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
    import matplotlib as mpl

    return mpl.rc_context(_settings())


@cache
def _settings() -> dict[Any, Any]:
    import matplotlib as mpl

    return dict(mpl.rc_params_from_file(_STYLE, use_default_template=False))


@cache
def stylesheet() -> str:
    """Return the CSS of figures, tables and verdicts, for any page that holds them."""
    return files("replicate.display").joinpath("components.css").read_text(encoding="utf-8")
