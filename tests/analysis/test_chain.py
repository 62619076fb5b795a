"""Reporting chains: links, how they compose, what is refused, and simulation."""

from itertools import permutations
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
    RangeOfIntervals,
    compose,
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
    assert (found.stopped, found.assumptions) == (None, ())


def test_a_range_under_assumptions_stays_one_and_has_no_value() -> None:
    found = compose([TOLD, RECORDED, FLAGGED])
    assert isinstance(found.composed, ScenarioRange)
    assert found.composed.assumptions == found.assumptions == ("one of two shares holds",)
    assert found.value is None


def test_sampling_intervals_come_to_one() -> None:
    found = compose([AUDITED], draws=20_000)
    assert isinstance(found.composed, SamplingInterval)
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


def test_a_chain_has_its_questions_and_the_population_that_a_bridge_takes_it_to() -> None:
    found = compose([TOLD, OTHERS], bridges=[Bridge("recorded", "one each", of="reports")])
    assert (found.question, found.population) == ("question 0; then question 1", "reports")
    assert compose([TOLD]).population == "children"


# Simulation.

DRAWS = 100_000


def sampled(
    *shares: tuple[float, float], names: str = "ab", of: float = 0.95, **options: Any
) -> SamplingInterval:
    """Compose links known by sampling: a value and the half-width of its interval each."""
    same: dict[str, Any] = {"question": "?", "population": "reports", "unit": "reports"}
    links = [
        Link(
            name=names[at],
            given=STEPS[at],
            gives=STEPS[at + 1],
            value=value,
            evidence=SamplingInterval(value - half, value + half, of, "audit"),
            **same,
        )
        for at, (value, half) in enumerate(shares)
    ]
    found = compose(links, **({"draws": DRAWS} | options)).composed
    assert isinstance(found, SamplingInterval)
    return found


def error(law: Any, quantile: float, draws: int = DRAWS) -> float:
    """Return a quantile's asymptotic standard error: root of q (1 - q) / n over the density."""
    return float((quantile * (1 - quantile) / draws) ** 0.5 / law.pdf(law.ppf(quantile)))


def beta(mean: float, half: float, level: float = 0.95) -> Any:
    total = mean * (1 - mean) / (half / stats.norm.ppf((1 + level) / 2)) ** 2 - 1
    return stats.beta(mean * total, (1 - mean) * total)


@pytest.mark.parametrize(("of", "level"), [(0.95, 0.9), (0.8, 0.95)])
def test_the_ends_of_one_link_are_quantiles_of_the_beta_of_its_mean_and_width(
    of: float, level: float
) -> None:
    found, law = sampled((0.4, 0.1), of=of, seed=3, level=level), beta(0.4, 0.1, of)
    for end, quantile in ((found.lower, (1 - level) / 2), (found.upper, (1 + level) / 2)):
        assert end == pytest.approx(law.ppf(quantile), abs=5 * error(law, quantile))
    assert found.level == level


def test_the_product_is_that_of_independent_betas() -> None:
    """Drawn here from scipy's beta distributions of the same means and deviations."""
    rng, laws = np.random.default_rng(5), (beta(0.895, 0.0164), beta(0.4, 0.1))
    product = prod(law.rvs(1_000_000, random_state=rng) for law in laws)
    found = sampled((0.895, 0.0164), (0.4, 0.1))
    for end, quantile in ((found.lower, 0.025), (found.upper, 0.975)):
        assert end == pytest.approx(np.quantile(product, quantile), abs=5 * error(laws[1], 0.025))


def test_a_seed_gives_the_same_bits_and_links_of_other_names_or_seeds_other_ones() -> None:
    pair = (0.4, 0.1), (0.5, 0.1)
    assert sampled(*pair, seed=7) == sampled(*pair, seed=7)
    assert len({sampled(*pair, seed=seed).lower for seed in range(8)}) == 8
    assert sampled(*pair, names="cd") != sampled(*pair)


def test_links_of_one_kind_do_not_draw_the_same_numbers() -> None:
    """Two links with the same interval and independent errors: the square of one spreads wider."""
    found, one = sampled((0.4, 0.3), (0.4, 0.3)), sampled((0.4, 0.3))
    assert found.upper < one.upper**2 - 10 * error(beta(0.4, 0.3), 0.975)
    assert found.lower > one.lower**2 + 10 * error(beta(0.4, 0.3), 0.025)


@pytest.mark.parametrize(
    ("half", "options", "fault"),
    [
        (0.0, {}, "no beta distribution"),
        (0.4999, {"of": 0.6}, "no beta distribution"),
        (0.1, {"draws": 999}, "too few draws"),
    ],
)
def test_what_cannot_be_drawn_is_refused(half: float, options: dict[str, Any], fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        sampled((0.5, half), **options)
