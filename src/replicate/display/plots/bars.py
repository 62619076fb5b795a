"""Counts as bars from left to right, each with its number printed, in one or two parts."""

from collections.abc import Mapping
from textwrap import fill
from typing import TYPE_CHECKING

from replicate.display.theme import PALETTE, PAPER, context
from replicate.vocabulary.numbers import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame

_LINE = 0.25
"""Height of a line of a bar's name, in inches."""

_AIR = 0.2
"""Height between bars, in inches."""

_MARGIN = 1.1
"""Height of heading and legend, in inches."""

_WIDTHS = {"heading": 58, "name": 30}
"""Characters a line."""


def bar_plot(frame: "DataFrame", *, names: str, parts: Mapping[str, str], label: str) -> "Figure":
    """Draw a bar for each row, the first on top.

    Parameters
    ----------
    frame
        A column of names and one or two columns of counts.
    names
        The column that names the bars.
    parts
        Column of counts → what it is; a second part is hatched as well as coloured.
    label
        What the bars count, with their unit.

    Returns
    -------
    matplotlib.figure.Figure
        As tall as it has rows. Every bar has its total printed, and its parts where it has two.

    Raises
    ------
    ValueError
        When there are more than two parts.
    """
    from matplotlib.figure import Figure

    if len(parts) > 2:
        raise ValueError(f"{len(parts)} parts: two can be told apart without colour")
    rows = frame.reset_index(drop=True)
    words = [fill(str(name), _WIDTHS["name"]) for name in rows[names]]
    heights = [_LINE * (word.count("\n") + 1) + _AIR for word in words]
    with context():
        fig = Figure(figsize=(7, _MARGIN + sum(heights)))
        axes = fig.subplots()
        places = [sum(heights[:place]) + height / 2 for place, height in enumerate(heights)]
        _draw(axes, rows, parts, places)
        axes.set_yticks(places, words)
        axes.set_ylim(sum(heights), 0)
        _empty(axes)
        fig.suptitle(
            fill(label, _WIDTHS["heading"]),
            x=0.01,
            ha="left",
            fontsize=axes.xaxis.label.get_fontsize(),
        )
        if len(parts) == 2:
            axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=1)
    return fig


def _draw(axes: "Axes", rows: "DataFrame", parts: Mapping[str, str], places: list[float]) -> None:
    starts = [0.0] * len(rows)
    for (column, words), colour, hatch in zip(parts.items(), PALETTE, ("", "///"), strict=False):
        widths = [float(count) for count in rows[column]]
        ground = PAPER if hatch else colour
        axes.barh(
            places,
            widths,
            height=0.34,
            left=starts,
            facecolor=ground,
            edgecolor=colour,
            hatch=hatch,
            label=words,
        )
        starts = [start + count for start, count in zip(starts, widths, strict=True)]
    for place, total, (_, counts) in zip(places, starts, rows[list(parts)].iterrows(), strict=True):
        axes.annotate(
            _printed(total, [float(count) for count in counts]),
            (total, place),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
        )
    axes.set_xlim(
        0, max(starts) * (1.2 if len(parts) == 1 else 1.6)
    )  # room for the numbers behind the longest bar


def _printed(total: float, counts: list[float]) -> str:
    """Print a total; where it has two parts, both of them too."""
    if len(counts) == 1:
        return number(total)
    return f"{number(total)} ({' + '.join(number(count) for count in counts)})"


def _empty(axes: "Axes") -> None:
    """Leave out what the printed numbers say already."""
    axes.grid(visible=False)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
