"""Ranges on a log axis, from top to bottom, such as the links of a chain."""

from collections.abc import Sequence
from math import ceil, floor, log10
from textwrap import fill, wrap
from typing import TYPE_CHECKING, NamedTuple

from replicate.display.theme import INK, PALETTE, context
from replicate.vocabulary.numbers import number, span

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame

_LINE, _BAR, _AIR, _MARGIN = 0.235, 0.16, 0.14, 1.3
"""Heights in inches: a line of text, the bar under it, what parts two rows, and axis, heading and legend."""

_NAME, _HEADING = 42, 58
"""Characters a line: of a row's name with its ends behind it, of the heading."""

_BEYOND = 1.12
"""How far the axis reaches beyond the outermost ends, as a factor."""


class _Row(NamedTuple):
    text: str
    top: float
    bar: float
    bottom: float


def range_plot(frame: "DataFrame", *, label: str, unit: str = "") -> "Figure":
    """Draw each row's range as a bar on a log axis, in the order given, its name and ends above it.

    On a log axis the length of a bar is the ratio of its ends, so that lengths can be compared, and those of the links of a chain add
    up to the chain's. A row without ends is named and says so, and nothing is drawn.

    Parameters
    ----------
    frame
        A row a range: name, lower and upper (both above 0, both missing where there is no range), kind (what sort of range: a colour
        each).
    label
        What the ranges are of: the heading.
    unit
        Written after the ends; "%" and "percent" both give the sign.

    Returns
    -------
    matplotlib.figure.Figure
        As tall as it has rows.

    Raises
    ------
    ValueError
        When no row has ends.
    """
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

    if frame["lower"].isna().all():
        raise ValueError("no row has ends to draw")
    rows = _rows(list(zip(frame["name"].astype(str), frame["lower"].notna(), strict=True)))
    with context():
        fig = Figure(figsize=(7, _MARGIN + rows[-1].bottom))
        axes = fig.subplots()
        _axis(axes, float(frame["lower"].min()), float(frame["upper"].max()))
        axes.set_ylim(rows[-1].bottom + _AIR, 0)
        _draw(axes, frame, rows, unit)
        fig.suptitle(
            fill(label, _HEADING), x=0.01, ha="left", fontsize=axes.xaxis.label.get_fontsize()
        )
        if len(colours := _colours(frame)) > 1:
            fig.legend(
                handles=[Patch(color=colour, label=kind) for kind, colour in colours.items()],
                loc="outside lower left",
                ncols=2,
            )
    return fig


def _rows(named: Sequence[tuple[str, bool]]) -> list[_Row]:
    """Return the rows from top to bottom, each as high as its name and, where it has one, its bar."""
    rows: list[_Row] = []
    top = 0.0
    for name, held in named:
        lines = wrap(name, _NAME)
        bar = top + _AIR + _LINE * len(lines) + _BAR / 2
        rows.append(
            _Row("\n".join(lines), top + _AIR, bar, bar + _BAR / 2 if held else bar - _BAR / 2)
        )
        top = rows[-1].bottom
    return rows


def _axis(axes: "Axes", lowest: float, highest: float) -> None:
    axes.set_xscale("log")
    axes.set_xlim(lowest / _BEYOND, highest * _BEYOND)
    axes.set_xticks(*_ticks(lowest / _BEYOND, highest * _BEYOND))
    axes.set_xticks([], minor=True)
    axes.tick_params(axis="y", labelleft=False)
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)


def _ticks(lowest: float, highest: float) -> tuple[list[float], list[str]]:
    """Return ticks at the first of 1-10, 1-2-5 and 1-2-3-5-7 a decade that puts three within the axis, or at the ends of it."""
    decades = range(floor(log10(lowest)), ceil(log10(highest)) + 1)
    for steps in ((1,), (1, 2, 5), (1, 2, 3, 5, 7)):
        ticks = [
            step * 10.0**decade
            for decade in decades
            for step in steps
            if lowest <= step * 10.0**decade <= highest
        ]
        if len(ticks) >= 3:
            return ticks, [number(tick) for tick in ticks]
    return [lowest, highest], [number(lowest), number(highest)]


def _colours(frame: "DataFrame") -> dict[str, str]:
    """Return a colour for each kind of range there is."""
    kinds = dict.fromkeys(frame.loc[frame["lower"].notna(), "kind"])
    return {str(kind): PALETTE[place % len(PALETTE)] for place, kind in enumerate(kinds)}


def _draw(axes: "Axes", frame: "DataFrame", rows: Sequence[_Row], unit: str) -> None:
    colours = _colours(frame)
    columns = (frame["lower"], frame["upper"], frame["kind"])
    for row, lower, upper, kind in zip(rows, *columns, strict=True):
        axes.text(0, row.top, row.text, transform=axes.get_yaxis_transform(), va="top", color=INK)
        held = lower == lower
        words = span(float(lower), float(upper), unit) if held else str(kind)
        style = "normal" if held else "italic"
        axes.text(
            1,
            row.top,
            words,
            transform=axes.get_yaxis_transform(),
            va="top",
            ha="right",
            color=INK,
            fontstyle=style,
        )
        if held:
            axes.barh(
                row.bar,
                upper - lower,
                left=lower,
                height=_BAR,
                color=colours[str(kind)],
                edgecolor=colours[str(kind)],
            )
