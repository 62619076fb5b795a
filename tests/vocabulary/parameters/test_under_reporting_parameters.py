"""What notebook 03 can be told: names are those of the package's own data, and bad values are refused before a run."""

from typing import Any

import pytest

from replicate.derivations.under_reporting import chain_data, examples
from replicate.vocabulary.definitions import definitions
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.parameters import UnderReporting


def test_links_and_examples_are_those_there_are() -> None:
    choices = UnderReporting.choices()
    assert choices["links"] == tuple(chain_data().links)
    assert choices["lists"] == tuple(examples())
    assert choices["definition"] == tuple(definitions())


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"links": ["told_evr"]}, "did you mean 'told_ever'"),
        ({"lists": "uk_modern_slavery_2014"}, "did you mean 'uk_modern_slavery_2013'"),
        ({"scenarios": "publishd"}, "did you mean 'published'"),
        ({"criterion": "bics"}, "did you mean 'bic'"),
        ({"order": 0}, "parameter 'order' can't take"),
        ({"resamples": -1}, "parameter 'resamples' can't take"),
        ({"resamples": 1999}, "2,000 and more"),
        ({"definition": "child_contcat"}, "did you mean .child_contact."),
        ({"first": "2014"}, "parameter .first. can.t take"),
        ({"draws": 999}, "parameter 'draws' can't take"),
        ({"seed": -1}, "parameter 'seed' can't take"),
        ({"threshold": 0}, "parameter 'threshold' can't take"),
        ({"level": 1}, "parameter 'level' can't take"),
        ({"bridges": {"told_ever": "x"}}, "no bridges where `links` is empty"),
        ({"links": ["told_ever"], "bridges": {"flagged_2025": "x"}}, "expected: one of told_ever"),
    ],
)
def test_what_cannot_be_taken_is_refused(values: dict[str, Any], fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        UnderReporting.checked(values)


def test_lists_of_the_readers_own_are_a_csv_file() -> None:
    assert UnderReporting(lists="folder/mine.csv").lists == "folder/mine.csv"


def test_a_bridge_of_the_readers_own_belongs_to_a_link_of_the_chain() -> None:
    own = UnderReporting.checked(
        {"links": ["told_ever", "flagged_2025"], "bridges": {"flagged_2025": "as others are"}}
    )
    assert own.bridges == {"flagged_2025": "as others are"}
