"""Intervals for a number of people of whom some are on no list, and their resamples."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from math import exp, inf, isfinite, log, sqrt
from multiprocessing import get_context

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.special import gammaln
from scipy.stats import chi2, norm

from replicate.analysis.systems.fits import Tables, fit, solve
from replicate.analysis.systems.lists import Array, terms
from replicate.vocabulary.uncertainty import SamplingInterval

LEVEL = 0.95

FARTHEST = 100.0
"""A profile interval is looked for up to so many times the estimate; beyond, its end is infinite.
"""

SHARE = 256
"""Tables in a task of the bootstrap: the same whatever the number of processes, so that results
are.
"""


def log_normal(observed: float, unseen: float, se: float, level: float = LEVEL) -> SamplingInterval:
    """Return the interval that takes the number unseen as log-normal.

    Observed + unseen / C and observed + unseen x C, with C = exp(z sqrt(log(1 + se squared / unseen
    squared))) (Chao 1987, Biometrics 43:783-791, equation 12).

    Examples
    --------
    >>> round(log_normal(760, 3240, 569.21).lower), round(log_normal(760, 3240, 569.21).upper)
    (3062, 5320)
    """
    factor = exp(norm.isf((1 - level) / 2) * sqrt(log(1 + (se / unseen) ** 2)))
    return SamplingInterval(
        observed + unseen / factor, observed + unseen * factor, level, "log-normal"
    )


def profile(tables: Tables, model: int, unseen: float, level: float = LEVEL) -> SamplingInterval:
    """Return the multinomial profile-likelihood interval of one model for one table.

    For each number in all, the model is fitted with the rest in the cell of those on no list; the
    interval holds the numbers whose likelihood is within half a chi-squared of the largest (Cormack
    1992, Biometrics 48:567-576; with factorials, not Stirling's approximation to them). The lower
    end is the number observed, and the upper infinite, where the likelihood does not fall so far.

    Parameters
    ----------
    tables
        One table.
    model
        A model that can be fitted to it.
    unseen
        People on no list by that model, to start from.
    level
        Between 0 and 1.
    """
    codes = np.array(terms(model, tables.lists))[:, None]
    observed = tables.margins[codes[:, 0]]
    total = float(tables.totals[0])
    fitted = fit(tables, [model], [0], [0]).theta

    def likelihood(log_extra: float) -> float:
        extra = exp(log_extra)
        margins = observed.copy()
        margins[-1] += extra
        theta = solve(codes, margins, len(tables.counts), start=fitted, whole=True).theta
        return float(
            (theta * margins).sum()
            + gammaln(total + extra + 1)
            - gammaln(extra + 1)
            - (total + extra) * log(total + extra)
        )

    return _within(likelihood, unseen, total, level)


def _within(
    likelihood: Callable[[float], float], unseen: float, total: float, level: float
) -> SamplingInterval:
    """Look on the scale of the logarithm of those unseen, from a thousandth of a person."""
    low, high = log(1e-3), log(max(unseen, 1.0) * FARTHEST)
    found = minimize_scalar(
        lambda at: -likelihood(at), bounds=(low, high), method="bounded", options={"xatol": 1e-5}
    )
    bar = -float(found.fun) - chi2.ppf(level, 1) / 2
    best = float(found.x)
    lower = total if likelihood(low) >= bar else total + exp(_crossing(likelihood, bar, low, best))
    upper = inf if likelihood(high) >= bar else total + exp(_crossing(likelihood, bar, best, high))
    return SamplingInterval(lower, upper, level, "multinomial profile likelihood")


def _crossing(likelihood: Callable[[float], float], bar: float, low: float, high: float) -> float:
    return float(brentq(lambda at: likelihood(at) - bar, low, high, xtol=1e-7))


def bca(
    estimate: float, resampled: Array, left_out: Array, weights: Array, level: float = LEVEL
) -> SamplingInterval | None:
    """Return the bias-corrected and accelerated bootstrap interval, or None where it cannot be had.

    DiCiccio and Efron (1996), Statistical Science 11:189-228; the acceleration from leaving out
    each person, once for each combination of lists that anybody has (Chan, Silverman and Vincent
    2021, section 3.3). It cannot be had where every resample falls on one side of the estimate, or
    where leaving a person out leaves no model.

    Parameters
    ----------
    estimate
        From the observed table.
    resampled
        Estimates from resamples; those without a model are not a number, and left out.
    left_out
        Estimates with a person of each combination left out.
    weights
        How many people have that combination.
    level
        Between 0 and 1.
    """
    usable = resampled[np.isfinite(resampled)]
    below = float(np.mean(usable < estimate)) if len(usable) else 0.0
    away = np.average(left_out, weights=weights) - left_out
    spread = float(weights @ away**2)
    if not (0 < below < 1 and isfinite(spread)):
        return None
    acceleration = float(weights @ away**3) / (6 * spread**1.5) if spread else 0.0
    shift = norm.ppf(below)
    ends = shift + norm.ppf([(1 - level) / 2, (1 + level) / 2])
    where = np.asarray(norm.cdf(shift + ends / (1 - acceleration * ends)))
    lower, upper = (
        float(np.quantile(usable, at, method="median_unbiased")) for at in where.tolist()
    )
    return SamplingInterval(lower, upper, level, "BCa bootstrap")


@dataclass(frozen=True)
class Bootstrap:
    """What resampling found.

    Attributes
    ----------
    interval
        BCa; None where it cannot be had.
    estimates
        One a resample, in the order drawn; not a number where no model could be fitted.
    """

    interval: SamplingInterval | None
    estimates: Array

    @property
    def without_model(self) -> int:
        """Resamples to which no model could be fitted."""
        return int(np.isnan(self.estimates).sum())


def resample(
    counts: Array,
    rule: Callable[[Tables], Array],
    estimate: float,
    *,
    resamples: int,
    seed: int,
    jobs: int = 1,
    level: float = LEVEL,
) -> Bootstrap:
    """Draw as many people as were observed, over and over, and choose and fit a model each time.

    An interval given the model chosen takes no account of the choice; this one does (Silverman,
    Chan and Vincent 2024, Statistics and Computing 34:44). Existence is settled for each resample.

    Parameters
    ----------
    counts
        The observed table.
    rule
        Estimates people in all from each of many tables; not a number where no model can be fitted.
    estimate
        From the observed table, by the same rule.
    resamples
        How many.
    seed
        The same seed draws the same resamples.
    jobs
        Processes that share the tables.
    level
        Of the interval.
    """
    total = int(counts.sum())
    draw = np.random.default_rng(seed).multinomial
    drawn = draw(total, counts / total, size=resamples).T.astype(float)
    held = np.flatnonzero(counts)
    left_out = np.repeat(counts[:, None], len(held), axis=1)
    left_out[held, np.arange(len(held))] -= 1
    every = np.hstack([drawn, left_out])
    shares = [every[:, first : first + SHARE] for first in range(0, every.shape[1], SHARE)]
    found = np.concatenate(_mapped(rule, [Tables(share) for share in shares], jobs))
    interval = bca(estimate, found[:resamples], found[resamples:], counts[held], level)
    return Bootstrap(interval, found[:resamples])


def _mapped(rule: Callable[[Tables], Array], shares: list[Tables], jobs: int) -> list[Array]:
    workers = min(jobs, len(shares))
    if workers == 1:
        return [rule(share) for share in shares]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return list(pool.map(rule, shares))
