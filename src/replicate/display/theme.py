"""The look of what a notebook shows: palette, marks and signs, matplotlib style, style sheet."""

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

INK, PAPER = "#0B0C0C", "#FFFFFF"
"""Text and keylines, and gaps between shapes; in a page they become its own ink and paper."""

COMPUTED, PUBLISHED = PALETTE[0], PALETTE[3]

TIP, BETWEEN = "tip:", "|"
"""An artist whose gid begins so carries a tool tip; a collection one for each mark, parted so."""

_MATCHES, _UNTOLD = (PALETTE[1], "o"), (PALETTE[4], "v")
_AGREEING = ("exact", "within_rounding", "within_resolution", "within_revision")
_OTHERS = ("inconclusive", "not_held", "not_public", "not_a_statistic", "not_checked")

MARKS = {
    "computed": (COMPUTED, "o"),
    "published": (PUBLISHED, "D"),
    **dict.fromkeys((*_AGREEING, "within_uncertainty"), _MATCHES),
    "compatible": (PALETTE[5], "s"),
    "differs": (PALETTE[2], "X"),
    "inconsistent": (PALETTE[2], "P"),
    **dict.fromkeys(_OTHERS, _UNTOLD),
}
"""Whose a value is, or the code of its verdict → colour and marker, the same in every figure."""

_SIGNS = {"exact": "=", "compatible": "~", "inconclusive": "?", "differs": "≠", "inconsistent": "↯"}
SYMBOLS = {
    verdict: _SIGNS.get(verdict, "≈" if look == _MATCHES else "–")
    for verdict, look in MARKS.items()
    if verdict not in ("computed", "published")
}
"""A sign beside the word of each verdict: neither colour nor reading is needed to tell them apart."""

_STYLE = str(files("replicate.display").joinpath("style.mplstyle"))


def use_theme() -> Shown:
    """Use the project's matplotlib style from here on, and give the notebook its style sheet."""
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


def area_name(force: str) -> str:
    """Return a force's name as a reader would say it.

    Examples
    --------
    >>> area_name("London, City of"), area_name("Kent")
    ('City of London', 'Kent')
    """
    name, _, before = force.partition(", ")
    return f"{before} {name}" if before else name
