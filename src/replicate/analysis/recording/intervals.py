"""Intervals for a share found in an audit sample."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.stats import norm
from statsmodels.stats.proportion import proportion_confint

from replicate.analysis.recording.checks import refuse_level, refuse_unless
from replicate.vocabulary.errors import unknown
from replicate.vocabulary.uncertainty import SamplingInterval

METHODS: Mapping[str, str] = {"wilson": "wilson", "clopper-pearson": "beta", "wald": "normal"}
"""Our name of a method → that of statsmodels."""


def interval(
    successes: float,
    trials: float,
    *,
    method: str = "wilson",
    level: float = 0.95,
    population: float | None = None,
    design_effect: float = 1.0,
) -> SamplingInterval:
    """Return where a population's share could lie, given a sample.

    Wilson (1927, JASA 22:209-212) inverts the score test and covers about as often as it says; Clopper and Pearson (1934,
    Biometrika 26:404-413) never cover less often than they say; Wald is the estimate plus and minus a multiple of its standard
    error, which covers too seldom near 0 and 1 and is here because half-widths are published that way (Brown, Cai and DasGupta
    2001, Statistical Science 16:101-133).

    A sample without replacement of n from N has its variance multiplied by (N - n) / (N - 1) (Cochran 1977, Sampling Techniques,
    3rd edition, chapter 3), a sample that is not simple by its design effect (Kish 1965, Survey Sampling, chapter 8). Both enter as
    the size of the simple random sample with replacement that has the same variance, the same share and an interval of its own
    (Korn and Graubard 1998, Survey Methodology 24:193-201; Franco et al. 2019, Journal of Survey Statistics and Methodology 7:334-364).

    Parameters
    ----------
    successes, trials
        Cases found right, and cases examined; an effective sample need not be whole.
    method
        `wilson`, `clopper-pearson` or `wald`.
    level
        Between 0 and 1.
    population
        Of how many the cases examined are a sample; None takes them as a small part.
    design_effect
        The variance in multiples of that of a simple random sample; above 1 for clusters, unknown for most audits.

    Returns
    -------
    SamplingInterval
        Of a share between 0 and 1. When the whole population was examined, the share itself at both ends.

    Raises
    ------
    InputError
        For an unknown method, more successes than trials, no trials, a population smaller than the sample, or a level or design effect
        out of range.

    Examples
    --------
    >>> found = interval(81, 263)
    >>> round(found.lower, 4), round(found.upper, 4)
    (0.2553, 0.3662)
    """
    refuse_unless(trials > 0, "a sample without cases", where="interval", got=trials, expected="a number of trials above 0")
    refuse_unless(
        0 <= successes <= trials, "a number of successes out of range", where="interval", got=successes, expected=f"0 to {trials}"
    )
    refuse_level(level, where="interval")
    refuse_unless(design_effect > 0, "a design effect out of range", where="interval", got=design_effect, expected="a number above 0")
    refuse_unless(
        population is None or population >= trials,
        "a population smaller than its sample",
        where="interval",
        got=population,
        expected=f"{trials} or more",
    )
    share = successes / trials
    words = _words(method, population, design_effect)
    if population == trials:
        return SamplingInterval(share, share, level, words)
    left = 1.0 if population is None else (population - trials) / (population - 1)
    size = trials / (design_effect * left)
    lower, upper = ends(share * size, size, method, level)
    return SamplingInterval(float(lower), float(upper), level, words)


def ends(successes: Any, trials: float, method: str, level: float) -> tuple[Any, Any]:
    """Return both ends for one number of successes, or for an array of them.

    Raises
    ------
    InputError
        For an unknown method.
    """
    if method not in METHODS:
        raise unknown("interval method", method, METHODS, where="method")
    lower, upper = proportion_confint(successes, trials, alpha=1 - level, method=METHODS[method])
    return np.clip(lower, 0.0, 1.0), np.clip(upper, 0.0, 1.0)  # Wilson's end at a share of 0 misses 0 by the machine's rounding


def implied_sample(rate: float, half_width: float, level: float = 0.95) -> float:
    """Return the simple random sample that a published rate and half-width imply.

    The size n for which Wald's half-width, z x sqrt(rate x (1 - rate) / n), is the published one. It is implied, never the number
    of cases examined: an audit in strata or clusters examined another number, and how the half-width was made is not published.

    Parameters
    ----------
    rate
        Between 0 and 1, both left out.
    half_width
        Above 0, on the same scale.
    level
        That the half-width was published at, or is assumed to be; between 0 and 1.

    Raises
    ------
    InputError
        When one of them is out of range.

    Examples
    --------
    >>> round(implied_sample(0.895, 0.0164))
    1342
    """
    refuse_unless(0 < rate < 1, "a rate out of range", where="interval", got=rate, expected="a number between 0 and 1, not a percentage")
    refuse_unless(half_width > 0, "a half-width out of range", where="interval", got=half_width, expected="a number above 0")
    refuse_level(level, where="interval")
    return float((norm.isf((1 - level) / 2) / half_width) ** 2 * rate * (1 - rate))


def implied_interval(rate: float, half_width: float, *, method: str = "wilson", level: float = 0.95) -> SamplingInterval:
    """Return the interval that another method gives for the sample that a published half-width implies.

    Parameters
    ----------
    rate, half_width, level
        See `implied_sample`.
    method
        See `interval`; `wald` gives the published half-width back.

    Raises
    ------
    InputError
        When the method is unknown or a number out of range.

    Examples
    --------
    >>> found = implied_interval(0.895, 0.0164, method="wald")
    >>> round(found.lower, 4), round(found.upper, 4), found.method
    (0.8786, 0.9114, 'wald, for the simple random sample that the half-width implies')
    """
    size = implied_sample(rate, half_width, level)
    found = interval(rate * size, size, method=method, level=level)
    return SamplingInterval(found.lower, found.upper, level, f"{method}, for the simple random sample that the half-width implies")


def published_interval(rate: float, half_width: float, level: float = 0.95) -> SamplingInterval:
    """Return a published rate less and plus its published half-width, no end below 0 or above 1.

    Raises
    ------
    InputError
        When one of them is out of range.
    """
    implied_sample(rate, half_width, level)  # refuses the same
    return SamplingInterval(max(rate - half_width, 0.0), min(rate + half_width, 1.0), level, "the published half-width")


def _words(method: str, population: float | None, design_effect: float) -> str:
    corrected = "" if population is None else f", finite population of {population:,.10g}"
    return method + corrected + ("" if design_effect == 1 else f", design effect {design_effect:.4g}")
