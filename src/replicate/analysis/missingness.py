"""Shares with missing data: worst-case bounds, stated assumptions, completeness needed.

Shares are between 0 and 1. Bounds, scenario ranges and rounding are three kinds of range, and none
is turned into another. What missing data could make of a share, whatever they are: Manski (1989),
Journal of Human Resources 24:343-360, and (2003), Partial Identification of Probability
Distributions, chapter 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import inf
from typing import Literal

import pandas as pd

from replicate.analysis.checks import refuse_unless
from replicate.vocabulary.uncertainty import RoundingRange, ScenarioRange, WorstCaseBounds

UNBOUNDED = "cannot be bounded: the share that is missing is not published"

WHERE = "missing data"

Share = float | RoundingRange
"""A share between 0 and 1 as a number, or as the values that print as the published one."""


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

    Of everyone a share m is missing, and of those known a share p belongs to the group. All of the
    missing may belong to it, or none: its share of all is from p (1 - m) to p (1 - m) + m, whatever
    made them missing, and the width is m whatever p is (Manski 2003, chapter 1). A published share
    of *all* is p (1 - m) already. The bounds hold the truth for certain if the figures are right:
    no value inside is likelier than another.

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
    group = _as_range(share, "the share of a group")
    if missing is None:
        return Bounded(None, UNBOUNDED)
    lost = _as_range(missing, "the share that is missing")
    if of == "known":
        lower, upper = group.lower * (1 - lost.upper), group.upper + lost.upper * (1 - group.upper)
    else:
        what, known = "a share of all larger than the part that is known", 1 - lost.lower
        possible = group.lower + lost.lower <= 1
        refuse_unless(possible, what, where=WHERE, got=share, expected=f"up to {known:.4g}")
        lower, upper = group.lower, min(group.upper + lost.upper, 1.0)
    reason = "all or none of the missing could belong to the group; the published share is of"
    return Bounded(WorstCaseBounds(lower, upper), f"{reason} {of}")


def under_odds_ratio(share: Share, missing: Share, lowest: float, highest: float) -> ScenarioRange:
    """Return a group's share of all, for odds ratios of being recorded in a stated range.

    Let w be the odds of being recorded for the group over those for everyone else. By Bayes'
    theorem the group's odds among the recorded are w times its odds among the missing:
    P(group | recorded) / P(other | recorded) has the factor P(recorded | group) /
    P(recorded | other), the odds among the missing have P(missing | group) / P(missing | other),
    the prior odds cancel, and the quotient of the two factors is w. With the share p among those
    known, the share among the missing is therefore

        u = p / (p + w (1 - p)),

    and of all, with a share m missing, p (1 - m) + u m. An odds ratio of 1 gives p, the share among
    those known (missing at random); towards 0 and towards infinity the ends tend to the worst case.
    It is the tilt by a factor of Scharfstein, Rotnitzky and Robins (1999, JASA 94:1096-1120) for a
    share. Nothing published says what the odds ratio is: it is an assumption, to be printed.

    Parameters
    ----------
    share
        Of the group among those known; a rounding range is carried to the ends.
    missing
        Share of all that is missing.
    lowest, highest
        Odds ratios, above 0 and finite: below 1 the group is recorded less often than others, above
        1 more often.

    Returns
    -------
    ScenarioRange
        With the assumption in words.

    Raises
    ------
    InputError
        When a share is out of range, or the odds ratios are not above 0, finite and in order.

    Examples
    --------
    >>> found = under_odds_ratio(0.5, 0.4, 0.5, 2)
    >>> round(found.lower, 4), round(found.upper, 4)
    (0.4333, 0.5667)
    """
    what, expected = "a range of odds ratios that is none", "two numbers above 0, the smaller first"
    right, got = 0 < lowest <= highest < inf, f"{lowest} to {highest}"
    refuse_unless(right, what, where=WHERE, got=got, expected=expected)
    group = _as_range(share, "the share of a group")
    lost = _as_range(missing, "the share that is missing")
    # It rises with p, falls with the odds ratio and is linear in m: the corners hold the ends.
    corners = product((group.lower, group.upper), (lost.lower, lost.upper), (lowest, highest))
    found = [p + m * (p / (p + ratio * (1 - p)) - p) for p, m, ratio in corners]
    odds = f"the odds of being recorded are {lowest:.4g} to {highest:.4g} times as high"
    words = f"{odds} for the group as for everyone else"
    return ScenarioRange(min(found), max(found), assumptions=(words,))


def sensitivity(share: Share, missing: Share, odds_ratios: Sequence[float]) -> pd.DataFrame:
    """Return a group's share of all for each of some odds ratios of being recorded, as a curve.

    Parameters
    ----------
    share, missing, odds_ratios
        See `under_odds_ratio`.

    Returns
    -------
    pandas.DataFrame
        odds_ratio, lower, upper: the two ends differ only by the rounding of the published shares.

    Raises
    ------
    InputError
        As `under_odds_ratio`.
    """
    ranges = [under_odds_ratio(share, missing, ratio, ratio) for ratio in odds_ratios]
    ends = pd.DataFrame(ranges, columns=["lower", "upper"])
    return ends.assign(odds_ratio=list(odds_ratios))[["odds_ratio", "lower", "upper"]]


def _as_range(share: Share, what: str) -> RoundingRange:
    """Return a share as a range within 0 and 1: what rounding reaches beyond is cut off."""
    found = share if isinstance(share, RoundingRange) else RoundingRange(share, share)
    right, expected = found.lower <= 1 and found.upper >= 0, "a share from 0 to 1, not a percentage"
    refuse_unless(right, f"{what} out of range", where=WHERE, got=share, expected=expected)
    return RoundingRange(max(found.lower, 0.0), min(found.upper, 1.0))
