"""The published chains: against hand computation from the figures as printed, with what they assume and where they stop."""

from typing import Any

import pytest

from replicate.analysis.chain import Bridge, RangeOfIntervals, compose
from replicate.derivations.under_reporting import chain, chain_refusals, chain_values, chain_width
from replicate.derivations.under_reporting.chain_data import (
    bridge_data,
    chain_data,
    link,
    link_data,
)
from replicate.ledger import claims
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.parameters import Scenarios, UnderReporting
from replicate.vocabulary.uncertainty import RoundingRange, SamplingInterval, ScenarioRange

Steps = dict[tuple[str, str], dict[Any, Any]]

PUBLISHED, SAMPLED = UnderReporting(), UnderReporting(scenarios="sampled", draws=2_000)


def test_the_file_names_links_bridges_and_sets_that_there_are() -> None:
    assert {name for data in chain_data().values() for name in data.links} <= set(link_data())
    assert {name for data in chain_data().values() for name in data.bridges.values()} == set(
        bridge_data()
    )
    assert {name for data in chain_data().values() for name in data.sets} | {"all"} == set(
        Scenarios.__args__  # type: ignore[attr-defined]
    )
    used = {name for data in chain_data().values() for name in data.links}
    assert used | {part for name in used for part in link_data()[name].spans} == set(link_data())


def test_every_link_with_a_published_input_has_a_claim_in_percent() -> None:
    named = [data.claim for data in link_data().values() if data.claim]
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
    assert (found.evidence.lower, found.value, found.evidence.upper) == pytest.approx(
        (lower, value, upper), abs=1e-12
    )


def test_a_published_interval_is_taken_at_the_level_named() -> None:
    """South Yorkshire Police: 89.5 plus and minus 1.64."""
    found = link("recorded_south_yorkshire_2017").evidence
    assert isinstance(found, SamplingInterval)
    assert (found.lower, found.upper, found.level) == pytest.approx((0.8786, 0.9114, 0.95))


def test_an_unknown_link_gets_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'told_ever'"):
        link("told_evr")


@pytest.fixture(scope="module")
def steps() -> Steps:
    return {
        (str(row["chain"]), str(row["up_to"])): row
        for row in chain.steps(PUBLISHED).to_dict("records")
    }


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
    steps: Steps, title: str, up_to: str, lower: float, upper: float
) -> None:
    row = steps[title, up_to]
    assert (row["lower"], row["upper"]) == pytest.approx((lower, upper))
    assert (row["fewest"], row["most"]) == pytest.approx((100 / upper, 100 / lower))


def test_the_first_link_alone_spans_what_the_notes_say(steps: Steps) -> None:
    """One over 7 and one over 18 percent: 14.3 and 5.6."""
    at_the_time, ever = (
        steps["Told at the time", "told the police"],
        steps["Told at any point", "told the police"],
    )
    assert at_the_time["fewest"] < 14.3 < at_the_time["most"]
    assert ever["fewest"] < 5.6 < ever["most"]


def test_every_number_has_its_question_and_population(steps: Steps) -> None:
    assert all(row["asked"] and row["of"] for row in steps.values())
    flagged = steps["Told at the time", "flagged as child sexual exploitation"]
    assert (
        flagged["asked"]
        == "told the police at the time; then recorded as a crime, once reported; then correctly flagged, once recorded"
    )
    assert flagged["of"] == "child sexual exploitation"
    assert steps["Told at the time", "recorded as a crime"]["of"] == claims()["C15"].population


def test_chains_stop_where_nothing_is_published(steps: Steps) -> None:
    empty = [key for key, row in steps.items() if row["kind"] == chain.NONE]
    assert [up_to for _, up_to in empty] == ["identified as group-based"] * 3 + [
        "recorded as a crime"
    ]
    assert all(steps[key]["lower"] != steps[key]["lower"] for key in empty)


def test_a_whole_chain_has_no_step_without_an_input() -> None:
    assert chain.NONE not in set(chain.steps(SAMPLED)["kind"])


def test_links_are_listed_with_those_a_range_spans_and_those_nobody_published() -> None:
    rows = chain.links_listed(PUBLISHED).set_index("link")
    assert {"recorded_between", "recorded_sexual_2013", "recorded_all_2025", "identified"} <= set(
        rows.index
    )
    assert list(rows.loc["told_at_time", ["claim", "kind"]]) == ["C15", "published, rounded"]
    assert rows.loc["recorded_between", "claim"] == "R03 and R07"
    assert list(rows.loc["identified", ["kind", "claim", "seen"]]) == [
        chain.NONE,
        "none",
        "looked for, found nowhere",
    ]
    assert rows["published"].isna().sum() == 3


def test_what_is_assumed_is_listed_for_each_chain() -> None:
    rows = chain.assumptions(PUBLISHED)
    assert rows.groupby("chain", sort=False)["kind"].agg(list).to_dict() == {
        "Told at the time": ["bridge", "bridge", "range"],
        "Told at any point": ["bridge", "bridge", "range"],
        "Reported, by wider estimates": ["bridge", "bridge", "range"],
    }


def test_a_chain_that_assumes_nothing_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "chain_data", lambda: {"known": chain_data()["known"]})
    assert chain.assumptions(PUBLISHED)["assumption"].tolist() == [
        "nothing is assumed: no two links differ in population or unit"
    ]


OWN: dict[str, Any] = {
    "links": ("told_ever", "recorded_sexual_2013"),
    "bridges": {
        "recorded_sexual_2013": "each person who told the police made one report of a sexual offence"
    },
}


def test_a_chain_of_the_readers_own_stands_last_with_its_own_words() -> None:
    (*_, own) = chain.chains(PUBLISHED.changed(**OWN))
    assert (own.name, own.chain.assumptions) == ("own", tuple(OWN["bridges"].values()))
    assert own.chain.value == pytest.approx(0.18 * 0.74)


def test_a_chain_of_the_readers_own_without_its_bridge_is_refused() -> None:
    with pytest.raises(InputError, match="links that differ in population and unit"):
        chain.chains(PUBLISHED.changed(links=OWN["links"]))


def test_refusals_are_tried_and_told() -> None:
    rows = chain_refusals.refusals(PUBLISHED).set_index("tried")["refused"]
    assert rows.to_dict() == {
        "Told at the time, without its bridges": "links that differ in population and unit",
        "Told at any point, without its bridges": "links that differ in population and unit",
        "Reported, by wider estimates, without its bridges": "links that differ in population and unit",
        "At the time and ever as the ends of one range": "answers to different questions as one range",
        "At the time and ever in one chain": "two links for one step",
    }


def test_every_named_bridge_is_needed() -> None:
    for found in chain.chains(UnderReporting(scenarios="all", draws=1_000)):
        for left_out in found.chain.bridges:
            others = [bridge for bridge in found.chain.bridges if bridge is not left_out]
            with pytest.raises(InputError, match="links that differ"):
                compose(found.links, bridges=others)
        with pytest.raises(InputError, match="bridges nothing"):
            compose(
                found.links, bridges=[*found.chain.bridges, Bridge(found.links[0].name, "idle")]
            )


def test_the_widest_links_come_first_after_those_without_an_input() -> None:
    """94.85 / 73.5 = 1.29; 7.5 / 6.5 = 1.154; 37.5 / 36.5 = 1.027."""
    rows = chain_width.widths(PUBLISHED)
    assert rows["link"].tolist()[:4] == [
        "identified",
        "recorded_of_known",
        "recorded_between",
        "told_at_time",
    ]
    factors = rows.set_index("link")["factor"]
    assert factors[["recorded_between", "told_at_time", "flagged_2025"]].tolist() == pytest.approx(
        [94.85 / 73.5, 75 / 65, 375 / 365]
    )
    assert rows["name"].tolist()[0] == "identified as the abuse of a group, once flagged"
    assert rows["name"].is_unique
    assert rows["link"].is_unique


def test_a_link_without_a_period_says_so() -> None:
    names = chain_width.widths(PUBLISHED).set_index("link")["name"]
    assert names["reported_one_in_ten"].endswith(", no period stated")


def test_the_shares_of_a_chains_width_add_up() -> None:
    assert chain_width.shares(PUBLISHED).groupby("chain")["share"].sum().tolist() == pytest.approx(
        [100] * 4
    )


def test_what_is_reported_keeps_its_kind() -> None:
    kinds = {
        name: (value, unit, type(interval))
        for name, value, unit, interval in chain_values.reported(PUBLISHED)
    }
    assert kinds["chain.at_the_time"] == (
        None,
        "share of: child sexual exploitation",
        ScenarioRange,
    )
    assert kinds["chain.known"] == (0.125, "share of: abused children", RoundingRange)
    sampled = {name: type(interval) for name, _, _, interval in chain_values.reported(SAMPLED)}
    assert sampled == {
        "chain.at_the_time_audited.at_lower": SamplingInterval,
        "chain.at_the_time_audited.at_upper": SamplingInterval,
        "chain.recorded_audited": SamplingInterval,
    }


def test_simulated_chains_show_the_interval_at_either_end_with_its_error() -> None:
    """The audit's interval, 87.86 to 91.14 %, times 6.5 and 45 %, then times 7.5 and 55 %; the errors in proportion."""
    rows = chain_values.simulated(UnderReporting(draws=50_000))
    low, high, alone = (row for _, row in rows.iterrows())
    assert (alone["lower"], alone["upper"]) == pytest.approx(
        (87.86, 91.14), abs=0.15
    )  # a beta is not quite symmetric
    assert (low["lower"], low["upper"]) == pytest.approx(
        (0.065 * 0.45 * alone["lower"], 0.065 * 0.45 * alone["upper"])
    )
    assert (high["lower"], high["upper"]) == pytest.approx(
        (0.075 * 0.55 * alone["lower"], 0.075 * 0.55 * alone["upper"])
    )
    assert low["error_lower"] == pytest.approx(0.065 * 0.45 * alone["error_lower"])
    assert set(rows["draws"]) == {50_000}
    assert 0 < alone["error_lower"] < 0.05


def test_a_chain_of_the_readers_own_without_sampling_is_not_among_the_simulated() -> None:
    assert len(chain_values.simulated(SAMPLED.changed(**OWN))) == 3


def test_the_same_seed_gives_the_same_bits_and_another_seed_others() -> None:
    def composed(seed: int) -> list[object]:
        return [found.chain.composed for found in chain.chains(SAMPLED.changed(seed=seed))]

    assert composed(1) == composed(1)
    assert composed(1) != composed(2)
    assert any(isinstance(found, RangeOfIntervals) for found in composed(1))
