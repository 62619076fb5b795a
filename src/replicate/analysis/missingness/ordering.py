"""How complete recording would have to be to say which of two groups is larger."""

from dataclasses import dataclass

from replicate.analysis.missingness.shares import Share, as_range
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.uncertainty import RoundingRange


@dataclass(frozen=True)
class Completeness:
    """The share that would have to be recorded, or why no share would do.

    Attributes
    ----------
    needed
        Above it the group with the larger share among those known is the larger of all, whatever the missing are; its ends come from the
        rounding of the shares alone. None where the published shares don't say which is the larger.
    reason
        What it rests on, or why there is none.
    """

    needed: RoundingRange | None
    reason: str


def completeness_to_order(share_a: Share, share_b: Share) -> Completeness:
    """Return how complete recording would have to be to order two groups whatever the missing are.

    The worst case puts all of the missing in the smaller group. With shares a > b among those known and a share c recorded, the larger
    has at least a c and the smaller at most b c + (1 - c), so the order is certain just when a c > b c + 1 - c, that is when
    c > 1 / (1 + a - b): never below a half. It supposes that the shares among those known stay as they are; with more recorded they
    may not.

    Parameters
    ----------
    share_a, share_b
        Of two groups that exclude one another, among those known, in either order; rounding ranges are carried.

    Raises
    ------
    InputError
        When a share is out of range, or the two are more than everyone.

    Examples
    --------
    >>> round(completeness_to_order(0.83, 0.07).needed.lower, 4)
    0.5682
    >>> completeness_to_order(0.5, 0.5).needed is None
    True
    """
    one, other = (
        as_range(share_a, "the share of a group"),
        as_range(share_b, "the share of a group"),
    )
    if one.lower + other.lower > 1:
        raise InputError(
            "shares of two groups that are more than everyone",
            where="missing data",
            got=f"{share_a} and {share_b}",
            expected="1 at most",
        )
    larger, smaller = (one, other) if one.lower >= other.lower else (other, one)
    least, most = larger.lower - smaller.upper, min(larger.upper - smaller.lower, 1.0)
    if least <= 0:
        return Completeness(
            None, "as published, the shares among those known don't say which group is the larger"
        )
    return Completeness(
        RoundingRange(1 / (1 + most), 1 / (1 + least)),
        "the missing all put in the smaller group, the shares among those known held",
    )
