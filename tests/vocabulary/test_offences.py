"""Codes are text; a spreadsheet's float noise goes, a trailing zero stays.

The noisy codes are those of the release of 19 October 2023 (2012/13 sheet).
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate.vocabulary.offences import has_form, is_code, mend_code

tenths = st.tuples(st.integers(1, 999), st.integers(1, 9)).map(
    lambda parts: f"{parts[0]}.{parts[1]}"
)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("37.200000000000003", "37.2"),
        ("4.4000000000000004", "4.4"),
        ("4.5999999999999996", "4.6"),
        ("4.9000000000000004", "4.9"),
        ("4.10", "4.10"),
        ("4.1", "4.1"),
        (" 17B ", "17B"),
        ("17b", "17B"),
        ("17\u202fB\xa0", "17B"),
        ("088A", "88A"),
        ("71.0", "71"),
        ("71\u00ad", "71"),
        ("ffa uk", "FFA UK"),
        ("37.20", "37.20"),
        ("71,0", "71,0"),
        ("Total", "Total"),
        ("71", "71"),
        ("1/4.1/4.10/4.2", "1/4.1/4.10/4.2"),
        ("FFA UK", "FFA UK"),
    ],
)
def test_noise_goes_and_codes_stay(raw: str, code: str) -> None:
    assert mend_code(raw) == code


@given(st.text())
def test_mending_twice_is_mending_once(raw: str) -> None:
    assert mend_code(mend_code(raw)) == mend_code(raw)


@given(tenths)
def test_a_code_that_a_spreadsheet_kept_as_a_number_is_recovered(code: str) -> None:
    assert mend_code(f"{float(code):.17f}") == code


@pytest.mark.parametrize(
    "code",
    ["1", "17B", "4.10", "105A", "802", "1/4.1/4.10/4.2", "AF", "CIFAS", "FFA UK", "UK Finance"],
)
def test_the_forms_that_codes_have(code: str) -> None:
    assert is_code(code)
    assert has_form(code)


@pytest.mark.parametrize("text", ["", " 17B", "-1", "17B;71", "17B,71", "*", "N" * 17, "17B\n"])
def test_what_cannot_be_a_code(text: str) -> None:
    assert not is_code(text)
    assert not has_form(text)


@pytest.mark.parametrize("text", ["17b", "71.0", "37.20", "088A", "17BB", "2024", "Total", "nan"])
def test_what_no_release_has_as_a_code(text: str) -> None:
    assert not has_form(text)
