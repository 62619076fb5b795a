"""Points: rates by size (a funnel), by year, along one axis (a strip), and totals over the choices behind them."""

from collections.abc import Mapping, Sequence
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
    key,
    line_keys,
    marks,
    ticks,
)
from replicate.display.theme import COMPUTED, INK, MARKS, PALETTE, PUBLISHED, context
from replicate.vocabulary.numbers import number, significant_decimals

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame

_NO_LINES: Mapping[str, Line] = MappingProxyType({})

CHOICES = ("definition", "period", "territory", "vintage")
"""What a specification chooses, in the order drawn."""

_LIMITS = (
    ("-", (PALETTE[5], "s")),
    ("-.", (PALETTE[2], "^")),
    (":", (PALETTE[4], "X")),
)
"""Of each kind of limits: its line, and the look of what lies outside."""

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
        A row a kind and size: kind (in words), size, lower, upper (shares); three kinds at most.
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

    Raises
    ------
    ValueError
        When there are more kinds of limits than can be told apart, or a unit is outside limits that are not drawn.
    """
    kinds = list(dict.fromkeys(limits["kind"]))
    looks = {
        "": MARKS["published"],
        **{kind: look for kind, (_, look) in zip(kinds, _LIMITS, strict=False)},
    }
    if strange := {*kinds, *points["outside"]} - set(looks):
        raise ValueError(f"{min(strange)!r}: the limits that can be drawn are {list(looks)[1:]}")
    styles = {kind: style for kind, (style, _) in zip(kinds, _LIMITS, strict=False)}
    rows, curves = points.assign(rate=100 * points["rate"]), limits.sort_values("size")
    lines = {target_label: 100 * target}
    keys = [key(kind, PALETTE[4], linestyle=style, linewidth=1.6) for kind, style in styles.items()]
    keys += [
        key(f"outside {kind}" if kind else "inside all limits", *look)
        for kind, look in looks.items()
        if kind in set(points["outside"])
    ]
    with context():
        fig, axes = canvas(
            3.6, label, [*keys, *line_keys(lines, "%")], left=0.75, right=0.35, bottom=0.65
        )
        for kind, style in styles.items():
            curve = curves[curves["kind"] == kind]
            for end in ("lower", "upper"):
                axes.plot(
                    curve["size"],
                    100 * curve[end],
                    color=PALETTE[4],
                    linestyle=style,
                    linewidth=1.6,
                )
        across(axes, lines, level=True)
        names = [area_name(force) for force in rows["force"]]
        tips = [
            f"{name}: {number(rate, '%')}" for name, rate in zip(names, rows["rate"], strict=True)
        ]
        marks(axes, rows, x="size", y="rate", of="outside", looks=looks, size=50, tips=tips)
        bare(axes, "y")
        axes.set_xlim(left=0)
        axes.set_ylim(max(0.0, axes.get_ylim()[0]), min(100.0, axes.get_ylim()[1]))
        axes.set_xlabel(size_label, loc="left")
        ticks(axes, "x")
        ticks(axes, "y", "%")
        _name(axes, rows)
    return fig


def _name(axes: "Axes", rows: "DataFrame") -> None:
    """Name the lowest and the highest outside the limits beside their marks, where there is room for the name."""
    wide, high = (end - start for start, end in (axes.get_xlim(), axes.get_ylim()))
    taken = [(x, x, y) for x, y in zip(rows["size"], rows["rate"], strict=True)]
    outside = rows[rows["outside"] != ""].sort_values("rate")
    for row in [*outside.head(_EDGES).to_dict("records"), *outside.tail(_EDGES).to_dict("records")]:
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
    national = frame[frame["inspection"] == "national"]
    forces = frame[frame["inspection"] != "national"].sort_values("year", kind="stable")
    looks = {"first": (PUBLISHED, "o"), "again": (PUBLISHED, "o"), "national": MARKS["published"]}
    again = set(forces.loc[forces["inspection"] == "again", "force"])
    keys = [key("England and Wales", *looks["national"])] * bool(len(national))
    keys += [key("A force, audited first", PUBLISHED, "o", alpha=0.4)] * bool(len(forces))
    keys += [
        key("The same force, inspected again", PUBLISHED, linestyle="-", linewidth=1.2)
    ] * bool(again)
    with context():
        fig, axes = canvas(3.6, label, keys, left=0.75, right=0.75)
        for force in sorted(again):
            path = forces[forces["force"] == force]
            axes.plot(path["year"], path["rate"], color=PUBLISHED, linewidth=1.2)
        for rows, style in ((forces, {"size": 45, "alpha": 0.4}), (national, {"size": 90})):
            tips = [
                f"{area_name(force)}: {number(rate, unit)}"
                for force, rate in zip(rows["force"], rows["rate"], strict=True)
            ]
            marks(axes, rows, x="year", y="rate", of="inspection", looks=looks, tips=tips, **style)
        axes.vlines(
            national["year"], national["lower"], national["upper"], color=PUBLISHED, linewidth=2.2
        )
        bare(axes, "y")
        for year, rate in zip(national["year"], national["rate"], strict=True):
            axes.annotate(
                number(rate, unit),
                (year, rate),
                xytext=(9, 0),
                textcoords="offset points",
                va="center",
                fontweight="bold",
            )
        axes.margins(y=0.12)
        ticks(axes, "y", unit)
        _whole_years(axes)
    return fig


def _whole_years(axes: "Axes") -> None:
    low, high = axes.get_xlim()
    years = range(int(low) + 1, int(high) + 1)
    shown = years[:: -(-len(years) // 6)]
    axes.set_xticks(list(shown), [str(year) for year in shown])


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
    places = significant_decimals(*rows[x])
    one, others = rows[rows[y] == marked], rows[rows[y] != marked]
    with context():
        fig, axes = canvas(0.9, label, line_keys(lines, unit, places), left=0.2, right=0.2)
        axes.set_ylim(-0.5, 1)
        across(axes, lines)
        tips = [
            f"{area_name(name)}: {number(value, unit)}"
            for name, value in zip(others[y], others[x], strict=True)
        ]
        marks(axes, others, x=x, y="level", of="of", tips=tips, alpha=0.35)
        for row in one.to_dict("records"):
            axes.hlines(0, row["lower"], row["upper"], color=PALETTE[2], linewidth=2.2, zorder=4)
            axes.plot(row[x], 0, "D", color=PALETTE[2], markersize=11, zorder=5)
            _mark(axes, f"{area_name(marked)}: {number(row[x], unit, decimals=places)}", row[x])
        bare(axes)
        axes.set_yticks([])
        ticks(axes, "x", unit)
    return fig


def _mark(axes: "Axes", words: str, place: float) -> None:
    low, high = axes.get_xlim()
    side = (
        "left"
        if place < low + (high - low) / 3
        else "right"
        if place > high - (high - low) / 3
        else "center"
    )
    axes.annotate(
        words, (place, 0), xytext=(0, 14), textcoords="offset points", ha=side, fontweight="bold"
    )


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
    rows = rows.assign(order=rows.index, of=rows["reaches"].map({True: "yes", False: "no"}))
    looks = {"yes": (COMPUTED, "D"), "no": (PALETTE[4], "o")}
    words = {"yes": "reaches the published figure", "no": "does not reach it"}
    lines: dict[str, Line] = {"published": published, "range of revision": band}
    keys = [key(words[of], *looks[of]) for of in words if of in set(rows["of"])]
    places = _matrix(frame, choices, labels)
    depth = sum(place[2] for place in places)
    with context():
        fig, axes = canvas(2.8 + depth, label, [*keys, *line_keys(lines, "")], left=2.2, bottom=0.1)
        box, part = axes.get_position(), depth / (2.8 + depth)
        axes.set_position((box.x0, box.y0, box.width, box.height * part))
        above = fig.add_axes(
            (box.x0, box.y0 + box.height * part, box.width, box.height * (1 - part))
        )
        across(above, lines, level=True)
        marks(above, rows, x="order", y="total", of="of", looks=looks, size=45)
        above.margins(y=0.15)
        bare(above, "y")
        ticks(above, "y")
        _choices(axes, rows, places, looks)
        for panel in (above, axes):
            panel.set_xticks([])
            panel.set_xlim(-0.8, len(rows) - 0.2)
    return fig


def _matrix(
    frame: "DataFrame", choices: Sequence[str], labels: Mapping[str, str]
) -> list[tuple[str, Any, float, str]]:
    """Return the rows of the matrix: choice, value (none for its heading), height in inches, words."""
    rows = []
    for choice in choices:
        for value in (None, *dict.fromkeys(frame[choice])):
            word = choice if value is None else value
            text = fill(labels.get(word, str(word)), 20)
            rows.append((choice, value, LINE * (text.count("\n") + 1) + 0.04, text))
    return rows


def _choices(
    axes: "Axes",
    rows: "DataFrame",
    places: Sequence[tuple[str, Any, float, str]],
    looks: Mapping[str, tuple[str, str]],
) -> None:
    depth = 0.0
    for choice, value, height, text in places:
        place, depth = depth + height / 2, depth + height
        bold = "bold" if value is None else "normal"
        axes.text(
            -0.03,
            place,
            text,
            va="center",
            ha="right",
            fontweight=bold,
            transform=axes.get_yaxis_transform(),
        )
        chosen = rows[rows[choice] == value].assign(place=place)
        if len(chosen):
            axes.axhline(place, color=INK, alpha=0.18, linewidth=0.6, zorder=0)
            marks(axes, chosen, x="order", y="place", of="of", looks=looks, size=35)
    bare(axes)
    axes.set_ylim(depth, 0)
    axes.set_yticks([])
    axes.spines["bottom"].set_visible(False)
