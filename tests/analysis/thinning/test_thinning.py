"""Poisson-logistic regression: published truths, other routes to the same numbers, and what cannot be told."""

import re
from dataclasses import replace
from math import pi, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import check_grad
from scipy.special import expit
from scipy.stats import binom, norm, poisson

from replicate.analysis.thinning import PogitFit, Prior, Validation, clusters, pogit, search
from replicate.analysis.thinning.clusters import clustered_loss
from replicate.analysis.thinning.data import Data, prepared
from replicate.analysis.thinning.likelihood import constant, information, loss
from replicate.vocabulary.errors import InputError, RunError

CASE = Path(__file__).parents[2] / "cases" / "pogit_known_truth"


def truth(quantity: str) -> list[float]:
    published = pd.read_csv(CASE / "expected.csv").set_index("quantity").loc[quantity, "published"]
    return [float(number) for number in re.findall(r"-?\d+\.?\d*", str(published))]


def simulated(name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    data = pd.read_csv(CASE / f"{name}.csv")
    return data, data.filter(like="X.")


@pytest.fixture(scope="module")
def first() -> PogitFit:
    data, columns = simulated("simul1")
    return pogit(
        data["y"], data["E"], columns, columns, validation=Validation(data["v"], data["m"], columns)
    )


@pytest.fixture(scope="module")
def second() -> PogitFit:
    data, columns = simulated("simul2")
    validation = Validation(data["v"], data["m"], columns, data["cID"])
    return pogit(
        data["y"], data["E"], columns, columns, validation=validation, clusters=data["cID"]
    )


def apart(fit: PogitFit, values: list[float]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """How many standard errors lie between."""
    return np.asarray(
        np.abs(fit.coefficients["value"] - values) / fit.coefficients["se"], dtype=float
    )


def test_the_published_truth_of_the_first_set_is_recovered(first: PogitFit) -> None:
    """Within 2 standard errors each, as the case states."""
    assert (apart(first, truth("simul1 beta (truth)") + truth("simul1 alpha (truth)")) < 2).all()


def test_the_first_sets_estimates_are_those_of_another_program(first: PogitFit) -> None:
    """The case's own quick check, by scipy and not by this package, to its three decimals."""
    row = pd.read_csv(CASE / "expected.csv").set_index("quantity")["our_quick_check"]
    checked = [
        float(n)
        for key in ("simul1 beta (truth)", "simul1 alpha (truth)")
        for n in re.findall(r"-?\d+\.\d+", row[key])
    ]
    assert first.coefficients["value"].tolist() == pytest.approx(checked, abs=0.0005 + 1e-9)


def test_the_published_truth_of_the_second_set_is_recovered_with_its_clusters(
    second: PogitFit,
) -> None:
    """Coefficients and both standard deviations, within 2 standard errors each."""
    values = truth("simul2 beta / alpha / random-intercept SDs (truth)")
    assert len(values) == len(second.coefficients) == 12
    assert (apart(second, values) < 2).all()
    assert second.part("clusters").index.tolist() == ["spread of events", "spread of recording"]


def validated_shares(rows: pd.DataFrame) -> dict[str, tuple[float, float]]:
    return {
        str(country): (float(v), float(m))
        for country, v, m in zip(rows["country"], rows["v"], rows["m"], strict=True)
    }


def cervical(
    shares: dict[str, tuple[float, float]],
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    data = pd.read_csv(CASE / "cervical.csv")
    country = pd.get_dummies(data["country"], dtype=float)[list(shares)]
    ages = pd.get_dummies(data["agegroup"], dtype=float).iloc[:, 1:]
    return data, pd.concat([country, ages], axis=1), country


def test_cervical_cancer_with_a_rate_a_country_is_a_poisson_regression_divided_by_the_shares_validated() -> (
    None
):
    """With a country's effect in both models the counts say nothing of recording: the estimate is v/m, and events follow.

    Statsmodels' Poisson regression gives the recorded rates by another route. England, all of whose cases were found, is left out.
    """
    rows = pd.read_csv(CASE / "cervical_validation.csv").query("country != 'England'")
    shares = validated_shares(rows)
    data, events, recording = cervical(shares)
    kept = data["country"].isin(list(shares)).to_numpy()
    design = pd.DataFrame(np.eye(len(shares)), columns=list(shares))
    validation = Validation(
        [v for v, _ in shares.values()], [m for _, m in shares.values()], design
    )
    found = pogit(
        data["y"][kept], data["E"][kept], events[kept], recording[kept], validation=validation
    )
    assert expit(found.part("recording")).tolist() == pytest.approx(
        [v / m for v, m in shares.values()], rel=1e-6
    )
    recorded = (
        sm.GLM(
            data["y"][kept],
            events[kept],
            family=sm.families.Poisson(),
            offset=np.log(data["E"][kept]),
        )
        .fit()
        .params
    )
    for country, (v, m) in shares.items():
        assert found.part("events")[country] == pytest.approx(
            recorded[country] - np.log(v / m), abs=1e-6
        )


def test_a_country_all_of_whose_cases_were_found_has_no_estimate_without_a_prior() -> None:
    rows = pd.read_csv(CASE / "cervical_validation.csv")
    shares = validated_shares(rows)
    data, events, recording = cervical(shares)
    validation = Validation(rows["v"], rows["m"], pd.DataFrame(np.eye(4), columns=list(shares)))
    with pytest.raises(InputError, match="England: running to infinity"):
        pogit(data["y"], data["E"], events, recording, validation=validation)
    found = pogit(
        data["y"],
        data["E"],
        events,
        recording,
        validation=validation,
        prior=Prior({"England": 2.0}, {"England": 1.0}),
    )
    assert 0.9 < found.rates[data["country"].eq("England").to_numpy()].min() < 1


# The likelihood and its derivatives, against definitions and finite differences.


def some_data(prior: Prior | None = None, *, grouped: bool = False) -> Data:
    rng = np.random.default_rng(5)
    columns = pd.DataFrame({"constant": 1.0, "x": rng.normal(size=12)})
    groups = list("aaabbbcccddd") if grouped else []
    rate = expit(0.8 + 0.5 * columns["x"])
    counts = rng.poisson(40 * np.exp(0.3 - 0.2 * columns["x"]) * rate)
    validation = Validation(rng.binomial(10, rate[:6]), np.full(6, 10), columns[:6], groups[:6])
    return prepared(counts.tolist(), [40.0] * 12, columns, columns, validation, prior, groups)


def test_the_likelihood_is_that_of_its_definition() -> None:
    data, theta = some_data(), np.array([0.2, -0.1, 0.7, 0.4])
    events, rate = (
        np.exp(data.log_exposure + data.events @ theta[:2]),
        expit(data.recording @ theta[2:]),
    )
    by_definition = np.sum(poisson.logpmf(data.counts, events * rate))
    by_definition += np.sum(
        binom.logpmf(
            data.valid_recorded, data.valid_events, expit(data.valid_recording @ theta[2:])
        )
    )
    assert constant(data) - loss(theta, data)[0] == pytest.approx(by_definition, rel=1e-12)


def slope_apart(whole: Any, theta: Any, data: Data) -> float:
    """How far the gradient lies from that of finite differences."""

    def value(at: Any) -> float:
        return float(whole(at, data)[0])

    def slope(at: Any) -> Any:
        return whole(at, data)[1]

    return float(check_grad(value, slope, theta))


@given(st.lists(st.floats(-1.5, 1.5), min_size=4, max_size=4))
@settings(max_examples=25)
def test_gradient_and_curvature_are_those_of_finite_differences(at: list[float]) -> None:
    data, theta = some_data(Prior({"x": 0.3}, {"x": 0.5})), np.array(at)
    scale = 1 + np.abs(loss(theta, data)[1]).max()
    assert slope_apart(loss, theta, data) / scale < 1e-5
    step = 1e-6
    rows = [
        (loss(theta + step * e, data)[1] - loss(theta - step * e, data)[1]) / (2 * step)
        for e in np.eye(4)
    ]
    assert np.allclose(rows, information(theta, data), atol=1e-4 * scale)


def test_the_clusters_gradient_is_that_of_finite_differences() -> None:
    data, theta = (
        some_data(Prior({"x": 0.3}, {"x": 0.5}), grouped=True),
        np.array([0.2, -0.1, 0.7, 0.4, np.log(0.2), np.log(0.4)]),
    )
    assert slope_apart(clustered_loss, theta, data) < 1e-3
    assert np.abs(clustered_loss(theta, data)[1]).max() > 1


def test_the_integral_over_a_clusters_intercepts_is_that_of_brute_force() -> None:
    whole = some_data(grouped=True)
    first = whole.clusters == 0
    valid = whole.valid_clusters == 0
    data = replace(
        whole,
        **{
            name: getattr(whole, name)[first]
            for name in ("counts", "log_exposure", "events", "recording", "clusters")
        },
        **{
            name: getattr(whole, name)[valid]
            for name in ("valid_recorded", "valid_events", "valid_recording", "valid_clusters")
        },
    )
    theta = np.array([0.2, -0.1, 0.7, 0.4, np.log(0.2), np.log(0.4)])

    steps = np.linspace(-7, 7, 281)
    of_events, of_recording = np.meshgrid(0.2 * steps, 0.4 * steps)
    events = np.exp((data.log_exposure + data.events @ theta[:2])[:, None, None] + of_events)
    logit = (data.recording @ theta[2:4])[:, None, None] + of_recording
    known = (data.valid_recording @ theta[2:4])[:, None, None] + of_recording
    heights = np.asarray(poisson.pmf(data.counts[:, None, None], events * expit(logit))).prod(
        axis=0
    )
    heights *= np.asarray(
        binom.pmf(
            data.valid_recorded[:, None, None], data.valid_events[:, None, None], expit(known)
        )
    ).prod(axis=0)
    heights *= norm.pdf(of_events, scale=0.2) * norm.pdf(of_recording, scale=0.4)
    brute = heights.sum() * (0.2 * 0.05) * (0.4 * 0.05)
    # Nine nodes a side: the quadrature's own error.
    assert constant(data) - clustered_loss(theta, data)[0] == pytest.approx(np.log(brute), abs=1e-5)


# What cannot be told, and what tells it.


def test_twice_the_events_at_half_the_rate_give_the_same_counts() -> None:
    """Papadopoulos and Santos Silva (2008): (b, a) and (b + a, -a) cannot be told apart where the columns are the same."""
    data = replace(some_data(), valid_events=np.zeros(6), valid_recorded=np.zeros(6))
    events, recording = np.array([0.2, -0.1]), np.array([0.7, 0.4])
    one, other = (
        loss(np.concatenate(both), data)[0]
        for both in ((events, recording), (events + recording, -recording))
    )
    assert one == pytest.approx(other, rel=1e-12)


ONE = pd.DataFrame({"constant": [1.0, 1.0, 1.0], "x": [0.0, 1.0, 2.0]})
KNOWN = Validation([6, 12], [10, 15], ONE[:2])


def fit(**changed: Any) -> PogitFit:
    asked: dict[str, Any] = {
        "counts": [30, 50, 90],
        "exposure": [10, 10, 10],
        "events": ONE[["constant"]],
        "recording": ONE,
    }
    return pogit(**(asked | {"validation": KNOWN} | changed))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"validation": None}, "cannot be told from counts"),
        ({"validation": Validation([], [], ONE[:0])}, "cannot be told from counts"),
        ({"validation": Validation([0, 0], [0, 0], ONE[:2])}, "cannot be told from counts"),
        ({"validation": Validation([6], [10], ONE[1:2])}, "validation data and prior say nothing"),
        ({"validation": Validation([6], [10], ONE[:1])}, "got: x"),
        ({"validation": None, "prior": Prior({"x": 0.0}, {"x": 0.1})}, "got: constant"),
        ({"events": ONE.assign(again=2 * ONE["x"])}, "got: x, again"),
        ({"events": ONE[[]]}, "nothing to fit"),
        (
            {"validation": Validation([6], [10], ONE[["x"]][:1])},
            "validation data for another model",
        ),
        ({"validation": Validation([11, 12], [10, 15], ONE[:2])}, "more recorded than there were"),
        ({"validation": Validation([6, 1.5], [10, 15], ONE[:2])}, "no whole numbers"),
        (
            {"validation": Validation([6], [10, 15], ONE[:2])},
            "rows that do not stand beside one another",
        ),
        ({"counts": [30, 50, -1]}, "no whole numbers"),
        ({"counts": [30, 50]}, "rows that do not stand beside one another"),
        ({"counts": [30, 50, float("nan")]}, "values that are no numbers"),
        ({"exposure": [10, 0, 10]}, "exposure that is not above 0"),
        ({"prior": Prior({"y": 0.0}, {"y": 0.1})}, "unknown column of the model of recording"),
        ({"prior": Prior({"x": 0.0}, {"x": 0.0})}, "a prior that says nothing"),
        ({"prior": Prior({"x": 0.0}, {"x": 1.01 * pi / sqrt(3)})}, "a prior that says nothing"),
        ({"prior": Prior({"x": 0.0}, {})}, "a prior that says nothing"),
        ({"prior": Prior({}, {"x": 0.5})}, "a prior that says nothing"),
        ({"clusters": ["a", "a", "b"]}, "clusters that do not stand beside rows"),
        (
            {"clusters": ["a"], "validation": replace(KNOWN, clusters=["a", "b"])},
            "clusters that do not stand beside rows",
        ),
        ({"level": 1.0}, "a level out of range"),
        ({"counts": [0, 0, 0]}, "constant: running to infinity"),
        ({"validation": Validation([10, 15], [10, 15], ONE[:2])}, "running to infinity"),
    ],
)
def test_what_cannot_be_fitted_is_refused_with_the_reason(
    changed: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        fit(**changed)


def test_clusters_that_do_not_differ_are_refused() -> None:
    """Counts as even as can be leave no spread to estimate: its logarithm runs to minus infinity."""
    columns = pd.DataFrame({"constant": np.ones(8)})
    validation = Validation([8] * 8, [10] * 8, columns, list("aabbccdd"))
    with pytest.raises(InputError, match="spread of events"):
        pogit(
            [80] * 8, [50] * 8, columns, columns, validation=validation, clusters=list("aabbccdd")
        )


def test_a_search_that_does_not_arrive_is_an_error_of_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(search, "ARRIVED", 1e9)
    with pytest.raises(RunError, match="does not settle"):
        fit()


def test_intercepts_that_do_not_settle_are_an_error_of_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clusters, "STEPS", 1)
    with pytest.raises(RunError, match="do not settle"):
        clusters.clustered_loss(
            np.array([0.2, -0.1, 0.7, 0.4, -1.0, -1.0]), some_data(grouped=True)
        )


def test_a_prior_alone_tells_what_validation_data_would() -> None:
    """One constant rate: the posterior's mode is the prior's, since counts say nothing of it, and events follow."""
    one = ONE[["constant"]]
    found = fit(recording=one, validation=None, prior=Prior({"constant": 1.0}, {"constant": 0.2}))
    assert found.part("recording")["constant"] == pytest.approx(1.0, abs=1e-6)
    assert found.coefficients["se"].iloc[1] == pytest.approx(0.2, rel=1e-6)
    assert found.part("events")["constant"] == pytest.approx(
        np.log(170 / 30) - np.log(expit(1.0)), abs=1e-6
    )


def test_an_interval_has_its_level() -> None:
    wide, narrow = fit(level=0.99).coefficients, fit(level=0.5).coefficients
    for frame, z in ((wide, norm.isf(0.005)), (narrow, norm.isf(0.25))):
        assert (frame["upper"] - frame["value"]).tolist() == pytest.approx(
            (z * frame["se"]).tolist()
        )


def test_the_log_likelihood_holds_its_constants(first: PogitFit) -> None:
    data, _ = simulated("simul1")
    rates = first.rates
    columns = data.filter(like="X.")
    mean = data["E"] * np.exp(columns @ first.part("events")) * rates
    by_definition = np.sum(poisson.logpmf(data["y"], mean)) + np.sum(
        binom.logpmf(data["v"], data["m"], rates)
    )
    assert first.log_likelihood == pytest.approx(by_definition, rel=1e-9)
