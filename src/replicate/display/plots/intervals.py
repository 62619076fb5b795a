"""A value and its interval for each police force area."""

from textwrap import fill
from typing import TYPE_CHECKING, Any, Literal

from replicate.display.labels import area_name
from replicate.display.theme import PALETTE, context
from replicate.vocabulary.numbers import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame

_ROW = 0.29
"""Height of a row, in inches: a line of text with a little air."""

_MARGIN = 1.1
"""Height of axis, label and reference line, in inches."""

_WIDTH = 58
"""Characters a line of the heading."""


def interval_plot(
    frame: "DataFrame",
    *,
    label: str,
    reference: float | None = None,
    reference_label: str = "England and Wales",
    order: Literal["name", "rate"] = "name",
) -> "Figure":
    """Draw a dot and an interval for each area, from top to bottom.

    Sorted by name, nothing is ranked. Sorted by rate, each name carries the ranks the area could hold, when the
    frame has them: a place in a league table without its range says more than the intervals can (Goldstein and
    Spiegelhalter 1996).

    Parameters
    ----------
    frame
        Columns force, rate, lower, upper (one unit), and, where known, rank_lower and rank_upper.
    label
        What the value axis shows, with its unit and the kind of interval.
    reference
        The value of the whole, drawn as a line and printed.
    reference_label
        What the whole is.
    order
        `name` or `rate` (highest on top).

    Returns
    -------
    matplotlib.figure.Figure
        As tall as it has rows.
    """
    from matplotlib.figure import Figure

    rows = frame.sort_values(
        "force" if order == "name" else "rate", ascending=order == "name", kind="stable"
    ).reset_index(drop=True)
    with context():
        fig = Figure(figsize=(7, _MARGIN + _ROW * len(rows)))
        axes = fig.subplots()
        _draw(axes, rows)
        axes.set_yticks(rows.index, _names(rows, ranked=order == "rate"))
        axes.set_ylim(len(rows) - 0.4, -0.6)
        fig.suptitle(
            fill(label, _WIDTH), x=0.01, ha="left", fontsize=axes.xaxis.label.get_fontsize()
        )
        if reference is not None:
            _reference(axes, reference, reference_label)
    return fig


def _draw(axes: "Axes", rows: "DataFrame") -> None:
    axes.hlines(rows.index, rows["lower"], rows["upper"], color=PALETTE[0], linewidth=2.2)
    axes.plot(rows["rate"], rows.index, "o", color=PALETTE[0])
    axes.spines["left"].set_visible(False)
    axes.grid(visible=True, axis="x")
    axes.tick_params(
        axis="x", top=True, labeltop=True, length=0
    )  # a tall figure is read from either end


def _reference(axes: "Axes", value: float, words: str) -> None:
    axes.axvline(value, color=PALETTE[3], linewidth=1.6, linestyle="--", zorder=1)
    beneath: dict[str, Any] = {
        "xytext": (0, -26),
        "textcoords": "offset points",
        "ha": "center",
        "va": "top",
    }
    axes.annotate(
        f"{words}: {number(value)}", (value, 0), xycoords=("data", "axes fraction"), **beneath
    )


def _names(rows: "DataFrame", *, ranked: bool) -> list[str]:
    names = [area_name(force) for force in rows["force"]]
    if not ranked or "rank_lower" not in rows:
        return names
    ranks = zip(names, rows["rank_lower"], rows["rank_upper"], strict=True)
    return [f"{name} (rank {lower} to {upper})" for name, lower, upper in ranks]
