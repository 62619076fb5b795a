"""Published shares as the ranges they stand for."""

from replicate.vocabulary.errors import InputError
from replicate.vocabulary.uncertainty import RoundingRange

Share = float | RoundingRange
"""A share between 0 and 1 as a number, or as the values that print as the published one."""


def as_range(share: Share, what: str) -> RoundingRange:
    """Return a share as a range within 0 and 1.

    Rounding can reach beyond what a share can be, and what lies there is cut off.

    Raises
    ------
    InputError
        When no part of it lies between 0 and 1 (a percentage, for one).
    """
    found = share if isinstance(share, RoundingRange) else RoundingRange(share, share)
    if found.lower > 1 or found.upper < 0:
        raise InputError(
            f"{what} out of range",
            where="missing data",
            got=share,
            expected="a share from 0 to 1, not a percentage",
        )
    return RoundingRange(max(found.lower, 0.0), min(found.upper, 1.0))
