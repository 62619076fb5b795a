"""What notebook 02 can be told, and what it refuses."""

from typing import Any, get_args

import pytest

from replicate.analysis.intervals import METHODS
from replicate.ledger import audits
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.parameters import Method, RecordingRates, audited


def test_the_methods_are_those_that_intervals_know() -> None:
    assert get_args(Method) == tuple(METHODS)


def test_the_forces_are_those_with_an_audit_in_the_ledger() -> None:
    assert set(audited()) == {audit.force for audit in audits()}


def test_a_force_may_be_written_as_people_write_it() -> None:
    assert RecordingRates.checked({"forces": ["metropolitan", "gwent police"]}).forces == (
        "Metropolitan Police",
        "Gwent",
    )


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"forces": ["London, City of"]}, "whose audit was read"),
        ({"forces": ["Kentish"]}, "police force area"),
        ({"method": "wilso"}, "wilson"),
        ({"level": 0.5}, "level"),
        ({"window": "the rule"}, "window"),
    ],
)
def test_what_cannot_be_right_is_refused_with_what_could(values: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as refused:
        RecordingRates.checked(values)
    assert said in str(refused.value)


def test_every_force_that_is_offered_is_one_that_can_be_asked_for() -> None:
    offered = RecordingRates.choices()["forces"]
    assert RecordingRates(forces=offered).forces == offered
