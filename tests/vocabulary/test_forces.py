"""43 territorial forces, 41 of the Police Act 1996 and the two of London, and other bodies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate.vocabulary.forces import (
    BTP,
    CITY_OF_LONDON,
    FORCES,
    FRAUD_BODIES,
    TERRITORIAL,
    canonical_force,
)


def test_there_are_43_territorial_forces_in_order_and_no_name_stands_twice() -> None:
    assert len(TERRITORIAL) == 43
    assert list(TERRITORIAL) == sorted(TERRITORIAL)
    assert {"Dyfed-Powys", "Gwent", "North Wales", CITY_OF_LONDON} <= set(TERRITORIAL)
    assert len(set(FORCES)) == len(FORCES) == len(TERRITORIAL) + 1 + len(FRAUD_BODIES)
    assert not {BTP, *FRAUD_BODIES} & set(TERRITORIAL)


@given(
    st.sampled_from(FORCES), st.sampled_from(["", " Police", " Constabulary", " Police Service"])
)
def test_case_spaces_and_suffixes_do_not_matter(name: str, suffix: str) -> None:
    spaced = f" {name}{suffix} ".replace(" ", "  ")
    assert canonical_force(spaced.upper()) == canonical_force(spaced.lower()) == name


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Devon & Cornwall", "Devon and Cornwall"),  # release of October 2023
        ("Cifas", "CIFAS"),
        ("Financial Fraud Action UK", "UK Finance"),  # 2012/13 to 2016/17
        ("City of London Police", CITY_OF_LONDON),
        ("Hampshire and Isle of Wight Constabulary", "Hampshire"),
        ("Metropolitan Police Service", "Metropolitan Police"),
        ("Metropolitan Police", "Metropolitan Police"),
        ("BTP", BTP),
        *((other, None) for other in ("", "Police", "Wales", "Police Scotland", "Kentt", "London")),
    ],
)
def test_the_names_that_releases_and_reports_use(written: str, name: str | None) -> None:
    assert canonical_force(written) == name
