"""One table of lists by every way of choosing a model."""

import json
from math import isclose
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from replicate.analysis import systems as analysis
from replicate.analysis.systems import ListTable
from replicate.derivations.under_reporting import list_files, systems
from replicate.vocabulary.errors import InputError

CASE = Path(__file__).parents[2] / "cases" / "mse_uk_modern_slavery_2013"
FIVE = "uk_modern_slavery_2013_five"


@pytest.fixture(scope="module")
def five() -> systems.Study:
    return systems.study(FIVE)


def chosen(study: systems.Study, way: str) -> "pd.Series[Any]":
    rows = study.of(systems.CHOOSING)
    return rows[rows["chosen_by"] == way].iloc[0]


@pytest.mark.parametrize(
    ("example", "file"), [("uk_modern_slavery_2013", "UKdat.csv"), (FIVE, "UKdat_5.csv")]
)
def test_a_shipped_table_is_the_one_transcribed_from_the_publication(
    example: str, file: str
) -> None:
    ours, theirs = list_files.lists(example), list_files.lists(str(CASE / file))
    assert ours.lists == theirs.lists == tuple(list_files.examples()[example].lists)
    assert np.array_equal(ours.counts, theirs.counts)


def test_each_way_of_choosing_has_its_published_answer(five: systems.Study) -> None:
    """Best by BIC as in the case's expected.csv (Silverman, Chan and Vincent 2024, Table 6)."""
    published = pd.read_csv(CASE / "expected.csv").set_index("quantity")["published"]
    assert chosen(five, "best by BIC")["estimate"] == pytest.approx(
        float(published["five lists, BIC, max order 2, point"]), abs=1
    )
    assert five.of(systems.NEAR).query("chosen_by.str.endswith('by BIC')")["estimate"].iloc[
        1
    ] == pytest.approx(float(published["five lists, downhill BIC, point"]), abs=1)
    assert five.published is not None
    assert five.published.n == five.table.n_observed
    stepwise = chosen(five, "stepwise below 0.02")
    assert (
        float(five.published.lower or 0) < stepwise["estimate"] < float(five.published.upper or 0)
    )


def aic(table: ListTable, terms: list[str]) -> float:
    return analysis.estimate(
        table, terms=terms, order=1
    ).fit.aic  # order 1 spares the models beside it


def test_none_is_the_model_without_interactions_and_aic_has_the_least_of_all(
    five: systems.Study,
) -> None:
    table = list_files.lists(FIVE)
    assert chosen(five, "no interactions")["estimate"] == pytest.approx(
        analysis.estimate(table).estimate
    )
    best = chosen(five, "best by AIC")["model"].split(", ")
    least = aic(table, best)
    pairs = [table.name(code) for code in (3, 5, 6, 9, 10, 12, 17, 18, 20, 24)]
    others = [[name for name in best if name != dropped] for dropped in best] + [
        [*best, name] for name in pairs if name not in best
    ]
    assert all(aic(table, terms) > least for terms in others)


def test_models_near_the_best_are_near_it_and_the_best_is_among_them(five: systems.Study) -> None:
    near = five.of(systems.NEAR)
    assert near["difference"].between(0, 2).all()
    assert near.loc[near["difference"] == 0, "chosen_by"].tolist() == ["best by AIC", "best by BIC"]
    table = list_files.lists(FIVE)
    by_bic = near[near["chosen_by"].str.endswith("BIC")]
    bics = [
        analysis.estimate(table, terms=str(model).split(", "), order=1).fit.bic
        for model in by_bic["model"].tolist()
    ]
    assert (np.array(bics) - min(bics)).tolist() == pytest.approx(
        by_bic["difference"].tolist(), abs=1e-6
    )


def test_averages_lie_between_the_models_they_average(five: systems.Study) -> None:
    averages = five.of(systems.AVERAGE)
    assert averages["chosen_by"].tolist() == [
        "average over 1,024 models by AIC",
        "average over 1,024 models by BIC",
    ]
    assert averages["interactions"].isna().all()
    assert averages["estimate"].between(*five.spread).all()


def test_a_model_that_several_ways_choose_is_one_row() -> None:
    four = systems.study(str(CASE / "UKdat_4.csv"))
    distinct = four.distinct
    assert distinct["model"].is_unique
    assert distinct["estimate"].is_monotonic_increasing
    assert set(distinct["model"]) == set(four.rows["model"])
    both = distinct[distinct["chosen_by"].str.contains(";")]
    assert both["chosen_by"].tolist() == [
        "stepwise below 0.02; best by AIC; within 2 of the best by BIC"
    ]


def test_the_choice_of_a_model_alone_spreads_the_estimates(five: systems.Study) -> None:
    """As the case warns: from about 11,000 to about 25,000."""
    assert five.spread == (five.rows["estimate"].min(), five.rows["estimate"].max())
    assert five.spread[0] < 11_000 < 25_000 < five.spread[1]


def test_resamples_of_one_seed_are_the_same_and_of_others_agree_within_their_error() -> None:
    """The ends of BCa intervals of 400 resamples: rank-based, so that each lies within the other's spread of order statistics."""
    first, again, other = (
        systems.study(
            str(CASE / "UKdat_4.csv"), criterion="none", order=1, resamples=400, seed=seed
        ).intervals.set_index("method")
        for seed in (1, 1, 2)
    )
    assert list(first.index) == ["log-normal", "multinomial profile likelihood", "BCa bootstrap"]
    assert first.equals(again)
    ends, others = (
        one.loc["BCa bootstrap", ["lower", "upper"]].to_numpy(dtype=float) for one in (first, other)
    )
    assert not np.array_equal(ends, others)
    # A normal quantile at 2.5 % of 400 draws has a standard error of sqrt(0.025 x 0.975 / 400) / 0.0584 = 0.134 standard deviations, and
    # 3.92 of those are the width. Two independent ends lie within four standard errors of their difference.
    assert np.abs(ends - others).max() < 4 * np.sqrt(2) * 0.134 / 3.92 * float(ends[1] - ends[0])


def test_the_model_that_is_resampled_is_that_of_the_criterion() -> None:
    found = systems.study(str(CASE / "UKdat_4.csv"), criterion="aic", resamples=20, seed=2)
    assert found.example is None
    assert found.published is None
    assert found.chosen.select == "aic"
    assert isclose(found.chosen.estimate, chosen(found, "best by AIC")["estimate"])
    assert len(found.intervals) == 3
    assert json.loads(json.dumps(found.chosen.as_dict()))["resamples"] == 20


def many(tmp_path: Path, lists: int) -> str:
    """People on lists that are independent: each list holds a quarter of 400."""
    rng = np.random.default_rng(4)
    on = rng.random((400, lists)) < 0.25
    frame = pd.DataFrame(on.astype(int), columns=[f"L{place}" for place in range(lists)])
    table = frame[on.any(axis=1)].value_counts().rename("people").reset_index()
    table.to_csv(tmp_path / "many.csv", index=False)
    return str(tmp_path / "many.csv")


def test_lists_with_too_many_models_say_why_the_best_is_not_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("replicate.analysis.systems.lists.MOST_MODELS", 10)
    found = systems.study(many(tmp_path, 4), criterion="stepwise")
    rows = found.of(systems.CHOOSING).set_index("chosen_by")
    assert str(rows.loc["best by BIC", "reason"]).startswith(
        "more models than can be fitted one by one"
    )
    estimate, se = np.asarray(rows.loc["no interactions", ["estimate", "se"]], dtype=float)
    assert abs(estimate - 400) < 5 * se
    assert found.of(systems.NEAR).empty
    assert found.of(systems.AVERAGE).empty


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(InputError, match="did you mean 'uk_modern_slavery_2013'"):
        systems.study("uk_modern_slavery_2103")
