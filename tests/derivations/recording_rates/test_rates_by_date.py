"""The regression of rates on dates, by other routes: iterated least squares, and a likelihood maximised from another start."""

from datetime import date

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import betaln, expit
from scipy.stats import norm, t

from replicate.derivations.recording_rates import dates
from replicate.vocabulary.parameters import RecordingRates

Rows = dict[tuple[str, str], dict[str, str]]
Arrays = tuple["np.ndarray[tuple[int], np.dtype[np.float64]]", ...]


@pytest.fixture(scope="module")
def audited(transcribed: Rows) -> Arrays:
    """Rates, implied sizes and years since 2017, from the transcription."""
    z = norm.ppf(0.975)
    rows = [row for (_, of), row in transcribed.items() if of == "all crime"]
    rate = np.array([float(row["recording_rate_pct"]) / 100 for row in rows])
    half = np.array([float(row["ci95_half_width_pp"]) / 100 for row in rows])
    years = np.array(
        [(date.fromisoformat(row["audit_to"]) - date(2017, 1, 1)).days / 365.25 for row in rows]
    )
    return rate, rate * (1 - rate) * (z / half) ** 2, years


def test_quasi_binomial_by_iterated_least_squares(audited: Arrays) -> None:
    rate, size, years = audited
    design = np.column_stack([np.ones_like(years), years])
    at = np.zeros(2)
    for _ in range(50):
        mean = expit(design @ at)
        weight = size * mean * (1 - mean)
        at = at + np.linalg.solve(
            design.T @ (weight[:, None] * design), design.T @ (size * (rate - mean))
        )
    mean = expit(design @ at)
    weight = size * mean * (1 - mean)
    dispersion = float(np.sum(size * (rate - mean) ** 2 / (mean * (1 - mean)))) / (len(rate) - 2)
    error = float(np.sqrt(dispersion * np.linalg.inv(design.T @ (weight[:, None] * design))[1, 1]))
    found = dates.by_date(RecordingRates())
    assert found.quasi.dispersion == pytest.approx(dispersion)
    assert found.effects["log_odds"][0] == pytest.approx(at[1])
    assert found.effects["log_odds_error"][0] == pytest.approx(error)
    middle = expit(at @ [1, np.average(years, weights=size)])
    points = 100 * middle * (1 - middle)
    assert found.effects["points_a_year"][0] == pytest.approx(points * at[1])
    interval = dates.slope_interval(found)
    assert interval.upper == pytest.approx(points * (at[1] + t.ppf(0.975, len(rate) - 2) * error))
    assert (interval.level, interval.method) == (0.95, "quasi-binomial regression")


def test_beta_binomial_by_its_likelihood(audited: Arrays) -> None:
    rate, size, years = audited

    def loss(at: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> float:
        mean, theta = expit(at[0] + at[1] * years), np.exp(-at[2])
        a, b = mean * theta, (1 - mean) * theta
        return -float(np.sum(betaln(rate * size + a, (1 - rate) * size + b) - betaln(a, b)))

    best = minimize(
        loss,
        [1.0, 0.0, -3.0],
        method="Nelder-Mead",
        options={"maxiter": 5000, "xatol": 1e-9, "fatol": 1e-10},
    )
    found = dates.by_date(RecordingRates())
    assert found.effects["log_odds"][1] == pytest.approx(best.x[1], rel=1e-4)
    assert found.beta.correlation == pytest.approx(float(expit(best.x[2])), rel=1e-3)
    assert dates.slope_interval(found, 1).method == "beta-binomial regression"


def test_the_level_and_the_curve(audited: Arrays) -> None:
    narrow, wide = (
        dates.slope_interval(dates.by_date(RecordingRates(level=level))) for level in (0.8, 0.99)
    )
    assert narrow.width < wide.width
    found = dates.by_date(RecordingRates())
    years = audited[2] + 2017
    assert found.curve["year"].iloc[[0, -1]].tolist() == pytest.approx(
        [years.min(), years.max()], abs=0.005
    )
    assert found.curve["rate"].is_monotonic_increasing
    assert sorted(found.rates["rate"]) == pytest.approx(sorted(100 * audited[0]))


def test_forces_asked_for_change_nothing_that_is_pooled() -> None:
    one, every = (
        dates.by_date(RecordingRates(forces=forces)).effects for forces in (("Gwent",), ())
    )
    assert one.equals(every)
