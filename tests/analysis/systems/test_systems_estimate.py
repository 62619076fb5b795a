"""The whole: from a table to an estimate with others beside it."""

import json
import math
from collections.abc import Callable
from functools import partial
from multiprocessing import resource_tracker
from typing import Any

import numpy as np
import pandas as pd
import pytest

from replicate.analysis.systems import (
    Estimate,
    ListTable,
    estimate,
    intervals,
    read_lists,
)
from replicate.analysis.systems.exhaustive import Choice, best, given
from replicate.analysis.systems.fits import Tables
from replicate.analysis.systems.models import hierarchical
from replicate.analysis.systems.search import stepwise
from replicate.analysis.systems.single import SingleFit, single_fit
from replicate.vocabulary.errors import InputError

# Rome, four centres (Abeni, Brancato and Perucci 1994), as in tests/cases/rcapture_hiv_rome.
HIV = [403, 545, 33, 621, 20, 35, 3, 205, 6, 10, 1, 11, 0, 3, 0]


@pytest.fixture(scope="module")
def rome() -> ListTable:
    return ListTable(("A", "B", "C", "D"), np.array([0, *HIV], dtype=float))


@pytest.fixture(scope="module", autouse=True)
def _helper() -> None:
    """Start the helper that multiprocessing keeps for good, so that no test waits for it to end."""
    resource_tracker.ensure_running()


def each_alone(table: ListTable) -> list[SingleFit]:
    """Fit every model of pairs, one at a time."""
    return [
        single_fit(Tables(4, table.counts[:, None]), model, table.name)
        for model in hierarchical(4, 2)
    ]


@pytest.fixture(scope="module")
def resampled(rome: ListTable) -> Estimate:
    return estimate(rome, select="bic", bootstrap=200, seed=7)


def test_the_json_holds_what_the_command_promises(resampled: Estimate) -> None:
    found = resampled.as_dict()
    promised = [
        "estimate",
        "lower",
        "upper",
        "se",
        "model",
        "criterion",
        "n_observed",
        "models_considered",
        "alternatives",
    ]
    assert list(found)[: len(promised)] == promised
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert (found["n_observed"], found["models_considered"], found["criterion"]) == (
        1896,
        64,
        "bic",
    )
    assert (found["interval"], found["resamples"], found["resamples_without_model"]) == (
        "BCa bootstrap",
        200,
        0,
    )
    assert found["lower"] < found["estimate"] < found["upper"]
    assert [one["method"] for one in found["intervals"]] == [
        "log-normal",
        "multinomial profile likelihood",
        "BCa bootstrap",
    ]


def test_an_estimate_never_stands_alone(resampled: Estimate) -> None:
    kinds = [view["kind"] for view in resampled.as_dict()["alternatives"]]
    assert kinds[0] == "best by BIC"
    others = ["average over 64 models by BIC", "best by AIC", "average over 64 models by AIC"]
    assert set(kinds) >= {*others, "stepwise below 0.02", "no interactions"}


def test_models_near_the_best_are_all_shown(rome: ListTable) -> None:
    shown = estimate(rome, select="aic").alternatives
    near = [
        view.model for view in shown if view.kind in ("best by AIC", "within 2 of the best by AIC")
    ]
    least = min(one.aic for one in each_alone(rome))
    assert set(near) == {one.model for one in each_alone(rome) if one.aic - least <= 2}


def test_an_average_weighs_models_by_their_criterion(rome: ListTable) -> None:
    """Weights exp(-difference / 2); the standard error adds the squared distance from the average to each model's variance."""
    shown = next(
        view
        for view in estimate(rome, select="aic").alternatives
        if view.kind == "average over 64 models by AIC"
    )
    every = each_alone(rome)
    weights = np.exp([-one.aic / 2 + every[0].aic / 2 for one in every])
    weights /= weights.sum()
    mean = sum(weight * one.estimate for weight, one in zip(weights, every, strict=True))
    se = sum(
        weight * math.hypot(one.se, one.estimate - mean)
        for weight, one in zip(weights, every, strict=True)
    )
    assert [shown.estimate, shown.se] == pytest.approx([mean, se], rel=1e-8)


def test_the_same_seed_gives_the_same_bits_whatever_the_number_of_jobs(
    rome: ListTable, resampled: Estimate
) -> None:
    again = estimate(rome, select="bic", bootstrap=200, seed=7)
    assert again.resampled is not None
    assert resampled.resampled is not None
    assert np.array_equal(again.resampled.estimates, resampled.resampled.estimates)
    tables = Tables(4, np.repeat(rome.counts[:, None], 600, axis=1) + np.arange(600) % 7)
    tables.counts[0] = 0
    tables = Tables(4, tables.counts)
    alone, shared = (best(tables, hierarchical(4, 2), "bic", jobs=jobs) for jobs in (1, 2))
    assert np.array_equal(alone.estimates, shared.estimates)
    assert alone.models == shared.models


def test_other_seeds_agree_within_the_error_of_random_resamples(rome: ListTable) -> None:
    """The mean of 400 resamples of a fixed model has a known standard error; six of them cover any pair of seeds."""
    means = []
    for seed in (1, 2):
        found = estimate(rome, terms=["A:B"], bootstrap=400, seed=seed).resampled
        assert found is not None
        means.append((found.estimates.mean(), found.estimates.std() / 20))
    (first, error), (second, other) = means
    assert first != second
    assert abs(first - second) < 6 * math.hypot(error, other)


def test_the_spread_of_resamples_is_the_standard_error(rome: ListTable) -> None:
    """People drawn anew keep the number observed; what that leaves out of the variance is the unseen, a twentieth of it or less here."""
    found = estimate(rome, terms=["A:B"], bootstrap=1000)
    assert found.resampled is not None
    assert found.resampled.estimates.std() == pytest.approx(found.fit.se, rel=0.15)


def test_a_model_is_chosen_for_each_resample_by_the_rule(rome: ListTable) -> None:
    """The rule given a table alone chooses as it does among many."""
    rng = np.random.default_rng(11)
    drawn = rng.multinomial(1896, rome.counts / 1896, size=12).T.astype(float)
    together = Tables(4, drawn)
    rules: list[Callable[[Tables], Choice]] = [
        partial(stepwise, threshold=0.05),
        partial(best, models=hierarchical(4, 2), criterion="aic"),
    ]
    for rule in rules:
        found = rule(together)
        alone = [rule(Tables(4, drawn[:, [column]])) for column in range(12)]
        assert found.models == [one.models[0] for one in alone]
        assert found.considered == [one.considered[0] for one in alone]
        assert found.estimates == pytest.approx([one.estimates[0] for one in alone], rel=1e-6)


def test_tables_that_no_model_fits_have_no_number(rome: ListTable) -> None:
    """One table with an estimate, one with nobody on two lists."""
    bare = np.zeros(16)
    bare[[1, 2, 4, 8]] = 5
    tables = Tables(4, np.stack([rome.counts, bare], axis=1))
    for found in (given(tables, 0), stepwise(tables)):
        assert found.models[1] is None
        assert np.isnan(found.estimates[1])
        assert np.isfinite(found.estimates[0])


def test_resamples_without_a_model_are_counted() -> None:
    """Two lists that share one person: a resample leaves them apart with probability about 1/e."""
    found = estimate(ListTable(("A", "B"), np.array([0.0, 9, 9, 1])), bootstrap=300)
    assert found.resampled is not None
    assert found.resampled.without_model == pytest.approx(
        300 * (18 / 19) ** 19, abs=6 * math.sqrt(300 * 0.36 * 0.64)
    )
    assert found.interval.method == "log-normal"


def test_stepwise_takes_the_overlap_least_likely(rome: ListTable) -> None:
    """With a threshold of 1 pairs go on being added, those that can be; below every p-value none is."""
    assert estimate(rome, select="stepwise", threshold=1e-12).model == []
    most = estimate(rome, select="stepwise", threshold=1)
    assert len(most.model) == 6
    assert most.models_considered == 1 + 6 + 5 + 4 + 3 + 2 + 1


def test_stepwise_passes_over_pairs_whose_model_cannot_be_fitted() -> None:
    """Chan, Silverman and Vincent (2021), Table 2: the first two lists overlap most, but their pair has no estimate."""
    found = estimate(
        ListTable(("A", "B", "C"), np.array([0.0, 40, 30, 6, 20, 0, 0, 0])),
        select="stepwise",
        threshold=1,
    )
    assert "A:B" not in found.model


def test_many_lists_are_fitted_without_trying_every_model() -> None:
    """Seven lists have two million models of pairs; with independent lists the number in all comes back."""
    rng = np.random.default_rng(8)
    on = rng.random((4000, 7)) < np.linspace(0.1, 0.3, 7)
    codes = (on * 2 ** np.arange(7)).sum(axis=1)
    counts = np.bincount(codes, minlength=128).astype(float)
    counts[0] = 0
    table = ListTable(tuple("ABCDEFG"), counts)
    found = estimate(table)
    assert {view.kind for view in found.alternatives} == {
        "stepwise below 0.02",
        "no interactions",
    }
    assert abs(found.estimate - 4000) < 4 * found.fit.se
    with pytest.raises(InputError, match="more models than can be fitted"):
        estimate(table, select="bic")


def test_a_model_at_its_limit_is_marked_and_not_resampled() -> None:
    """Cormack, Chang and Smith (2000), Table 3a: nobody is on WCC but with a death certificate, so two terms run apart together."""
    counts = np.zeros(16)
    for history, people in zip(
        ["1111", "1110", "1101", "1100", "1011", "1010", "1001", "1000", "0100", "0001"],
        [72, 5, 29, 53, 24, 3, 12, 14, 1, 2],
        strict=True,
    ):
        counts[sum(1 << bit for bit, on in enumerate(history) if on == "1")] = people
    table = ListTable(("death", "NTOF", "WCC", "MOSH"), counts)
    pairs = ["death:NTOF", "death:WCC", "WCC:MOSH"]
    found = estimate(table, terms=pairs)
    assert found.as_dict()["at_limit"]
    assert [one.method for one in found.intervals] == ["log-normal"]
    with pytest.raises(InputError, match="cannot be fitted"):
        estimate(table, terms=pairs, bootstrap=10)


@pytest.mark.parametrize("select", ["none", "bic", "stepwise"])
def test_lists_that_are_the_same_say_nothing(select: Any) -> None:
    """Everybody is on both: two terms run apart together, and with them the number unseen."""
    with pytest.raises(InputError, match="no maximum-likelihood estimate exists"):
        estimate(ListTable(("A", "B"), np.array([0.0, 0, 0, 5])), select=select)


def test_an_empty_overlap_is_minus_infinity() -> None:
    counts = np.array([0.0, 40, 30, 6, 20, 4, 0, 0])
    found = estimate(ListTable(("A", "B", "C"), counts), terms=["B:C"]).fit
    term = next(one for one in found.coefficients if one.name == "B:C")
    assert term.value == -math.inf
    assert math.isnan(term.se)


def test_an_open_upper_end_is_none_in_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intervals, "FARTHEST", 10.0)
    found = estimate(ListTable(("A", "B"), np.array([0.0, 900, 900, 1]))).as_dict()
    assert found["intervals"][1]["upper"] is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"select": "bicc"}, "did you mean 'bic'"),
        ({"select": "bic", "terms": ["A:B"]}, "terms beside a way of selecting"),
        ({"terms": ["A:E"]}, "unknown list"),
        ({"order": 0}, "order out of range"),
        ({"bootstrap": -1}, "bootstrap out of range"),
        ({"jobs": 0}, "jobs out of range"),
        ({"threshold": 0.0}, "threshold out of range"),
    ],
)
def test_options_out_of_range_are_refused(
    rome: ListTable, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        estimate(rome, **options)


def test_an_order_beyond_the_lists_is_the_highest_there_is() -> None:
    table = read_lists(pd.DataFrame({"A": [1, 0, 1], "B": [0, 1, 1], "n": [30, 20, 10]}))
    assert estimate(table, order=9, select="bic").models_considered == 1
