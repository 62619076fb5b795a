"""Whether units differ by more than units of this kind differ anyway (Spiegelhalter 2005, Qual. Saf. Health Care 14:347-351)."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.stats import norm
from scipy.stats.mstats import winsorize

from replicate.analysis.recording.checks import Numbers, positive, refuse_level, refuse_unless

Treatment = Literal["winsorise", "truncate"]
Model = Literal["additive", "multiplicative"]


@dataclass(frozen=True)
class OverDispersion:
    """How much more units scatter than chance makes them.

    Attributes
    ----------
    phi
        The mean square of the z-scores: 1 is chance alone.
    tau_squared
        The variance between units that, added to chance, makes the scatter (method of moments); 0 where phi is no more than
        chance makes it.
    units
        How many units it was worked out from.
    """

    phi: float
    tau_squared: float
    units: int


def over_dispersion(
    scores: Numbers, errors: Numbers, *, share: float = 0.1, treatment: Treatment = "winsorise"
) -> OverDispersion:
    """Return how much more units scatter than their standard errors allow.

    Extreme units would inflate the very measure they are to be judged by, so they are first pulled in to the nearest that is kept
    (`winsorise`, as Spiegelhalter does) or left out (`truncate`, as the Summary Hospital-level Mortality Indicator does): the share,
    rounded down to whole units, at each end. The variance between units is that of DerSimonian and Laird (1986, Controlled Clinical
    Trials 7:177-188).

    Parameters
    ----------
    scores
        z-scores: (value - target) / standard error.
    errors
        Standard errors, above 0, in the same order.
    share
        At each end, from 0 to below a half.
    treatment
        What is done with the extreme units.

    Raises
    ------
    InputError
        When there are fewer than two units, not one error for each score, an error not above 0, or a share out of range.
    """
    refuse_unless(
        0 <= share < 0.5,
        "a share of extreme units out of range",
        where="over-dispersion",
        got=share,
        expected="0 to below 0.5",
    )
    z, error = (
        np.asarray(scores, dtype="float64"),
        positive(errors, "standard errors", where="over-dispersion").to_numpy(),
    )
    refuse_unless(
        len(z) == len(error) > 1,
        "not one standard error for each of at least two units",
        where="over-dispersion",
        got=len(error),
        expected=str(len(z)),
    )
    if treatment == "winsorise":
        z = np.asarray(winsorize(z, limits=(share, share)), dtype="float64")
    else:
        cut = int(share * len(z))
        kept = np.argsort(z, kind="stable")[cut : len(z) - cut]
        z, error = z[kept], error[kept]
    weight, phi = error**-2, float((z**2).mean())
    between = (len(z) * phi - (len(z) - 1)) / (weight.sum() - (weight**2).sum() / weight.sum())
    return OverDispersion(phi, max(0.0, float(between)), len(z))


def widened_limits(
    target: float,
    errors: Numbers,
    found: OverDispersion,
    *,
    level: float = 0.998,
    model: Model = "additive",
) -> pd.DataFrame:
    """Return limits that allow for how units of this kind differ anyway.

    `additive` adds the variance between units to each unit's own, so that even a unit of any size has room; `multiplicative` widens
    every unit's standard error by the square root of phi, never narrowing it.

    Parameters
    ----------
    target
        On the scale of the values, which may be transformed: the logarithm of a ratio has target 0.
    errors
        Standard errors on that scale.
    found
        From `over_dispersion`.
    level, model
        See `binomial_limits`, and above.

    Returns
    -------
    pandas.DataFrame
        lower, upper, on the scale of the values.

    Raises
    ------
    InputError
        When the level is out of range, or an error is not above 0.
    """
    refuse_level(level, where="over-dispersion")
    own = positive(errors, "standard errors", where="over-dispersion")
    error = (
        np.sqrt(own**2 + found.tau_squared)
        if model == "additive"
        else own * np.sqrt(max(1.0, found.phi))
    )
    half = norm.isf((1 - level) / 2) * error
    return pd.DataFrame({"lower": target - half, "upper": target + half})
