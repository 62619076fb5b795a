"""Counts by year and kind, as lines or as stacked columns."""

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Any, Literal

from replicate.display.labels import label_ends
from replicate.display.theme import PALETTE, PAPER, context

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame

_MARKERS = ("o", "s", "^", "D", "v", "P")
_WIDTH = 50
"""Characters a line of the heading of the value axis."""

_MOST_YEARS = 8
"""Years that can be written side by side; of more, every second or third is written."""


def series_plot(
    frame: "DataFrame",
    *,
    label: str,
    style: Literal["lines", "stacked"] = "lines",
    words: Mapping[str, str] | None = None,
) -> "Figure":
    """Draw counts by year, one line or one layer a kind, each named where it ends.

    Parameters
    ----------
    frame
        Columns year, kind, count, complete (False where the table does not hold the whole year). Kinds are drawn
        in their order in the frame, six at most.
    label
        What the value axis counts, with its unit.
    style
        `lines`, or `stacked` columns that add up to the total. A year that is not complete is dotted with an open
        marker, or hatched, and called "part".
    words
        What to print for a kind, where that is not its name.

    Returns
    -------
    matplotlib.figure.Figure
        The value axis begins at 0.

    Raises
    ------
    ValueError
        When there are more kinds than colours.
    """
    from matplotlib.figure import Figure

    kinds = list(dict.fromkeys(frame["kind"]))
    if len(kinds) > len(PALETTE):
        raise ValueError(f"{len(kinds)} kinds: {len(PALETTE)} can be told apart")
    with context():
        fig = Figure()
        axes = fig.subplots()
        ends = _lines(axes, frame, kinds) if style == "lines" else _columns(axes, frame, kinds)
        axes.set_ylim(bottom=0)
        axes.set_title(
            fill(label, _WIDTH)
        )  # above the axis and level, which reads more easily than turned
        axes.yaxis.set_major_formatter("{x:,.0f}")
        _years(axes, frame)
        markers = _MARKERS if style == "lines" else ("s",) * len(kinds)
        label_ends(
            axes,
            ends,
            [(words or {}).get(kind, kind) for kind in kinds],
            list(zip(PALETTE, markers, strict=False))[: len(kinds)],
        )
    return fig


def _lines(axes: "Axes", frame: "DataFrame", kinds: Sequence[str]) -> list[float]:
    ends = []
    for kind, colour, marker in zip(kinds, PALETTE, _MARKERS, strict=False):
        rows = frame[frame["kind"] == kind].sort_values("year")
        counts, part = rows["count"].astype(float), ~rows["complete"].astype(bool)
        beside = part | part.shift(fill_value=False) | part.shift(-1, fill_value=False)
        common: dict[str, Any] = {"color": colour, "marker": marker, "clip_on": False}
        axes.plot(rows["year"], counts.mask(part), **common)
        if part.any():
            axes.plot(
                rows["year"],
                counts.where(beside),
                linestyle=":",
                markevery=part.tolist(),
                markerfacecolor=PAPER,
                **common,
            )
        ends.append(float(counts.iloc[-1]))
    return ends


def _columns(axes: "Axes", frame: "DataFrame", kinds: Sequence[str]) -> list[float]:
    table = frame.pivot(index="year", columns="kind", values="count").fillna(0).astype(float)
    complete = frame.groupby("year")["complete"].all()
    base = table.iloc[:, 0] * 0
    ends = []
    for kind, colour in zip(kinds, PALETTE, strict=False):
        bars = axes.bar(
            table.index,
            table[kind],
            bottom=base,
            width=0.78,
            color=colour,
            edgecolor=PAPER,
            linewidth=1.2,
        )
        for bar, whole in zip(bars, complete, strict=True):
            if not whole:
                bar.set(hatch="///", facecolor=PAPER, edgecolor=colour)
        ends.append(float(base.iloc[-1] + table[kind].iloc[-1] / 2))
        base = base + table[kind]
    return ends


def _years(axes: "Axes", frame: "DataFrame") -> None:
    years = sorted(set(frame["year"]))
    incomplete = set(frame.loc[~frame["complete"].astype(bool), "year"])
    step = -(-len(years) // _MOST_YEARS)
    shown = years[::-step][::-1]
    axes.set_xticks(shown, [f"{year}\n{'(part)' if year in incomplete else ' '}" for year in shown])
