"""Rows with a range: intervals, estimates, bounds, ranges, a published figure beside computed ones, counts."""

from collections.abc import Mapping, Sequence
from math import inf, isfinite, nan
from textwrap import fill
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from replicate.display.labels import area_name
from replicate.display.plots.canvas import (
    HEADING,
    LINE,
    Line,
    across,
    bare,
    canvas,
    head,
    marks,
    ticks,
)
from replicate.display.theme import INK, MARKS, context
from replicate.vocabulary.numbers import number, significant_decimals, span

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame

Kind = Literal["intervals", "bounds", "ranges", "comparison", "verdicts", "counts"]
"""`intervals`: of samples; `bounds`: of shares from 0 to 1, printed in percent; `ranges`: on a log axis, where the length
of a bar is the ratio of its ends; `comparison`: as each row's own columns say; `verdicts`: percentages of the published
figure, sorted, coloured and shaped by verdict; `counts`: bars from nought."""

_NO_LINES: Mapping[str, Line] = MappingProxyType({})

_THIN, _THICK, _BAR = 2.2, 6.0, 11.0
_FORMS = {"sampling interval": _THIN, "rounding": _THICK, "published, rounded": _THICK}
"""Kind of range → thickness in points: a sampling interval is a thin line through its estimate, what rounding leaves open a thick
one, and any other range, in which no value is likelier than another, a bar."""

_SHORT = 26
"""Characters of a name that can stand beside the axes; longer ones stand above their marks."""

_FEW = 6
"""Rows that a description lists one by one."""

_AIR, _BREAK, _EDGE = 0.14, 0.12, 0.3
"""Inches above a row whose name stands above its mark, more above a heading, and beside the axes for the first and last tick."""


def rows_plot(
    frame: "DataFrame",
    *,
    kind: Kind,
    label: str,
    y: str = "name",
    x: str = "value",
    unit: str = "",
    order: Literal["name", "value"] | None = None,
    mark: str = "computed",
    lines: Mapping[str, Line] = _NO_LINES,
) -> "Figure":
    """Draw a row for each name: its value as a point, its range as a line or a bar, and both in numbers.

    Parameters
    ----------
    frame
        A row each: the columns `y` (a name, or a force) and `x` (missing where only a range is known); and, where
        known, lower and upper (in the unit of `x`; infinite where there is no limit, missing where there is no
        range), kind (of the range, which decides its thickness), mark ("published", "computed" or a verdict's code),
        printed (in place of the value), group (a heading over rows that follow one another) and reason (printed
        where a row has no number).
    kind
        What the rows are (see `Kind`).
    label
        What the axis measures, with its unit and the kind of range.
    y, x
        The columns that hold names and values.
    unit
        Written after printed values.
    order, mark
        `name`, `value` (the highest on top), or that of the frame; whose values they are, where the
        frame has no such column.
    lines
        Words → a value of the whole, drawn across, or both ends of its range, drawn as a band.

    Returns
    -------
    matplotlib.figure.Figure
        As tall as it has rows.

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
    if not _numbers(rows):
        raise ValueError("no row has a number: nothing can be drawn")
    if kind == "verdicts":
        lines, order, unit = {"Published figure": 100.0, **lines}, "value", "%"
    if order:
        rows = rows.sort_values(order, ascending=order == "name", kind="stable", ignore_index=True)
    return _drawn(rows, kind, unit, lines, label)


def _drawn(
    rows: "DataFrame", kind: Kind, unit: str, lines: Mapping[str, Line], label: str
) -> "Figure":
    decimals = _decimals(rows, kind)
    rows, beside = _laid_out(rows, kind, unit, decimals)
    sizes = (min(_SHORT, rows["name"].map(len).max()), rows["printed"].map(len).max())
    left, right = (0.105 * size + 0.15 if beside else _EDGE for size in sizes)
    with context():
        fig, axes = canvas(rows["bottom"].iloc[-1], left=left, right=right)
        axes.set_ylim(rows["bottom"].iloc[-1], 0)
        _scale(axes, kind, rows, _numbers(rows), unit)
        across(axes, lines, unit, decimals=decimals)
        _draw(axes, rows, kind)
        _write(axes, rows, beside=beside)
        bare(axes)
        head(fig, label, _alt(rows))
    return fig


def _alt(rows: "DataFrame") -> str:
    """Say each row where there are few, else how many there are and which are the ends."""
    told = [f"{row['name']}: {row['printed'] or row['reason']}" for row in rows.to_dict("records")]
    told = [" ".join(words.split()) for words in told]
    if len(told) <= _FEW:
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
        rows = rows.assign(lower=0.0, upper=rows["value"], value=nan)
    held = rows["lower"].notna() | rows["upper"].notna()
    ends = {"lower": rows["lower"].fillna(-inf), "upper": rows["upper"].fillna(inf)}
    return rows.assign(**{name: end.where(held) for name, end in ends.items()})


def _numbers(rows: "DataFrame") -> list[float]:
    return [end for end in rows[["value", "lower", "upper"]].to_numpy().ravel() if isfinite(end)]


def _laid_out(
    rows: "DataFrame", kind: Kind, unit: str, decimals: int | None
) -> tuple["DataFrame", bool]:
    """Give every row its words and its place, and say whether names stand beside the axis, as short ones do."""
    short = rows["name"].map(len).max() <= _SHORT and not rows["group"].any()
    beside = bool(kind == "verdicts" or short)
    printed = [_words(row, unit, decimals, beside=beside) for row in rows.to_dict("records")]
    return _placed(rows.assign(printed=printed), beside=beside), beside


def _decimals(rows: "DataFrame", kind: Kind) -> int | None:
    """Return the decimals of every printed value; none where only ranges are printed, each with its own."""
    held = rows["value"].dropna()
    return 1 if kind == "verdicts" else significant_decimals(*held) if len(held) else None


def _words(row: Mapping[Any, Any], unit: str, places: int | None, *, beside: bool) -> str:
    value, lower, upper = (row[name] for name in ("value", "lower", "upper"))
    if row["printed"]:
        return str(row["printed"])
    if row["kind"] == "counts":
        return number(upper, unit)
    if value != value:
        return _ends(lower, upper, unit, None)
    alike = {number(end, decimals=places) for end in (lower, value, upper)}
    if beside or lower != lower or len(alike) == 1 or row["kind"] == "rounding":
        return number(value, unit, decimals=places)
    return f"{number(value, decimals=places)} ({_ends(lower, upper, unit, places)})"


def _ends(lower: float, upper: float, unit: str, places: int | None) -> str:
    if lower != lower:
        return ""
    if upper == inf:
        return f"{number(lower, unit, decimals=places)} or more"
    if lower == -inf:
        return f"up to {number(upper, unit, decimals=places)}"
    if places is None:
        return span(lower, upper, unit)
    return f"{number(lower, decimals=places)} to {number(upper, unit, decimals=places)}"


def _placed(rows: "DataFrame", *, beside: bool) -> "DataFrame":
    """Return where each row's name, mark and bottom are, in inches from the top, and its texts as broken into lines."""
    drawn = rows[["value", "lower"]].notna().any(axis=1)
    if beside:
        names = rows["name"].map(lambda name: fill(name, _SHORT))
        height = LINE * names.str.count("\n") + 0.23
        bottom = height.cumsum()
        return rows.assign(name=names, bottom=bottom, place=bottom - height / 2)
    new = rows["group"].ne(rows["group"].shift())
    heading = rows["group"].where(new, "").map(lambda text: fill(text, HEADING))
    texts = [
        fill(row["name"], HEADING - 2 - len(row["printed"]))
        + ("" if held else "\n" + fill(str(row["reason"]), HEADING))
        for row, held in zip(rows.to_dict("records"), drawn, strict=True)
    ]
    room = heading.map(lambda text: LINE * len(text.splitlines()) + _BREAK * bool(text))
    height = [LINE * (text.count("\n") + 1) for text in texts] + drawn * 0.2 + _AIR
    bottom = (room + height).cumsum()
    top = bottom - height + _AIR
    return rows.assign(
        bottom=bottom, place=bottom - 0.1, heading=heading, text=texts, top=top, start=top - room
    )


def _scale(axes: "Axes", kind: Kind, rows: "DataFrame", held: Sequence[float], unit: str) -> None:
    """Set limits and ticks; bands of verdicts may run beyond the limits, and are arrows there."""
    seen = [*rows["value"].dropna(), 100.0] if kind == "verdicts" else list(held)
    low, high = min(seen), max(seen)
    if kind == "bounds":
        axes.set_xlim(0, 100)
    elif kind == "counts":
        axes.set_xlim(0, high)
    elif kind == "ranges":
        axes.set_xscale("log")
        axes.set_xlim(low / 1.12, high * 1.12)
    else:
        room = (high - low) * 0.08 or abs(low) * 0.02 or 1.0
        axes.set_xlim(low - room, high + room)
    if kind == "counts":
        axes.set_xticks([])
    else:
        ticks(axes, "x", unit if unit in ("%", "percent") else "", log=kind == "ranges")


def _draw(axes: "Axes", rows: "DataFrame", kind: Kind) -> None:
    from replicate.ledger import Verdict

    low, high = axes.get_xlim()
    for form, group in rows.dropna(subset=["lower", "upper"]).groupby("kind"):
        start, end = (group[name].clip(low, high) for name in ("lower", "upper"))
        colours, width = [MARKS[mark][0] for mark in group["mark"]], _FORMS.get(str(form), _BAR)
        axes.hlines(group["place"], start, end, colors=colours, linewidth=width)
    for marker, edge, beyond in (
        ("<", low, rows["lower"] < low),
        (">", high, rows["upper"] > high),
    ):
        for place, mark in rows.loc[beyond, ["place", "mark"]].itertuples(index=False):
            axes.plot([edge], [place], marker, color=MARKS[mark][0], markersize=8, clip_on=False)
    words = {mark: mark for mark in MARKS} | {one.value: one.label for one in Verdict}
    looks = {words[mark]: look for mark, look in MARKS.items()}
    said = rows.assign(mark=rows["mark"].map(words)).dropna(subset="value")
    legend = "full" if kind == "verdicts" else False
    marks(axes, said, "value", "place", of="mark", looks=looks, legend=legend)


def _write(axes: "Axes", rows: "DataFrame", *, beside: bool) -> None:
    """Write names and values: beside the axes, or above each mark."""
    at: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "color": INK}
    axes.set_yticks(rows["place"] if beside else [], rows["name"] if beside else [])
    for row in rows.to_dict("records"):
        if beside:
            axes.text(1.03, row["place"], row["printed"], va="center_baseline", **at)
        else:
            axes.text(0, row["start"], row["heading"], va="top", fontweight="bold", **at)
            axes.text(0, row["top"], row["text"], va="top", **at)
            axes.text(1, row["top"], row["printed"], va="top", ha="right", **at)
