"""What missing data could make of a share, whatever they are (Manski 1989, Journal of Human Resources 24:343-360; 2003, chapter 1)."""

from dataclasses import dataclass
from typing import Literal

from replicate.analysis.missingness.shares import Share, as_range
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.uncertainty import WorstCaseBounds

UNBOUNDED = "cannot be bounded: the share that is missing is not published"


@dataclass(frozen=True)
class Bounded:
    """Bounds, or why there are none.

    Attributes
    ----------
    bounds
        None where the share can't be bounded; nothing is drawn then.
    reason
        What the bounds rest on, or why there are none.
    """

    bounds: WorstCaseBounds | None
    reason: str


def worst_case(
    share: Share, missing: Share | None, *, of: Literal["known", "all"] = "known"
) -> Bounded:
    """Return the least and the greatest that a group's share of all could be.

    Of everyone a share m is missing, and of those known a share p belongs to the group. All of the missing may belong to it, or none:
    its share of all is from p (1 - m) to p (1 - m) + m, whatever made them missing, and the width is m whatever p is (Manski 2003,
    Partial Identification of Probability Distributions, chapter 1). A published share of *all* is p (1 - m) already. The bounds hold
    the truth for certain if the figures are right: no value inside is likelier than another.

    Parameters
    ----------
    share
        Of the group, among those known or among all; a rounding range is carried to the bounds.
    missing
        Share of all that is missing; none where it is not published.
    of
        What the published share is a share of.

    Returns
    -------
    Bounded
        Without bounds where the missing share is not published.

    Raises
    ------
    InputError
        When a share is out of range, or a share of all is larger than the part that is known.

    Examples
    --------
    >>> found = worst_case(0.07, 0.66).bounds
    >>> round(found.lower, 4), round(found.upper, 4)
    (0.0238, 0.6838)
    >>> worst_case(0.07, None).reason
    'cannot be bounded: the share that is missing is not published'
    """
    group = as_range(share, "the share of a group")
    if missing is None:
        return Bounded(None, UNBOUNDED)
    lost = as_range(missing, "the share that is missing")
    if of == "known":
        bounds = WorstCaseBounds(
            group.lower * (1 - lost.upper), group.upper + lost.upper * (1 - group.upper)
        )
    elif group.lower + lost.lower > 1:
        known = f"up to {1 - lost.lower:.4g}"
        raise InputError(
            "a share of all larger than the part that is known",
            where="missing data",
            got=share,
            expected=known,
        )
    else:
        bounds = WorstCaseBounds(group.lower, min(group.upper + lost.upper, 1.0))
    return Bounded(
        bounds,
        f"all or none of the missing could belong to the group; the published share is of {of}",
    )
