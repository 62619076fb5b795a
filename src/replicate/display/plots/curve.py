"""A specification curve: every total that was tried, and the choices behind each (Simonsohn, Simmons and Nelson 2020)."""

from collections.abc import Hashable, Mapping, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any, NamedTuple

from replicate.display.theme import INK, PALETTE, PAPER, context

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame

CHOICES = ("definition", "period", "territory", "vintage")
"""What a specification chooses, in the order drawn."""

_ROW = 0.28
_LINE = 0.21
_UPPER = 3.2
_MARGIN = 0.9
"""Heights in inches: a row of the matrix, each further line of its name, the panel of totals, what surrounds the panels."""

_WIDTH = 26
"""Characters a line of the names of choices."""


class _Row(NamedTuple):
    choice: str
    value: Hashable | None
    text: str
    place: float
    bottom: float


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
        Readable with up to about 40 specifications.
    """
    from matplotlib.figure import Figure

    rows = frame.sort_values("total", kind="stable").reset_index(drop=True)
    matrix = _layout(frame, choices, labels)
    with context():
        height = matrix[-1].bottom
        fig = Figure(figsize=(7, _MARGIN + _UPPER + height))
        above, below = fig.subplots(2, 1, sharex=True, height_ratios=(_UPPER, height))
        _totals(above, rows, published, band)
        above.set_title(label)
        _matrix(below, rows, matrix)
        below.set_xlim(-0.8, len(rows) - 0.2)
    return fig


def _layout(frame: "DataFrame", choices: Sequence[str], labels: Mapping[str, str]) -> list[_Row]:
    """Return the rows of the matrix from top to bottom, a heading over the values of each choice."""
    rows: list[_Row] = []
    depth = 0.0
    for choice, value in [
        (column, value) for column in choices for value in (None, *dict.fromkeys(frame[column]))
    ]:
        word = choice if value is None else value
        text = "\n".join(wrap(labels.get(word, str(word)), _WIDTH))
        height = _ROW + _LINE * text.count("\n")
        rows.append(_Row(choice, value, text, place=depth + height / 2, bottom=depth + height))
        depth += height
    return rows


def _totals(axes: "Axes", rows: "DataFrame", published: float, band: tuple[float, float]) -> None:
    axes.axhline(published, color=PALETTE[3], linewidth=1.6)
    for reaches, words in ((True, "reaches the published figure"), (False, "does not reach it")):
        chosen = rows[rows["reaches"].astype(bool) == reaches]
        axes.plot(chosen.index, chosen["total"], label=words, **_marker(reaches))
    axes.axhspan(
        *band,
        facecolor=(PALETTE[3], 0.3),
        edgecolor=PALETTE[3],
        linewidth=0.8,
        label="range of revision",
    )
    axes.margins(y=0.15)
    # totals ascend, so on the left the published figure's own side is free
    offset, side = (6, "bottom") if rows["total"].iloc[0] < published else (-6, "top")
    axes.annotate(
        f"published: {published:,.0f}",
        (0, published),
        xytext=(0, offset),
        textcoords="offset points",
        va=side,
    )
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.tick_params(axis="x", bottom=False, labelbottom=False)
    axes.figure.legend(*axes.get_legend_handles_labels(), loc="outside upper left", ncols=2)


def _matrix(axes: "Axes", rows: "DataFrame", matrix: Sequence[_Row]) -> None:
    for row in (row for row in matrix if row.value is not None):
        axes.axhline(row.place, color=INK, alpha=0.18, linewidth=0.6, zorder=0)
        for reaches in (True, False):
            chosen = rows[
                (rows[row.choice] == row.value) & (rows["reaches"].astype(bool) == reaches)
            ]
            axes.plot(chosen.index, [row.place] * len(chosen), **_marker(reaches))
    axes.set_yticks([row.place for row in matrix], [row.text for row in matrix])
    for tick, row in zip(axes.get_yticklabels(), matrix, strict=True):
        tick.set_fontweight("bold" if row.value is None else "normal")
    axes.set_ylim(matrix[-1].bottom, 0)
    axes.grid(visible=False)
    axes.tick_params(axis="x", bottom=False, labelbottom=False)
    axes.spines[["left", "bottom"]].set_visible(False)


def _marker(reaches: bool) -> dict[str, Any]:
    shape, colour, size = ("D", PALETTE[3], 6.5) if reaches else ("o", PALETTE[0], 5.6)
    return {
        "marker": shape,
        "color": colour,
        "markersize": size,
        "linestyle": "none",
        "markeredgecolor": PAPER,
        "markeredgewidth": 0.6,
    }
