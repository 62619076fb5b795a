"""A funnel plot: rates by the size of the sample behind them, with the limits of what chance would make (Spiegelhalter 2005)."""

from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Any

from replicate.display.labels import area_name, spread
from replicate.display.theme import INK, PALETTE, PAPER, context
from replicate.vocabulary.numbers import percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame

_LIMITS = ((PALETTE[0], "-"), (PALETTE[2], "--"), (PALETTE[4], ":"))
_POINTS = (
    ("o", PALETTE[0], PAPER),
    ("D", PALETTE[3], PALETTE[3]),
    ("s", PALETTE[2], PALETTE[2]),
    ("^", PALETTE[4], PALETTE[4]),
)
"""Marker, edge and ground of what lies inside every limit, and outside those of the first, second and third kind."""

_NAME = 0.26
_KEY = 0.27
_MARGIN = 0.9
_LEAST = 3.3
"""Heights in inches: a name beside the axes, a line of heading or legend, the axis beneath, the axes where few are named."""

_WIDTH = 58
"""Characters a line of the heading."""


def funnel_plot(
    points: "DataFrame",
    limits: "DataFrame",
    *,
    label: str,
    size_label: str,
    target: float,
    target_label: str = "all together",
) -> "Figure":
    """Draw each unit's rate over the size of its sample, and curves between which it would lie by chance.

    Parameters
    ----------
    points
        A row a unit: force (its name), size (of the sample, or the one that is implied), rate (a share from 0 to 1) and outside
        (the kind of limits that it lies beyond; empty for a unit inside all of them). Units with a kind there are named.
    limits
        A row a kind and size: kind (in words), size, lower, upper (shares). Kinds are drawn in their order in the frame, three at most.
    label
        What the rate is, with the kind of size: the heading.
    size_label
        What the sizes are.
    target
        The share that all units would have, drawn as a line.
    target_label
        What that share is.

    Returns
    -------
    matplotlib.figure.Figure
        The axis of rates is in percent and ends at 0 and 100 at the furthest, whatever the limits.

    Raises
    ------
    ValueError
        When there are more kinds of limits than can be told apart, or a unit is outside limits that are not drawn.
    """
    from matplotlib.figure import Figure

    kinds = list(dict.fromkeys(limits["kind"]))
    _refuse(kinds, points)
    named, heading = points[points["outside"] != ""], fill(label, _WIDTH)
    keys = heading.count("\n") + 1 + len(kinds) + points["outside"].nunique()
    with context():
        fig = Figure(figsize=(7, _MARGIN + _KEY * keys + max(_LEAST, _NAME * len(named))))
        axes = fig.subplots()
        _curves(axes, limits, kinds)
        _scatter(axes, points, kinds)
        _target(axes, target, target_label)
        _scales(axes, size_label)
        drawn = axes.get_legend_handles_labels()
        fig.legend(*drawn, title=heading, loc="outside upper left", alignment="left")
        _name(axes, named)
    return fig


def _target(axes: "Axes", target: float, label: str) -> None:
    axes.axhline(target, color=INK, linewidth=1)
    words = f"{label}: {percent(target)}"
    axes.annotate(words, (0, target), xytext=(2, 4), textcoords="offset points")


def _scales(axes: "Axes", size_label: str) -> None:
    from matplotlib.ticker import PercentFormatter

    axes.set_xlim(left=0)
    axes.set_xlabel(size_label)
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.set_ylim(max(0.0, axes.get_ylim()[0]), min(1.0, axes.get_ylim()[1]))
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol="\N{NO-BREAK SPACE}%"))


def _refuse(kinds: Sequence[str], points: "DataFrame") -> None:
    if len(kinds) > len(_LIMITS):
        raise ValueError(f"{len(kinds)} kinds of limits: {len(_LIMITS)} can be told apart")
    if strange := set(points["outside"]) - {"", *kinds}:
        raise ValueError(f"units outside {min(strange)!r}: the limits drawn are {kinds}")


def _curves(axes: "Axes", limits: "DataFrame", kinds: Sequence[str]) -> None:
    for kind, (colour, line) in zip(kinds, _LIMITS, strict=False):
        rows = limits[limits["kind"] == kind].sort_values("size")
        for end, words in (("lower", kind), ("upper", None)):
            axes.plot(
                rows["size"], rows[end], color=colour, linestyle=line, linewidth=1.6, label=words
            )


def _scatter(axes: "Axes", points: "DataFrame", kinds: Sequence[str]) -> None:
    for kind, (marker, edge, ground) in zip(("", *kinds), _POINTS, strict=False):
        rows = points[points["outside"] == kind]
        words = f"outside: {kind}" if kind else "inside all limits"
        style: dict[str, Any] = {
            "markeredgecolor": edge,
            "markerfacecolor": ground,
            "linestyle": "none",
            "zorder": 3,
        }
        if len(rows):
            axes.plot(rows["size"], rows["rate"], marker, label=words, **style)


def _name(axes: "Axes", named: "DataFrame") -> None:
    """Write the names to the right, level with their points where there is room, and lead a line to each."""
    axes.figure.draw_without_rendering()  # type: ignore[union-attr]  # the legend takes its room: only now is the height known
    low, high = axes.get_ylim()
    height = _NAME / (axes.bbox.height / axes.figure.dpi)
    places = spread([(rate - low) / (high - low) for rate in named["rate"]], [height] * len(named))
    leader: dict[str, Any] = {
        "arrowstyle": "-",
        "linewidth": 0.6,
        "color": INK,
        "alpha": 0.4,
        "shrinkA": 0,
        "shrinkB": 4,
    }
    for place, force, size, rate in zip(
        places, named["force"], named["size"], named["rate"], strict=True
    ):
        axes.annotate(
            "", (size, rate), xytext=(1.02, place), textcoords="axes fraction", arrowprops=leader
        )
        axes.annotate(area_name(force), (1.03, place), xycoords="axes fraction", va="center")
