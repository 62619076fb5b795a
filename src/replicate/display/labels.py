"""Labels beside what they name, none over another."""

from collections.abc import Sequence
from itertools import pairwise


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
