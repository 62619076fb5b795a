"""The likelihood of counts that were recorded in part, with its first and second derivatives.

y ~ Poisson(exposure x exp(x b) x expit(w a)); of m validated events, v ~ Binomial(m, expit(w a)) (Winkelmann and Zimmermann 1993,
Poisson-logistic regression, University of Munich; Dvorzak and Wagner 2016, Statistical Modelling 16:24-46).
"""

from typing import NamedTuple

import numpy as np
from scipy.special import expit, gammaln, log_expit

from replicate.analysis.thinning.data import Array, Data

HIGHEST = 300.0
"""The logarithm of a mean is cut off here, so that a search that strays meets no infinity."""


class Terms(NamedTuple):
    """What rows add to the log-likelihood, and its derivatives by the two linear predictors.

    Attributes
    ----------
    value
        The log-likelihood, without the part that no parameter moves.
    events, recording
        First derivatives.
    mean, rate
        Of the count, and of recording.
    """

    value: Array
    events: Array
    recording: Array
    mean: Array
    rate: Array


def counted(counts: Array, log_events: Array, logit: Array) -> Terms:
    """Return the terms of counts, given the log number of events and the logit of the recording rate."""
    log_mean = np.minimum(log_events + log_expit(logit), HIGHEST)
    mean, rate = np.exp(log_mean), expit(logit)
    residual = counts - mean
    return Terms(counts * log_mean - mean, residual, residual * (1 - rate), mean, rate)


def validated(recorded: Array, events: Array, logit: Array) -> Terms:
    """Return the terms of validation data, given the logit of the recording rate."""
    rate = expit(logit)
    value = recorded * log_expit(logit) + (events - recorded) * log_expit(-logit)
    return Terms(value, np.zeros_like(rate), recorded - events * rate, events * rate, rate)


def constant(data: Data) -> float:
    """Return the part of the log-likelihood that no parameter moves."""
    binomial = (
        gammaln(data.valid_events + 1)
        - gammaln(data.valid_recorded + 1)
        - gammaln(data.valid_events - data.valid_recorded + 1)
    )
    return float(binomial.sum() - gammaln(data.counts + 1).sum())


def prior_value(data: Data, recording: Array) -> tuple[float, Array]:
    """Return the log density of the prior, without its constant, and its derivatives."""
    away = recording - data.prior_mean
    return -0.5 * float(data.prior_precision @ away**2), -data.prior_precision * away


def loss(theta: Array, data: Data) -> tuple[float, Array]:
    """Return minus the log-likelihood and log prior, and the gradient, at the coefficients of events and then of recording."""
    events, recording = np.split(theta, [data.sizes[0]])
    seen, known = _terms(events, recording, data)
    value, slope = prior_value(data, recording)
    total = seen.value.sum() + known.value.sum() + value
    by_recording = (
        data.recording.T @ seen.recording + data.valid_recording.T @ known.recording + slope
    )
    return -float(total), -np.concatenate([data.events.T @ seen.events, by_recording])


def information(theta: Array, data: Data) -> Array:
    """Return the observed information: the second derivatives of the loss."""
    events, recording = np.split(theta, [data.sizes[0]])
    seen, known = _terms(events, recording, data)
    missed = 1 - seen.rate
    curve = seen.mean * missed**2 + seen.events * seen.rate * missed
    by_both = data.events.T @ (data.recording * (seen.mean * missed)[:, None])
    of_recording = data.recording.T @ (data.recording * curve[:, None])
    of_recording += data.valid_recording.T @ (
        data.valid_recording * (known.mean * (1 - known.rate))[:, None]
    )
    of_events = data.events.T @ (data.events * seen.mean[:, None])
    return np.block(
        [[of_events, by_both], [by_both.T, of_recording + np.diag(data.prior_precision)]]
    )


def _terms(events: Array, recording: Array, data: Data) -> tuple[Terms, Terms]:
    seen = counted(
        data.counts, data.log_exposure + data.events @ events, data.recording @ recording
    )
    return seen, validated(data.valid_recorded, data.valid_events, data.valid_recording @ recording)
