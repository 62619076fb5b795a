"""Rows with a range: intervals, estimates, bounds, ranges, a published figure beside computed ones, counts."""

from collections.abc import Mapping, Sequence
from math import inf, isfinite, nan
from textwrap import wrap
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from replicate.display.labels import area_name
from replicate.display.plots.canvas import (
    HEADING,
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
from replicate.display.theme import INK, MARKS, context
from replicate.vocabulary.numbers import number, significant_decimals, span

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame

Kind = Literal["intervals", "bounds", "ranges", "comparison", "verdicts", "counts"]

_NO_LINES: Mapping[str, Line] = MappingProxyType({})

_THIN, _THICK, _BAR = 2.2, 6.0, 11.0
_FORMS = {"sampling interval": _THIN, "rounding": _THICK, "published, rounded": _THICK}
"""Kind of range → thickness in points: a sampling interval is a thin line through its estimate, what rounding leaves open a thick
one, and any other range, in which no value is likelier than another, a bar."""

_SHORT = 26
"""Characters of a name that can stand beside the axes; longer ones stand above their marks."""

_AIR, _BREAK, _EDGE = 0.14, 0.12, 0.3
"""Inches above a row whose name stands above its mark, more above a heading, and beside the axes for the first and last tick."""


class _Place(NamedTuple):
    """Where a row stands, in inches from the top: its heading and name, and the middle of its mark."""

    heading: str
    text: str
    top: float
    mark: float
    bottom: float


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
        range), kind (of the range: a "sampling interval" is a thin line, "rounding" a thick one, any other a bar
        in which no value is likelier than another), mark ("published", "computed" or a verdict's code: colour and
        shape), printed (what to print for the value), group (a heading over rows that follow one another) and
        reason (printed where a row has no number; its kind where there is no such column).
    kind
        `intervals`: of samples; `bounds`: of shares from 0 to 1, printed in percent; `ranges`: on a log axis, where the
        length of a bar is the ratio of its ends; `comparison`: as each row's own columns say; `verdicts`:
        percentages of the published figure, sorted, coloured and shaped by verdict; `counts`: bars from nought.
    label
        What the axis measures, with its unit and the kind of range.
    y, x
        The columns that hold names and values.
    unit
        Written after printed values.
    order
        `name`, `value` (the highest on top), or that of the frame.
    mark
        Whose values they are, where the frame has no such column.
    lines
        Words → a value of the whole, drawn across all rows, or both ends of its range, drawn as a band.

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
    held = [end for end in rows[["value", "lower", "upper"]].to_numpy().ravel() if isfinite(end)]
    if not held:
        raise ValueError("no row has a number: nothing can be drawn")
    lines = {"Published figure": 100.0, **lines} if kind == "verdicts" else dict(lines)
    order = "value" if kind == "verdicts" else order
    if order:
        rows = rows.sort_values(order, ascending=order == "name", kind="stable", ignore_index=True)
    longest = int(rows["name"].map(len).max())
    beside = longest <= _SHORT and "group" not in rows
    decimals = _decimals(rows, kind)
    rows["printed"] = [
        _words(row, unit, decimals, value_only=beside) for row in rows.to_dict("records")
    ]
    places = _beside(rows) if beside else _above(rows)
    rows["place"] = [place.mark for place in places]
    with context():
        fig, axes = canvas(
            places[-1].bottom,
            label,
            [*_keys(rows, kind), *line_keys(lines, unit, decimals)],
            left=0.105 * longest + 0.15 if beside else _EDGE,
            right=0.105 * max(map(len, rows["printed"])) + 0.15 if beside else _EDGE,
        )
        axes.set_ylim(places[-1].bottom, 0)
        _scale(axes, kind, rows, held, unit)
        across(axes, lines)
        _draw(axes, rows)
        _write(axes, rows, places, beside=beside)
        bare(axes)
    return fig


def _tidy(frame: "DataFrame", kind: Kind, y: str, x: str, mark: str) -> "DataFrame":
    """Return every column that a row can have, but group."""
    rows = frame.rename(columns={y: "name", x: "value"}).reset_index(drop=True)
    thin = kind in ("intervals", "verdicts")
    given: dict[str, Any] = dict.fromkeys(("value", "lower", "upper"), nan)
    given |= {"kind": "sampling interval" if thin else kind, "mark": mark, "printed": ""}
    rows = rows.assign(**{name: filler for name, filler in given.items() if name not in rows})
    rows["reason"] = rows.get("reason", rows["kind"])
    rows = rows.astype(dict.fromkeys(("value", "lower", "upper"), float))
    if kind == "bounds":
        rows[["value", "lower", "upper"]] *= 100
    if kind == "counts":
        rows = rows.assign(lower=0.0, upper=rows["value"], value=nan)
    ends = ["lower", "upper"]
    open_ended = rows[ends].notna().any(axis=1)
    for end, edge in zip(ends, (-inf, inf), strict=True):
        rows[end] = rows[end].mask(open_ended & rows[end].isna(), edge)
    names = rows["name"].astype(str)
    return rows.assign(name=names.map(area_name) if y == "force" else names)


def _decimals(rows: "DataFrame", kind: Kind) -> int | None:
    """Return the decimals of every printed value; none where only ranges are printed, each with its own."""
    held = rows["value"].dropna()
    return 1 if kind == "verdicts" else significant_decimals(*held) if len(held) else None


def _words(row: Mapping[Any, Any], unit: str, places: int | None, *, value_only: bool) -> str:
    value, lower, upper = (row[name] for name in ("value", "lower", "upper"))
    if row["printed"]:
        return str(row["printed"])
    if row["kind"] == "counts":
        return number(upper, unit)
    if value != value:
        return _ends(lower, upper, unit, None)
    alike = {number(end, decimals=places) for end in (lower, value, upper)}
    if value_only or lower != lower or len(alike) == 1 or row["kind"] == "rounding":
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


def _beside(rows: "DataFrame") -> list[_Place]:
    height = 0.23
    return [
        _Place("", "", at * height, (at + 0.5) * height, (at + 1) * height)
        for at in range(len(rows))
    ]


def _above(rows: "DataFrame") -> list[_Place]:
    """Return where rows stand whose names are written above their marks."""
    placed: list[_Place] = []
    top, group = 0.0, None
    for row in rows.to_dict("records"):
        drawn = any(isfinite(row[end]) for end in ("value", "lower", "upper"))
        heading = wrap(str(row["group"]), HEADING) if row.get("group", group) != group else []
        text = wrap(row["name"], HEADING - 2 - len(row["printed"]))
        text += [] if drawn else wrap(str(row["reason"]), HEADING)
        under = top + _AIR + LINE * (len(heading) + len(text)) + _BREAK * bool(heading)
        group = row.get("group", group)
        bottom = under + (0.2 if drawn else 0.0)
        placed.append(_Place("\n".join(heading), "\n".join(text), top, under + 0.1, bottom))
        top = bottom
    return placed


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


def _draw(axes: "Axes", rows: "DataFrame") -> None:
    low, high = axes.get_xlim()
    for form, group in rows.dropna(subset=["lower", "upper"]).groupby("kind"):
        axes.hlines(
            group["place"],
            group["lower"].clip(low, high),
            group["upper"].clip(low, high),
            colors=[MARKS[name][0] for name in group["mark"]],
            linewidth=_FORMS.get(str(form), _BAR),
        )
    for column, edge, marker in (("lower", low, "<"), ("upper", high, ">")):
        beyond = rows[rows[column] < low] if marker == "<" else rows[rows[column] > high]
        for place, name in zip(beyond["place"], beyond["mark"], strict=True):
            axes.plot([edge], [place], marker, color=MARKS[name][0], markersize=8, clip_on=False)
    marks(axes, rows.dropna(subset="value"), x="value", y="place", of="mark")


def _keys(rows: "DataFrame", kind: Kind) -> list[Any]:
    """Return a key of the verdicts there are, in their own order."""
    from replicate.ledger import Verdict

    if kind != "verdicts":
        return []
    words: dict[tuple[str, str], list[str]] = {}
    for verdict in Verdict:
        if verdict.value in set(rows["mark"]):
            words.setdefault(MARKS[verdict.value], []).append(verdict.label)
    return [key("; ".join(labels), *mark) for mark, labels in words.items()]


def _write(axes: "Axes", rows: "DataFrame", places: Sequence[_Place], *, beside: bool) -> None:
    """Write names and values: beside the axes, or above each mark."""
    at: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "color": INK}
    axes.set_yticks(rows["place"] if beside else [], rows["name"] if beside else [])
    for row, place in zip(rows.to_dict("records"), places, strict=True):
        if beside:
            axes.text(1.03, row["place"], row["printed"], va="center_baseline", **at)
            continue
        top = place.top + _AIR
        if place.heading:
            axes.text(0, top + _BREAK / 2, place.heading, va="top", fontweight="bold", **at)
            top += _BREAK + LINE * (place.heading.count("\n") + 1)
        for text, side, edge in ((place.text, "left", 0), (row["printed"], "right", 1)):
            axes.text(edge, top, text, va="top", ha=side, **at)
