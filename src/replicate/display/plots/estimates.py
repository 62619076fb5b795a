"""Estimates of one number by many models: a point and an interval each, and how far the choice of a model alone moves the point."""

from collections.abc import Sequence
from math import inf, isinf, nan
from textwrap import fill, wrap
from typing import TYPE_CHECKING, Any, NamedTuple

from replicate.display.theme import PALETTE, context
from replicate.vocabulary.numbers import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame

CHOICE = "the choice of a model alone"
"""What the last row is named."""

NO_LIMIT = "no upper limit"
"""What is said of an interval without an upper end, which is drawn as far as the others reach, with an arrow."""

_LINE, _AIR, _MARGIN = 0.21, 0.15, 1.25
"""Heights in inches: a line of a name, what parts two rows, and axis, heading and the label beneath."""

_NAME, _HEADING = 30, 58
"""Characters a line: of a row's name, of the heading."""

_TICKS = 4
"""Steps of the axis: numbers of five digits stand beside one another."""


class _Row(NamedTuple):
    text: str
    place: float
    bottom: float


def estimates_plot(
    frame: "DataFrame",
    *,
    label: str,
    published: tuple[float, float] | None = None,
    published_label: str = "published",
) -> "Figure":
    """Draw a dot and an interval for each model, the lowest estimate on top, and below them the span of the dots.

    An interval takes its model as known. The last row is what that leaves out: from the lowest to the highest estimate, by the choice
    of a model alone. It is a range of models, not an interval, and is drawn as a bar without a dot.

    Parameters
    ----------
    frame
        A row a model: chosen_by (the criterion that names it), estimate, lower, upper (infinite where there is no upper end).
    label
        What is estimated, with its unit: the heading.
    published
        A published range, drawn as a band across all rows.
    published_label
        Whose it is.

    Returns
    -------
    matplotlib.figure.Figure
        As tall as it has rows; readable with up to about 30.

    Raises
    ------
    ValueError
        When there is no row to draw.
    """
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    if frame.empty:
        raise ValueError("no model has an estimate to draw")
    models = frame.sort_values("estimate", kind="stable").reset_index(drop=True)
    names = [
        f"{name}, {NO_LIMIT}" if isinf(end) else str(name)
        for name, end in zip(models["chosen_by"], models["upper"], strict=True)
    ]
    rows = _rows([*names, CHOICE])
    with context():
        fig = Figure(figsize=(7, _MARGIN + rows[-1].bottom))
        axes = fig.subplots()
        if published is not None:
            _band(axes, published, published_label)
        _draw(axes, models, rows)
        axes.set_yticks([row.place for row in rows], [row.text for row in rows])
        axes.get_yticklabels()[-1].set_fontweight("bold")
        axes.set_ylim(rows[-1].bottom, 0)
        axes.xaxis.set_major_locator(MaxNLocator(_TICKS, steps=[1, 2, 5, 10]))
        axes.xaxis.set_major_formatter("{x:,.0f}")
        fig.suptitle(
            fill(label, _HEADING), x=0.01, ha="left", fontsize=axes.xaxis.label.get_fontsize()
        )
    return fig


def _rows(names: Sequence[str]) -> list[_Row]:
    """Return the rows from top to bottom, each as high as its name."""
    rows: list[_Row] = []
    top = 0.0
    for name in names:
        lines = wrap(name, _NAME)
        height = _AIR + _LINE * len(lines)
        rows.append(_Row("\n".join(lines), top + height / 2, top + height))
        top = rows[-1].bottom
    return rows


def _draw(axes: "Axes", models: "DataFrame", rows: Sequence[_Row]) -> None:
    places = [row.place for row in rows[:-1]]
    furthest = float(models[["estimate", "upper"]].replace(inf, nan).max().max())
    axes.hlines(
        places,
        models["lower"],
        models["upper"].replace(inf, furthest),
        color=PALETTE[0],
        linewidth=2.2,
    )
    endless = [place for place, end in zip(places, models["upper"], strict=True) if isinf(end)]
    axes.plot([furthest] * len(endless), endless, ">", color=PALETTE[0])
    axes.plot(models["estimate"], places, "o", color=PALETTE[0])
    lowest, highest = float(models["estimate"].iloc[0]), float(models["estimate"].iloc[-1])
    axes.barh(
        rows[-1].place,
        highest - lowest,
        left=lowest,
        height=_LINE,
        color=PALETTE[2],
        edgecolor=PALETTE[2],
    )
    axes.spines["left"].set_visible(False)
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")
    axes.tick_params(
        axis="x", top=True, labeltop=True, length=0
    )  # a tall figure is read from either end


def _band(axes: "Axes", ends: tuple[float, float], words: str) -> None:
    axes.axvspan(*ends, facecolor=(PALETTE[3], 0.3), edgecolor=PALETTE[3], linewidth=0.8, zorder=0)
    at: dict[str, Any] = {
        "xycoords": ("data", "axes fraction"),
        "textcoords": "offset points",
        "xytext": (0, -26),
    }
    axes.annotate(
        f"{words}: {number(ends[0])} to {number(ends[1])}",
        (sum(ends) / 2, 0),
        ha="center",
        va="top",
        **at,
    )
