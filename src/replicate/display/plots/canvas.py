"""The ground of a chart: sizes in inches, a heading with a key, axes without what carries no information."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import cycle, pairwise
from math import floor, log10
from textwrap import fill
from typing import TYPE_CHECKING, Any, Literal

from replicate.display.labels import area_name
from replicate.display.svg import BETWEEN, TIP
from replicate.display.theme import INK, MARKS, PUBLISHED
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

_FEW = 6
"""Values that a description lists one by one."""

Look = tuple[str, str]
"""Colour and marker."""

Line = float | tuple[float, float]
"""A value of the whole, or both ends of its range."""


def canvas(
    height: float, *, left: float = 0.1, right: float = 0.1, bottom: float = 0.35
) -> tuple["Figure", "Axes"]:
    """Return a figure and its axes: their height, and what surrounds them, in inches."""
    from matplotlib.figure import Figure

    fig = Figure(figsize=(WIDTH, height + bottom))
    fig.set_layout_engine("none")
    share = bottom / (height + bottom)
    return fig, fig.add_axes((left / WIDTH, share, 1 - (left + right) / WIDTH, 1 - share))


def head(fig: "Figure", heading: str, alt: str) -> None:
    """Write above the axes what they measure, and a key of all that carries a label; the figure grows by as much.

    The alternative text is the figure's label, which `display.figure` takes where it is given none.
    """
    fig.set_label(f"{heading}. {alt}")
    (axes,) = fig.axes
    keys: dict[str, Any] = {}
    for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
        handle.set_label(fill(label, HEADING - 6))
        keys[str(handle.get_label())] = handle
    if legend := axes.get_legend():
        legend.remove()
    title = fill(heading, HEADING)
    lines = "\n".join([title, *keys]).count("\n") + 1
    height, box = fig.get_figheight(), axes.get_position()
    whole = height + LINE * lines + 0.06 * len(keys) + 0.15
    fig.set_figheight(whole)
    axes.set_position((box.x0, box.y0 * height / whole, box.width, box.height * height / whole))
    fig.legend(
        handles=list(keys.values()),
        title=title,
        loc="upper left",
        bbox_to_anchor=(0, 1),
        alignment="left",
        borderpad=0,
        borderaxespad=0.1,
        labelspacing=0.35,
    )


def ends(names: Iterable[str], values: Iterable[float], unit: str = "") -> str:
    """Say what a chart shows to those who cannot see it: each value where there are few, else the ends."""
    told = sorted(
        (value, f"{area_name(name)} {number(value, unit)}")
        for name, value in zip(names, values, strict=True)
        if value == value
    )
    if len(told) <= _FEW:
        return "; ".join(words for _, words in reversed(told)) or "No value is known"
    return f"{len(told)} values, from {told[0][1]} to {told[-1][1]}"


def across(
    axes: "Axes",
    lines: Mapping[str, Line],
    unit: str = "",
    *,
    decimals: int | None = None,
    level: bool = False,
) -> None:
    """Draw values of the whole as lines across the axes, and ranges as bands, each labelled with its value."""
    draw, shade = (axes.axhline, axes.axhspan) if level else (axes.axvline, axes.axvspan)
    for (words, value), style in zip(lines.items(), cycle(("--", ":", "-."))):
        if isinstance(value, tuple):
            words = f"{words}: {span(*value, unit)}"
            shade(*value, facecolor=(PUBLISHED, 0.25), edgecolor=PUBLISHED, zorder=0, label=words)
        else:
            words = f"{words}: {number(value, unit, decimals=decimals)}"
            draw(value, color=INK, linewidth=1.4, linestyle=style, zorder=1, label=words)


def marks(
    axes: "Axes",
    rows: "DataFrame",
    x: str,
    y: str,
    *,
    of: str,
    looks: Mapping[str, Look] = MARKS,
    tips: Sequence[str] = (),
    **style: Any,
) -> None:
    """Draw a mark for each row, coloured and shaped by the column `of`, each with its tool tip where there are any."""
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
        ax=axes,
        **({"s": 70, "legend": False, "clip_on": False, "zorder": 3} | style),
    )
    if tips:
        axes.collections[-1].set_gid(TIP + BETWEEN.join(tips))


def named(rows: "DataFrame", value: str, unit: str = "", name: str = "force") -> list[str]:
    """Return each row's name and value, for tool tips."""
    pairs = zip(rows[name], rows[value], strict=True)
    return [f"{area_name(str(force))}: {number(rate, unit)}" for force, rate in pairs]


def ticks(axes: "Axes", which: Literal["x", "y"], unit: str = "", *, log: bool = False) -> None:
    """Put a few ticks within the limits of an axis, with as many decimals as tell them apart."""
    from matplotlib.ticker import LogLocator, MaxNLocator

    axis = axes.xaxis if which == "x" else axes.yaxis
    low, high = sorted(axis.get_view_interval())
    most = max(2, int(axes.get_position().width * WIDTH / 0.75)) if which == "x" else 4
    locator = LogLocator(subs=(1, 2, 5)) if log else MaxNLocator(most, steps=[1, 2, 5, 10])
    places = [float(place) for place in locator.tick_values(low, high) if low <= place <= high]
    if log and len(places) > 7:
        places = [place for place in places if log10(place).is_integer()]
    step = min((b - a for a, b in pairwise(places)), default=1.0)
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
