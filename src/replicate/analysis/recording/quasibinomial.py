"""Regression of shares that scatter more than binomial ones, by quasi-likelihood."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy.stats import t
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

from replicate.analysis.recording.checks import refuse_level, refuse_unless

Array = np.ndarray[Any, np.dtype[np.float64]]

WHERE = "regression of shares"

NEVER = 1e-7
"""A fitted share that only an endless coefficient would give: the fit stops on its way there."""


@dataclass(frozen=True)
class QuasiBinomialFit:
    """A logistic regression whose variance is a multiple of the binomial.

    Attributes
    ----------
    effects
        term, coefficient, standard_error, lower, upper (log odds; Student's t).
    dispersion
        Pearson's chi-squared over its degrees of freedom: 1 is binomial.
    degrees_of_freedom
        Units less effects.
    level
        Of the intervals.
    """

    effects: pd.DataFrame
    dispersion: float
    degrees_of_freedom: int
    level: float


def quasi_binomial(
    successes: pd.Series, trials: pd.Series, design: pd.DataFrame, *, level: float = 0.95
) -> QuasiBinomialFit:
    """Fit shares by logistic regression, with the scatter of the units themselves in the standard errors.

    McCullagh and Nelder (1989, Generalized Linear Models, 2nd edition, section 4.5). The response is the share, with trials as variance
    weights: given as successes and failures, statsmodels 0.15 misstates the dispersion.

    Parameters
    ----------
    successes, trials
        One unit a row; an effective sample need not be whole.
    design
        Columns of the model, a constant among them, one row a unit in the same order.
    level
        Between 0 and 1.

    Raises
    ------
    InputError
        When units can't have such counts, all cases fall on one side, an effect tells successes from failures, or there are no more units
        than effects.
    """
    y, n, columns = checked_counts(successes, trials, design, level)
    model = binomial(y, n, columns, scale="X2")
    freedom = int(model.df_resid)
    effects = effects_frame(
        design,
        np.asarray(model.params),
        np.asarray(model.bse),
        float(t.isf((1 - level) / 2, freedom)),
    )
    return QuasiBinomialFit(effects, float(model.scale), freedom, level)


def binomial(y: Array, n: Array, columns: Array, **options: str) -> Any:
    """Fit shares by logistic regression, with trials as variance weights.

    Raises
    ------
    InputError
        When some effect tells all successes from all failures, so that no finite coefficient is the best.
    """
    with warnings.catch_warnings():
        # Units fitted exactly are of no harm unless their shares are 0 or 1, which is looked for below.
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        model = sm.GLM(y / n, columns, family=sm.families.Binomial(), var_weights=n).fit(**options)
    apart = bool((model.mu < NEVER).any() or (model.mu > 1 - NEVER).any())
    refuse_unless(
        not apart,
        "an effect that tells all successes from all failures",
        where=WHERE,
        got="a share of 0 or 1",
        expected="both",
    )
    return model


def effects_frame(
    design: pd.DataFrame, coefficients: Array, errors: Array, times: float
) -> pd.DataFrame:
    """Return the effects with the ends of their intervals, so many standard errors either side."""
    half = times * errors
    ends = {"lower": coefficients - half, "upper": coefficients + half}
    return pd.DataFrame(
        {
            "term": list(design.columns),
            "coefficient": coefficients,
            "standard_error": errors,
            **ends,
        }
    )


def checked_counts(
    successes: pd.Series, trials: pd.Series, design: pd.DataFrame, level: float
) -> tuple[Array, Array, Array]:
    """Return successes, trials and the design as arrays, or refuse what no regression of shares can use.

    Raises
    ------
    InputError
        See `quasi_binomial`.
    """
    refuse_level(level, where=WHERE)
    y, n, columns = (np.asarray(given, dtype="float64") for given in (successes, trials, design))
    units, effects = columns.shape
    refuse_unless(
        len(y) == len(n) == units > effects,
        "no more units than effects",
        where=WHERE,
        got=len(y),
        expected=f"above {effects}",
    )
    refuse_unless(
        bool((n > 0).all()),
        "a unit without cases",
        where=WHERE,
        got=n.min(),
        expected="trials above 0",
    )
    possible = bool(((y >= 0) & (y <= n)).all())
    refuse_unless(
        possible,
        "successes that are no part of their trials",
        where=WHERE,
        got="a unit outside",
        expected="0 to trials",
    )
    refuse_unless(
        0 < y.sum() < n.sum(),
        "cases that all fall on one side",
        where=WHERE,
        got=y.sum(),
        expected=f"between 0 and {n.sum()}",
    )
    return y, n, columns
