"""Charts over years, sizes and places: each takes a frame and returns a figure for `display.figure`.

A chart is as wide as a telephone shows whole; above its axes stand what they measure and a key. Its
label describes it to those who cannot see it. Charts of rows are in `replicate.display.rows`.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import cycle
from textwrap import fill, wrap
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from replicate.display import theme
from replicate.display.theme import INK, MARKS, PALETTE, PUBLISHED, area_name, context
from replicate.vocabulary.numbers import number, significant_decimals, span

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame, Series

Line = float | tuple[float, float]
"""A value of the whole, or both ends of its range."""

NO_LINES: Mapping[str, Line] = MappingProxyType({})
_NO_WORDS: Mapping[str, str] = MappingProxyType({})

WIDTH, LINE = 5.2, 0.2
"""In inches: across a chart, and the height of a line of text."""

HEADING = 50
"""Characters of a line as long as a chart is wide."""

FEW = 6
"""Values that a description lists one by one."""

CHOICES = ("definition", "period", "territory", "vintage")
"""What a specification chooses, in the order drawn."""

_MARKERS = ("o", "s", "^", "D", "v", "P")


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
    """Write above the axes what they measure, and a key of what is labelled; the figure grows."""
    fig.set_label(f"{heading}. {alt}")
    axes, title = fig.axes[0], fill(heading, HEADING)
    keys: dict[str, Any] = {}
    for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
        handle.set_label(fill(label, HEADING - 6))
        keys[str(handle.get_label())] = handle
    if legend := axes.get_legend():
        legend.remove()
    half = -(-len(keys) // 2)
    sides = [max(map(len, side), default=0) for side in (list(keys)[:half], list(keys)[half:])]
    columns = 2 if len(keys) > 2 and sum(sides) < HEADING - 5 else 1
    lines = sum(text.count("\n") + 1 for text in list(keys)[::columns])
    grown = LINE * (lines + title.count("\n") + 1) + 0.06 * lines + 0.15
    height, box = fig.get_figheight(), axes.get_position()
    fig.set_figheight(height + grown)
    share = height / (height + grown)
    axes.set_position((box.x0, box.y0 * share, box.width, box.height * share))
    fig.legend(
        handles=list(keys.values()),
        title=title,
        loc="upper left",
        bbox_to_anchor=(0, 1),
        ncols=columns,
        alignment="left",
        borderpad=0,
        borderaxespad=0.1,
        labelspacing=0.35,
    )


def across(
    axes: "Axes",
    lines: Mapping[str, Line],
    unit: str = "",
    *,
    decimals: int | None = None,
    level: bool = False,
) -> None:
    """Draw values of the whole as lines across the axes, and ranges as bands, each with its value."""
    draw, shade = (axes.axhline, axes.axhspan) if level else (axes.axvline, axes.axvspan)
    for (words, value), style in zip(lines.items(), cycle(("--", ":", "-."))):
        if isinstance(value, tuple):
            look: dict[str, Any] = {"facecolor": (PUBLISHED, 0.25), "edgecolor": PUBLISHED}
            shade(*value, zorder=0, label=f"{words}: {span(*value, unit)}", **look)
        else:
            look = {"color": INK, "linewidth": 1.4, "linestyle": style}
            label = f"{words}: {number(value, unit, decimals=decimals)}"
            draw(value, zorder=1, label=label, **look)


def marks(
    axes: "Axes",
    rows: "DataFrame",
    x: str,
    y: str,
    looks: Mapping[str, tuple[str, str]] = MARKS,
    *,
    tips: Sequence[str] = (),
    **style: Any,
) -> None:
    """Draw a mark for each row, by its `mark`; looks are a colour and a marker, tips its words."""
    import seaborn as sns

    if rows.empty:
        return
    sns.scatterplot(
        rows,
        x=x,
        y=y,
        hue="mark",
        style="mark",
        palette={name: colour for name, (colour, _) in looks.items()},
        markers={name: marker for name, (_, marker) in looks.items()},
        ax=axes,
        **({"s": 70, "legend": False, "clip_on": False, "zorder": 3} | style),
    )
    if tips:
        axes.collections[-1].set_gid(theme.TIP + theme.BETWEEN.join(tips))


def named(names: Iterable[str], values: Iterable[float], unit: str = "") -> list[str]:
    """Return each area's name and value, for tool tips."""
    pairs = zip(names, values, strict=True)
    return [f"{area_name(str(name))}: {number(value, unit)}" for name, value in pairs]


def ends(names: Iterable[str], values: "Series[float]", unit: str = "") -> str:
    """Describe values to those who cannot see them: each where there are few, else both ends."""
    order = values.argsort()[: values.count()].tolist()
    told = named(names, values, unit)
    if len(order) > FEW:
        return f"{len(order)} values, from {told[order[0]]} to {told[order[-1]]}"
    return "; ".join(told[place] for place in reversed(order)) or "No value is known"


def ticks(axes: "Axes", which: Literal["x", "y"], unit: str = "", *, log: bool = False) -> None:
    """Put a few ticks on an axis, with as many decimals as tell them apart."""
    from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

    axis = axes.xaxis if which == "x" else axes.yaxis
    low, high = sorted(axis.get_view_interval())
    most = max(2, int(axes.get_position().width * WIDTH / 0.75)) if which == "x" else 4
    subs = (1.0, 2.0, 5.0) if log and high < 100 * low else (1.0,)
    axis.set_major_locator(LogLocator(subs=subs) if log else MaxNLocator(most, steps=[1, 2, 5, 10]))
    axis.set_major_formatter("{x:,.10g}" + ("\u00a0%" if unit in ("%", "percent") else ""))
    axis.set_minor_locator(NullLocator())


def bare(axes: "Axes", which: Literal["x", "y"] = "x") -> None:
    """Keep the grid of the value axis alone."""
    axes.grid(visible=False)
    axes.grid(visible=True, axis=which)
    axes.spines["left"].set_visible(False)
    axes.set(xlabel="", ylabel="")
    axes.tick_params(length=0, pad=6)


def series_plot(
    frame: "DataFrame",
    *,
    label: str,
    x: str = "year",
    y: str = "count",
    hue: str = "kind",
    words: Mapping[str, str] = _NO_WORDS,
    unit: str = "",
    odds_label: str = "",
) -> "Figure":
    """Draw a line for each kind, named with its last value where it ends, and the band of its range.

    Parameters
    ----------
    frame
        A row a kind and year: the columns `x`, `y` (missing where there is no value: the line is
        broken) and `hue`, and, where known, lower and upper and complete (False where the table
        does not hold the whole year, which is then not drawn).
    label
        What the value axis measures, with its unit. The axis begins at 0.
    x, y, hue
        The columns that hold year, value and kind; without a column `y` there are bands alone.
    words, unit
        What to print for a kind, where that is not its name; what to write after values.
    odds_label
        Where `x` is an odds ratio: what it compares. Its scale is logarithmic.

    Raises
    ------
    ValueError
        When there are more than six kinds: they could not be told apart.
    """
    rows = frame.rename(columns={x: "x", y: "y", hue: "kind"})
    kinds = list(dict.fromkeys(rows["kind"]))
    if len(kinds) > len(PALETTE):
        raise ValueError(f"{len(kinds)} kinds: {len(PALETTE)} can be told apart")
    rows = rows.assign(**{name: None for name in ("y", "lower", "upper") if name not in rows})
    rows = rows.astype(dict.fromkeys(("y", "lower", "upper"), float)).sort_values(
        "x", kind="stable"
    )
    if "complete" in rows:
        rows = rows[rows["complete"].astype(bool)]
    said = {str(words.get(kind, kind)): rows[rows["kind"] == kind] for kind in kinds}
    with context():
        fig, axes = canvas(3.2, left=0.9, right=1.65, bottom=0.8 if odds_label else 0.55)
        _lines(axes, rows, kinds)
        bare(axes, "y")
        axes.margins(x=0.08)
        axes.set_ylim(bottom=0)
        ticks(axes, "y", unit)
        if odds_label:
            _odds(axes, odds_label)
        else:
            _years(axes, rows["x"])
        _name_ends(axes, said, unit)
        head(fig, label, "; ".join(_course(kind, part, unit) for kind, part in said.items()))
    return fig


def _lines(axes: "Axes", rows: "DataFrame", kinds: Sequence[str]) -> None:
    """Draw bands, and lines that are broken where a value is missing."""
    import seaborn as sns

    for kind, colour in zip(kinds, PALETTE, strict=False):
        band = rows[rows["kind"].eq(kind) & rows["lower"].notna()]
        look: dict[str, Any] = {"facecolor": (colour, 0.25), "edgecolor": colour}
        axes.fill_between(band["x"], band["lower"], band["upper"], **look)
    rows = rows.assign(stretch=rows["y"].isna().groupby(rows["kind"]).cumsum()).dropna(subset="y")
    looks: dict[str, Any] = {
        "palette": dict(zip(kinds, PALETTE, strict=False)),
        "markers": dict(zip(kinds, _MARKERS, strict=False)),
        "dashes": False,
        "legend": False,
        "clip_on": False,
    }
    if len(rows):
        parts: dict[str, Any] = {"hue": "kind", "style": "kind", "units": "stretch"}
        sns.lineplot(rows, x="x", y="y", estimator=None, ax=axes, **parts, **looks)


def _years(axes: "Axes", years: "Series[float]") -> None:
    """Write about five years, the last one with them."""
    first, last = int(min(years)), int(max(years))
    shown = range(last, first - 1, -(last - first + 5) // 5)
    axes.set_xticks(shown, map(str, shown))


def _odds(axes: "Axes", label: str) -> None:
    """Write odds ratios as fractions below 1: half as often reads more easily than 0.5."""
    axes.set_xscale("log")
    low, high = axes.get_xlim()
    shown = [tick for tick in (0.01, 0.1, 0.2, 0.5, 1, 2, 5, 10, 100) if low <= tick <= high]
    axes.set_xticks(shown, [f"{tick:g}" if tick >= 1 else f"1/{1 / tick:g}" for tick in shown])
    axes.set_xticks([], minor=True)
    axes.set_xlabel(fill(label, 34), loc="left")


def _name_ends(axes: "Axes", kinds: Mapping[str, "DataFrame"], unit: str) -> None:
    """Write each kind's name and last value to the right, level with its end where there is room."""
    import numpy as np

    last = {kind: _value(part.iloc[-1], unit) for kind, part in kinds.items()}
    texts = ["\n".join([*wrap(kind, 15), words]) for kind, (_, words) in last.items()]
    heights = np.array([LINE / 3.2 * (text.count("\n") + 1.4) for text in texts])
    places = np.array([end for end, _ in last.values()]) / axes.get_ylim()[1]
    order = np.argsort(places)
    middle = np.cumsum(heights[order]) - heights[order] / 2
    moved = np.maximum.accumulate(places[order] - middle)  # until no text lies over another
    places[order] = np.minimum(moved, 1 - heights.sum()) + middle
    at: dict[str, Any] = {"transform": axes.transAxes, "clip_on": False}
    for place, text, colour, marker in zip(places, texts, PALETTE, _MARKERS, strict=False):
        axes.plot([1.06], [place], marker, color=colour, **at)
        axes.text(1.11, place, text, va="center", color=INK, **at)


def _value(row: "Series[Any]", unit: str) -> tuple[float, str]:
    """Return where a row of a series stands, and its value or its range in words."""
    value, lower, upper = (float(row[name]) for name in ("y", "lower", "upper"))
    if value == value or lower != lower:
        return value, number(value, unit)
    return (lower + upper) / 2, span(lower, upper, unit)


def _course(kind: str, rows: "DataFrame", unit: str) -> str:
    """Say where a kind begins and ends."""
    held = rows.dropna(subset=["y", "upper"], how="all")
    told = [f"{_value(row, unit)[1]} at {row['x']:g}" for _, row in held.iloc[[0, -1]].iterrows()]
    return f"{kind}: {', '.join(told)}"


def rates_plot(frame: "DataFrame", *, label: str, unit: str = "%") -> "Figure":
    """Draw national rates over the years, with audits of forces, each of which names itself.

    National rates are points with their values, not joined: between them nobody measured. A force
    that was inspected again is a line from each audit to its next.

    Parameters
    ----------
    frame
        A row an audit: inspection ("national", "first" or "again"), force, year (with the part of
        the year that has passed), rate and, where printed, lower and upper.
    label, unit
        What the rate is, and what is written after it.
    """
    pale = (PUBLISHED, "o")
    looks = {
        "England and Wales": MARKS["published"],
        "A force, audited first": pale,
        "The same force, inspected again": pale,
    }
    words = dict(zip(("national", "first", "again"), looks, strict=True))
    rows = frame.assign(mark=frame["inspection"].map(words)).sort_values("year", kind="stable")
    nation = rows["inspection"] == "national"
    national, forces = rows[nation], rows[~nation]
    with context():
        fig, axes = canvas(3.6, left=0.75, right=0.75)
        for group, size, alpha in ((national, 90, 1.0), (forces, 45, 0.4)):
            tips = named(group["force"], group["rate"], unit)
            marks(axes, group, "year", "rate", looks, tips=tips, s=size, alpha=alpha, legend="full")
        for _, path in forces[forces.duplicated("force", keep=False)].groupby("force"):
            axes.plot(path["year"], path["rate"], color=PUBLISHED, linewidth=1.2)
        whole = national[["year", "lower", "upper"]].to_numpy().T
        axes.vlines(*whole, color=PUBLISHED, linewidth=2.2)
        for year, rate in zip(national["year"], national["rate"], strict=True):
            axes.text(year + 0.35, rate, number(rate, unit), va="center", fontweight="bold")
        bare(axes, "y")
        axes.margins(y=0.12)
        ticks(axes, "y", unit)
        _years(axes, rows["year"])
        years = "England and Wales " + national["year"].astype(int).astype(str)
        head(fig, label, f"{ends(years, national['rate'], unit)}; {len(forces)} audits of forces")
    return fig


def strip_plot(
    frame: "DataFrame",
    *,
    marked: str,
    label: str,
    y: str = "force",
    x: str = "rate",
    unit: str = "",
    lines: Mapping[str, Line] = NO_LINES,
) -> "Figure":
    """Draw every force as a dot on one axis, with one marked and named; each names itself.

    Parameters
    ----------
    frame
        A row a force: the columns `y` and `x` (a row without a value is left out) and, for the
        marked one, lower and upper.
    marked
        The one to mark; where it has no value, none is.
    label, unit
        What the axis measures, with its unit; what is written after printed values.
    y, x
        The columns that hold names and values.
    lines
        Words → a value of the whole.
    """
    rows = frame.dropna(subset=x).assign(level=0.0, mark="computed")
    one, others = rows[rows[y] == marked], rows[rows[y] != marked]
    places = significant_decimals(*rows[x])
    with context():
        fig, axes = canvas(0.9, left=0.2, right=0.2)
        axes.set_ylim(-0.5, 1)
        across(axes, lines, unit, decimals=places)
        marks(axes, others, x, "level", tips=named(others[y], others[x], unit), alpha=0.35)
        low, high = axes.get_xlim()
        for row in one.to_dict("records"):
            axes.hlines(0, row["lower"], row["upper"], color=PALETTE[2], linewidth=2.2, zorder=4)
            axes.plot(row[x], 0, "D", color=PALETTE[2], markersize=11, zorder=5)
            words = f"{area_name(marked)}: {number(row[x], unit, decimals=places)}"
            third = min(2, max(0, int(3 * (row[x] - low) / (high - low))))
            side = ("left", "center", "right")[third]
            axes.text(row[x], 0.3, words, ha=side, fontweight="bold")
        bare(axes)
        axes.set_yticks([])
        ticks(axes, "x", unit)
        told = [f"{text} is marked" for text in named(one[y], one[x], unit)]
        head(fig, label, "; ".join([*told, ends(rows[y], rows[x], unit)]))
    return fig


def funnel_plot(
    points: "DataFrame",
    limits: "DataFrame",
    *,
    label: str,
    size_label: str,
    target: float,
    target_label: str = "all together",
) -> "Figure":
    """Draw each unit's rate over its sample, and between which curves it would lie by chance.

    The lowest and the highest outside the limits are named; every mark names itself as a tool tip.
    A funnel plot (Spiegelhalter 2005), in percent.

    Parameters
    ----------
    points
        A row a unit: force (its name), size (of the sample, or the one that is implied), rate (a
        share from 0 to 1) and outside (the kind of limits that it lies beyond, or empty).
    limits
        A row a kind and size: kind (in words), size, lower, upper (shares).
    label, size_label
        What the rate is, with the kind of size; what the sizes are.
    target, target_label
        The share that all units would have, and what that share is.
    """
    import seaborn as sns

    where = points["outside"].map(lambda kind: f"outside {kind}" if kind else "inside all limits")
    rows = points.assign(rate=100 * points["rate"], mark=where)
    curves = limits.melt(["kind", "size"], value_name="rate")
    outside = ((PALETTE[5], "s"), (PALETTE[2], "^"), (PALETTE[4], "X"))
    kinds = [f"outside {kind}" for kind in dict.fromkeys(limits["kind"])]
    looks = {"inside all limits": MARKS["published"], **dict(zip(kinds, outside, strict=False))}
    with context():
        fig, axes = canvas(3.6, left=0.75, right=0.35, bottom=0.65)
        lines: dict[str, Any] = {"style": "kind", "units": "variable", "estimator": None}
        curves = curves.assign(rate=100 * curves["rate"])
        sns.lineplot(curves, x="size", y="rate", color=PALETTE[4], lw=1.6, ax=axes, **lines)
        tips = named(rows["force"], rows["rate"], "%")
        marks(axes, rows, "size", "rate", looks, tips=tips, s=50, legend="full")
        across(axes, {target_label: 100 * target}, "%", level=True)
        bare(axes, "y")
        axes.set_xlim(left=0)
        axes.set_ylim(max(0.0, axes.get_ylim()[0]), min(100.0, axes.get_ylim()[1]))
        axes.set_xlabel(size_label, loc="left")
        ticks(axes, "x")
        ticks(axes, "y", "%")
        beyond = rows[rows["outside"] != ""].sort_values("rate").to_dict("records")
        for row in [*beyond[:1], *beyond[1:][-1:]]:
            side = "right" if row["size"] > sum(axes.get_xlim()) / 2 else "left"
            at: dict[str, Any] = {"textcoords": "offset points", "ha": side, "va": "center"}
            gap = (-9 if side == "right" else 9, 0)
            axes.annotate(area_name(row["force"]), (row["size"], row["rate"]), gap, **at)
        head(fig, label, ends(rows["force"], rows["rate"], "%"))
    return fig


def histogram_plot(
    values: Sequence[float], *, label: str, lines: Mapping[str, tuple[float, float]]
) -> "Figure":
    """Draw how often values fall into bins of one width, and intervals (name → ends) as lines."""
    import seaborn as sns

    with context():
        fig, axes = canvas(3.2, left=0.75, right=0.4, bottom=0.65)
        sns.histplot(x=list(values), bins=40, color=theme.COMPUTED, ax=axes)
        for (name, interval), style in zip(lines.items(), cycle(("--", ":", "-."))):
            words = f"{name}: {span(*interval)}"
            axes.vlines(interval, *axes.get_ylim(), color=INK, linestyle=style, label=words)
        bare(axes, "y")
        axes.set_xlabel(label, loc="left")
        ticks(axes, "x")
        ticks(axes, "y")
        head(fig, "How many resamples", f"{len(values)} values, {span(min(values), max(values))}")
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
    """Draw totals in ascending order over a matrix of the choices that gave them.

    It can be read with up to about 40 specifications (Simonsohn, Simmons and Nelson 2020).

    Parameters
    ----------
    frame
        A row a specification: total, reaches (True where it comes within the band) and a column for
        each of the choices.
    published, band
        The published figure, and what revision since publication could make of it.
    labels
        What to print for a choice or its value, where that is not its name.
    label, choices
        What the value axis counts; the columns that hold choices.
    """
    reached = {True: "reaches the published figure", False: "does not reach it"}
    looks = {reached[True]: (theme.COMPUTED, "D"), reached[False]: (PALETTE[4], "o")}
    rows = frame.sort_values("total", kind="stable").reset_index(drop=True)
    rows = rows.assign(order=rows.index, mark=rows["reaches"].map(reached))
    made = rows.melt(["order", "mark"], list(choices), "choice")
    named_by = made["choice"].map(lambda choice: f"{labels.get(choice, choice)} ")
    named_by = named_by.mask(made["value"].isin(list(labels)), "") + made["value"].replace(labels)
    made["text"] = named_by.map(lambda text: fill(text, 21))
    texts = made["text"].drop_duplicates()
    heights = LINE * (texts.str.count("\n") + 1.3)
    places, depth = heights.cumsum() - heights / 2, heights.sum()
    with context():
        fig, axes = canvas(2.8, left=2.2, bottom=depth + 0.1)
        marks(axes, rows, "order", "total", looks, s=45, legend="full")
        across(axes, {"published": published, "range of revision": band}, level=True)
        axes.margins(y=0.15)
        bare(axes, "y")
        ticks(axes, "y")
        axes.set_xlim(-0.8, len(rows) - 0.2)
        below = axes.inset_axes((0, -depth / 2.8, 1, depth / 2.8), sharex=axes)
        below.set_ylim(depth, 0)
        made["place"] = made["text"].map(dict(zip(texts, places, strict=True)))
        marks(below, made, "order", "place", looks, s=35)
        bare(below)
        axes.set_xticks([])
        below.set_yticks(places, texts)
        told = ends(rows["mark"], rows["total"])
        head(
            fig, label, f"{told}; {rows['reaches'].sum()} of {len(rows)} reach {number(published)}"
        )
    return fig
