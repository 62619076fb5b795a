"""Regression of shares that scatter more than binomial ones: beta-binomial, by maximum likelihood."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import betaln, digamma, expit, logit
from scipy.stats import chi2, norm
from statsmodels.tools.numdiff import approx_fprime

from replicate.analysis.recording.quasibinomial import (
    WHERE,
    Array,
    binomial,
    checked_counts,
    effects_frame,
)
from replicate.vocabulary.errors import RunError

SMALLEST = 1e-6
"""The least correlation looked for: in a unit of a thousand cases it adds a thousandth to the variance."""

NOTHING = 1e-6
"""A difference of log-likelihoods too small to tell from the rounding of the machine."""

STEPS = 500
"""Steps of the maximisation, several times what a well-posed fit of a dozen effects takes."""


@dataclass(frozen=True)
class BetaBinomialFit:
    """A logistic regression with a beta distribution of each unit's own share.

    Attributes
    ----------
    effects
        term, coefficient, standard_error, lower, upper (log odds; normal).
    correlation
        Of two cases of one unit: the variance is binomial x (1 + (n - 1) x correlation); 0 where it isn't above binomial.
    log_likelihood, binomial_log_likelihood
        At its maximum, and that of the binomial model with the same effects; both without the binomial coefficients.
    level
        Of the intervals.
    """

    effects: pd.DataFrame
    correlation: float
    log_likelihood: float
    binomial_log_likelihood: float
    level: float

    @property
    def p_value(self) -> float:
        """How often binomial counts would gain as much likelihood: a correlation of 0 is an edge (Self and Liang 1987, JASA 82:605-610)."""
        gained = 2 * (self.log_likelihood - self.binomial_log_likelihood)
        return float(chi2.sf(gained, 1)) / 2 if gained else 1.0


def beta_binomial(
    successes: pd.Series, trials: pd.Series, design: pd.DataFrame, *, level: float = 0.95
) -> BetaBinomialFit:
    """Fit shares by beta-binomial regression with one correlation for all units.

    Williams (1975, Biometrics 31:949-952) and Crowder (1978, Applied Statistics 27:34-37): logit of the mean share linear in the design,
    maximum likelihood for the effects and the logit of the correlation together, standard errors from the observed information.

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
    y, n, columns = checked_counts(successes, trials, design, level)
    z, ordinary = float(norm.isf((1 - level) / 2)), binomial(y, n, columns)
    start = np.asarray(ordinary.params)
    least = float(np.sum(y * np.log(ordinary.mu) + (n - y) * np.log1p(-ordinary.mu)))
    at, errors = _maximum(np.append(start, logit(0.01)), y, n, columns)
    best = _log_likelihood(at, y, n, columns)
    if best - least <= NOTHING:
        return BetaBinomialFit(
            effects_frame(design, start, np.asarray(ordinary.bse), z), 0.0, least, least, level
        )
    return BetaBinomialFit(
        effects_frame(design, at[:-1], errors[: len(start)], z),
        float(expit(at[-1])),
        best,
        least,
        level,
    )


def _maximum(start: Array, y: Array, n: Array, columns: Array) -> tuple[Array, Array]:
    """Return where the likelihood is greatest, and standard errors of what isn't at its bound.

    Whether it is the maximum is judged by how much a Newton step would still gain, not by the maximiser's own word.
    """

    def loss(at: Array) -> float:
        return -_log_likelihood(at, y, n, columns)

    def slope(at: Array) -> Array:
        return -_score(at, y, n, columns)

    edge = float(logit(SMALLEST))
    bounds = [(-np.inf, np.inf)] * (len(start) - 1) + [(edge, np.inf)]
    at = np.asarray(
        minimize(
            loss,
            start,
            jac=slope,
            method="L-BFGS-B",
            bounds=bounds,
            options={"maxiter": STEPS, "ftol": 1e-14},
        ).x
    )
    free = slice(len(start) - 1) if at[-1] <= edge else slice(None)
    curvature = approx_fprime(at, slope, centered=True)[free, free]
    information, left = (curvature + curvature.T) / 2, slope(at)[free]
    rising = bool((np.linalg.eigvalsh(information) > 0).all())
    gain = float(left @ np.linalg.solve(information, left)) / 2 if rising else np.inf
    if gain > NOTHING:
        raise RunError(
            "a likelihood whose maximum was not found",
            where=WHERE,
            got=f"{gain:.2g} of log-likelihood to gain",
            expected="none",
        )
    return at, np.sqrt(np.diag(np.linalg.inv(information)))


def _shapes(at: Array, columns: Array) -> tuple[Array, Array, Array, float]:
    mean, theta = expit(columns @ at[:-1]), float(np.exp(-at[-1]))
    return mean * theta, (1 - mean) * theta, mean, theta


def _log_likelihood(at: Array, y: Array, n: Array, columns: Array) -> float:
    a, b, *_ = _shapes(at, columns)
    return float(np.sum(betaln(y + a, n - y + b) - betaln(a, b)))


def _score(at: Array, y: Array, n: Array, columns: Array) -> Array:
    a, b, mean, theta = _shapes(at, columns)
    common = digamma(a + b) - digamma(n + a + b)
    by_a, by_b = digamma(y + a) - digamma(a) + common, digamma(n - y + b) - digamma(b) + common
    effects = columns.T @ ((by_a - by_b) * theta * mean * (1 - mean))
    return np.append(effects, -np.sum(by_a * a + by_b * b))
