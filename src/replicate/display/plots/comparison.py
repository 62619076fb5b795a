"""A published figure beside what was computed for it, each with its own kind of uncertainty."""

from math import isfinite
from textwrap import fill
from typing import TYPE_CHECKING, Any

from replicate.display.theme import PALETTE, PAPER, context
from replicate.vocabulary.numbers import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame

_WIDTH = 4.6
_ROW = 0.8
_MARGIN = 0.85
"""In inches: so narrow that a telephone shows it whole, with text that can be read; heights of a row, and of the axis with its label."""

_NAME = 36
_AXIS = 36
"""Characters a line: of a row's name, and of the axis label."""

RANGES = frozenset({"worst-case bounds", "scenario range", "revision"})
"""Kinds that are drawn as a bar with open ends and nothing inside: no value there is likelier than another."""


def comparison_plot(frame: "DataFrame", *, label: str) -> "Figure":
    """Draw one row for the published figure and one for each computed value.

    A sampling interval is a line through its estimate, what rounding leaves open a thick one; worst-case bounds, scenario ranges and
    what revision could have done are bars without a point. An end without limit runs to the edge and is an arrow.

    Parameters
    ----------
    frame
        Columns what, value, lower, upper (one unit; missing where there is none) and kind, from top to bottom. The first row is the
        published figure.
    label
        What the axis measures, with its unit.

    Returns
    -------
    matplotlib.figure.Figure
        As tall as it has rows; the name of each stands above it.

    Raises
    ------
    ValueError
        When no row has a number.
    """
    from matplotlib.figure import Figure

    rows = frame.reset_index(drop=True)
    ends = rows[["value", "lower", "upper"]].astype(float)
    held = [float(cell) for cell in ends.to_numpy().ravel() if isfinite(cell)]
    if not held:
        raise ValueError("no row has a number: nothing can be drawn")
    room = (max(held) - min(held)) * 0.12 or abs(held[0]) * 0.02 or 1.0
    left, right = min(held) - room, max(held) + room
    with context():
        fig = Figure(figsize=(_WIDTH, _MARGIN + _ROW * len(rows)))
        axes = fig.subplots()
        axes.set_xlim(left, right)
        for place, (_, row) in enumerate(rows.iterrows()):
            _row(axes, place, row, PALETTE[0] if place else PALETTE[3])
        axes.set_yticks([])
        axes.set_ylim(len(rows) - 0.6, -0.85)
        axes.set_xlabel(fill(label, _AXIS))
        axes.xaxis.set_major_formatter(lambda value, _: number(value))
        axes.locator_params(axis="x", nbins=3)
        axes.spines["left"].set_visible(False)
        axes.grid(visible=True, axis="x")
        axes.grid(visible=False, axis="y")
    return fig


def _row(axes: "Axes", place: int, row: Any, colour: str) -> None:
    value, lower, upper = (float(row[name]) for name in ("value", "lower", "upper"))
    left, right = axes.get_xlim()
    name = fill(str(row["what"]), _NAME)
    axes.annotate(
        name,
        (0, place),
        xycoords=("axes fraction", "data"),
        xytext=(0, 9),
        textcoords="offset points",
        va="bottom",
    )
    low, high = (lower if isfinite(lower) else left), (upper if isfinite(upper) else right)
    common: dict[str, Any] = {"color": colour, "clip_on": False}
    if row["kind"] in RANGES:
        axes.barh(
            place,
            high - low,
            left=low,
            height=0.3,
            facecolor=PAPER,
            edgecolor=colour,
            linewidth=1.6,
        )
    elif isfinite(lower) or isfinite(upper):
        axes.hlines(
            place,
            low,
            high,
            linewidth=2.2 if row["kind"] == "sampling interval" else 7,
            alpha=1,
            **common,
        )
    for end, edge, marker in ((lower, left, "<"), (upper, right, ">")):
        if row["kind"] in RANGES and not isfinite(end):
            axes.plot([edge], [place], marker, **common)
    if isfinite(value):
        shape = "D" if place == 0 else "o"
        axes.plot(
            [value],
            [place],
            shape,
            markeredgecolor=PAPER,
            markeredgewidth=0.8,
            markersize=9,
            **common,
        )
