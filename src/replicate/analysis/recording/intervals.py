"""Intervals for a share found in an audit sample.

Wilson (1927, JASA 22:209-212) inverts the score test and covers about as often as it says; Clopper and Pearson (1934, Biometrika
26:404-413) never cover less often than they say; Wald is the estimate plus and minus a multiple of its standard error, which covers too
seldom near 0 and 1 and is here because half-widths are published that way (Brown, Cai and DasGupta 2001, Statistical Science 16:101-133).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
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
    _refuse_no_sample(successes, trials, population, design_effect)
    refuse_level(level, where="interval")
    _refuse_unknown(method)
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
    _refuse_unknown(method)
    lower, upper = proportion_confint(successes, trials, alpha=1 - level, method=METHODS[method])
    return np.clip(lower, 0.0, 1.0), np.clip(
        upper, 0.0, 1.0
    )  # Wilson's end at a share of 0 misses 0 by the machine's rounding


def _refuse_unknown(method: str) -> None:
    if method not in METHODS:
        raise unknown("interval method", method, METHODS, where="method")


def _words(method: str, population: float | None, design_effect: float) -> str:
    corrected = "" if population is None else f", finite population of {population:,.10g}"
    return (
        method + corrected + ("" if design_effect == 1 else f", design effect {design_effect:.4g}")
    )


def _refuse_no_sample(
    successes: float, trials: float, population: float | None, design_effect: float
) -> None:
    refused: tuple[tuple[bool, str, object, str], ...] = (
        (trials <= 0, "a sample without cases", trials, "a number of trials above 0"),
        (
            not 0 <= successes <= trials,
            "a number of successes out of range",
            successes,
            f"0 to {trials}",
        ),
        (design_effect <= 0, "a design effect out of range", design_effect, "a number above 0"),
        (
            population is not None and population < trials,
            "a population smaller than its sample",
            population,
            f"{trials} or more",
        ),
    )
    for wrong, what, got, expected in refused:
        refuse_unless(not wrong, what, where="interval", got=got, expected=expected)
