"""Rows with a range: intervals, bounds, published figures beside computed ones, verdicts, counts."""

from collections.abc import Mapping
from math import inf, isfinite, nan
from textwrap import fill
from typing import TYPE_CHECKING, Any, Literal

from replicate.display import plots
from replicate.display.plots import FEW, HEADING, LINE, Line
from replicate.display.theme import INK, MARKS, area_name, context
from replicate.vocabulary.numbers import number, significant_decimals, span

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame

Kind = Literal["intervals", "bounds", "ranges", "comparison", "verdicts", "counts"]
"""`intervals`: of samples; `bounds`: of shares from 0 to 1, printed in percent; `ranges`: on a log
axis, where the length of a bar is the ratio of its ends; `comparison`: as each row's own columns
say; `verdicts`: percentages of the published figure, sorted, by verdict; `counts`: bars from 0."""

Text = tuple[float, float, str, dict[str, Any]]
"""A text: where across the axes (0 to 1), how many inches from the top, its words and its look."""

Laid = tuple[float, list[float], list[Text]]
"""How deep the rows are, and where the mark of each is, in inches from the top; their texts."""

_FORMS = {"sampling interval": 2.2, "rounding": 6.0, "published, rounded": 6.0}
"""Kind of range → thickness in points: a sampling interval is a thin line through its estimate,
what rounding leaves open a thick one."""

_BAR = 11.0
"""Thickness of any other range, in which no value is likelier than another."""

_SHORT = 26
"""Characters of a name that stands beside the axes; longer ones stand above their marks."""


def rows_plot(
    frame: "DataFrame",
    *,
    kind: Kind,
    label: str,
    y: str = "name",
    x: str = "value",
    unit: str = "",
    order: Literal["value"] | None = None,
    mark: str = "computed",
    lines: Mapping[str, Line] = plots.NO_LINES,
) -> "Figure":
    """Draw a row for each name: its value as a point, its range as a line or a bar, both in numbers.

    Parameters
    ----------
    frame
        A row each: the columns `y` (a name, or a force) and `x` (missing where only a range is
        known); and, where known, lower and upper (in the unit of `x`; infinite where there is no
        limit), kind (of the range, which decides its thickness), mark ("published", "computed" or a
        verdict's code), printed (in place of the value), group (a heading over rows that follow one
        another) and reason (printed where a row has no number).
    kind
        What the rows are (see `Kind`).
    label
        What the axis measures, with its unit and the kind of range.
    y, x, unit
        The columns that hold names and values; what is written after printed values.
    order, mark
        `value` puts the highest on top; whose values they are, where the frame doesn't say.
    lines
        Words → a value of the whole, drawn across, or both ends of its range, drawn as a band.

    Raises
    ------
    ValueError
        When no row has a number.

    Examples
    --------
    >>> import pandas
    >>> kent = pandas.DataFrame({"force": ["Kent"], "rate": [9.2], "lower": [7.8], "upper": [10.7]})
    >>> drawn = rows_plot(kent, kind="intervals", y="force", x="rate", label="Per 1,000 children")
    """
    rows = _tidy(frame, kind, y, x, mark)
    if not rows[["value", "lower", "upper"]].notna().any(axis=None):
        raise ValueError("no row has a number: nothing can be drawn")
    if order or kind == "verdicts":
        rows = rows.sort_values("value", ascending=False, kind="stable", ignore_index=True)
    unit = "%" if kind == "verdicts" else unit
    held = rows["value"].dropna()
    decimals = 1 if kind == "verdicts" else significant_decimals(*held) if len(held) else None
    with context():
        fig, axes, rows = _named(rows, kind, unit, decimals)
        _scale(axes, kind, rows, unit)
        plots.across(axes, lines, unit, decimals=decimals)
        _draw(axes, kind, rows)
        plots.bare(axes)
        plots.head(fig, label, _alt(rows))
    return fig


def _named(
    rows: "DataFrame", kind: Kind, unit: str, decimals: int | None
) -> "tuple[Figure, Axes, DataFrame]":
    """Print names and numbers of rows on a new canvas; the rows come back with their places."""
    short = rows["name"].map(len).max() <= _SHORT and not rows["group"].any()
    beside = bool(kind == "verdicts" or short)
    said = [_words(row, unit, decimals, beside=beside) for row in rows.to_dict("records")]
    rows = rows.assign(printed=said)
    sizes = (min(_SHORT, rows["name"].map(len).max()), max(map(len, said)))
    left, right = (0.105 * size + 0.15 if beside else 0.3 for size in sizes)
    depth, places, texts = (_beside if beside else _above)(rows)
    fig, axes = plots.canvas(depth, left=left, right=right)
    axes.set_ylim(depth, 0)
    axes.set_yticks([])
    for across_axes, place, text, look in texts:
        axes.text(across_axes, place, text, transform=axes.get_yaxis_transform(), **look)
    return fig, axes, rows.assign(place=places)


def _alt(rows: "DataFrame") -> str:
    """Say each row where there are few, else how many there are and which are the ends."""
    told = [f"{row['name']}: {row['printed'] or row['reason']}" for row in rows.to_dict("records")]
    if len(told) <= FEW:
        return "; ".join(told)
    key = rows["value"].fillna(rows["upper"])
    return f"{len(told)} rows, from {told[key.argmin()]} to {told[key.argmax()]}"


def _tidy(frame: "DataFrame", kind: Kind, y: str, x: str, mark: str) -> "DataFrame":
    """Return every column that a row can have; a range with one end is open at the other."""
    rows = frame.rename(columns={y: "name", x: "value"}).reset_index(drop=True)
    form = "sampling interval" if kind in ("intervals", "verdicts") else kind
    given: dict[str, Any] = dict.fromkeys(("value", "lower", "upper"), nan)
    given |= {"kind": form, "mark": mark, "printed": "", "group": ""}
    rows = rows.assign(**{name: filler for name, filler in given.items() if name not in rows})
    rows = rows.astype(dict.fromkeys(("value", "lower", "upper"), float))
    rows["reason"] = rows.get("reason", rows["kind"])
    if y == "force":
        rows["name"] = rows["name"].map(area_name)
    if kind == "bounds":
        rows[["value", "lower", "upper"]] *= 100
    if kind == "counts":
        printed = rows["printed"].mask(rows["printed"] == "", rows["value"].map(number))
        rows = rows.assign(lower=0.0, upper=rows["value"], value=nan, printed=printed)
    held = rows["lower"].notna() | rows["upper"].notna()
    lower, upper = rows["lower"].fillna(-inf), rows["upper"].fillna(inf)
    return rows.assign(lower=lower.where(held), upper=upper.where(held))


def _words(row: Mapping[Any, Any], unit: str, places: int | None, *, beside: bool) -> str:
    """Print a row's value, and its range where there is room and it prints as another number."""
    value, lower, upper = (row[name] for name in ("value", "lower", "upper"))
    if row["printed"] or (value != value and lower != lower):
        return str(row["printed"])
    alike = {number(end, decimals=places) for end in (lower, value, upper)}
    if value == value and (
        beside or lower != lower or len(alike) == 1 or row["kind"] == "rounding"
    ):
        return number(value, unit, decimals=places)
    reach = f"{number(lower, unit)} or more" if upper == inf else f"up to {number(upper, unit)}"
    if isfinite(lower) and isfinite(upper):
        reach = span(lower, upper, unit)
    return f"{number(value, decimals=places)} ({reach})" if value == value else reach


def _beside(rows: "DataFrame") -> Laid:
    """Lay out names and values beside the axes."""
    names = rows["name"].map(lambda name: fill(name, _SHORT))
    heights = LINE * names.str.count("\n") + 0.23
    places = (heights.cumsum() - heights / 2).tolist()
    texts: list[Text] = []
    for place, name, printed in zip(places, names, rows["printed"], strict=True):
        texts.append((-0.03, place, name, {"va": "center_baseline", "ha": "right"}))
        texts.append((1.03, place, printed, {"va": "center_baseline"}))
    return float(heights.sum()), places, texts


def _above(rows: "DataFrame") -> Laid:
    """Lay out each name and value above its mark, and headings above groups."""
    depth, group, places, texts = 0.0, "", [], list[Text]()
    for row in rows.to_dict("records"):
        if row["group"] != group:
            group = row["group"]
            text = fill(group, HEADING)
            texts.append((0, depth + 0.12, text, {"va": "top", "fontweight": "bold"}))
            depth += LINE * (text.count("\n") + 1) + 0.12
        drawn = row["value"] == row["value"] or row["lower"] == row["lower"]
        text = fill(row["name"], HEADING - 2 - len(row["printed"]))
        text += "" if drawn else "\n" + fill(str(row["reason"]), HEADING)
        texts.append((0, depth + 0.14, text, {"va": "top"}))
        texts.append((1, depth + 0.14, row["printed"], {"va": "top", "ha": "right"}))
        depth += LINE * (text.count("\n") + 1) + 0.14 + 0.2 * drawn
        places.append(depth - 0.1)
    return depth, places, texts


def _scale(axes: "Axes", kind: Kind, rows: "DataFrame", unit: str) -> None:
    """Set limits and ticks; bands of verdicts may run beyond the limits, and are arrows there."""
    columns = ["value"] if kind == "verdicts" else ["value", "lower", "upper"]
    held = [end for end in rows[columns].to_numpy().ravel() if isfinite(end)]
    low, high = min(held), max(held)
    room = (high - low) * 0.08 or abs(low) * 0.02 or 1.0
    if kind == "ranges":
        axes.set_xscale("log")
    limits = {"bounds": (0, 100), "counts": (0, high), "ranges": (low / 1.12, high * 1.12)}
    axes.set_xlim(limits.get(kind, (low - room, high + room)))
    plots.ticks(axes, "x", unit, log=kind == "ranges")
    if kind == "counts":
        axes.set_xticks([])


def _draw(axes: "Axes", kind: Kind, rows: "DataFrame") -> None:
    """Draw ranges, arrows where they run on, and marks; verdicts with a key of their looks."""
    from replicate.ledger import Verdict

    low, high = axes.get_xlim()
    bands = rows.dropna(subset="lower")
    start, end = (bands[name].clip(low, high) for name in ("lower", "upper"))
    widths = [_FORMS.get(form, _BAR) for form in bands["kind"]]
    colours = [MARKS[mark][0] for mark in bands["mark"]]
    axes.hlines(bands["place"], start, end, colors=colours, linewidths=widths)
    for marker, edge, beyond in (
        ("<", low, bands["lower"] < low),
        (">", high, bands["upper"] > high),
    ):
        for place, mark in bands.loc[beyond, ["place", "mark"]].to_numpy():
            axes.plot([edge], [place], marker, color=MARKS[mark][0], markersize=8, clip_on=False)
    words = {mark: mark for mark in MARKS} | {
        verdict.value: "Matches" if MARKS[verdict] == MARKS["exact"] else verdict.label
        for verdict in Verdict
    }
    if kind == "verdicts":
        axes.axvline(100, color=INK, linewidth=1.4, linestyle="--", zorder=1)
    looks = {words[mark]: look for mark, look in MARKS.items()}
    said = rows.assign(mark=rows["mark"].map(words)).dropna(subset="value")
    plots.marks(axes, said, "value", "place", looks, legend="full" if kind == "verdicts" else False)
