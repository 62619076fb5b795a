"""Limits of a funnel plot: where a unit would lie by chance alone (Spiegelhalter 2005, Statistics in Medicine 24:1185-1202)."""

from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy.stats import binom, chi2, poisson

from replicate.analysis.recording.checks import Numbers, positive, refuse_level, refuse_unless

PoissonMethod = Literal["exact", "chi-squared"]


def binomial_limits(target: float, sizes: Numbers, *, level: float = 0.998) -> pd.DataFrame:
    """Return exact limits for shares: where a unit with the target share would lie, by its size.

    The binomial quantile is interpolated between whole counts (Spiegelhalter 2005, appendix A.1), so that limits don't jump from one
    size to the next.

    Parameters
    ----------
    target
        The share that all units would have, between 0 and 1.
    sizes
        Trials of each unit, above 0; an implied size is taken to the nearest whole one.
    level
        Between 0 and 1: 0.998 is the custom for "unusual", 0.95 for a first look.

    Returns
    -------
    pandas.DataFrame
        size, lower, upper (shares), one row a unit, on the index of the sizes.

    Raises
    ------
    InputError
        When the target or the level is out of range, or a size is not above 0.
    """
    refuse_level(level, where="limits")
    refuse_unless(
        0 < target < 1,
        "a target out of range",
        where="limits",
        got=target,
        expected="a number between 0 and 1",
    )
    size = positive(sizes, "sizes", where="limits").round().clip(lower=1)
    lower, upper = (_interpolated(binom(size.to_numpy(), target), tail) for tail in _tails(level))
    return pd.DataFrame(
        {"size": size, "lower": np.maximum(lower, 0.0) / size, "upper": upper / size}
    )


def poisson_limits(
    expected: Numbers, *, level: float = 0.998, method: PoissonMethod = "exact"
) -> pd.DataFrame:
    """Return limits for ratios of observed to expected counts, around 1.

    `exact` interpolates the Poisson quantile as `binomial_limits` does. `chi-squared` takes the expected count for an observed one
    and gives the interval of Garwood (1936, Biometrika 28:437-442) around it, as packages for funnel plots of English health data do:
    it is shifted upwards where few are expected, and so not the same.

    Parameters
    ----------
    expected
        Counts, above 0.
    level, method
        See `binomial_limits`, and above.

    Returns
    -------
    pandas.DataFrame
        expected, lower, upper (ratios).

    Raises
    ------
    InputError
        When the level is out of range, or an expected count is not above 0.
    """
    refuse_level(level, where="limits")
    mean = positive(expected, "expected counts", where="limits")
    low, high = _tails(level)
    if method == "exact":
        lower, upper = (_interpolated(poisson(mean.to_numpy()), tail) for tail in (low, high))
    else:
        lower, upper = (
            np.asarray(chi2.ppf(tail, freedom)) / 2
            for tail, freedom in ((low, 2 * mean), (high, 2 * (mean + 1)))
        )
    return pd.DataFrame(
        {"expected": mean, "lower": np.maximum(lower, 0.0) / mean, "upper": upper / mean}
    )


def _tails(level: float) -> tuple[float, float]:
    return (1 - level) / 2, (1 + level) / 2


def _interpolated(distribution: Any, tail: float) -> "np.ndarray[Any, np.dtype[np.float64]]":
    count = distribution.ppf(tail)
    at_most = distribution.cdf(count)
    return np.asarray(count - (at_most - tail) / distribution.pmf(count), dtype="float64")
