"""What missing data make of a share if belonging to a group changes the odds of being recorded."""

from collections.abc import Sequence
from math import inf

import pandas as pd

from replicate.analysis.missingness.shares import Share, as_range
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.uncertainty import ScenarioRange


def under_odds_ratio(share: Share, missing: Share, lowest: float, highest: float) -> ScenarioRange:
    """Return a group's share of all, for odds ratios of being recorded in a stated range.

    Let w be the odds of being recorded for the group over those for everyone else. By Bayes' theorem the group's odds among the
    recorded are w times its odds among the missing: P(group | recorded) / P(other | recorded) has the factor P(recorded | group) /
    P(recorded | other), the odds among the missing have P(missing | group) / P(missing | other), the prior odds cancel, and the quotient
    of the two factors is w. With the share p among those known, the share among the missing is therefore

        u = p / (p + w (1 - p)),

    and of all, with a share m missing, p (1 - m) + u m. An odds ratio of 1 gives p, the share among those known (missing at random);
    towards 0 and towards infinity the ends tend to the worst case. It is the tilt by a factor of Scharfstein, Rotnitzky and Robins (1999,
    JASA 94:1096-1120) for a share. Nothing published says what the odds ratio is: it is an assumption, to be printed.

    Parameters
    ----------
    share
        Of the group among those known; a rounding range is carried to the ends.
    missing
        Share of all that is missing.
    lowest, highest
        Odds ratios, above 0 and finite: below 1 the group is recorded less often than others, above 1 more often.

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
    if not 0 < lowest <= highest < inf:
        got, expected = f"{lowest} to {highest}", "two numbers above 0, the smaller first"
        raise InputError(
            "a range of odds ratios that is none", where="missing data", got=got, expected=expected
        )
    words = f"the odds of being recorded are {lowest:.4g} to {highest:.4g} times as high for the group as for everyone else"
    group, lost = (
        as_range(share, "the share of a group"),
        as_range(missing, "the share that is missing"),
    )
    # of all it rises with p, falls with the odds ratio and is linear in m: the corners hold the ends
    corners = [
        p + m * (p / (p + ratio * (1 - p)) - p)
        for p in (group.lower, group.upper)
        for m in (lost.lower, lost.upper)
        for ratio in (lowest, highest)
    ]
    return ScenarioRange(min(corners), max(corners), assumptions=(words,))


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
    return pd.DataFrame(
        {
            "odds_ratio": list(odds_ratios),
            "lower": [found.lower for found in ranges],
            "upper": [found.upper for found in ranges],
        }
    )
