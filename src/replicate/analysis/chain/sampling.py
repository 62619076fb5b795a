"""Products of probabilities known by sampling, simulated with a seed, with the error of the simulation."""

from collections.abc import Sequence
from zlib import crc32

import numpy as np
from scipy.stats import norm

from replicate.analysis.chain.links import Link
from replicate.analysis.chain.result import MonteCarlo
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.uncertainty import SamplingInterval

FEWEST = 1_000
"""Draws: below it an end at the usual levels rests on some twenty draws."""


def beta(link: Link) -> tuple[float, float]:
    """Return the beta distribution that stands for a link's sampling error, by the method of moments.

    Its mean is the published value, its standard deviation the interval's width over twice the normal quantile of its level. It is a
    choice: an interval says nothing of the shape between its ends. Being a distribution of probabilities, it stays between 0 and 1.

    Raises
    ------
    InputError
        When the link has no sampling interval, its value is 1, or the interval is wider than any beta distribution of its mean.

    Examples
    --------
    >>> audit = SamplingInterval(0.45, 0.55, level=0.95, method="audit")
    >>> asked = dict(given="told", gives="recorded", question="Was it recorded?", population="reports", unit="reports")
    >>> [round(shape, 1) for shape in beta(Link(name="audit", value=0.5, evidence=audit, **asked))]
    [191.6, 191.6]
    """
    found, mean = link.evidence, link.value
    if not isinstance(found, SamplingInterval) or mean is None:
        raise InputError(
            "nothing to simulate",
            where=f"link {link.name}",
            got=found,
            expected="a sampling interval",
        )
    deviation = found.width / (2 * float(norm.isf((1 - found.level) / 2)))
    if not 0 < deviation**2 < mean * (1 - mean):
        raise InputError(
            "an interval that no beta distribution has",
            where=f"link {link.name}",
            got=f"{found.lower:g} to {found.upper:g} around {mean:g}",
            expected="a value below 1 and an interval that is wider than nothing and narrower than from 0 to 1",
        )
    total = mean * (1 - mean) / deviation**2 - 1
    return mean * total, (1 - mean) * total


def simulate(
    links: Sequence[Link], *, draws: int, seed: int, level: float
) -> tuple[SamplingInterval, MonteCarlo]:
    """Simulate the product of links known by sampling, their errors independent of one another.

    Each link draws from a stream of its own, made of the seed and its name, so that the order of links makes no difference.

    Parameters
    ----------
    links
        Each with a sampling interval.
    draws
        Of the product.
    seed
        The same seed gives the same bits.
    level
        Of the interval of the product, which reaches between quantiles of the draws.

    Raises
    ------
    InputError
        For too few draws, or a link whose sampling error cannot be drawn.

    Notes
    -----
    The errors are standard errors of the simulation: of the mean, the standard deviation of the draws over the root of their number;
    of a quantile, half the distance between the draws one standard error of its rank below and above (David and Nagaraja 2003, Order
    Statistics, 3rd edition, section 7.1).
    """
    if draws < FEWEST:
        raise InputError(
            "too few draws", where="draws", got=draws, expected=f"a whole number from {FEWEST:,}"
        )
    product = np.ones(draws)
    for link in sorted(links, key=lambda link: link.name):
        product *= np.random.default_rng([seed, crc32(link.name.encode())]).beta(
            *beta(link), size=draws
        )
    tail = (1 - level) / 2
    lower, upper = (float(end) for end in np.quantile(product, (tail, 1 - tail)))
    made = MonteCarlo(
        draws=draws,
        seed=seed,
        lower=lower,
        upper=upper,
        mean=float(product.mean()),
        error_mean=float(product.std(ddof=1)) / draws**0.5,
        error_lower=_error(product, tail),
        error_upper=_error(product, 1 - tail),
    )
    return SamplingInterval(
        lower, upper, level, f"simulation of beta distributions, {draws:,} draws"
    ), made


def _error(product: "np.ndarray[tuple[int], np.dtype[np.float64]]", at: float) -> float:
    step = (at * (1 - at) / len(product)) ** 0.5
    below, above = np.quantile(product, (max(0.0, at - step), min(1.0, at + step)))
    return float(above - below) / 2
