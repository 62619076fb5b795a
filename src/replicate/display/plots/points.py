"""Points: rates by size (a funnel), by year, along one axis (a strip), and totals over the choices behind them."""

from collections.abc import Mapping, Sequence
from itertools import cycle
from textwrap import fill
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from replicate.display.labels import area_name
from replicate.display.plots.canvas import (
    LINE,
    Line,
    across,
    bare,
    canvas,
    ends,
    head,
    marks,
    named,
    ticks,
)
from replicate.display.theme import COMPUTED, INK, MARKS, PALETTE, PUBLISHED, context
from replicate.vocabulary.numbers import number, significant_decimals, span

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame

_NO_LINES: Mapping[str, Line] = MappingProxyType({})

CHOICES = ("definition", "period", "territory", "vintage")
"""What a specification chooses, in the order drawn."""

_EDGES = 3
"""How many of the lowest and of the highest rates a funnel names."""


def funnel_plot(
    points: "DataFrame",
    limits: "DataFrame",
    *,
    label: str,
    size_label: str,
    target: float,
    target_label: str = "all together",
) -> "Figure":
    """Draw each unit's rate over the size of its sample, and curves between which it would lie by chance.

    The lowest and the highest of those outside the limits are named; every mark names itself as a tool tip.

    Parameters
    ----------
    points
        A row a unit: force (its name), size (of the sample, or the one that is implied), rate (a share from 0 to 1)
        and outside (the kind of limits that it lies beyond; empty for a unit inside all of them).
    limits
        A row a kind and size: kind (in words), size, lower, upper (shares).
    label
        What the rate is, with the kind of size.
    size_label
        What the sizes are.
    target, target_label
        The share that all units would have, and what that share is.

    Returns
    -------
    matplotlib.figure.Figure
        A funnel plot (Spiegelhalter 2005). The axis of rates is in percent, and ends at 0 and 100 at the furthest.
    """
    where = points["outside"].map(lambda kind: f"outside {kind}" if kind else "inside all limits")
    rows = points.assign(rate=100 * points["rate"], where=where)
    outside = ((PALETTE[5], "s"), (PALETTE[2], "^"), (PALETTE[4], "X"))
    kinds = [f"outside {kind}" for kind in dict.fromkeys(limits["kind"])]
    looks = {"inside all limits": MARKS["published"], **dict(zip(kinds, outside, strict=False))}
    with context():
        fig, axes = canvas(3.6, left=0.75, right=0.35, bottom=0.65)
        _curves(axes, limits)
        tips = named(rows, "rate", "%")
        marks(axes, rows, "size", "rate", of="where", looks=looks, tips=tips, s=50, legend="full")
        across(axes, {target_label: 100 * target}, "%", level=True)
        bare(axes, "y")
        axes.set_xlim(left=0)
        axes.set_ylim(max(0.0, axes.get_ylim()[0]), min(100.0, axes.get_ylim()[1]))
        axes.set_xlabel(size_label, loc="left")
        ticks(axes, "x")
        ticks(axes, "y", "%")
        _name(axes, rows)
        head(fig, label, ends(rows["force"], rows["rate"], "%"))
    return fig


def _curves(axes: "Axes", limits: "DataFrame") -> None:
    import seaborn as sns

    curves = limits.melt(["kind", "size"], value_name="rate")
    sns.lineplot(
        curves.assign(rate=100 * curves["rate"]),
        x="size",
        y="rate",
        style="kind",
        units="variable",
        estimator=None,
        color=PALETTE[4],
        linewidth=1.6,
        ax=axes,
    )


def _name(axes: "Axes", rows: "DataFrame") -> None:
    """Name the lowest and the highest outside the limits beside their marks, where there is room for the name."""
    wide, high = (end - start for start, end in (axes.get_xlim(), axes.get_ylim()))
    taken = [(x, x, y) for x, y in zip(rows["size"], rows["rate"], strict=True)]
    outside = rows[rows["outside"] != ""].sort_values("rate").to_dict("records")
    for row in [*outside[:_EDGES], *outside[_EDGES:][-_EDGES:]]:
        name, x, y = area_name(row["force"]), row["size"], row["rate"]
        length, gap = 0.026 * wide * len(name), 0.02 * wide
        for side, start, end in (("left", x + gap, x + length), ("right", x - length, x - gap)):
            free = all(
                right < start or left > end or abs(y - level) > 0.05 * high
                for left, right, level in taken
            )
            if free and start > 0 and end < 1.05 * wide:
                axes.text(x + gap if side == "left" else x - gap, y, name, ha=side, va="center")
                taken.append((start, end, y))
                break


def histogram_plot(
    values: Sequence[float], *, label: str, lines: Mapping[str, tuple[float, float]]
) -> "Figure":
    """Draw how often values fall into bins of one width.

    Parameters
    ----------
    values
        What to count.
    label
        What they are, with their unit.
    lines
        Name → the two ends of an interval, drawn as lines.

    Returns
    -------
    matplotlib.figure.Figure
        The axis of counts begins at 0.
    """
    import seaborn as sns

    with context():
        fig, axes = canvas(3.2, left=0.75, right=0.4, bottom=0.65)
        sns.histplot(x=list(values), bins=40, color=COMPUTED, ax=axes)
        for (name, both), style in zip(lines.items(), cycle(("--", ":", "-."))):
            words = f"{name}: {span(*both)}"
            axes.vlines(both, *axes.get_ylim(), color=INK, linestyle=style, label=words)
        bare(axes, "y")
        axes.set_xlabel(label, loc="left")
        ticks(axes, "x")
        ticks(axes, "y")
        head(fig, "How many resamples", f"{len(values)} values, {span(min(values), max(values))}")
    return fig


def rates_plot(frame: "DataFrame", *, label: str, unit: str = "%") -> "Figure":
    """Draw national rates over the years, with first audits of forces and what re-inspections changed.

    National rates are points with their values, not joined: between them nobody measured. A force that was inspected
    again is a line from each audit to its next.

    Parameters
    ----------
    frame
        A row an audit: inspection ("national", "first" or "again"), force, year (a number, with the part of the year
        that has passed), rate and, where printed, lower and upper (in the unit of the rate).
    label
        What the rate is.
    unit
        Written after printed rates.

    Returns
    -------
    matplotlib.figure.Figure
        Every mark names force and rate as a tool tip.
    """
    shown = {
        "national": "England and Wales",
        "first": "A force, audited first",
        "again": "The same force, inspected again",
    }
    rows = frame.assign(of=frame["inspection"].map(shown)).sort_values("year", kind="stable")
    national, forces = (
        rows[(rows["inspection"] == "national") == nation] for nation in (True, False)
    )
    pale = (PUBLISHED, "o")
    looks = {shown["national"]: MARKS["published"], shown["first"]: pale, shown["again"]: pale}
    with context():
        fig, axes = canvas(3.6, left=0.75, right=0.75)
        for group, size, alpha in ((national, 90, 1.0), (forces, 45, 0.4)):
            look = {"s": size, "alpha": alpha, "legend": "full"}
            tips = named(group, "rate", unit)
            marks(axes, group, "year", "rate", of="of", looks=looks, tips=tips, **look)
        for _, path in forces[forces.duplicated("force", keep=False)].groupby("force"):
            axes.plot(path["year"], path["rate"], color=PUBLISHED, linewidth=1.2)
        axes.vlines(
            national["year"], national["lower"], national["upper"], color=PUBLISHED, linewidth=2.2
        )
        for year, rate in zip(national["year"], national["rate"], strict=True):
            axes.text(year + 0.35, rate, number(rate, unit), va="center", fontweight="bold")
        bare(axes, "y")
        axes.margins(y=0.12)
        ticks(axes, "y", unit)
        years = range(int(frame["year"].min()), int(frame["year"].max()) + 1)
        axes.set_xticks(years[:: -(-len(years) // 6)])
        axes.xaxis.set_major_formatter("{x:.0f}")
        head(
            fig,
            label,
            f"England and Wales, {ends(national['year'].map('{:.0f}'.format), national['rate'], unit)}",
        )
    return fig


def strip_plot(
    frame: "DataFrame",
    *,
    marked: str,
    label: str,
    y: str = "force",
    x: str = "rate",
    unit: str = "",
    lines: Mapping[str, Line] = _NO_LINES,
) -> "Figure":
    """Draw every force as a dot on one axis, with one marked and named.

    Parameters
    ----------
    frame
        A row a force: the columns `y` and `x` (a row without a value is left out) and, for the marked one, lower and
        upper (missing where there is no interval).
    marked
        The one to mark; where it has no value, none is.
    label
        What the axis measures, with its unit.
    y, x
        The columns that hold names and values.
    unit
        Written after printed values.
    lines
        Words → a value of the whole.

    Returns
    -------
    matplotlib.figure.Figure
        Every dot names itself as a tool tip.
    """
    rows = frame.dropna(subset=x).assign(level=0.0, of="computed")
    one, others = rows[rows[y] == marked], rows[rows[y] != marked]
    places = significant_decimals(*rows[x])
    with context():
        fig, axes = canvas(0.9, left=0.2, right=0.2)
        axes.set_ylim(-0.5, 1)
        across(axes, lines, unit, decimals=places)
        marks(axes, others, x, "level", of="of", tips=named(others, x, unit, y), alpha=0.35)
        low, high = axes.get_xlim()
        for row in one.to_dict("records"):
            axes.hlines(0, row["lower"], row["upper"], color=PALETTE[2], linewidth=2.2, zorder=4)
            axes.plot(row[x], 0, "D", color=PALETTE[2], markersize=11, zorder=5)
            words = f"{area_name(marked)}: {number(row[x], unit, decimals=places)}"
            side = ("left", "center", "right")[
                min(2, max(0, int(3 * (row[x] - low) / (high - low))))
            ]
            axes.text(row[x], 0.3, words, ha=side, fontweight="bold")
        bare(axes)
        axes.set_yticks([])
        ticks(axes, "x", unit)
        head(fig, label, ends(rows[y], rows[x], unit))
    return fig


def specification_curve(
    frame: "DataFrame",
    published: float,
    band: tuple[float, float],
    labels: Mapping[str, str],
    *,
    label: str = "Offences",
    choices: Sequence[str] = CHOICES,
) -> "Figure":
    """Draw the totals in ascending order over a matrix of the choices that gave them.

    Parameters
    ----------
    frame
        A row a specification: total, reaches (True where it comes within the band) and a column for each choice.
    published
        The published figure, drawn across.
    band
        Lower and upper end of what revision since publication could make of it.
    labels
        What to print for a choice or its value, where that is not its name.
    label
        What the value axis counts.
    choices
        The columns that hold choices.

    Returns
    -------
    matplotlib.figure.Figure
        Readable with up to about 40 specifications (Simonsohn, Simmons and Nelson 2020).
    """
    rows = frame.sort_values("total", kind="stable").reset_index(drop=True)
    reached = {True: "reaches the published figure", False: "does not reach it"}
    rows = rows.assign(order=rows.index, of=rows["reaches"].map(reached))
    looks = {reached[True]: (COMPUTED, "D"), reached[False]: (PALETTE[4], "o")}
    lines: dict[str, Line] = {"published": published, "range of revision": band}
    matrix = [
        (choice, value, fill(labels.get(value or choice, str(value or choice)), 20))
        for choice in choices
        for value in (None, *dict.fromkeys(frame[choice]))
    ]  # None heads the values of a choice
    depth = LINE * sum(text.count("\n") + 1.2 for _, _, text in matrix)
    with context():
        fig, axes = canvas(2.8, left=2.2, bottom=depth + 0.1)
        marks(axes, rows, "order", "total", of="of", looks=looks, s=45, legend="full")
        across(axes, lines, level=True)
        axes.margins(y=0.15)
        bare(axes, "y")
        ticks(axes, "y")
        axes.set_xlim(-0.8, len(rows) - 0.2)
        below = axes.inset_axes((0, -depth / 2.8, 1, depth / 2.8), sharex=axes)
        below.set_ylim(depth, 0)
        _choices(below, rows, matrix, looks)
        bare(below)
        axes.set_xticks([])
        below.set_yticks([])
        head(fig, label, f"{len(rows)} totals, {span(rows['total'].min(), rows['total'].max())}")
    return fig


def _choices(
    axes: "Axes",
    rows: "DataFrame",
    matrix: Sequence[tuple[str, Any, str]],
    looks: Mapping[str, tuple[str, str]],
) -> None:
    """Write each choice and its values on a line of its own, and mark the specifications that made it."""
    place = 0.0
    for choice, value, text in matrix:
        height = LINE * (text.count("\n") + 1.2)
        chosen = rows[rows[choice] == value].assign(place=place + height / 2)
        weight = "bold" if value is None else "normal"
        axes.text(-1.6, place + height / 2, text, va="center", ha="right", fontweight=weight)
        marks(axes, chosen, "order", "place", of="of", looks=looks, s=35)
        place += height
