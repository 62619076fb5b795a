"""Names of areas, taken to the project's own."""

import pytest

from replicate.sources.build.names import REGIONS, force
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.forces import FORCES


@pytest.mark.parametrize(
    ("printed", "canonical"),
    [
        ("Leicestershire [note 4]", "Leicestershire"),
        ("Metropolitan Police ", "Metropolitan Police"),
        ("Devon & Cornwall", "Devon and Cornwall"),
    ],
)
def test_a_force_loses_the_marks_of_notes(printed: str, canonical: str) -> None:
    assert force(printed, "Table P1") == canonical


def test_an_unknown_force_is_refused_with_its_place_and_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'Humberside'") as error:
        force("Humbersid [note 4]", "Table P1")
    assert "where: Table P1" in str(error.value)


def test_no_region_can_be_taken_for_a_force() -> None:
    assert len(REGIONS) == 9
    assert not set(REGIONS.values()) & set(FORCES)
