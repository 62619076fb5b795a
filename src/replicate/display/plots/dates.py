"""Rates by the day they are of, with the curve of a model."""

from textwrap import fill
from typing import TYPE_CHECKING

from replicate.display.labels import area_name
from replicate.display.svg import TIP
from replicate.display.theme import PALETTE, context
from replicate.vocabulary.numbers import number

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

_WIDTH = 58
"""Characters a line of the heading."""

_AREA = 90.0
"""Area of the mark of the largest sample, in square points."""


def dates_plot(points: "DataFrame", curve: "DataFrame", *, label: str) -> "Figure":
    """Draw each unit's rate at its date, the mark as large as the sample behind it, and the rate that a model gives.

    Parameters
    ----------
    points
        A row a unit: force (its name), year (a number, with the part of the year that has passed), rate (percent), size (of the sample).
        Each mark names its force and rate as a tool tip.
    curve
        year and rate (percent), in order.
    label
        What the rates are, with what the marks' size means: the heading.

    Returns
    -------
    matplotlib.figure.Figure
        The axis of rates does not begin at nought.
    """
    from matplotlib.figure import Figure
    from matplotlib.ticker import MultipleLocator, PercentFormatter

    with context():
        fig = Figure(figsize=(7, 4.6))
        axes = fig.subplots()
        axes.plot(curve["year"], curve["rate"], color=PALETTE[2], linewidth=1.8)
        for force, year, rate, size in zip(
            points["force"], points["year"], points["rate"], points["size"], strict=True
        ):
            area = _AREA * size / points["size"].max()
            mark = axes.scatter(
                [year], [rate], s=area, facecolor=(PALETTE[0], 0.6), edgecolor=PALETTE[0], zorder=3
            )
            mark.set_gid(f"{TIP}{area_name(force)}: {number(rate, '%')}")
        axes.xaxis.set_major_locator(MultipleLocator(1))
        axes.xaxis.set_major_formatter("{x:.0f}")
        axes.yaxis.set_major_locator(MultipleLocator(5))
        axes.yaxis.set_major_formatter(
            PercentFormatter(100, decimals=0, symbol="\N{NO-BREAK SPACE}%")
        )
        axes.set_xlabel("Day the audit's own period ended (a tick is 1 January)")
        fig.suptitle(
            fill(label, _WIDTH), x=0.01, ha="left", fontsize=axes.xaxis.label.get_fontsize()
        )
    return fig
