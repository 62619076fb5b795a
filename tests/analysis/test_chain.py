"""Reporting chains: links, how they compose, what is refused, and simulation."""

from itertools import permutations
from math import prod
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from replicate.analysis.chain import Link, RangeOfIntervals, compose, span
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.uncertainty import RoundingRange, SamplingInterval, ScenarioRange

STEPS = ("happened", "told", "recorded", "flagged", "identified")


def link(place: int, evidence: Any = None, **changes: Any) -> Link:
    """Make the link from one step to the next; all are measured on the same population."""
    ranged = evidence is None or isinstance(evidence, ScenarioRange)
    what: dict[str, Any] = {"population": "children", "unit": "children"}
    what |= {"name": STEPS[place + 1], "question": f"question {place}"}
    what |= {"given": STEPS[place], "gives": STEPS[place + 1]}
    what["value"] = None if ranged else (evidence.lower + evidence.upper) / 2
    return Link(evidence=evidence, **(what | changes))


TOLD = link(0, RoundingRange(0.065, 0.075))
RECORDED = link(1, RoundingRange(0.735, 0.745))
FLAGGED = link(2, ScenarioRange(0.37, 0.5, ("one of two shares holds",)))
AUDITED = link(1, SamplingInterval(0.8786, 0.9114, 0.95, "audit"))
REPORTS = {"population": "reported crimes", "unit": "reports", "period": "2013"}
OTHERS = link(1, RoundingRange(0.735, 0.745), **REPORTS)
BRIDGED = link(1, RoundingRange(0.735, 0.745), **REPORTS, assumption="one each", of="reports")


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
        link(1, evidence, value=value)
    assert caught.value.where == "link recorded"


def test_values_for_one_question_span_a_range_under_an_assumption() -> None:
    new = link(1, RoundingRange(0.9475, 0.9485), period="2025", source="R07")
    old = link(1, RoundingRange(0.735, 0.745), population="adults", period="2013", source="R03")
    made = span([new, old], name="between", assumption="no worse, no better")
    assert made.evidence == ScenarioRange(0.735, 0.9485, ("no worse, no better",))
    assert made.value is None
    told = (made.name, made.population, made.period, made.source)
    assert told == ("between", "children and adults", "2025 and 2013", "R07 and R03")


@pytest.mark.parametrize(
    ("other", "fault"),
    [
        (link(1, RoundingRange(0.4, 0.5), question="ever"), "differ in question"),
        (link(1, RoundingRange(0.4, 0.5), given="happened"), "differ in given"),
        (link(1, RoundingRange(0.4, 0.5), gives="flagged"), "differ in gives"),
        (link(1, RoundingRange(0.4, 0.5), unit="cases"), "differ in unit"),
        (link(1), "no published value"),
        (AUDITED, "no published value"),
    ],
)
def test_what_is_not_two_published_answers_to_one_question_is_never_one_range(
    other: Link, fault: str
) -> None:
    with pytest.raises(InputError, match=fault):
        span([RECORDED, other], name="both", assumption="either")


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


def test_published_values_come_to_a_rounding_range_and_assumptions_to_a_scenario() -> None:
    """By hand: 0.065 x 0.735 = 0.047775; 0.075 x 0.745 = 0.055875; 0.07 x 0.74 = 0.0518."""
    found, bridged = compose([TOLD, RECORDED]), compose([TOLD, BRIDGED])
    assert isinstance(found.composed, RoundingRange)
    for one in (found, bridged):
        assert (one.composed.lower, one.composed.upper) == pytest.approx((0.047775, 0.055875))
        assert one.value == pytest.approx(0.0518)
    assert isinstance(bridged.composed, ScenarioRange)
    assert bridged.composed.assumptions == ("one each",)
    assert (found.population, bridged.population) == ("children", "reports")
    scenario = compose([TOLD, RECORDED, FLAGGED])
    assert isinstance(scenario.composed, ScenarioRange)
    assert (scenario.composed.assumptions, scenario.value) == (("one of two shares holds",), None)


def test_both_kinds_come_to_a_range_of_intervals_and_neither_turns_into_the_other() -> None:
    found, alone = compose([TOLD, AUDITED], draws=2_000), compose([AUDITED], draws=2_000)
    assert isinstance(alone.composed, SamplingInterval)
    assert alone.composed.level == 0.95
    assert alone.value == pytest.approx(0.895)
    both = found.composed
    assert isinstance(both, RangeOfIntervals)
    for at, factor in ((both.at_lower, 0.065), (both.at_upper, 0.075)):
        scaled = factor * alone.composed.lower, factor * alone.composed.upper
        assert (at.lower, at.upper) == pytest.approx(scaled)
    assert (both.lower, both.upper) == (both.at_lower.lower, both.at_upper.upper)


@pytest.mark.parametrize("links", [(TOLD, RECORDED, FLAGGED), (TOLD, AUDITED, FLAGGED)])
def test_the_order_in_which_links_are_given_makes_no_difference(links: tuple[Link, ...]) -> None:
    assert len({repr(compose(order, draws=2_000)) for order in permutations(links)}) == 1


def test_links_measured_on_others_are_refused_saying_on_what() -> None:
    with pytest.raises(InputError, match="links that differ in population and unit") as caught:
        compose([TOLD, OTHERS])
    assert caught.value.where == "told × recorded"
    assert caught.value.got == (
        "told measured on children; counted in children ('question 0'); "
        "recorded on reported crimes; counted in reports; 2013 ('question 1')"
    )


@pytest.mark.parametrize(
    ("links", "fault"),
    [
        ([TOLD, link(1, RoundingRange(0.7, 0.8), population="adults")], "differ in population$"),
        ([TOLD, link(1, RoundingRange(0.7, 0.8), unit="reports")], "differ in unit$"),
        (
            [TOLD, link(1, RoundingRange(0.7, 0.8), unit="reports", assumption=" ")],
            "differ in unit$",
        ),
        ([TOLD, link(1, RoundingRange(0.7, 0.8), assumption="idle")], "bridges nothing"),
        ([link(0, RoundingRange(0.7, 0.8), assumption="idle")], "bridges nothing"),
        ([TOLD, link(0, question="ever", name="again")], "two links for one step"),
        ([TOLD, link(0, given="known", name="again")], "two links for one step"),
        ([TOLD, FLAGGED], "leave a gap"),
        ([TOLD, link(1, gives="happened", name="back"), link(3)], "leave a gap"),
        ([], "stops before it starts"),
        ([link(0), RECORDED], "stops before it starts"),
    ],
)
def test_links_that_make_no_chain_are_refused(links: list[Link], fault: str) -> None:
    with pytest.raises(InputError) as caught:
        compose(links)
    assert caught.match(fault.removesuffix("$"))
    assert not fault.endswith("$") or caught.value.what.endswith(fault.removesuffix("$"))


def test_different_questions_are_told_to_make_different_chains() -> None:
    for question, hint in (
        ("ever", "different questions make different chains"),
        ("question 0", None),
    ):
        with pytest.raises(InputError) as caught:
            compose([TOLD, link(0, question=question, name="again")])
        assert caught.value.hint == hint


def test_a_chain_stops_before_what_nobody_published() -> None:
    found = compose([link(3), FLAGGED, link(1), TOLD])
    assert (found.links, found.beyond) == ((TOLD,), (link(1), FLAGGED, link(3)))
    assert found.composed == RoundingRange(0.065, 0.075)


# Simulation.

DRAWS = 100_000


def sampled(
    *shares: tuple[float, float], names: str = "ab", of: float = 0.95, **options: Any
) -> SamplingInterval:
    """Compose links known by sampling: a value and the half-width of its interval each."""
    links = [
        link(at, SamplingInterval(value - half, value + half, of, "audit"), name=names[at])
        for at, (value, half) in enumerate(shares)
    ]
    found = compose(links, **({"draws": DRAWS} | options)).composed
    assert isinstance(found, SamplingInterval)
    return found


def error(law: Any, quantile: float) -> float:
    """Return a quantile's asymptotic standard error: root of q (1 - q) / n over the density."""
    return float((quantile * (1 - quantile) / DRAWS) ** 0.5 / law.pdf(law.ppf(quantile)))


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
    """Drawn here from scipy's beta distributions; two links alike draw numbers of their own."""
    rng, law = np.random.default_rng(5), beta(0.4, 0.3)
    product = prod(law.rvs(1_000_000, random_state=rng) for _ in "ab")
    found = sampled((0.4, 0.3), (0.4, 0.3))
    for end, quantile in ((found.lower, 0.025), (found.upper, 0.975)):
        assert end == pytest.approx(np.quantile(product, quantile), abs=5 * error(law, 0.975))


def test_a_seed_gives_the_same_bits_and_links_of_other_names_or_seeds_other_ones() -> None:
    pair = (0.4, 0.1), (0.5, 0.1)
    assert sampled(*pair, seed=7) == sampled(*pair, seed=7)
    assert len({sampled(*pair, seed=seed).lower for seed in range(8)}) == 8
    assert sampled(*pair, names="cd") != sampled(*pair)


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
