"""Links put together: interval arithmetic, what is refused, what each kind comes to, and where a chain stops."""

from itertools import permutations
from math import log, prod
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate.analysis.chain import Bridge, Chain, Link, MonteCarlo, RangeOfIntervals, compose
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.uncertainty import RoundingRange, SamplingInterval, ScenarioRange

STEPS = ("happened", "told", "recorded", "flagged", "identified")


def link(place: int, evidence: Any = None, **changes: Any) -> Link:
    """Make the link from one step to the next; all are measured on the same population in the same unit."""
    value = (
        None
        if evidence is None or isinstance(evidence, ScenarioRange)
        else (evidence.lower + evidence.upper) / 2
    )
    what: dict[str, Any] = {
        "population": "children",
        "unit": "children",
        "question": f"question {place}",
    }
    return Link(
        name=STEPS[place + 1],
        given=STEPS[place],
        gives=STEPS[place + 1],
        value=value,
        evidence=evidence,
        **(what | changes),
    )


TOLD = link(0, RoundingRange(0.065, 0.075))
RECORDED = link(1, RoundingRange(0.735, 0.745))
FLAGGED = link(2, ScenarioRange(0.37, 0.5, ("one of two shares holds",)))
AUDITED = link(1, SamplingInterval(0.8786, 0.9114, 0.95, "audit"))

ends = st.tuples(st.floats(0.01, 1), st.floats(0.01, 1)).map(sorted)


@given(st.lists(st.tuples(ends, st.floats(0, 1)), min_size=1, max_size=4))
def test_the_range_of_a_chain_holds_every_product_of_points(
    drawn: list[tuple[list[float], float]],
) -> None:
    links = [
        link(place, ScenarioRange(lower, upper, ("assumed",)))
        for place, ((lower, upper), _) in enumerate(drawn)
    ]
    found = compose(links).composed
    product = prod(lower + (upper - lower) * share for (lower, upper), share in drawn)
    assert found.lower * (1 - 1e-12) <= product <= found.upper * (1 + 1e-12)
    assert found.lower == pytest.approx(prod(lower for (lower, _), _ in drawn))
    assert found.upper == pytest.approx(prod(upper for (_, upper), _ in drawn))


def test_published_values_come_to_a_rounding_range_and_a_value() -> None:
    """By hand: 0.065 x 0.735 = 0.047775; 0.075 x 0.745 = 0.055875; 0.07 x 0.74 = 0.0518."""
    found = compose([TOLD, RECORDED])
    assert isinstance(found.composed, RoundingRange)
    assert (found.composed.lower, found.composed.upper) == pytest.approx((0.047775, 0.055875))
    assert found.value == pytest.approx(0.0518)
    assert (found.stopped, found.assumptions, found.monte_carlo) == (None, (), None)


def test_a_range_under_assumptions_stays_one_and_has_no_value() -> None:
    found = compose([TOLD, RECORDED, FLAGGED])
    assert isinstance(found.composed, ScenarioRange)
    assert found.composed.assumptions == found.assumptions == ("one of two shares holds",)
    assert found.value is None


def test_sampling_intervals_come_to_one() -> None:
    found = compose([AUDITED], draws=20_000)
    assert isinstance(found.composed, SamplingInterval)
    assert isinstance(found.monte_carlo, MonteCarlo)
    assert found.composed.level == 0.95
    assert found.value == pytest.approx(0.895)


def test_both_kinds_come_to_a_range_of_intervals_and_neither_turns_into_the_other() -> None:
    found = compose([TOLD, AUDITED], draws=20_000)
    alone = compose([AUDITED], draws=20_000).composed
    assert isinstance(found.composed, RangeOfIntervals)
    assert found.composed.at_lower.lower == pytest.approx(0.065 * alone.lower)
    assert found.composed.at_lower.upper == pytest.approx(0.065 * alone.upper)
    assert found.composed.at_upper.lower == pytest.approx(0.075 * alone.lower)
    assert (found.composed.lower, found.composed.upper) == (
        found.composed.at_lower.lower,
        found.composed.at_upper.upper,
    )


@pytest.mark.parametrize(
    "links", [(TOLD, RECORDED, FLAGGED), (TOLD, AUDITED, FLAGGED)], ids=["ranges", "both kinds"]
)
def test_the_order_in_which_links_are_given_makes_no_difference(links: tuple[Link, ...]) -> None:
    made = {repr(compose(order, draws=2_000)) for order in permutations(links)}
    assert len(made) == 1


OTHERS = link(
    1, RoundingRange(0.735, 0.745), population="reported crimes", unit="reports", period="2013"
)
BRIDGE = Bridge("recorded", "one report each")


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"population": "adults"}, "links that differ in population"),
        ({"unit": "reports"}, "links that differ in unit"),
        ({"population": "adults", "unit": "reports"}, "links that differ in population and unit"),
    ],
)
def test_links_measured_on_others_are_refused(changes: dict[str, str], fault: str) -> None:
    with pytest.raises(InputError) as caught:
        compose([TOLD, link(1, RoundingRange(0.735, 0.745), **changes)])
    assert caught.value.what == fault


def test_the_refusal_says_what_each_was_measured_on() -> None:
    with pytest.raises(InputError) as caught:
        compose([TOLD, OTHERS])
    assert caught.value.where == "told × recorded"
    assert caught.value.got == (
        "told measured on children; counted in children ('question 0'); "
        "recorded on reported crimes; counted in reports; 2013 ('question 1')"
    )
    assert "bridging assumption" in str(caught.value.expected)


def test_a_named_assumption_bridges_and_is_carried() -> None:
    found = compose([TOLD, OTHERS], bridges=[BRIDGE])
    assert found.bridges == (BRIDGE,)
    assert isinstance(found.composed, ScenarioRange)
    assert found.composed.assumptions == found.assumptions == ("one report each",)
    assert found.value == pytest.approx(0.0518)


def test_an_empty_assumption_bridges_nothing() -> None:
    with pytest.raises(InputError, match="links that differ"):
        compose([TOLD, OTHERS], bridges=[Bridge("recorded", " ")])


@pytest.mark.parametrize(
    ("links", "bridges", "expected"),
    [
        ([TOLD, RECORDED], [BRIDGE], "no bridge"),
        ([TOLD, OTHERS], [BRIDGE, Bridge("flagged", "stale")], "bridges for recorded alone"),
        ([TOLD, link(1)], [BRIDGE], "no bridge"),
    ],
    ids=["nothing differs", "no such link", "the chain stops before it"],
)
def test_an_assumption_that_bridges_nothing_is_refused(
    links: list[Link], bridges: list[Bridge], expected: str
) -> None:
    with pytest.raises(InputError, match="bridges nothing") as caught:
        compose(links, bridges=bridges)
    assert str(caught.value.expected).startswith(expected)


def test_the_bridge_of_a_sampled_chain_is_carried_beside_its_interval() -> None:
    started = link(0, SamplingInterval(0.4, 0.6, 0.95, "survey"), population="adults")
    found = compose(
        [started, AUDITED], bridges=[Bridge("recorded", "as children are")], draws=2_000
    )
    assert isinstance(found.composed, SamplingInterval)
    assert found.assumptions == ("as children are",)


def test_two_questions_for_one_step_are_refused() -> None:
    ever = Link(
        name="ever",
        given="happened",
        gives="told",
        question="ever",
        population="children",
        unit="children",
    )
    with pytest.raises(InputError, match="two links for one step") as caught:
        compose([TOLD, ever])
    assert caught.value.hint == "different questions make different chains"


def test_two_answers_to_one_question_are_refused_too() -> None:
    again = Link(
        name="again",
        given="known",
        gives="told",
        question="question 0",
        population="children",
        unit="children",
    )
    with pytest.raises(InputError, match="two links for one step") as caught:
        compose([TOLD, again])
    assert caught.value.hint is None


@pytest.mark.parametrize(
    "links",
    [
        [TOLD, FLAGGED],
        [
            TOLD,
            Link(
                name="back",
                given="recorded",
                gives="happened",
                question="?",
                population="p",
                unit="u",
            ),
            RECORDED,
        ],
    ],
    ids=["a step left out", "a circle"],
)
def test_links_that_do_not_follow_one_another_are_refused(links: list[Link]) -> None:
    with pytest.raises(InputError, match="leave a gap"):
        compose(links)


def test_a_chain_stops_before_what_nobody_published() -> None:
    found = compose([link(3), FLAGGED, link(1), TOLD])
    assert found.links == (TOLD,)
    assert found.left == (link(1), FLAGGED, link(3))
    assert found.stopped == link(1)
    assert found.reach == "happened → told; stopped there: no published input for 'recorded'"
    assert found.composed == RoundingRange(0.065, 0.075)


def test_a_whole_chain_says_from_where_to_where() -> None:
    assert compose([TOLD, RECORDED]).reach == "happened → recorded"


@pytest.mark.parametrize(
    ("links", "got"), [([], "no link"), ([link(0), RECORDED], "no published input")]
)
def test_a_chain_that_never_starts_is_refused(links: list[Link], got: str) -> None:
    with pytest.raises(InputError, match="stops before it starts") as caught:
        compose(links)
    assert caught.value.got == got


def test_links_are_ranked_by_the_log_width_they_add() -> None:
    """The shares of log(75/65), log(745/735) and log(50/37) in log(75/65 x 745/735 x 50/37)."""
    found = compose([TOLD, RECORDED, FLAGGED])
    total = log(75 / 65 * 745 / 735 * 50 / 37)
    assert [width.link for width in found.widths()] == ["flagged", "told", "recorded"]
    assert [width.share for width in found.widths()] == pytest.approx(
        [log(50 / 37) / total, log(75 / 65) / total, log(745 / 735) / total]
    )
    assert found.widths()[0].factor == pytest.approx(50 / 37)


def test_a_chain_without_width_has_no_shares() -> None:
    certain = link(0, ScenarioRange(0.5, 0.5, ("exactly half",)))
    assert [width.share for width in compose([certain]).widths()] == [0.0]


def multiplied(*links: Link, bridges: tuple[Bridge, ...] = ()) -> Chain:
    return compose(links, bridges=bridges)


def test_a_multiplier_is_never_bare() -> None:
    """1 / 0.075 = 13.3 and 1 / 0.065 = 15.4; with the second link 1 / 0.055875 = 17.9 and 1 / 0.047775 = 20.9."""
    assert (
        str(multiplied(TOLD).multiplier)
        == "13.3 to 15.4 for each one (asked: question 0; of: children)"
    )
    assert str(multiplied(TOLD, OTHERS, bridges=(BRIDGE,)).multiplier) == (
        "17.9 to 20.9 for each one (asked: question 0; then question 1; of: children; assuming: one report each)"
    )
