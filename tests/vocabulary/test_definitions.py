"""Codes are text, whose float noise goes; named sets of them are those that their sources list."""

from importlib.resources import files

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate.vocabulary.definitions import (
    chosen_definition,
    custom_definition,
    definitions,
    find_definition,
    has_form,
    kinds,
    mend_code,
)
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.files import shipped_yaml

ELEVEN = {"17B", "19D", "19E", "19G", "19H", "20B", "21", "22B", "71", "73", "88A"}
"""The child sexual offences that the Home Office listed in a written answer of 11 March 2016
(question 30374)."""


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        # Of the release of 19 October 2023, sheet 2012/13.
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
    ],
)
def test_noise_goes_and_codes_stay(raw: str, code: str) -> None:
    assert mend_code(raw) == code


@given(st.text(), st.integers(1, 999), st.integers(1, 9))
def test_mending_is_done_once_and_recovers_a_code_kept_as_a_number(
    raw: str, whole: int, tenth: int
) -> None:
    assert mend_code(mend_code(raw)) == mend_code(raw)
    assert mend_code(f"{float(f'{whole}.{tenth}'):.17f}") == f"{whole}.{tenth}"


@pytest.mark.parametrize(
    "code",
    ["1", "17B", "4.10", "105A", "802", "1/4.1/4.10/4.2", "AF", "CIFAS", "FFA UK", "UK Finance"],
)
def test_the_forms_that_codes_have(code: str) -> None:
    assert has_form(code)
    assert custom_definition((code,)).codes == (code,)


@pytest.mark.parametrize(
    "text", ["", " 17B", "17B;71", "17B\n", "17b", "71.0", "37.20", "17BB", "2024", "Total", "nan"]
)
def test_what_no_release_has_as_a_code(text: str) -> None:
    assert not has_form(text)


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("child_specific", ELEVEN),
        ("child_specific_images", ELEVEN | {"86"}),
        ("child_specific_images_familial", ELEVEN | {"86", "23"}),
        ("child_contact", ELEVEN - {"71", "88A"}),
        ("child_exploitation", {"71"}),
        ("images", {"86"}),
        ("images_and_grooming", {"86", "88A"}),
    ],
)
def test_the_codes_of_each_definition(name: str, codes: set[str]) -> None:
    assert set(definitions()[name].codes) == codes
    assert len(definitions()) == 7


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("all_crime", ""),
        ("violence", "Violence against the person"),
        ("sexual_offences", "Sexual offences"),
    ],
)
def test_a_whole_group_has_the_codes_that_the_publisher_files_there(name: str, group: str) -> None:
    listed = pq.read_table(str(files("replicate.sources") / "tables" / "offences.parquet"))
    filed = {row["code"]: row["group"] for row in listed.to_pylist()}
    expected = {
        code for code, of in filed.items() if (of == group if group else of != "Fraud offences")
    }
    assert set(find_definition(name).codes) == expected
    assert find_definition(name).territorial


def test_each_code_in_use_has_exactly_one_kind() -> None:
    listed = shipped_yaml("vocabulary", "definitions.yaml")["kinds"].values()
    written = [code for codes in listed for code in codes]
    assert len(written) == len(set(written))
    used = {code for definition in definitions().values() for code in definition.codes}
    assert set(written) == used == set(kinds())
    assert {kinds()[code] for code in definitions()["child_contact"].codes} == {"contact"}


@given(st.lists(st.sampled_from(sorted(ELEVEN)), min_size=1, unique=True))
def test_codes_of_the_readers_own_are_mended_and_keep_their_order(codes: list[str]) -> None:
    own = custom_definition((*(f" {code} " for code in codes), "37.200000000000003"), name="mine")
    assert (own.name, own.codes) == ("mine", (*codes, "37.2"))


@pytest.mark.parametrize(
    ("codes", "fault"),
    [
        (("17B", "17B"), "the same offence code twice"),
        (("37.2", "37.200000000000003"), "the same offence code twice"),
        (("17B;71",), "not an offence code: '17B;71'"),
        (("-1",), "not an offence code: '-1'"),
        (("",), "not an offence code: ''"),
        ((), "at least 1 item"),
    ],
)
def test_codes_that_make_no_definition_are_refused(codes: tuple[str, ...], fault: str) -> None:
    with pytest.raises(InputError, match="codes that make no definition") as caught:
        custom_definition(codes, where="--codes")
    assert fault in str(caught.value.hint)
    assert caught.value.where == "--codes"


@pytest.mark.parametrize(
    ("name", "codes", "fault"),
    [
        (None, None, "got: neither"),
        ("child_contact", "71", "got: both"),
        ("child_contacts", None, "did you mean 'child_contact'"),
        (None, "17B,,71", "codes that make no definition"),
    ],
)
def test_a_command_that_chooses_no_one_definition_is_refused(
    name: str | None, codes: str | None, fault: str
) -> None:
    assert chosen_definition("child_contact", None) is definitions()["child_contact"]
    assert chosen_definition(None, "17B, 71").codes == ("17B", "71")
    with pytest.raises(InputError, match=fault) as caught:
        chosen_definition(name, codes)
    assert "--" in caught.value.where
