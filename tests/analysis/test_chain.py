"""Reporting chains: links and what they rest on, how they compose, what is refused, and simulation."""

from itertools import combinations, permutations
from math import inf, log, prod
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from replicate.analysis.chain import (
    Bridge,
    Link,
    MonteCarlo,
    RangeOfIntervals,
    beta,
    compose,
    simulate,
    span,
)
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.uncertainty import RoundingRange, SamplingInterval, ScenarioRange

# Links.

ASKED: dict[str, Any] = {
    "given": "told",
    "gives": "recorded",
    "question": "recorded, once reported",
    "population": "reported crimes",
    "unit": "reports",
}


def asked(name: str = "audit", **changes: Any) -> Link:
    return Link(name=name, **(ASKED | changes))


@pytest.mark.parametrize(
    ("value", "evidence", "fault"),
    [
        (0.5, None, "rests on nothing"),
        (0.0, RoundingRange(0.0, 0.1), "no probabilities above 0"),
        (0.9, RoundingRange(0.8, 1.1), "no probabilities above 0"),
        (None, RoundingRange(0.4, 0.6), "without the value"),
        (None, SamplingInterval(0.4, 0.6, 0.95, "audit"), "without the value"),
        (0.5, ScenarioRange(0.4, 0.6, ("assumed",)), "a value inside a range under assumptions"),
        (0.7, RoundingRange(0.4, 0.6), "outside its own ends"),
    ],
)
def test_a_probability_that_does_not_belong_to_its_evidence_is_refused(
    value: float | None, evidence: Any, fault: str
) -> None:
    with pytest.raises(InputError, match=fault) as caught:
        asked(value=value, evidence=evidence)
    assert caught.value.where == "link audit"


def test_a_link_without_a_published_input_is_a_link() -> None:
    assert (asked().evidence, asked().log_width) == (None, inf)


def test_width_is_the_log_of_upper_over_lower() -> None:
    """6.5 to 7.5 percent: log(75 / 65)."""
    assert asked(value=0.07, evidence=RoundingRange(0.065, 0.075)).log_width == pytest.approx(
        log(75) - log(65)
    )


def test_what_it_was_measured_on_is_told_in_words() -> None:
    assert asked(period="2025").measured_on == "reported crimes; counted in reports; 2025"
    assert asked().measured_on == "reported crimes; counted in reports"


def published(name: str, lower: float, upper: float, **changes: Any) -> Link:
    return asked(
        name,
        value=(lower + upper) / 2,
        evidence=RoundingRange(lower, upper),
        source=name.upper(),
        **changes,
    )


def test_values_for_one_question_span_a_range_under_an_assumption() -> None:
    low = published("old", 0.735, 0.745, population="reported sexual offences", period="2013")
    made = span(
        [published("new", 0.9475, 0.9485, period="2025"), low],
        name="between",
        assumption="no worse, no better",
    )
    assert made.evidence == ScenarioRange(0.735, 0.9485, ("no worse, no better",))
    assert made.value is None
    assert (made.population, made.period, made.source) == (
        "reported crimes and reported sexual offences",
        "2025 and 2013",
        "NEW and OLD",
    )


def test_two_questions_are_never_one_range() -> None:
    at_the_time = published("at_the_time", 0.065, 0.075, question="told at the time")
    ever = published("ever", 0.175, 0.185, question="told ever")
    with pytest.raises(InputError, match="answers to different questions") as caught:
        span([at_the_time, ever], name="told", assumption="either")
    assert caught.value.got == "at_the_time: told at the time; ever: told ever"


@pytest.mark.parametrize(
    "changes",
    [{"given": "happened"}, {"gives": "flagged"}, {"unit": "cases"}],
    ids=["given", "gives", "unit"],
)
def test_links_of_different_kinds_are_never_one_range(changes: dict[str, str]) -> None:
    with pytest.raises(InputError, match=rf"links of different kinds \({next(iter(changes))}\)"):
        span(
            [published("one", 0.4, 0.5), published("other", 0.5, 0.6, **changes)],
            name="both",
            assumption="either",
        )


@pytest.mark.parametrize(
    "evidence",
    [None, SamplingInterval(0.4, 0.6, 0.95, "audit")],
    ids=["nothing", "a sampling interval"],
)
def test_only_published_values_are_spanned(evidence: SamplingInterval | None) -> None:
    other = asked("other", value=0.5 if evidence else None, evidence=evidence)
    with pytest.raises(InputError, match="no published value"):
        span([published("one", 0.4, 0.5), other], name="both", assumption="either")


# Composition.

STEPS = ("happened", "told", "recorded", "flagged", "identified")


def link(place: int, evidence: Any = None, **changes: Any) -> Link:
    """Make the link from one step to the next; all are measured on the same population in the same
    unit.
    """
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


@pytest.mark.parametrize(
    ("given", "question", "hint"),
    [
        ("happened", "ever", "different questions make different chains"),
        ("known", "question 0", None),
    ],
    ids=["two questions", "two answers to one question"],
)
def test_two_links_for_one_step_are_refused(given: str, question: str, hint: str | None) -> None:
    again = Link(
        name="again",
        given=given,
        gives="told",
        question=question,
        population="children",
        unit="children",
    )
    with pytest.raises(InputError, match="two links for one step") as caught:
        compose([TOLD, again])
    assert caught.value.hint == hint


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
    assert found.stopped == link(1)
    assert found.composed == RoundingRange(0.065, 0.075)


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


def test_a_chain_has_its_questions_and_the_population_that_a_bridge_takes_it_to() -> None:
    found = compose([TOLD, OTHERS], bridges=[Bridge("recorded", "one each", of="reports")])
    assert (found.question, found.population) == ("question 0; then question 1", "reports")
    assert compose([TOLD]).population == "children"


# Simulation.

DRAWS = 100_000


def audit(name: str, value: float, half: float, level: float = 0.95) -> Link:
    what: dict[str, Any] = {
        "given": "told",
        "gives": "recorded",
        "question": "?",
        "population": "reports",
        "unit": "reports",
    }
    return Link(
        name=name,
        value=value,
        evidence=SamplingInterval(value - half, value + half, level, "audit"),
        **what,
    )


ONE, OTHER = audit("one", 0.895, 0.0164), audit("other", 0.4, 0.1)


@given(st.floats(0.05, 0.95), st.floats(0.01, 0.9), st.floats(0.6, 0.99))
def test_the_beta_has_the_links_mean_and_the_width_of_its_level(
    value: float, part: float, level: float
) -> None:
    link = audit("one", value, part * min(value, 1 - value) * 0.999, level)
    assert link.evidence is not None
    deviation = link.evidence.width / 2 / float(stats.norm.ppf((1 + level) / 2))
    if deviation**2 >= value * (1 - value):
        return
    made = stats.beta(*beta(link))
    assert (made.mean(), made.std()) == pytest.approx((value, deviation), rel=1e-6)


def test_the_product_is_that_of_independent_betas() -> None:
    """Drawn here from scipy's beta distributions of the same means and deviations."""
    rng = np.random.default_rng(5)
    product = np.ones(1_000_000)
    for mean, half in ((0.895, 0.0164), (0.4, 0.1)):
        total = mean * (1 - mean) / (half / 1.959964) ** 2 - 1
        product *= rng.beta(mean * total, (1 - mean) * total, len(product))
    interval, made = simulate([ONE, OTHER], draws=DRAWS, seed=1, level=0.95)
    lower, upper = np.quantile(product, [0.025, 0.975])
    assert interval.lower == pytest.approx(lower, abs=5 * made.error_lower)
    assert interval.upper == pytest.approx(upper, abs=5 * made.error_upper)


def test_the_ends_of_one_link_are_quantiles_of_its_beta() -> None:
    interval, made = simulate([OTHER], draws=DRAWS, seed=3, level=0.9)
    lower, upper = stats.beta(*beta(OTHER)).ppf([0.05, 0.95])
    assert interval.lower == pytest.approx(lower, abs=5 * made.error_lower)
    assert interval.upper == pytest.approx(upper, abs=5 * made.error_upper)
    assert interval.level == 0.9


def test_the_errors_of_the_ends_are_the_asymptotic_ones() -> None:
    """A quantile's standard error is the root of q (1 - q) / n over the density there."""
    law = stats.beta(*beta(OTHER))
    made = simulate([OTHER], draws=DRAWS, seed=3, level=0.95)[1]
    for quantile, error in ((0.025, made.error_lower), (0.975, made.error_upper)):
        expected = (quantile * (1 - quantile) / DRAWS) ** 0.5 / law.pdf(law.ppf(quantile))
        assert error == pytest.approx(
            expected, rel=0.35
        )  # the distance between two draws is itself an estimate


def test_the_same_seed_gives_the_same_bits_whatever_the_order() -> None:
    assert simulate([ONE, OTHER], draws=5_000, seed=7, level=0.95) == simulate(
        [OTHER, ONE], draws=5_000, seed=7, level=0.95
    )


def test_different_seeds_agree_within_their_error_and_are_not_the_same() -> None:
    made = [simulate([ONE, OTHER], draws=20_000, seed=seed, level=0.95) for seed in range(8)]
    for (first, one), (second, other) in combinations(made, 2):
        for end in ("lower", "upper"):
            apart = abs(getattr(first, end) - getattr(second, end))
            error = (getattr(one, f"error_{end}") ** 2 + getattr(other, f"error_{end}") ** 2) ** 0.5
            assert 0 < apart < 5 * error


def test_links_of_one_kind_do_not_draw_the_same_numbers() -> None:
    """Two links with the same interval and independent errors: the square of one spreads wider."""
    twins = [audit("first", 0.4, 0.3), audit("second", 0.4, 0.3)]
    interval, made = simulate(twins, draws=DRAWS, seed=1, level=0.95)
    one, _ = simulate(twins[:1], draws=DRAWS, seed=1, level=0.95)
    assert interval.upper < one.upper**2 - 10 * made.error_upper
    assert interval.lower > one.lower**2 + 10 * made.error_lower


@pytest.mark.parametrize(
    ("link", "fault"),
    [
        (audit("flat", 0.5, 0.0), "no beta distribution"),
        (audit("wide", 0.5, 0.4999, level=0.6), "no beta distribution"),
        (
            Link(
                name="x",
                given="a",
                gives="b",
                question="?",
                population="p",
                unit="u",
                value=0.5,
                evidence=RoundingRange(0.4, 0.6),
            ),
            "nothing",
        ),
    ],
    ids=["without width", "wider than any", "rounded"],
)
def test_what_cannot_be_drawn_is_refused(link: Link, fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        simulate([link], draws=1_000, seed=1, level=0.95)


def test_too_few_draws_are_refused() -> None:
    with pytest.raises(InputError, match="too few draws"):
        simulate([ONE], draws=999, seed=1, level=0.95)
