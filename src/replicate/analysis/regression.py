"""Regression of shares that scatter more than binomial ones: quasi-binomial and beta-binomial."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.genmod.api as sm
from scipy.optimize import minimize
from scipy.special import betaln, digamma, expit, logit
from scipy.stats import norm, t
from statsmodels.tools.numdiff import approx_fprime
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

from replicate.analysis.checks import refuse_outside, refuse_unless
from replicate.vocabulary.errors import RunError

Array = np.ndarray[Any, np.dtype[np.float64]]

WHERE = "regression of shares"

NEVER = 1e-7
"""A fitted share that only an endless coefficient would give: the fit stops on its way there."""

SMALLEST = 1e-6
"""The least correlation looked for: in a unit of a thousand cases it adds a thousandth to the
variance. What is no more is reported as 0."""

NOTHING = 1e-6
"""A difference of log-likelihoods too small to tell from the rounding of the machine."""

STEPS = 500
"""Steps of the maximisation, several times what a well-posed fit of a dozen effects takes."""


@dataclass(frozen=True)
class QuasiBinomialFit:
    """A logistic regression whose variance is a multiple of the binomial.

    Attributes
    ----------
    effects
        term, coefficient, standard_error, lower, upper (log odds; Student's t).
    dispersion
        Pearson's chi-squared over its degrees of freedom: 1 is binomial.
    level
        Of the intervals.
    """

    effects: pd.DataFrame
    dispersion: float
    level: float


@dataclass(frozen=True)
class BetaBinomialFit:
    """A logistic regression with a beta distribution of each unit's own share.

    Attributes
    ----------
    effects
        term, coefficient, standard_error, lower, upper (log odds; normal).
    correlation
        Of two cases of one unit: the variance is binomial x (1 + (n - 1) x correlation); 0 where it
        isn't above binomial.
    level
        Of the intervals.
    """

    effects: pd.DataFrame
    correlation: float
    level: float


def quasi_binomial(
    successes: pd.Series, trials: pd.Series, design: pd.DataFrame, *, level: float = 0.95
) -> QuasiBinomialFit:
    """Fit shares by logistic regression, with the scatter of the units in the standard errors.

    McCullagh and Nelder (1989, Generalized Linear Models, 2nd edition, section 4.5), fitted by
    statsmodels. The response is the share, with trials as variance weights: given as successes and
    failures, statsmodels 0.15 misstates the dispersion.

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
        When units can't have such counts, all cases fall on one side, an effect tells successes
        from failures, or there are no more units than effects.
    """
    y, n, columns = _checked(successes, trials, design, level)
    fit = _binomial(y, n, columns, scale="X2")
    times = float(t.isf((1 - level) / 2, fit.df_resid))
    return QuasiBinomialFit(_effects(design, fit.params, fit.bse, times), float(fit.scale), level)


def beta_binomial(
    successes: pd.Series, trials: pd.Series, design: pd.DataFrame, *, level: float = 0.95
) -> BetaBinomialFit:
    """Fit shares by beta-binomial regression with one correlation for all units.

    Williams (1975, Biometrics 31:949-952) and Crowder (1978, Applied Statistics 27:34-37): logit of
    the mean share linear in the design, maximum likelihood for the effects and the logit of the
    correlation together, standard errors from the observed information. Where the scatter is no
    more than binomial, the fit is the binomial one.

    Parameters
    ----------
    successes, trials, design, level
        See `quasi_binomial`.

    Raises
    ------
    InputError
        As `quasi_binomial`.
    RunError
        When the likelihood has no maximum that can be found.
    """
    y, n, columns = _checked(successes, trials, design, level)
    binomial, z = _binomial(y, n, columns), float(norm.isf((1 - level) / 2))
    least = float(np.sum(y * np.log(binomial.mu) + (n - y) * np.log1p(-binomial.mu)))
    model, edge = _BetaBinomial(y, n, columns), float(logit(SMALLEST))
    start: Array = np.append(binomial.params, logit(0.01))
    at: Array = minimize(
        model.loss,
        start,
        jac=model.slope,
        method="L-BFGS-B",
        bounds=[(-np.inf, np.inf)] * columns.shape[1] + [(edge, np.inf)],
        options={"maxiter": STEPS, "ftol": 1e-14},
    ).x
    if at[-1] <= edge or -model.loss(at) - least <= NOTHING:
        return BetaBinomialFit(_effects(design, binomial.params, binomial.bse, z), 0.0, level)
    errors = model.standard_errors(at)
    return BetaBinomialFit(_effects(design, at[:-1], errors[:-1], z), float(expit(at[-1])), level)


@dataclass(frozen=True)
class _BetaBinomial:
    """The likelihood of the effects and the logit of the correlation, in that order."""

    y: Array
    n: Array
    columns: Array

    def loss(self, at: Array) -> float:
        """Return minus the log-likelihood, without its constant, the binomial coefficients."""
        a, b, *_ = self._shapes(at)
        return -float(np.sum(betaln(self.y + a, self.n - self.y + b) - betaln(a, b)))

    def slope(self, at: Array) -> Array:
        """Return the derivatives of the loss."""
        a, b, mean, theta = self._shapes(at)
        common = digamma(a + b) - digamma(self.n + a + b)
        by_a = digamma(self.y + a) - digamma(a) + common
        by_b = digamma(self.n - self.y + b) - digamma(b) + common
        effects = self.columns.T @ ((by_a - by_b) * theta * mean * (1 - mean))
        return -np.append(effects, -np.sum(by_a * a + by_b * b))

    def standard_errors(self, at: Array) -> Array:
        """Return those of the observed information; a point that is not the maximum is refused.

        It is judged by how much a Newton step would gain, not by the maximiser's own word.
        """
        curvature, slope = approx_fprime(at, self.slope, centered=True), self.slope(at)
        information = (curvature + curvature.T) / 2
        rising = bool((np.linalg.eigvalsh(information) > 0).all())
        gain = float(slope @ np.linalg.solve(information, slope)) / 2 if rising else np.inf
        if gain > NOTHING:
            what, got = "a likelihood whose maximum was not found", f"{gain:.2g} to gain"
            raise RunError(what, where=WHERE, got=got, expected="no log-likelihood to gain")
        return np.asarray(np.sqrt(np.diag(np.linalg.inv(information))))

    def _shapes(self, at: Array) -> tuple[Array, Array, Array, float]:
        mean, theta = expit(self.columns @ at[:-1]), float(np.exp(-at[-1]))
        return mean * theta, (1 - mean) * theta, mean, theta


def _binomial(y: Array, n: Array, columns: Array, **options: str) -> Any:
    """Fit shares by logistic regression, with trials as variance weights."""
    with warnings.catch_warnings():
        # Units fitted exactly do no harm unless their shares are 0 or 1, which is looked for below.
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        fit = sm.GLM(y / n, columns, family=sm.families.Binomial(), var_weights=n).fit(**options)
    what = "an effect that tells all successes from all failures"
    both = bool((fit.mu > NEVER).all() and (fit.mu < 1 - NEVER).all())
    refuse_unless(both, what, where=WHERE, got="a share of 0 or 1", expected="both")
    return fit


def _effects(
    design: pd.DataFrame, coefficients: Array, errors: Array, times: float
) -> pd.DataFrame:
    """Return the effects with the ends of their intervals, so many standard errors either side."""
    effects = {"coefficient": coefficients, "standard_error": errors}
    ends = {"lower": coefficients - times * errors, "upper": coefficients + times * errors}
    return pd.DataFrame({"term": list(design.columns), **effects, **ends})


def _checked(
    successes: pd.Series, trials: pd.Series, design: pd.DataFrame, level: float
) -> tuple[Array, Array, Array]:
    """Return successes, trials and the design as arrays; what no regression can use is refused."""
    refuse_outside(level, "a level", where=WHERE)
    y, n, columns = (np.asarray(given, dtype="float64") for given in (successes, trials, design))
    units, effects = columns.shape
    what, right = "no more units than effects", len(y) == len(n) == units > effects
    refuse_unless(right, what, where=WHERE, got=len(y), expected=f"above {effects}")
    what, right = "a unit without cases", bool((n > 0).all())
    refuse_unless(right, what, where=WHERE, got=n.min(), expected="trials above 0")
    what, right = "successes that are no part of their trials", bool(((y >= 0) & (y <= n)).all())
    refuse_unless(right, what, where=WHERE, got="a unit outside", expected="0 to trials")
    what, right = "cases that all fall on one side", 0 < y.sum() < n.sum()
    refuse_unless(right, what, where=WHERE, got=y.sum(), expected=f"between 0 and {n.sum()}")
    return y, n, columns
