"""Two lists of which only the totals and the overlap are known."""

from dataclasses import dataclass
from math import sqrt

from scipy.stats import t

from replicate.analysis.systems.intervals import LEVEL
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.uncertainty import SamplingInterval


@dataclass(frozen=True)
class TwoLists:
    """An estimate from two lists: people in all, and its interval."""

    estimate: float
    interval: SamplingInterval


def two_lists(first: int, second: int, both: int, *, level: float = LEVEL) -> TwoLists:
    """Estimate how many people there are in all from two lists taken to be independent (Lincoln and Petersen).

    The share of the second list that the first holds, with a t interval for a sample without replacement from the number estimated,
    taken over to the number in all (Seber 1982, The Estimation of Animal Abundance, 2nd edition, section 3.1.4; t in place of the
    normal and no correction for continuity). The upper end is infinite where the share's interval reaches 0. Without the overlap,
    totals allow any number.

    Parameters
    ----------
    first, second
        People on each list, those on both among them.
    both
        People on both.
    level
        Between 0 and 1.

    Raises
    ------
    InputError
        For no overlap, more people on both than on either, or a second list of one person.

    Examples
    --------
    >>> two_lists(400, 400, 40).estimate
    4000.0
    """
    if not 0 < both <= min(first, second) or second < 2:
        raise InputError(
            "no estimate from these two lists",
            where="two lists",
            got=f"{first} and {second}, {both} on both",
            expected="an overlap above 0 and no larger than either list, and two people or more on the second",
            hint="totals of lists without their overlap allow any number",
        )
    estimate, share = first * second / both, both / second
    left = (estimate - second) / (estimate - 1)
    half = float(t.isf((1 - level) / 2, second - 1)) * sqrt(
        left * share * (1 - share) / (second - 1)
    )
    lower, least = first / (share + half), share - half
    upper = first / least if least > 0 else float("inf")
    return TwoLists(estimate, SamplingInterval(lower, upper, level, "t interval of the share"))
