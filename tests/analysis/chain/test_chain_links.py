"""One link: what it may rest on, how wide it is, and several published values as one range."""

from math import inf, log
from typing import Any

import pytest

from replicate.analysis.chain import Link, span
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.uncertainty import RoundingRange, SamplingInterval, ScenarioRange

ASKED: dict[str, Any] = {
    "given": "told",
    "gives": "recorded",
    "question": "recorded, once reported",
    "population": "reported crimes",
    "unit": "reports",
}


def link(name: str = "audit", **changes: Any) -> Link:
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
        link(value=value, evidence=evidence)
    assert caught.value.where == "link audit"


def test_a_link_without_a_published_input_is_a_link() -> None:
    assert (link().evidence, link().log_width) == (None, inf)


def test_width_is_the_log_of_upper_over_lower() -> None:
    """6.5 to 7.5 percent: log(75 / 65)."""
    assert link(value=0.07, evidence=RoundingRange(0.065, 0.075)).log_width == pytest.approx(
        log(75) - log(65)
    )


def test_what_it_was_measured_on_is_told_in_words() -> None:
    assert link(period="2025").measured_on == "reported crimes; counted in reports; 2025"
    assert link().measured_on == "reported crimes; counted in reports"


def published(name: str, lower: float, upper: float, **changes: Any) -> Link:
    return link(
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
    other = link("other", value=0.5 if evidence else None, evidence=evidence)
    with pytest.raises(InputError, match="no published value"):
        span([published("one", 0.4, 0.5), other], name="both", assumption="either")
