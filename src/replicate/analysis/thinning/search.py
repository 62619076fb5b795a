"""Searching for the maximum of the likelihood, and refusing what has none."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit
from statsmodels.tools.numdiff import approx_fprime

from replicate.analysis.thinning.clusters import clustered_loss
from replicate.analysis.thinning.data import Array, Data
from replicate.analysis.thinning.likelihood import information, loss
from replicate.vocabulary.errors import InputError, RunError

WIDEST = 50.0
"""A standard error, of what a column adds to a logarithm at most, from which nothing is told: the coefficient is running to infinity."""

ARRIVED, NOT_ARRIVED = 1e-8, 1e-3
"""The slope at which a search ends, and the part of a standard error that the last step may at most be short of the maximum."""

FEW = 20
"""Steps of the search for a start, which may run to infinity."""

TINY = 1e-12
"""A curvature that is none."""

START = 0.2
"""Where the search for the two standard deviations of clusters starts."""


def maximum(data: Data, names: list[str]) -> tuple[Array, float, Array]:
    """Return the coefficients, the loss there, and their covariance.

    Raises
    ------
    InputError
        When a coefficient runs to infinity or is told by nothing.
    RunError
        When the search does not arrive.
    """
    theta = _searched(data, _start(data))
    value, slope = loss(theta, data)
    return theta, value, _inverted(information(theta, data), slope, data, names)


def clustered_maximum(data: Data, names: list[str]) -> tuple[Array, float, Array]:
    """Return the same with the logarithms of the standard deviations of clusters' intercepts, from the fit without clusters on."""
    start = np.append(_searched(data, _start(data)), np.log([START, START]))
    theta = np.asarray(
        minimize(clustered_loss, start, (data,), jac=True, method="BFGS").x, dtype=float
    )
    value, slope = clustered_loss(theta, data)
    curvature = np.asarray(
        approx_fprime(theta, lambda at: clustered_loss(at, data)[1], centered=True), dtype=float
    )
    return theta, value, _inverted((curvature + curvature.T) / 2, slope, data, names)


def _start(data: Data) -> Array:
    """Start from the recording that validation data and prior tell alone, and the events that this makes of the counts."""
    none = np.empty(0)
    alone = replace(
        data, counts=none, log_exposure=none, events=np.empty((0, 0)), recording=data.recording[:0]
    )
    recording = _searched(alone, np.zeros(data.sizes[1]), most=FEW)
    rates = expit(data.recording @ recording)
    log_events = np.log((data.counts + 0.5) / rates) - data.log_exposure
    return np.concatenate([np.linalg.lstsq(data.events, log_events)[0], recording])


def _searched(data: Data, start: Array, most: int = 1000) -> Array:
    options: Any = {"gtol": ARRIVED, "maxiter": most}
    found = minimize(
        loss, start, (data,), jac=True, hess=information, method="trust-exact", options=options
    )
    return np.asarray(found.x, dtype=float)


def _inverted(curvature: Array, slope: Array, data: Data, names: list[str]) -> Array:
    """Return the covariance, or refuse a fit that is no maximum: flat, running to infinity, or not arrived at."""
    sizes, directions = np.linalg.eigh(curvature)
    known = np.maximum(sizes, TINY)
    covariance: Array = (directions / known) @ directions.T
    reach = np.append(
        np.abs(np.vstack([*_columns(data)])).max(axis=0), np.ones(len(names) - sum(data.sizes))
    )
    lost = [
        name
        for name, far in zip(names, reach * np.sqrt(np.diag(covariance)), strict=True)
        if far > WIDEST
    ]
    if lost:
        raise InputError(
            "a model without an estimate for these counts",
            where="coefficients",
            got=f"{', '.join(lost)}: running to infinity, or told by nothing",
            expected="a rate that is neither 0 nor 1 wherever it is looked at, counts above 0 for each column, clusters that differ",
            hint="leave the column or the clusters out, or give a prior",
        )
    short = float(slope @ covariance @ slope)
    if short > NOT_ARRIVED**2:
        raise RunError(
            "a fit that does not settle",
            where="thinning",
            got=f"{short**0.5:.2g} standard errors short of the maximum",
        )
    return covariance


def _columns(data: Data) -> Iterator[Array]:
    """Return what each column of both models is multiplied with, in counts and in validation data."""
    yield np.hstack([data.events, data.recording])
    yield np.hstack([np.zeros((len(data.valid_recording), data.sizes[0])), data.valid_recording])
