"""What a share could be of all, for each odds ratio of being recorded that one might assume."""

from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING

from replicate.display.labels import label_ends
from replicate.display.theme import INK, PALETTE, context

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame

_MARKERS = ("o", "s", "^", "D", "v", "P")
_TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
_MARKED = 5
"""How many marks a line carries: enough to tell lines that cross."""

_WIDTH = 50
"""Characters a line of the heading."""


def sensitivity_plot(
    frame: "DataFrame",
    *,
    label: str,
    odds_label: str = "Odds ratio of being recorded (1: as often as others)",
) -> "Figure":
    """Draw the two ends of each share over the odds ratio that is assumed, and what lies between them.

    Parameters
    ----------
    frame
        A row a group and odds ratio: name (of the group), odds_ratio (above 0), lower, upper (shares from 0 to 1). Groups are drawn in
        their order in the frame, six at most. The ends of a row differ by the rounding of the published shares alone.
    label
        What the shares are of: the heading of the value axis.
    odds_label
        What the odds ratio compares.

    Returns
    -------
    matplotlib.figure.Figure
        The odds ratio is on a logarithmic scale; the shares are in percent from 0 to 100.

    Raises
    ------
    ValueError
        When there are more groups than colours, or an odds ratio is not above 0.
    """
    from matplotlib.figure import Figure
    from matplotlib.ticker import PercentFormatter

    names = list(dict.fromkeys(frame["name"]))
    if len(names) > len(PALETTE):
        raise ValueError(f"{len(names)} groups: {len(PALETTE)} can be told apart")
    if not (frame["odds_ratio"] > 0).all():
        raise ValueError(f"an odds ratio of {frame['odds_ratio'].min()}: none is 0 or less")
    with context():
        fig = Figure(figsize=(7, 5))
        axes = fig.subplots()
        styles = list(zip(PALETTE, _MARKERS, strict=True))[: len(names)]
        ends = [
            _band(axes, frame[frame["name"] == name], *style)
            for name, style in zip(names, styles, strict=True)
        ]
        _odds(axes, frame)
        axes.set_ylim(0, 1)
        axes.set_title(fill(label, _WIDTH))
        axes.set_xlabel(odds_label)
        axes.yaxis.set_major_formatter(PercentFormatter(1, symbol="\N{NO-BREAK SPACE}%"))
        label_ends(axes, ends, names, styles)
    return fig


def _band(axes: "Axes", rows: "DataFrame", colour: str, marker: str) -> float:
    rows = rows.sort_values("odds_ratio")
    axes.fill_between(
        rows["odds_ratio"], rows["lower"], rows["upper"], facecolor=(colour, 0.3), edgecolor="none"
    )
    for end in ("lower", "upper"):
        axes.plot(
            rows["odds_ratio"],
            rows[end],
            color=colour,
            linewidth=1.2,
            marker=marker,
            markevery=max(1, len(rows) // _MARKED),
        )
    return float(
        rows[["lower", "upper"]].iloc[-1].mean()
    )  # where the group's name stands, and nothing else


def _odds(axes: "Axes", frame: "DataFrame") -> None:
    """Write odds ratios as fractions below 1: half as often reads more easily than 0.5."""
    low, high = float(frame["odds_ratio"].min()), float(frame["odds_ratio"].max())
    axes.set_xscale("log")
    axes.minorticks_off()
    shown: Sequence[float] = [tick for tick in _TICKS if low * 0.999 <= tick <= high * 1.001]
    axes.set_xticks(shown, [f"{tick:g}" if tick >= 1 else f"1/{1 / tick:g}" for tick in shown])
    axes.axvline(1, color=INK, linewidth=0.8, linestyle=":")
