"""Negative-binomial regression (NB2) by maximum likelihood, with a profile interval for its over-dispersion."""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, inf, log

import numpy as np
import pandas as pd
from scipy.optimize import brentq, minimize_scalar
from scipy.stats import chi2

from replicate.analysis.rates.glm import fitted
from replicate.vocabulary.uncertainty import SamplingInterval

SMALLEST, LARGEST = 1e-6, 1e3
"""Where alpha is looked for: at the one end a count of a thousand has a thousandth more variance than a Poisson count;
at the other, a count of one has a thousand times as much."""

NOTHING = 1e-6
"""A difference of log-likelihoods too small to tell from the rounding of the machine."""


@dataclass(frozen=True)
class NegativeBinomialFit:
    """A fit of NB2: variance = mean + alpha x mean squared.

    Attributes
    ----------
    alpha
        Over-dispersion; 0 where the counts scatter no more than Poisson counts.
    alpha_interval
        Its profile-likelihood interval; the upper end is infinite where the counts can't bound it.
    log_likelihood, poisson_log_likelihood
        At its maximum, and that of the Poisson model with the same mean.
    """

    alpha: float
    alpha_interval: SamplingInterval
    log_likelihood: float
    poisson_log_likelihood: float

    @property
    def likelihood_ratio(self) -> float:
        """Twice the log-likelihood gained over Poisson."""
        return max(0.0, 2 * (self.log_likelihood - self.poisson_log_likelihood))

    @property
    def p_value(self) -> float:
        """How often Poisson counts would gain as much.

        Alpha = 0 is at the edge of what is allowed, so half a chi-squared of one degree of freedom (Self and Liang 1987, JASA 82:605-610;
        Lawless 1987, Canadian Journal of Statistics 15:209-225).
        """
        return float(chi2.sf(self.likelihood_ratio, 1)) / 2 if self.likelihood_ratio else 1.0


def negative_binomial(
    counts: pd.Series,
    design: pd.DataFrame,
    exposure: pd.Series,
    *,
    level: float,
    adjusted: bool = False,
) -> NegativeBinomialFit:
    """Fit NB2 with a log link by maximum likelihood.

    For a given alpha the model is a generalised linear model, which statsmodels fits by iteratively reweighted least squares; alpha
    itself maximises the profile likelihood. In NB2 the mean's parameters and alpha are orthogonal, so this loses nothing (Lawless
    1987), and it converges where joint maximisation from poor starting values does not.

    With many effects to estimate, the likelihood takes some of the scatter for effects and puts alpha too low. The adjusted profile
    likelihood takes that off: less half the logarithm of the determinant of the information on the effects (Cox and Reid 1987,
    JRSS B 49:1-39; for counts, McCarthy, Chen and Smyth 2012, Nucleic Acids Research 40:4288-4297). The likelihoods given are
    never adjusted.

    Parameters
    ----------
    counts
        Counts, none negative.
    design
        Columns of the model of the mean, a constant among them.
    exposure
        What the mean is proportional to, above 0.
    level
        Of the interval for alpha, between 0 and 1.
    adjusted
        Whether alpha and its interval come from the adjusted profile likelihood.
    """
    columns = design.to_numpy(dtype="float64")
    poisson = fitted(counts, design, exposure)

    def loss(log_alpha: float, *, adjust: bool) -> float:
        model = fitted(counts, design, exposure, alpha=exp(log_alpha), start_params=poisson.params)
        weights = model.mu / (1 + exp(log_alpha) * model.mu)
        information = (
            np.linalg.slogdet(columns.T @ (columns * np.asarray(weights)[:, None])).logabsdet
            if adjust
            else 0.0
        )
        return float(information / 2 - model.llf)

    likelihood = -_lowest(lambda at: loss(at, adjust=False))[1]
    alpha, interval = _profile(lambda at: loss(at, adjust=adjusted), level)
    least = float(poisson.llf)
    return NegativeBinomialFit(
        alpha, interval, likelihood if likelihood - least > NOTHING else least, least
    )


def _lowest(loss: Callable[[float], float]) -> tuple[float, float]:
    found = minimize_scalar(
        loss, bounds=(log(SMALLEST), log(LARGEST)), method="bounded", options={"xatol": 1e-7}
    )
    return float(found.x), float(found.fun)


def _profile(loss: Callable[[float], float], level: float) -> tuple[float, SamplingInterval]:
    """Return alpha and its profile interval: 0 where the loss is least at the smallest alpha looked for."""
    at, least = _lowest(loss)
    edge = loss(log(SMALLEST))
    threshold = min(least, edge) + chi2.ppf(level, 1) / 2
    lower = (
        0.0
        if edge <= threshold
        else exp(brentq(lambda value: loss(value) - threshold, log(SMALLEST), at, xtol=1e-6))
    )
    far = loss(log(LARGEST)) <= threshold
    upper = (
        inf
        if far
        else exp(brentq(lambda value: loss(value) - threshold, at, log(LARGEST), xtol=1e-6))
    )
    return 0.0 if edge - least < NOTHING else exp(at), SamplingInterval(
        lower, upper, level, "profile likelihood"
    )
