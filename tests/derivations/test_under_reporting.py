"""Chains and lists: against hand computation from the figures as printed, and published estimates."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from replicate.analysis import systems
from replicate.analysis.chain import RangeOfIntervals
from replicate.derivations import under_reporting
from replicate.derivations.under_reporting import EXAMPLES, NONE, WRITTEN, Study, link, study
from replicate.ledger import claims
from replicate.ledger.claims import inputs
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.parameters import Scenarios, UnderReporting
from replicate.vocabulary.uncertainty import RoundingRange, SamplingInterval, ScenarioRange

PUBLISHED = UnderReporting()
SAMPLED = UnderReporting(scenarios="sampled", draws=2_000)
OWN: dict[str, Any] = {
    "links": ("told_ever", "recorded_sexual_2013"),
    "bridges": {"recorded_sexual_2013": "each person told made one report of a sexual offence"},
}
CASE = Path(__file__).parents[1] / "cases" / "mse_uk_modern_slavery_2013"
FIVE, FOUR = "uk_modern_slavery_2013_five", str(CASE / "UKdat_4.csv")


def test_the_file_names_links_bridges_and_sets_that_there_are() -> None:
    every, links = WRITTEN["chains"].values(), WRITTEN["links"]
    used = {name for chain in every for name in chain["links"]}
    assert used | {part for name in used for part in links[name].get("spans", ())} == set(links)
    assert {name for chain in every for name in chain["bridges"].values()} == set(
        WRITTEN["bridges"]
    )
    sets = {name for chain in every for name in chain["sets"]}
    assert sets | {"all"} == set(Scenarios.__args__)  # type: ignore[attr-defined]
    named = [one["claim"] for one in links.values() if "claim" in one]
    assert {claims()[name].unit for name in named} == {"percent"}
    assert under_reporting.chains(UnderReporting(scenarios="all", draws=1_000))


@pytest.mark.parametrize(
    ("name", "kind", "ends"),
    [
        ("told_at_time", RoundingRange, (0.065, 0.07, 0.075)),  # 7 %
        ("reported_one_in_ten", RoundingRange, (0.0955, 0.1, 0.1045)),  # half-way to one in eleven
        ("recorded_sexual_2013", RoundingRange, (0.735, 0.74, 0.745)),  # 26 % not recorded
        ("recorded_all_2025", RoundingRange, (0.9475, 0.948, 0.9485)),  # 94.8 %
        ("flagged_hertfordshire_2019", RoundingRange, (0.45, 0.5, 0.55)),  # about half not flagged
        ("recorded_south_yorkshire_2017", SamplingInterval, (0.8786, 0.895, 0.9114)),  # 89.5 ± 1.64
    ],
)
def test_a_published_share_is_the_range_that_prints_so(
    name: str, kind: type, ends: tuple[float, ...]
) -> None:
    found = link(name)
    assert isinstance(found.evidence, kind)
    assert found.evidence is not None
    given = (found.evidence.lower, found.value, found.evidence.upper)
    assert given == pytest.approx(ends, abs=1e-12)


@pytest.mark.parametrize(
    ("title", "up_to", "lower", "upper"),
    [
        ("Told at the time", "told the police", 6.5, 7.5),
        ("Told at the time", "recorded as a crime", 6.5 * 0.735, 7.5 * 0.9485),
        (
            "Told at the time",
            "flagged as child sexual exploitation",
            6.5 * 0.735 * 0.365,
            7.5 * 0.9485 * 0.375,
        ),
        ("Told at any point", "recorded as a crime", 17.5 * 0.735, 18.5 * 0.9485),
        ("Reported, by wider estimates", "recorded as a crime", 9.55 * 0.735, 10.45 * 0.9485),
        ("Known to authorities", "known to police or local authorities", 11.8, 13.2),
    ],
)
def test_steps_are_the_products_of_what_was_printed(
    title: str, up_to: str, lower: float, upper: float
) -> None:
    row = under_reporting.steps(PUBLISHED).query("chain == @title and up_to == @up_to").iloc[0]
    assert [row["lower"], row["upper"]] == pytest.approx([lower, upper])


def test_each_step_has_its_question_its_population_and_what_it_assumes() -> None:
    rows = under_reporting.steps(PUBLISHED)
    assert rows[["asked", "of", "assumed"]].map(bool).to_numpy().all()
    told, recorded, flagged, stopped = rows[rows["chain"] == "Told at the time"].to_dict("records")
    bridge = WRITTEN["bridges"]["one_report"]["assumption"]
    assert (told["assumed"], told["of"]) == ("nothing", claims()["C15"].population)
    assert bridge in recorded["assumed"]
    assert bridge not in flagged["assumed"]  # what the step before assumed is not said again
    assert flagged["asked"] == "correctly flagged, once recorded"
    assert flagged["of"] == "child sexual exploitation"
    assert [stopped["up_to"], stopped["kind"]] == ["identified as group-based", NONE]
    assert (rows["kind"] == NONE).tolist() == rows["lower"].isna().tolist()
    assert NONE not in set(under_reporting.steps(SAMPLED)["kind"])


def test_links_are_listed_with_those_a_range_spans_and_those_nobody_published() -> None:
    rows = under_reporting.links_listed(PUBLISHED).set_index("link")
    assert {"recorded_sexual_2013", "recorded_all_2025"} <= set(rows.index)
    assert list(rows.loc["told_at_time", ["claim", "kind"]]) == ["C15", "published, rounded"]
    assert rows.loc["recorded_between", "claim"] == "R03 and R07"
    assert list(rows.loc["identified", ["kind", "claim"]]) == [NONE, "none"]
    ends = list(rows.loc["recorded_between", ["lower", "upper"]])
    assert ends == pytest.approx([100 - 26.5, 94.85])  # 26 % not recorded; 94.8 % recorded
    assert str(claims()["C15"].population) in str(rows.loc["told_at_time", "measured_on"])


def test_a_chain_of_the_readers_own_stands_last_and_needs_its_bridge() -> None:
    (*_, (name, _, own)) = under_reporting.chains(PUBLISHED.changed(**OWN))
    assert name == "own"
    assert isinstance(own.composed, ScenarioRange)
    assert own.composed.assumptions == tuple(OWN["bridges"].values())
    assert own.value == pytest.approx(0.18 * 0.74)
    with pytest.raises(InputError, match="links that differ in population and unit"):
        under_reporting.chains(PUBLISHED.changed(links=OWN["links"]))
    with pytest.raises(InputError, match="did you mean 'told_ever'"):
        link("told_evr")


def test_what_is_recorded_keeps_its_kind() -> None:
    """The audit's interval, 87.86 to 91.14 %, times 6.5 and 45 %, then times 7.5 and 55 %.

    A beta distribution is not quite symmetric, hence 0.15 points.
    """
    many = UnderReporting(scenarios="all", draws=50_000)
    found = {name: rest for name, *rest in under_reporting.chain_records(many)}
    value, unit, ends = found["chain.at_the_time"]
    assert (value, unit, type(ends)) == (None, "share of: child sexual exploitation", ScenarioRange)
    assert found["chain.known"][:2] == [0.125, "share of: abused children"]
    assert isinstance(found["chain.known"][2], RoundingRange)
    alone = found["chain.recorded_audited"][2]
    assert isinstance(alone, SamplingInterval)
    assert [alone.lower, alone.upper] == pytest.approx([0.8786, 0.9114], abs=0.0015)
    for end, factor in (("lower", 0.065 * 0.45), ("upper", 0.075 * 0.55)):
        at = found[f"chain.at_the_time_audited.at_{end}"][2]
        assert isinstance(at, SamplingInterval)
        assert [at.lower, at.upper] == pytest.approx([factor * alone.lower, factor * alone.upper])


def test_the_same_seed_gives_the_same_bits_and_another_seed_others() -> None:
    first, again, other = (
        [found.composed for *_, found in under_reporting.chains(SAMPLED.changed(seed=seed))]
        for seed in (1, 1, 2)
    )
    assert first == again != other
    assert any(isinstance(found, RangeOfIntervals) for found in first)


@pytest.fixture(scope="module")
def five() -> Study:
    return study(UnderReporting(resamples=0))


def way(found: Study, chosen_by: str) -> "pd.Series[Any]":
    row: pd.Series[Any] = found.models[
        found.models["chosen_by"].str.split("; ").map(lambda ways: chosen_by in ways)
    ].iloc[0]
    return row


@pytest.mark.parametrize(
    ("example", "file"), [("uk_modern_slavery_2013", "UKdat.csv"), (FIVE, "UKdat_5.csv")]
)
def test_a_shipped_table_is_the_one_transcribed_from_the_publication(
    example: str, file: str
) -> None:
    ours, theirs = (under_reporting.lists(which) for which in (example, str(CASE / file)))
    assert ours.lists == theirs.lists == tuple(EXAMPLES[example]["lists"])
    assert np.array_equal(ours.counts, theirs.counts)
    assert inputs()[EXAMPLES[example]["published"]].n == ours.n_observed


def test_each_way_of_choosing_has_its_published_answer(five: Study) -> None:
    """Best by BIC as in the case's expected.csv (Silverman, Chan and Vincent 2024, Table 6)."""
    published = pd.read_csv(CASE / "expected.csv").set_index("quantity")["published"]
    best, downhill = (
        float(published[name])
        for name in ("five lists, BIC, max order 2, point", "five lists, downhill BIC, point")
    )
    assert way(five, "best by BIC")["estimate"] == pytest.approx(best, abs=1)
    assert way(five, "within 2 of the best by BIC")["estimate"] == pytest.approx(downhill, abs=1)
    assert five.published == (10_000, 13_000)
    assert 10_000 < way(five, "stepwise below 0.02")["estimate"] < 13_000
    models = five.models["estimate"]
    assert models.min() < 11_000 < 25_000 < models.max()  # as the case warns
    average = way(five, "average over 1,024 models by BIC")
    assert pd.isna(average["interactions"])


@pytest.mark.parametrize(
    ("chosen_by", "cost"), [("best by BIC of cells, not people", np.log(31)), ("best by AIC", 2)]
)
def test_a_best_model_has_the_least_of_its_neighbours(
    five: Study, chosen_by: str, cost: float
) -> None:
    """Fitted one by one; by cells each term costs log 31, by AIC 2."""
    table = five.chosen.table
    pairs = [table.name(code) for code in range(1, 32) if code.bit_count() == 2]

    def criterion(terms: list[str]) -> float:
        fit = systems.estimate(table, terms=terms, order=1).fit
        return float(fit.aic + (1 + len(table.lists) + len(terms)) * (cost - 2))

    best = str(way(five, chosen_by)["model"]).split(", ")
    others = [[name for name in best if name != dropped] for dropped in best]
    others += [[*best, name] for name in pairs if name not in best]
    assert all(criterion(terms) > criterion(best) for terms in others)


def test_a_model_that_several_ways_choose_is_one_row() -> None:
    found = study(UnderReporting(lists=FOUR, criterion="aic", resamples=0))
    assert found.models["model"].is_unique
    assert found.models["estimate"].is_monotonic_increasing
    both = str(way(found, "stepwise below 0.02")["chosen_by"])
    assert {"best by AIC", "within 2 of the best by BIC"} <= set(both.split("; "))
    assert (found.example, found.published) == (None, None)
    assert found.chosen.estimate == pytest.approx(way(found, "best by AIC")["estimate"])
    assert json.loads(json.dumps(found.chosen.as_dict()))["resamples"] == 0


def test_intervals_of_five_seeds_differ_within_their_error() -> None:
    """Rank-based ends: a normal quantile at 2.5 % of 2,000 draws has a standard error of
    sqrt(0.025 x 0.975 / 2000) / 0.0584 = 0.06 standard deviations, of which 3.92 are the width."""
    found = study(UnderReporting(lists=FOUR, criterion="none", order=1, seed=3))
    first, *others = (one.interval for one in found.drawn)
    assert len(others) == 4
    assert {one.method for one in (first, *others)} == {"BCa bootstrap"}
    assert (
        first
        == systems.estimate(
            found.chosen.table, order=1, select="none", bootstrap=2_000, seed=3
        ).interval
    )
    off = 6 * 0.06 / 3.92 * (first.upper - first.lower)
    for one in others:
        assert one != first
        assert (one.lower, one.upper) == pytest.approx((first.lower, first.upper), abs=off)


def test_lists_with_too_many_models_have_no_best(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """People on four lists that are independent: each list holds a quarter of 400."""
    monkeypatch.setattr("replicate.analysis.systems.lists.MOST_MODELS", 10)
    on = np.random.default_rng(4).random((400, 4)) < 0.25
    frame = pd.DataFrame(on.astype(int), columns=["A", "B", "C", "D"])
    table = frame[on.any(axis=1)].value_counts().rename("people").reset_index()
    table.to_csv(tmp_path / "many.csv", index=False)
    many = str(tmp_path / "many.csv")
    found = study(UnderReporting(lists=many, criterion="stepwise", resamples=0))
    assert not found.models["chosen_by"].str.contains("best by").any()
    plain = way(found, "no interactions")
    assert abs(plain["estimate"] - 400) < 5 * plain["se"]
    with pytest.raises(InputError, match="did you mean 'uk_modern_slavery_2013'"):
        under_reporting.lists("uk_modern_slavery_2103")
