"""The ground of a chart: sizes in inches, a heading with a key, axes without what carries no information."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import floor, log10
from textwrap import fill
from typing import TYPE_CHECKING, Any, Literal

from replicate.display.svg import BETWEEN, TIP
from replicate.display.theme import INK, MARKS, PAPER, PUBLISHED
from replicate.vocabulary.numbers import number, span

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame

WIDTH = 5.2
"""Inches across: as narrow as a telephone shows whole, with text that can still be read there."""

LINE = 0.2
"""Inches a line of text takes."""

HEADING = 50
"""Characters of a line as long as a chart is wide."""

Look = tuple[str, str]
"""Colour and marker."""

Line = float | tuple[float, float]
"""A value of the whole, or both ends of its range."""


def canvas(
    height: float,
    heading: str,
    keys: Sequence[Any] = (),
    *,
    left: float = 0.1,
    right: float = 0.1,
    bottom: float = 0.35,
) -> tuple["Figure", "Axes"]:
    """Return a figure and its axes, under a heading that says what the axis measures.

    Parameters
    ----------
    height
        Of the axes, in inches.
    heading
        Measure and unit.
    keys
        What `key` gave, a line each.
    left, right, bottom
        Inches beside and beneath the axes, for names, printed values and ticks.
    """
    from matplotlib.figure import Figure

    title = fill(heading, HEADING)
    words = [one.get_label() for one in keys]
    lines = 1 + title.count("\n") + len(keys) + sum(word.count("\n") for word in words)
    top = LINE * lines + 0.06 * len(keys) + 0.15
    whole = top + height + bottom
    fig = Figure(figsize=(WIDTH, whole))
    fig.set_layout_engine("none")
    fig.legend(
        handles=list(keys),
        title=title,
        loc="upper left",
        bbox_to_anchor=(0, 1),
        alignment="left",
        borderpad=0,
        borderaxespad=0.1,
        labelspacing=0.35,
    )
    inside = (left / WIDTH, bottom / whole, 1 - (left + right) / WIDTH, height / whole)
    return fig, fig.add_axes(inside)


def key(words: str, colour: str, marker: str = "none", **style: Any) -> Any:
    """Return a line of a key: a mark, or with `linestyle` a line."""
    from matplotlib.lines import Line2D

    shown: dict[str, Any] = {"linestyle": "none", "markeredgecolor": PAPER, "markersize": 9} | style
    return Line2D([], [], color=colour, marker=marker, label=fill(words, HEADING - 6), **shown)


def marks(
    axes: "Axes",
    rows: "DataFrame",
    *,
    x: str,
    y: str,
    of: str,
    looks: Mapping[str, Look] = MARKS,
    size: float = 70,
    tips: Sequence[str] = (),
    **style: Any,
) -> None:
    """Draw a mark for each row, coloured and shaped by the column `of`; a tip stands beside the mouse."""
    import seaborn as sns

    if rows.empty:
        return
    sns.scatterplot(
        rows,
        x=x,
        y=y,
        hue=of,
        style=of,
        palette={name: colour for name, (colour, _) in looks.items()},
        markers={name: marker for name, (_, marker) in looks.items()},
        s=size,
        legend=False,
        ax=axes,
        **({"clip_on": False, "zorder": 3} | style),
    )
    if tips:
        axes.collections[-1].set_gid(TIP + BETWEEN.join(tips))


_STYLES = ("--", ":", "-.", "-")


def across(axes: "Axes", lines: Mapping[str, Line], *, level: bool = False) -> None:
    """Draw values of the whole as lines across the axes, and ranges as bands; `line_keys` names them."""
    for value, style in zip(lines.values(), _STYLES, strict=False):
        if isinstance(value, tuple):
            shade = axes.axhspan if level else axes.axvspan
            shade(*value, facecolor=(PUBLISHED, 0.25), edgecolor=PUBLISHED, zorder=0)
        else:
            draw = axes.axhline if level else axes.axvline
            draw(value, color=INK, linewidth=1.4, linestyle=style, zorder=1)


def line_keys(lines: Mapping[str, Line], unit: str, decimals: int | None = None) -> list[Any]:
    """Return the key of lines and bands across the axes, each with its value."""
    return [
        key(f"{words}: {span(*value, unit)}", PUBLISHED, linestyle="-", linewidth=9, alpha=0.4)
        if isinstance(value, tuple)
        else key(
            f"{words}: {number(value, unit, decimals=decimals)}",
            INK,
            linestyle=style,
            linewidth=1.4,
        )
        for (words, value), style in zip(lines.items(), _STYLES, strict=False)
    ]


def ticks(
    axes: "Axes", which: Literal["x", "y"], unit: str = "", *, most: int = 4, log: bool = False
) -> None:
    """Put a few ticks within the limits of an axis, with as many decimals as tell them apart."""
    from matplotlib.ticker import LogLocator, MaxNLocator

    axis = axes.xaxis if which == "x" else axes.yaxis
    low, high = sorted(axis.get_view_interval())
    locator = LogLocator(subs=(1, 2, 5)) if log else MaxNLocator(most, steps=[1, 2, 5, 10])
    places = [float(place) for place in locator.tick_values(low, high) if low <= place <= high]
    if log and len(places) > most + 3:
        places = [place for place in places if log10(place).is_integer()]
    if len(places) < 2:
        places = [low, high]
    step = min(abs(b - a) for a, b in pairwise(places))
    decimals = None if log else max(0, -floor(log10(step) + 1e-9))
    axis.set_ticks(places, [number(place, unit, decimals=decimals) for place in places])
    axis.set_ticks([], minor=True)


def bare(axes: "Axes", which: Literal["x", "y"] = "x") -> None:
    """Keep the grid of the value axis alone."""
    axes.grid(visible=False)
    axes.grid(visible=True, axis=which)
    axes.spines["left"].set_visible(False)
    axes.set(xlabel="", ylabel="")
    axes.tick_params(length=0, pad=6)
