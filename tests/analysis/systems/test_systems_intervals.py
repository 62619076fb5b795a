"""Intervals, against definitions and an independent implementation."""

import math

import numpy as np
import pytest
from scipy.stats import bootstrap as scipy_bootstrap
from scipy.stats import chi2

from replicate.analysis.systems import intervals
from replicate.analysis.systems.fits import Tables, fit
from replicate.analysis.systems.intervals import bca, log_normal, profile
from replicate.analysis.systems.lattice import Array


def test_a_profile_interval_of_two_lists_by_its_definition() -> None:
    """With two independent lists the profile likelihood has a closed form: both lists' shares are known once the number in all is."""
    counts = np.array([0.0, 781, 254, 167])[:, None]
    found = profile(Tables(2, counts), 0, 1187.868)

    def log_likelihood(total: float) -> float:
        on = np.array([948.0, 421.0]) / total
        shares = sum(
            n * math.log(p) + (total - n) * math.log(1 - p)
            for n, p in zip((948, 421), on, strict=True)
        )
        return shares + math.lgamma(total + 1) - math.lgamma(total - 1202 + 1)

    grid = np.arange(1500, 4000, 0.25)
    values = np.array([log_likelihood(at) for at in grid])
    inside = grid[values >= values.max() - chi2.ppf(0.95, 1) / 2]
    assert [found.lower, found.upper] == pytest.approx([inside[0], inside[-1]], abs=0.5)


def test_a_profile_interval_can_be_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Next to nobody on one list alone: nobody need be missing. One person on both: an end twenty times off, past what is looked at."""
    complete = Tables(2, np.array([0.0, 1, 1, 60])[:, None])
    assert profile(complete, 0, float(fit(complete, [0], [0]).unseen[0])).lower == 62
    sparse = Tables(2, np.array([0.0, 900, 900, 1])[:, None])
    unseen = float(fit(sparse, [0], [0]).unseen[0])
    assert 10 * unseen < profile(sparse, 0, unseen).upper < 30 * unseen
    monkeypatch.setattr(intervals, "FARTHEST", 10.0)
    assert profile(sparse, 0, unseen).upper == math.inf


def test_a_log_normal_interval_never_holds_fewer_than_were_seen() -> None:
    found = log_normal(100, 0.5, 40)
    assert 100 < found.lower < 100.5 < found.upper
    assert found.level == 0.95


def weights_and_left_out(sample: Array) -> tuple[Array, Array]:
    """The mean with each value left out, and how many have it."""
    values, counts = np.unique(sample, return_counts=True)
    return counts.astype(float), (sample.sum() - values) / (len(sample) - 1)


def test_bca_is_that_of_scipy() -> None:
    """The same resamples given to both; scipy takes quantiles by another rule, a difference of order 1 / resamples."""
    rng = np.random.default_rng(3)
    sample = np.asarray(rng.negative_binomial(2, 0.1, size=80), dtype=float)
    other = scipy_bootstrap(
        (sample,), np.mean, n_resamples=20_000, method="BCa", rng=np.random.default_rng(4)
    )
    weights, left_out = weights_and_left_out(sample)
    found = bca(float(sample.mean()), other.bootstrap_distribution, left_out, weights)
    assert found is not None
    assert [found.lower, found.upper] == pytest.approx(list(other.confidence_interval), rel=2e-3)


def test_bca_is_not_given_where_it_cannot_be_had() -> None:
    left_out, weights = np.array([4.0, 6.0]), np.array([3.0, 2.0])
    assert bca(5.0, np.array([6.0, 7.0]), left_out, weights) is None
    assert bca(5.0, np.array([np.nan, np.nan]), left_out, weights) is None
    assert bca(5.0, np.array([4.0, 6.0]), np.array([np.nan, 6.0]), weights) is None
    steady = bca(5.0, np.array([np.nan, 4.0, 6.0]), np.array([5.0, 5.0]), weights)
    assert steady is not None
    assert 4 <= steady.lower <= steady.upper <= 6
