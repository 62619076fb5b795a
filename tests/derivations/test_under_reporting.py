"""Reporting chains and lists: against hand computation from the figures as printed, and published estimates."""

import json
from math import inf, isclose
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from replicate.analysis import systems
from replicate.analysis.chain import Bridge, RangeOfIntervals, compose
from replicate.derivations import under_reporting
from replicate.derivations.under_reporting import NONE, Study, chain_data, link, study
from replicate.ledger import claims, find_claim, inputs
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
    data = chain_data()
    every = data.chains.values()
    used = {name for chain in every for name in chain.links}
    assert used | {part for name in used for part in data.links[name].spans} == set(data.links)
    assert {name for chain in every for name in chain.bridges.values()} == set(data.bridges)
    sets = {name for chain in every for name in chain.sets}
    assert sets | {"all"} == set(Scenarios.__args__)  # type: ignore[attr-defined]
    named = [one.claim for one in data.links.values() if one.claim]
    assert {claims()[name].unit for name in named} == {"percent"}


@pytest.mark.parametrize(
    ("name", "lower", "value", "upper"),
    [
        ("told_at_time", 0.065, 0.07, 0.075),  # 7 %
        ("told_ever", 0.175, 0.18, 0.185),  # 18 %
        ("reported_one_in_ten", 0.0955, 0.1, 0.1045),  # one in ten: half-way to one in eleven
        ("recorded_sexual_2013", 0.735, 0.74, 0.745),  # 26 % not recorded
        ("recorded_all_2025", 0.9475, 0.948, 0.9485),  # 94.8 %
        ("flagged_2025", 0.365, 0.37, 0.375),  # 37 %
        ("flagged_hertfordshire_2019", 0.45, 0.5, 0.55),  # about half not flagged
    ],
)
def test_a_published_share_is_the_range_that_prints_so(
    name: str, lower: float, value: float, upper: float
) -> None:
    found = link(name)
    assert isinstance(found.evidence, RoundingRange)
    ends = (found.evidence.lower, found.value, found.evidence.upper)
    assert ends == pytest.approx((lower, value, upper), abs=1e-12)


def test_a_published_interval_is_taken_at_the_level_named() -> None:
    """South Yorkshire Police: 89.5 plus and minus 1.64."""
    found = link("recorded_south_yorkshire_2017").evidence
    assert isinstance(found, SamplingInterval)
    assert (found.lower, found.upper, found.level) == pytest.approx((0.8786, 0.9114, 0.95))


def test_an_unknown_link_gets_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'told_ever'"):
        link("told_evr")


AT_THE_TIME = "Told at the time"


@pytest.mark.parametrize(
    ("title", "up_to", "lower", "upper"),
    [
        (AT_THE_TIME, "told the police", 6.5, 7.5),
        (AT_THE_TIME, "recorded as a crime", 6.5 * 0.735, 7.5 * 0.9485),
        (
            AT_THE_TIME,
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
    rows = under_reporting.steps(PUBLISHED)
    row = rows[(rows["chain"] == title) & (rows["up_to"] == up_to)].iloc[0]
    assert [row["lower"], row["upper"]] == pytest.approx([lower, upper])
    assert [row["fewest"], row["most"]] == pytest.approx([100 / upper, 100 / lower])


def test_each_step_has_its_question_its_population_and_what_it_assumes() -> None:
    rows = under_reporting.steps(PUBLISHED)
    assert rows[["asked", "of", "assumed"]].map(bool).to_numpy().all()
    at_the_time = rows[rows["chain"] == AT_THE_TIME].set_index("up_to")
    bridge = chain_data().bridges["one_report"].assumption
    flagged = at_the_time.loc["flagged as child sexual exploitation"]
    assert flagged["asked"] == "correctly flagged, once recorded"
    assert bridge not in str(flagged["assumed"])  # what the step before assumed is not said again
    assert flagged["of"] == "child sexual exploitation"
    assert at_the_time.loc["recorded as a crime", "of"] == claims()["C15"].population
    assert at_the_time.loc["told the police", "assumed"] == "nothing"
    assert bridge in str(at_the_time.loc["recorded as a crime", "assumed"])


def test_chains_stop_where_nothing_is_published_and_others_are_whole() -> None:
    rows = under_reporting.steps(PUBLISHED)
    empty = rows[rows["kind"] == NONE]
    stopped = ["identified as group-based"] * 3 + ["recorded as a crime"]
    assert empty["up_to"].tolist() == stopped
    assert empty[["lower", "upper"]].isna().to_numpy().all()
    assert NONE not in set(under_reporting.steps(SAMPLED)["kind"])


def test_links_are_listed_with_those_a_range_spans_and_those_nobody_published() -> None:
    rows = under_reporting.links_listed(PUBLISHED).set_index("link")
    spanned = {"recorded_between", "recorded_sexual_2013", "recorded_all_2025", "identified"}
    assert spanned <= set(rows.index)
    assert list(rows.loc["told_at_time", ["claim", "kind"]]) == ["C15", "published, rounded"]
    assert rows.loc["recorded_between", "claim"] == "R03 and R07"
    assert list(rows.loc["identified", ["kind", "claim"]]) == [NONE, "none"]
    assert rows["published"].isna().sum() == 3


def test_a_chain_of_the_readers_own_stands_last_and_needs_its_bridge() -> None:
    (*_, own) = under_reporting.chains(PUBLISHED.changed(**OWN))
    assert (own.name, own.chain.assumptions) == ("own", tuple(OWN["bridges"].values()))
    assert own.chain.value == pytest.approx(0.18 * 0.74)
    with pytest.raises(InputError, match="links that differ in population and unit"):
        under_reporting.chains(PUBLISHED.changed(links=OWN["links"]))


def test_every_named_bridge_is_needed_and_two_questions_are_never_one() -> None:
    for found in under_reporting.chains(UnderReporting(scenarios="all", draws=1_000)):
        for left_out in found.chain.bridges:
            others = [bridge for bridge in found.chain.bridges if bridge is not left_out]
            with pytest.raises(InputError, match="links that differ"):
                compose(found.links, bridges=others)
        idle = [*found.chain.bridges, Bridge(found.links[0].name, "idle")]
        with pytest.raises(InputError, match="bridges nothing"):
            compose(found.links, bridges=idle)
    with pytest.raises(InputError, match="two links for one step"):
        compose([link("told_at_time"), link("told_ever")])


def test_the_widest_links_come_first_after_those_without_an_input() -> None:
    """94.85 / 73.5 = 1.29; 7.5 / 6.5 = 1.154; 37.5 / 36.5 = 1.027."""
    rows = under_reporting.widths(PUBLISHED).set_index("link")
    first = ["identified", "recorded_of_known", "recorded_between", "told_at_time"]
    assert rows.index.tolist()[:4] == first
    factors = rows.loc[["recorded_between", "told_at_time", "flagged_2025"], "factor"].tolist()
    assert factors == pytest.approx([94.85 / 73.5, 75 / 65, 375 / 365])
    assert rows.loc["identified", "name"] == "identified as the abuse of a group, once flagged"
    assert str(rows.loc["reported_one_in_ten", "name"]).endswith(", no period stated")


def test_what_is_recorded_keeps_its_kind() -> None:
    found = {name: rest for name, *rest in under_reporting.chain_records(PUBLISHED)}
    value, unit, ends = found["chain.at_the_time"]
    assert (value, unit) == (None, "share of: child sexual exploitation")
    assert isinstance(ends, ScenarioRange)
    assert found["chain.known"][:2] == [0.125, "share of: abused children"]
    assert isinstance(found["chain.known"][2], RoundingRange)


def test_sampled_chains_have_an_interval_at_either_end() -> None:
    """The audit's interval, 87.86 to 91.14 %, times 6.5 and 45 %, then times 7.5 and 55 %.

    A beta distribution is not quite symmetric, hence 0.15 points.
    """
    many = SAMPLED.changed(draws=50_000)
    found = {name: ends for name, _, _, ends in under_reporting.chain_records(many)}
    alone = found["chain.recorded_audited"]
    assert isinstance(alone, SamplingInterval)
    assert [alone.lower, alone.upper] == pytest.approx([0.8786, 0.9114], abs=0.0015)
    for end, factor in (("lower", 0.065 * 0.45), ("upper", 0.075 * 0.55)):
        at = found[f"chain.at_the_time_audited.at_{end}"]
        assert isinstance(at, SamplingInterval)
        assert [at.lower, at.upper] == pytest.approx([factor * alone.lower, factor * alone.upper])


def test_the_same_seed_gives_the_same_bits_and_another_seed_others() -> None:
    def composed(seed: int) -> list[object]:
        found = under_reporting.chains(SAMPLED.changed(seed=seed))
        return [one.chain.composed for one in found]

    assert composed(1) == composed(1)
    assert composed(1) != composed(2)
    assert any(isinstance(found, RangeOfIntervals) for found in composed(1))


@pytest.fixture(scope="module")
def five() -> Study:
    return study(UnderReporting(resamples=0))


def way(found: Study, chosen_by: str) -> "pd.Series[Any]":
    return found.rows[found.rows["chosen_by"] == chosen_by].iloc[0]


@pytest.mark.parametrize(
    ("example", "file"), [("uk_modern_slavery_2013", "UKdat.csv"), (FIVE, "UKdat_5.csv")]
)
def test_a_shipped_table_is_the_one_transcribed_from_the_publication(
    example: str, file: str
) -> None:
    ours, theirs = (under_reporting.lists(which) for which in (example, str(CASE / file)))
    assert ours.lists == theirs.lists == tuple(under_reporting.examples()[example].lists)
    assert np.array_equal(ours.counts, theirs.counts)


def test_people_are_counted_by_list() -> None:
    """By hand from the shipped file."""
    rows = pd.read_csv(CASE / "UKdat_5.csv")
    *names, people = rows.columns
    found = study(UnderReporting(criterion="none", order=1, resamples=0)).lists.set_index("list")
    for name in names:
        alone = rows[(rows[name] == 1) & (rows[names].sum(axis=1) == 1)]
        assert found.loc[name, "people"] == rows.loc[rows[name] == 1, people].sum()
        assert found.loc[name, "alone"] == alone[people].sum()


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
    assert inputs()[under_reporting.examples()[FIVE].published].n == five.table.n_observed
    assert 10_000 < way(five, "stepwise below 0.02")["estimate"] < 13_000


def test_counting_cells_instead_of_people_bic_chooses_another_model(five: Study) -> None:
    """All 1,024 models fitted one by one, and log 31 instead of log 2,744 for each term."""
    table = five.table
    pairs = [table.name(code) for code in range(1, 32) if code.bit_count() == 2]
    chosen = way(five, "best by BIC of cells, not people")
    named = str(chosen["model"]).split(", ")
    neighbours = [[name for name in named if name != dropped] for dropped in named]
    neighbours += [[*named, name] for name in pairs if name not in named]

    def by_cells(terms: list[str]) -> float:
        fit = systems.estimate(table, terms=terms, order=1).fit
        terms_in_all = 1 + len(table.lists) + len(terms)
        return float(fit.aic + terms_in_all * (np.log(31) - 2))

    assert all(by_cells(terms) > by_cells(named) for terms in neighbours)
    assert chosen["estimate"] < way(five, "best by BIC")["estimate"] / 2


def test_aic_has_the_least_of_its_neighbours_and_none_no_interactions(five: Study) -> None:
    table = five.table
    plain = systems.estimate(table).estimate
    assert way(five, "no interactions")["estimate"] == pytest.approx(plain)

    def aic(terms: list[str]) -> float:
        return systems.estimate(table, terms=terms, order=1).fit.aic

    best = str(way(five, "best by AIC")["model"]).split(", ")
    pairs = [table.name(code) for code in range(1, 32) if code.bit_count() == 2]
    others = [[name for name in best if name != dropped] for dropped in best]
    others += [[*best, name] for name in pairs if name not in best]
    assert all(aic(terms) > aic(best) for terms in others)


def test_averages_lie_between_the_models_and_have_no_interactions(five: Study) -> None:
    averages = five.rows[five.rows["chosen_by"].str.startswith("average")]
    by = [f"average over 1,024 models by {name}" for name in ("BIC", "AIC")]
    assert averages["chosen_by"].tolist() == by
    assert averages["interactions"].isna().all()
    models = five.distinct["estimate"]
    assert averages["estimate"].between(models.min(), models.max()).all()
    assert models.min() < 11_000 < 25_000 < models.max()  # as the case warns


def test_a_model_that_several_ways_choose_is_one_row() -> None:
    found = study(UnderReporting(lists=FOUR, resamples=0))
    distinct = found.distinct
    assert distinct["model"].is_unique
    assert distinct["estimate"].is_monotonic_increasing
    (both,) = distinct.loc[distinct["chosen_by"].str.contains("stepwise"), "chosen_by"]
    assert {"best by AIC", "within 2 of the best by BIC"} <= set(both.split("; "))
    assert (found.example, found.published) == (None, None)


def test_intervals_of_five_seeds_differ_within_their_error() -> None:
    """Rank-based ends: a normal quantile at 2.5 % of 2,000 draws has a standard error of
    sqrt(0.025 x 0.975 / 2000) / 0.0584 = 0.06 standard deviations, of which 3.92 are the width."""
    asked = UnderReporting(lists=FOUR, criterion="none", order=1, seed=3)
    found, again = study(asked), study(asked)
    pd.testing.assert_frame_equal(found.intervals, again.intervals)
    assert found.intervals["method"].value_counts().to_dict() == {
        "BCa bootstrap": 5,
        "log-normal": 1,
        "multinomial profile likelihood": 1,
    }
    drawn = found.intervals[found.intervals["method"] == "BCa bootstrap"]
    assert drawn["seed"].tolist() == ["3", "4", "5", "6", "7"]
    first = found.chosen.interval
    assert drawn[["lower", "upper"]].iloc[0].tolist() == [first.lower, first.upper]
    for end in ("lower", "upper"):
        assert drawn[end].max() - drawn[end].min() < 6 * 0.06 / 3.92 * (first.upper - first.lower)


def test_without_resamples_there_is_no_bootstrap(five: Study) -> None:
    assert "BCa bootstrap" not in set(five.intervals["method"])
    assert five.chosen.resampled is None


def test_the_model_that_is_estimated_is_that_of_the_criterion() -> None:
    found = study(UnderReporting(lists=FOUR, criterion="aic", resamples=0))
    assert found.chosen.select == "aic"
    assert isclose(found.chosen.estimate, way(found, "best by AIC")["estimate"])
    assert json.loads(json.dumps(found.chosen.as_dict()))["resamples"] == 0


def test_lists_with_too_many_models_say_why_the_best_is_not_known(
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
    reason = str(way(found, "best by BIC")["reason"])
    assert reason.startswith("more models than can be fitted one by one")
    plain = way(found, "no interactions")
    assert abs(plain["estimate"] - 400) < 5 * plain["se"]
    assert not found.rows["chosen_by"].str.contains("within|average").any()


def test_what_is_no_example_is_refused() -> None:
    with pytest.raises(InputError, match="did you mean 'uk_modern_slavery_2013'"):
        under_reporting.lists("uk_modern_slavery_2103")


def test_totals_without_overlap_have_a_lower_bound_alone_and_are_refused_as_lists() -> None:
    found, bounds = under_reporting.totals_alone()
    assert [find_claim(claim.id).number for claim in found] == [claim.number for claim in found]
    counts = [claim.number or 0 for claim in found]
    assert (bounds.lower, bounds.upper) == (max(counts), inf) == (1523, inf)
    apart = pd.DataFrame(np.eye(len(counts), dtype=int), columns=list("ABCD"))
    with pytest.raises(InputError, match="no overlap"):
        systems.read_lists(apart.assign(children=counts))
