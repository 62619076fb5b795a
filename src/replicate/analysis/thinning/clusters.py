"""Counts in clusters, each with an intercept of its own for events and for recording.

Both are normal around 0 and independent. The likelihood of a cluster is an integral over the two, by Gauss-Hermite quadrature around its
mode (Pinheiro and Bates 1995, Journal of Computational and Graphical Statistics 4:12-35; Liu and Pierce 1994, Biometrika 81:624-629);
the gradient is the expected one of the whole data, given the counts (Louis 1982, JRSS B 44:226-233).
"""

from math import log, pi

import numpy as np
from scipy.special import logsumexp

from replicate.analysis.thinning.data import Array, Data
from replicate.analysis.thinning.likelihood import Terms, counted, prior_value, validated
from replicate.vocabulary.errors import RunError

NODES = 9
"""A side: 81 in all, for an integrand that is near to normal."""

STEPS, STILL, LONGEST = 100, 1e-10, 1.0
"""Newton steps to a mode at most, a step too small to matter, and the longest step allowed."""


def clustered_loss(theta: Array, data: Data) -> tuple[float, Array]:
    """Return minus the log-likelihood and log prior, and the gradient.

    Parameters
    ----------
    theta
        Coefficients of events, those of recording, and the logarithms of the two standard deviations.
    data
        With clusters.
    """
    recording = np.split(theta, np.cumsum(data.sizes))[1]
    spread = np.exp(theta[-2:])
    places, log_weights = _nodes(theta, data)
    seen, known = _terms(theta, data, places)
    inside = (
        -0.5 * (places / spread[:, None, None]) ** 2
        - np.log(spread)[:, None, None]
        - 0.5 * log(2 * pi)
    )
    heights = log_weights + inside.sum(axis=0)
    heights += _summed(seen.value, data.clusters, len(heights)) + _summed(
        known.value, data.valid_clusters, len(heights)
    )
    totals = np.asarray(logsumexp(heights, axis=1))
    shares = np.exp(heights - totals[:, None])
    value, slope = prior_value(data, recording)
    mine, valid = shares[data.clusters], shares[data.valid_clusters]
    by_events = data.events.T @ (mine * seen.events).sum(axis=1)
    by_recording = data.recording.T @ (mine * seen.recording).sum(axis=1) + slope
    by_recording += data.valid_recording.T @ (valid * known.recording).sum(axis=1)
    by_spread = (shares * ((places / spread[:, None, None]) ** 2 - 1)).sum(axis=(1, 2))
    return -float(totals.sum() + value), -np.concatenate([by_events, by_recording, by_spread])


def _terms(theta: Array, data: Data, places: Array) -> tuple[Terms, Terms]:
    """Return the terms of counts and of validation data at each place: two intercepts, by cluster and node."""
    events, recording, _ = np.split(theta, np.cumsum(data.sizes))
    log_events = (data.log_exposure + data.events @ events)[:, None] + places[0][data.clusters]
    seen = counted(
        data.counts[:, None],
        log_events,
        (data.recording @ recording)[:, None] + places[1][data.clusters],
    )
    logit = (data.valid_recording @ recording)[:, None] + places[1][data.valid_clusters]
    return seen, validated(data.valid_recorded[:, None], data.valid_events[:, None], logit)


def _summed(
    rows: Array, clusters: "np.ndarray[tuple[int], np.dtype[np.int64]]", size: int
) -> Array:
    """Return the sums by cluster of rows by node."""
    found = np.zeros((size, rows.shape[1]))
    np.add.at(found, clusters, rows)
    return found


def _nodes(theta: Array, data: Data) -> tuple[Array, Array]:
    """Return where the two intercepts are tried (2 x clusters x nodes), and the logarithms of the weights."""
    mode, information = _mode(theta, data)
    scale = np.linalg.cholesky(np.linalg.inv(information))
    points, weights = np.polynomial.hermite.hermgauss(NODES)
    grid = np.array(np.meshgrid(points, points)).reshape(2, -1)
    log_weights = np.log(np.outer(weights, weights)).ravel() + (grid**2).sum(axis=0) + log(2)
    places = mode[:, :, None] + np.sqrt(2) * np.einsum("cij,jk->ick", scale, grid)
    return places, log_weights + np.log(np.linalg.det(scale))[:, None]


def _mode(theta: Array, data: Data) -> tuple[Array, Array]:
    """Return the likeliest intercepts of each cluster (2 x clusters), by Fisher scoring, and the information there."""
    size = 1 + max(data.clusters.max(), data.valid_clusters.max(initial=0))
    precision = np.exp(-2 * theta[-2:])
    mode = np.zeros((2, size))
    for _ in range(STEPS):
        seen, known = _terms(theta, data, mode[:, :, None])
        missed = 1 - seen.rate
        slope = np.array([seen.events, seen.recording])
        added = [
            _summed(rows, data.clusters, size)[:, 0]
            for rows in (*slope, seen.mean, seen.mean * missed, seen.mean * missed**2)
        ]
        valid = [
            _summed(rows, data.valid_clusters, size)[:, 0]
            for rows in (known.recording, known.mean * (1 - known.rate))
        ]
        gradient = np.array([added[0], added[1] + valid[0]]) - precision[:, None] * mode
        corner = added[3]
        information = np.array(
            [[added[2] + precision[0], corner], [corner, added[4] + valid[1] + precision[1]]]
        ).transpose(2, 0, 1)
        step = np.linalg.solve(information, gradient.T[:, :, None])[:, :, 0].T
        mode = mode + np.clip(step, -LONGEST, LONGEST)
        if np.abs(step).max() < STILL:
            return mode, information
    raise RunError(
        "intercepts of clusters that do not settle",
        where="thinning",
        expected=f"a mode within {STEPS} steps",
    )
