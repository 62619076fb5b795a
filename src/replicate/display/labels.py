"""Labels beside what they name, none over another."""

from collections.abc import Sequence
from itertools import pairwise
from textwrap import wrap
from typing import TYPE_CHECKING

from replicate.display.theme import INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LINE = 0.25
"""Height of a line of text with a little air, in inches."""

_WIDTH = 16
"""Characters a line."""


def area_name(force: str) -> str:
    """Return a force's name as a reader would say it.

    Examples
    --------
    >>> area_name("London, City of"), area_name("Kent")
    ('City of London', 'Kent')
    """
    name, _, before = force.partition(", ")
    return f"{before} {name}" if before else name


def spread(wanted: Sequence[float], heights: Sequence[float], *, top: float = 1.0) -> list[float]:
    """Move places apart until things of the given heights, centred there, no longer overlap.

    Order is kept and nothing goes above `top`; what already fits is not moved.

    Parameters
    ----------
    wanted, heights
        Where each thing would stand, and how much room it takes, in one unit.
    top
        The upper end of the room.

    Returns
    -------
    list of float
        Where each can stand, in the order given.

    Examples
    --------
    >>> spread([0.5, 0.5, 0.1], [0.2, 0.2, 0.2])
    [0.5, 0.7, 0.1]
    """
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    places = list(wanted)
    for below, above in pairwise(order):
        places[above] = max(places[above], places[below] + (heights[below] + heights[above]) / 2)
    ceiling = top
    for index in reversed(order):
        places[index] = min(places[index], ceiling - heights[index] / 2)
        ceiling = places[index] - heights[index] / 2
    return places


def label_ends(
    axes: "Axes", ends: Sequence[float], words: Sequence[str], styles: Sequence[tuple[str, str]]
) -> None:
    """Write each series' name to the right of the axes, level with its end, behind a marker of its colour and shape.

    Parameters
    ----------
    axes
        Its limits must be final.
    ends
        Where each series ends, on the value axis.
    words
        What to write; broken where long.
    styles
        Colour and marker of each.
    """
    low, high = axes.get_ylim()
    texts = ["\n".join(wrap(word, _WIDTH)) for word in words]
    line = _LINE / (axes.bbox.height / axes.figure.dpi)
    places = spread(
        [(end - low) / (high - low) for end in ends],
        [line * (text.count("\n") + 1) for text in texts],
    )
    for text, place, (colour, marker) in zip(texts, places, styles, strict=True):
        axes.plot(
            [1.035],
            [place],
            marker=marker,
            color=colour,
            transform=axes.transAxes,
            clip_on=False,
            linestyle="none",
        )
        axes.annotate(text, (1.06, place), xycoords="axes fraction", va="center", color=INK)
