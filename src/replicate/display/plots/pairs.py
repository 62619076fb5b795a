"""Published figures beside what other published figures give for them, each pair on a scale of its own."""

from math import isfinite, isnan
from textwrap import fill
from typing import TYPE_CHECKING, Any

from replicate.display.theme import PALETTE, context

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame

_HEIGHT = 1.9
"""Height of a pair with its heading, in inches."""

_WIDTH = 50
"""Characters a line of a heading."""

_STYLES = ((1.0, PALETTE[0], "o", 8), (0.0, PALETTE[1], "D", -21))
"""Level, colour, marker and place of the words (points above) of what was published, and of what others give."""


def pair_plot(frame: "DataFrame") -> "Figure":
    """Draw each pair as two ranges on one scale; scales differ from pair to pair, and none begins at nought.

    Parameters
    ----------
    frame
        Columns heading; published and given (what to print); printed_value and given_value (missing where only a range is known, and
        then no point is drawn); printed_lower, printed_upper, given_lower, given_upper (what prints as each, in one unit; an upper end
        may be infinite, and is drawn as an arrow).

    Returns
    -------
    matplotlib.figure.Figure
        As tall as it has rows.
    """
    from matplotlib.figure import Figure

    with context():
        fig = Figure(figsize=(7, _HEIGHT * len(frame)))
        for axes, row in zip(
            fig.subplots(len(frame), squeeze=False)[:, 0], frame.to_dict("records"), strict=True
        ):
            _draw(axes, {str(name): value for name, value in row.items()})
    return fig


def _draw(axes: "Axes", row: dict[str, Any]) -> None:
    low, high = _limits(row)
    axes.set(
        xlim=(low, high), ylim=(-1.3, 2.0), yticks=[1, 0], yticklabels=["published", "others give"]
    )
    for side, words, (level, colour, marker, above) in zip(
        ("printed", "given"), ("published", "given"), _STYLES, strict=True
    ):
        lower, upper, value = (float(row[f"{side}_{end}"]) for end in ("lower", "upper", "value"))
        _range(axes, lower, upper, level, colour)
        place = (lower + min(upper, high)) / 2 if isnan(value) else value
        if not isnan(value):
            axes.plot([value], [level], marker=marker, color=colour)
        axes.annotate(
            str(row[words]),
            (place, level),
            xytext=(0, above),
            textcoords="offset points",
            ha="center",
        )
    axes.set_title(fill(row["heading"], _WIDTH))
    axes.grid(visible=False)
    axes.xaxis.set_major_locator(_few_ticks())
    axes.xaxis.set_major_formatter("{x:,.4g}" if high < 1000 else "{x:,.0f}")
    axes.spines["left"].set_visible(False)


def _range(axes: "Axes", lower: float, upper: float, level: float, colour: str) -> None:
    """Draw a range as a bar; where it has no upper end, as an arrow to the edge."""
    if isfinite(upper):
        axes.hlines(level, lower, upper, color=colour, linewidth=5)
    else:
        arrow = {"arrowstyle": "->", "color": colour, "linewidth": 2.2}
        axes.annotate("", (axes.get_xlim()[1], level), xytext=(lower, level), arrowprops=arrow)


def _limits(row: dict[str, Any]) -> tuple[float, float]:
    """Leave as much room on either side as the printed words take."""
    ends = [
        end
        for side in ("printed", "given")
        for end in (float(row[f"{side}_lower"]), float(row[f"{side}_upper"]))
        if isfinite(end)
    ]
    room = (max(ends) - min(ends)) * 0.45
    return min(ends) - room, max(ends) + room


def _few_ticks() -> Any:
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(nbins=4)
