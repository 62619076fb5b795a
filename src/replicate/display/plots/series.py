"""Series: lines over years or another scale, each named with its last value where it ends, and bands."""

from collections.abc import Hashable, Mapping, Sequence
from textwrap import wrap
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from replicate.display.labels import spread
from replicate.display.plots.canvas import LINE, bare, canvas, head, ticks
from replicate.display.theme import INK, PALETTE, PAPER, context
from replicate.vocabulary.numbers import number, span

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame, Series

_NO_WORDS: Mapping[str, str] = MappingProxyType({})
_MARKERS = ("o", "s", "^", "D", "v", "P")
_HEIGHT, _NAMES = 3.2, 1.65
"""Inches: height of the axes, and room for names to their right."""

_NAME = 15
"""Characters of a line of a name."""

_MOST_YEARS = 5
"""Years that can be written side by side."""


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
    """Draw a line for each kind, named with its last value where it ends, and the band between its ends.

    Parameters
    ----------
    frame
        A row a kind and year: the columns `x`, `y` (missing where there is no value: the line is broken) and `hue`,
        and, where known, lower and upper (missing where there is no band) and complete (False where the table does
        not hold the whole year: an open mark that no line leads to). Kinds are drawn in their order in the frame.
    label
        What the value axis measures, with its unit.
    x, y, hue
        The columns that hold year, value and kind; without a column `y` there are bands alone.
    words
        What to print for a kind, where that is not its name.
    unit
        Written after printed values.
    odds_label
        Where `x` is an odds ratio: what it compares. Its scale is logarithmic.

    Returns
    -------
    matplotlib.figure.Figure
        The value axis begins at 0.

    Raises
    ------
    ValueError
        When there are more than six kinds: they could not be told apart.
    """
    kinds = list(dict.fromkeys(frame[hue]))
    if len(kinds) > len(PALETTE):
        raise ValueError(f"{len(kinds)} kinds: {len(PALETTE)} can be told apart")
    rows = _tidy(frame, x, y, hue)
    with context():
        fig, axes = canvas(_HEIGHT, left=0.9, right=_NAMES, bottom=0.8 if odds_label else 0.55)
        _bands(axes, rows, kinds)
        _lines(axes, rows, kinds)
        bare(axes, "y")
        axes.margins(x=0.08)
        axes.set_ylim(bottom=0)
        ticks(axes, "y", unit)
        if odds_label:
            _odds(axes, odds_label)
        else:
            _years(axes, rows)
        _name_ends(axes, rows, {kind: words.get(kind, str(kind)) for kind in kinds}, unit)
        head(fig, label, _alt(rows, kinds, words, unit))
    return fig


def _alt(rows: "DataFrame", kinds: Sequence[Hashable], words: Mapping[str, str], unit: str) -> str:
    """Say where each kind begins and ends."""
    told = []
    for kind in kinds:
        part = rows[rows["kind"] == kind].dropna(subset=["y", "upper"], how="all")
        if len(part):
            (x, first), (last_x, last) = (
                (number(row["x"]).replace(",", ""), _end(row, unit)[1])
                for row in (part.iloc[0], part.iloc[-1])
            )
            told.append(f"{words.get(str(kind), kind)}: {first} at {x}, {last} at {last_x}")
    return "; ".join(told)


def _tidy(frame: "DataFrame", x: str, y: str, hue: str) -> "DataFrame":
    """Return the columns x, y, kind, lower, upper, complete and stretch (what is joined by one line)."""
    rows = frame.rename(columns={x: "x", y: "y", hue: "kind"})
    for column, default in (("y", float("nan")), ("lower", None), ("upper", None)):
        rows[column] = rows.get(column, default)
    rows["complete"] = rows["complete"].astype(bool) if "complete" in rows else True
    rows = rows.astype(dict.fromkeys(("y", "lower", "upper"), float)).sort_values(
        "x", kind="stable"
    )
    joined = rows["y"].where(rows["complete"])
    return rows.assign(joined=joined, stretch=joined.isna().groupby(rows["kind"]).cumsum())


def _bands(axes: "Axes", rows: "DataFrame", kinds: Sequence[Hashable]) -> None:
    for kind, colour in zip(kinds, PALETTE, strict=False):
        band = rows[(rows["kind"] == kind) & rows["lower"].notna()]
        axes.fill_between(
            band["x"], band["lower"], band["upper"], facecolor=(colour, 0.25), edgecolor=colour
        )


def _lines(axes: "Axes", rows: "DataFrame", kinds: Sequence[Hashable]) -> None:
    import seaborn as sns

    joined = rows.dropna(subset="joined")
    if len(joined):
        sns.lineplot(
            joined,
            x="x",
            y="joined",
            hue="kind",
            style="kind",
            hue_order=kinds,
            style_order=kinds,
            palette=list(PALETTE[: len(kinds)]),
            markers=list(_MARKERS[: len(kinds)]),
            dashes=False,
            units="stretch",
            estimator=None,
            errorbar=None,
            legend=False,
            clip_on=False,
            ax=axes,
        )
    for kind, colour, marker in zip(kinds, PALETTE, _MARKERS, strict=False):
        part = rows[(rows["kind"] == kind) & ~rows["complete"]]
        axes.plot(part["x"], part["y"], marker, color=colour, markerfacecolor=PAPER, clip_on=False)


def _years(axes: "Axes", rows: "DataFrame") -> None:
    years = sorted({int(year) for year in rows["x"]})
    part = {int(year) for year in rows.loc[~rows["complete"], "x"]}
    step = -(-len(years) // _MOST_YEARS)
    shown = years[::-step][::-1]
    axes.set_xticks(shown, [f"{year}\n(part)" if year in part else str(year) for year in shown])


def _odds(axes: "Axes", label: str) -> None:
    """Write odds ratios as fractions below 1: half as often reads more easily than 0.5."""
    axes.set_xscale("log")
    low, high = axes.get_xlim()
    shown = [tick for tick in (0.01, 0.1, 0.2, 0.5, 1, 2, 5, 10, 100) if low <= tick <= high]
    axes.set_xticks(shown, [f"{tick:g}" if tick >= 1 else f"1/{1 / tick:g}" for tick in shown])
    axes.set_xticks([], minor=True)
    axes.set_xlabel(label, loc="left")


def _name_ends(axes: "Axes", rows: "DataFrame", words: Mapping[Any, str], unit: str) -> None:
    """Write each kind's name and last value to the right, level with its end where there is room."""
    low, high = axes.get_ylim()
    ends = [_end(rows[rows["kind"] == kind].iloc[-1], unit) for kind in words]
    texts = [
        "\n".join([*wrap(word, _NAME), value])
        for word, (_, value) in zip(words.values(), ends, strict=True)
    ]
    heights = [LINE / _HEIGHT * (text.count("\n") + 1.4) for text in texts]
    places = spread([(end - low) / (high - low) for end, _ in ends], heights)
    at: dict[str, Any] = {"transform": axes.transAxes, "clip_on": False}
    for place, text, colour, marker in zip(places, texts, PALETTE, _MARKERS, strict=False):
        axes.plot([1.06], [place], marker, color=colour, **at)
        axes.text(1.11, place, text, va="center", color=INK, **at)


def _end(last: "Series[Any]", unit: str) -> tuple[float, str]:
    """Return where the last row of a kind stands, and its value or its range in words."""
    value, lower, upper = (float(last[name]) for name in ("y", "lower", "upper"))
    if value == value:
        return value, number(value, unit)
    return (lower + upper) / 2, span(lower, upper, unit)
