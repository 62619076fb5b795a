"""Intervals: for a share found in a sample, from a half-width, and for a part of a year.

Wilson (1927, JASA 22:209-212) inverts the score test and covers about as often as it says;
Clopper and Pearson (1934, Biometrika 26:404-413) never cover less often than they say; Wald is the
estimate plus and minus a multiple of its standard error, which covers too seldom near 0 and 1 and
is here because half-widths are published that way (Brown, Cai and DasGupta 2001, Statistical
Science 16:101-133). Shares are between 0 and 1.
"""

from collections.abc import Mapping
from math import inf
from typing import Any

import numpy as np
from scipy.stats import binom, nbinom, norm
from statsmodels.stats.proportion import proportion_confint

from replicate.analysis.checks import refuse_outside, refuse_unless
from replicate.vocabulary.errors import unknown
from replicate.vocabulary.uncertainty import SamplingInterval

METHODS: Mapping[str, str] = {"wilson": "wilson", "clopper-pearson": "beta", "wald": "normal"}
"""Our name of a method → that of statsmodels."""

MOST_REPORTS = 10**7
"""More crimes than police forces in England and Wales record in a year, which is under seven
million: a half-width that implies a larger sample is of no audit of a year's reports."""

MOST_CASES = 2**53
"""Up to here a whole number is exact as a floating-point number."""


def interval(
    successes: float,
    trials: float,
    *,
    method: str = "wilson",
    level: float = 0.95,
) -> SamplingInterval:
    """Return where a population's share could lie, given a sample.

    Parameters
    ----------
    successes, trials
        Cases found right, and cases examined, at least 1; an effective sample need not be whole.
    method
        `wilson`, `clopper-pearson` or `wald`.
    level
        Between 0 and 1.

    Returns
    -------
    SamplingInterval
        Of a share between 0 and 1; it always holds the share found.

    Raises
    ------
    InputError
        For an unknown method, more successes than trials, less than one trial, or a level out of
        range.

    Examples
    --------
    >>> found = interval(81, 263)
    >>> round(found.lower, 4), round(found.upper, 4)
    (0.2553, 0.3662)
    >>> interval(38, 38).upper
    1.0
    """
    where = "interval"
    refuse_outside(trials, "a number of trials", 1, MOST_CASES, where=where, ends=True)
    refuse_outside(successes, "a number of successes", 0, trials, where=where, ends=True)
    _refuse_unusable(method, level, where)
    lower, upper = _ends(successes / trials, trials, method, level)
    return SamplingInterval(float(lower), float(upper), level, method)


def implied_sample(rate: float, half_width: float, level: float = 0.95) -> float:
    """Return the simple random sample that a published rate and half-width imply.

    The size n for which Wald's half-width, z x sqrt(rate x (1 - rate) / n), is the published one.
    It is implied, never the number of cases examined: an audit in strata or clusters examined
    another number, and how the half-width was made is not published.

    Parameters
    ----------
    rate
        Between 0 and 1, both left out.
    half_width
        On the same scale; that of a sample of at least one case and at most `MOST_REPORTS`.
    level
        That the half-width was published at, or is assumed to be; between 0 and 1.

    Raises
    ------
    InputError
        When one of them is out of range, with the half-widths that the rate can have.

    Examples
    --------
    >>> round(implied_sample(0.895, 0.0164))
    1342
    """
    refuse_outside(rate, "a rate", where="rate")
    refuse_outside(level, "a level", where="level")
    widest = float(norm.isf((1 - level) / 2) * np.sqrt(rate * (1 - rate)))
    narrowest = widest / np.sqrt(MOST_REPORTS)
    what = "a half-width that no sample gives"
    got = f"{100 * half_width:g} percentage points, for a rate of {100 * rate:g} %"
    # Printed rounded inwards, so that both ends are themselves accepted.
    ends = f"{100.05 * narrowest:.4g} to {99.95 * widest:.4g}"
    expected = f"{ends}: samples of {MOST_REPORTS:,} reports to one"
    right = 0 < narrowest <= half_width <= widest
    refuse_unless(right, what, where="half-width", got=got, expected=expected)
    return (widest / half_width) ** 2


def published_interval(rate: float, half_width: float, level: float = 0.95) -> SamplingInterval:
    """Return a published rate less and plus its half-width, no end below 0 or above 1.

    Raises
    ------
    InputError
        As `implied_sample`.
    """
    implied_sample(rate, half_width, level)  # refuses the same
    lower, upper = max(rate - half_width, 0.0), min(rate + half_width, 1.0)
    return SamplingInterval(lower, upper, level, "the published half-width")


def share_of_year(part: int, whole: int, fraction: float, level: float) -> SamplingInterval:
    """Return where the count in a part of a year should lie, given the year's total.

    Given the total of a Poisson process with a constant rate, the number of events in a stated
    fraction of the time is binomial (Przyborowski and Wilenski 1940, Biometrika 31:313-323). The
    interval is central and exact: each tail beyond it has at most half of one less the level, the
    rule by which Clopper and Pearson (1934, Biometrika 26:404-413) build theirs; a count lies in
    it exactly when their interval for the share holds the fraction.

    The assumption is that offences are recorded evenly over the year and one by one: no season, no
    trend, and no batches. Batches, such as one inquiry recorded at a time, make the true interval
    wider.

    Parameters
    ----------
    part
        The published count for the part of the year; the interval is for comparing it with.
    whole
        The year's count, at least 1.
    fraction
        The part of the year that `part` covers, between 0 and 1: nine months are 0.75.
    level
        Between 0 and 1.

    Raises
    ------
    InputError
        When the part can't be a part of the whole, or the fraction or level is out of range.

    Examples
    --------
    >>> interval = share_of_year(5, 10, 0.5, 0.95)
    >>> interval.lower, interval.upper, 5 in interval
    (2.0, 8.0, True)
    """
    refuse_outside(whole, "a year's count", 1, inf, where="part of a year", ends=True)
    refuse_outside(part, "the count of a part", 0, whole, where="part of a year", ends=True)
    _refuse_no_part(fraction, level)
    lower, upper = (float(end) for end in binom.interval(level, whole, fraction))
    return SamplingInterval(lower, upper, level, "exact binomial, given the year's total")


def whole_of_year(part: int, fraction: float, level: float) -> SamplingInterval:
    """Return the year's totals that a count in a part of it is not too small or large for.

    The test of `share_of_year`, inverted: the total is in the interval when the part is in the
    interval that `share_of_year` gives for that total. The ends are exact: a total of n holds at
    least k in the part just when the k-th falls among the first n, and the place of the k-th is
    negative binomial. The assumptions are the same.

    Parameters
    ----------
    part
        The count for the part of the year, at least 1.
    fraction
        The part of the year it covers, between 0 and 1.
    level
        Between 0 and 1.

    Raises
    ------
    InputError
        When the part is not at least 1, or the fraction or level is not between 0 and 1.

    Examples
    --------
    >>> most = int(whole_of_year(5, 0.5, 0.95).upper)
    >>> 5 in share_of_year(5, most, 0.5, 0.95), 5 in share_of_year(5, most + 1, 0.5, 0.95)
    (True, False)
    """
    refuse_outside(part, "the count of a part", 1, inf, where="part of a year", ends=True)
    _refuse_no_part(fraction, level)
    tail = (1 - level) / 2
    lower, upper = nbinom.ppf(tail, part, fraction), nbinom.ppf(1 - tail, part + 1, fraction)
    words = "exact binomial, inverted"
    return SamplingInterval(float(part + lower), float(part + upper), level, words)


def _ends(share: Any, size: float, method: str, level: float) -> tuple[Any, Any]:
    """Return both ends for one share found, or for an array of them.

    The machine's rounding can leave a share of 0 or 1 just outside its own interval.
    """
    lower, upper = proportion_confint(share * size, size, alpha=1 - level, method=METHODS[method])
    return np.clip(lower, 0.0, share), np.clip(upper, share, 1.0)


def _refuse_unusable(method: str, level: float, where: str) -> None:
    refuse_outside(level, "a level", where=where)
    if method not in METHODS:
        raise unknown("interval method", method, METHODS, where="method")


def _refuse_no_part(fraction: float, level: float) -> None:
    refuse_outside(fraction, "a fraction", where="part of a year")
    refuse_outside(level, "a level", where="part of a year")
