"""Whether units differ by more than chance makes them: funnel limits and over-dispersion.

Spiegelhalter (2005), Statistics in Medicine 24:1185-1202, has the limits, and (2005), Quality and
Safety in Health Care 14:347-351, the allowance for how units of this kind differ anyway.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import binom, norm
from scipy.stats.mstats import winsorize

from replicate.analysis.checks import Numbers, positive, refuse_outside, refuse_unless


@dataclass(frozen=True)
class OverDispersion:
    """How much more units scatter than chance makes them.

    Attributes
    ----------
    phi
        The mean square of the z-scores: 1 is chance alone.
    tau_squared
        The variance between units that, added to chance, makes the scatter (method of moments); 0
        where phi is no more than chance makes it.
    """

    phi: float
    tau_squared: float


def binomial_limits(target: float, sizes: Numbers, *, level: float = 0.998) -> pd.DataFrame:
    """Return exact limits for shares: where a unit with the target share would lie, by its size.

    The binomial quantile is interpolated between whole counts (Spiegelhalter 2005, appendix A.1),
    so that limits don't jump from one size to the next.

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
    refuse_outside(level, "a level", where="limits")
    refuse_outside(target, "a target", where="limits")
    size = positive(sizes, "sizes", where="limits").round().clip(lower=1)
    counts = binom(size.to_numpy(), target)
    limits = {}
    for end, tail in (("lower", (1 - level) / 2), ("upper", (1 + level) / 2)):
        whole = counts.ppf(tail)
        between = whole - (counts.cdf(whole) - tail) / counts.pmf(whole)
        limits[end] = np.maximum(between, 0.0) / size
    return pd.DataFrame({"size": size, **limits})


def over_dispersion(scores: Numbers, errors: Numbers, *, share: float = 0.1) -> OverDispersion:
    """Return how much more units scatter than their standard errors allow.

    Extreme units would inflate the very measure they are to be judged by, so they are first pulled
    in to the nearest that is kept (winsorised): the share, rounded down to whole units, at each
    end. The variance between units is that of DerSimonian and Laird (1986, Controlled Clinical
    Trials 7:177-188).

    Parameters
    ----------
    scores
        z-scores: (value - target) / standard error.
    errors
        Standard errors, above 0, in the same order.
    share
        At each end, from 0 to below a half.

    Raises
    ------
    InputError
        When there are fewer than two units, not one error for each score, an error not above 0, or
        a share out of range.
    """
    where, what = "over-dispersion", "a share of extreme units out of range"
    refuse_unless(0 <= share < 0.5, what, where=where, got=share, expected="0 to below 0.5")
    weight = positive(errors, "standard errors", where=where).to_numpy() ** -2
    what, units = "not one standard error for each of at least two units", len(scores)
    right = units == len(weight) > 1
    refuse_unless(right, what, where=where, got=len(weight), expected=str(units))
    z = np.asarray(winsorize(np.asarray(scores, dtype="float64"), limits=(share, share)))
    phi = float((z**2).mean())
    between = (units * phi - (units - 1)) / (weight.sum() - (weight**2).sum() / weight.sum())
    return OverDispersion(phi, max(0.0, float(between)))


def widened_limits(
    target: float, errors: Numbers, found: OverDispersion, *, level: float = 0.998
) -> pd.DataFrame:
    """Return limits that allow for how units of this kind differ anyway.

    The variance between units is added to each unit's own, so that a unit of any size has room.

    Parameters
    ----------
    target
        On the scale of the values, which may be transformed: the logarithm of a ratio has target 0.
    errors
        Standard errors on that scale.
    found
        From `over_dispersion`.
    level
        See `binomial_limits`.

    Returns
    -------
    pandas.DataFrame
        lower, upper, on the scale of the values.

    Raises
    ------
    InputError
        When the level is out of range, or an error is not above 0.
    """
    refuse_outside(level, "a level", where="over-dispersion")
    own = positive(errors, "standard errors", where="over-dispersion")
    half = norm.isf((1 - level) / 2) * np.sqrt(own**2 + found.tau_squared)
    return pd.DataFrame({"lower": target - half, "upper": target + half})
