from collections import Counter
from importlib.resources import files

import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from replicate.vocabulary.definitions import (
    Definition,
    chosen_definition,
    custom_definition,
    definitions,
    find_definition,
    groups,
    kinds,
)
from replicate.vocabulary.errors import InputError

ELEVEN = {"17B", "19D", "19E", "19G", "19H", "20B", "21", "22B", "71", "73", "88A"}
"""The child sexual offences that the Home Office listed in a written answer of 11 March 2016 (question 30374)."""


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("child_specific", ELEVEN),
        ("child_specific_images", ELEVEN | {"86"}),
        ("child_specific_images_familial", ELEVEN | {"86", "23"}),
        ("child_contact", ELEVEN - {"71", "88A"}),
        ("child_exploitation", {"71"}),
    ],
)
def test_the_codes_of_each_definition(name: str, codes: set[str]) -> None:
    assert set(definitions()[name].codes) == codes


def test_there_are_no_definitions_but_these() -> None:
    five = {
        "child_specific",
        "child_specific_images",
        "child_specific_images_familial",
        "child_contact",
        "child_exploitation",
    }
    assert set(definitions()) == five | {"images", "images_and_grooming"}


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


def test_each_definition_gives_its_reason_and_what_it_misses() -> None:
    every = definitions() | groups()
    assert all(d.title and d.rationale and d.caveat and d.name == name for name, d in every.items())


def test_each_code_in_use_has_exactly_one_kind() -> None:
    text = files("replicate.vocabulary").joinpath("definitions.yaml").read_text(encoding="utf-8")
    written = Counter(
        str(code) for codes in yaml.safe_load(text)["kinds"].values() for code in codes
    )
    assert set(written.values()) == {1}
    assert (
        set(written)
        == {code for definition in definitions().values() for code in definition.codes}
        == set(kinds())
    )


def test_contact_is_the_kind_of_the_contact_definition() -> None:
    assert {kinds()[code] for code in definitions()["child_contact"].codes} == {"contact"}


def test_codes_are_text_as_yaml_reads_them() -> None:
    assert all(
        isinstance(code, str) for definition in definitions().values() for code in definition.codes
    )


def test_a_definition_is_found_by_name() -> None:
    assert find_definition("child_contact") is definitions()["child_contact"]


def test_a_mistyped_definition_gets_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'child_contact'") as caught:
        find_definition("child_contacts", where="--definition")
    assert caught.value.where == "--definition"


def test_a_definition_of_the_readers_own() -> None:
    own = custom_definition(("17B", " 71 ", "37.200000000000003"), name="mine")
    assert own.name == "mine"
    assert own.codes == ("17B", "71", "37.2")


@given(st.lists(st.sampled_from(sorted(ELEVEN)), min_size=1, unique=True))
def test_codes_keep_the_order_they_were_given_in(codes: list[str]) -> None:
    assert custom_definition(tuple(codes)).codes == tuple(codes)


@pytest.mark.parametrize(
    ("codes", "fault"),
    [
        (("17B", "17B"), "the same offence code twice"),
        (("37.2", "37.200000000000003"), "the same offence code twice"),
        (("17B;71",), "not an offence code: '17B;71'"),
        (("",), "not an offence code: ''"),
        ((), "at least 1 item"),
    ],
)
def test_codes_that_make_no_definition_are_refused(codes: tuple[str, ...], fault: str) -> None:
    with pytest.raises(InputError, match="codes that make no definition") as caught:
        custom_definition(codes, where="--codes")
    assert fault in str(caught.value.hint)
    assert "pydantic" not in str(caught.value)
    assert "input_type" not in str(caught.value)
    assert caught.value.where == "--codes"


def test_a_command_names_a_definition() -> None:
    assert chosen_definition("child_contact", None) is definitions()["child_contact"]


def test_or_a_command_lists_codes() -> None:
    assert chosen_definition(None, "17B, 71").codes == ("17B", "71")


@pytest.mark.parametrize(
    ("name", "codes", "fault"),
    [
        (None, None, "got: neither"),
        ("child_contact", "71", "got: both"),
        ("child_contacts", None, "did you mean 'child_contact'"),
        (None, "", "codes that make no definition"),
        (None, "17B,,71", "codes that make no definition"),
        (None, "17B;71", "codes that make no definition"),
    ],
)
def test_a_command_that_chooses_no_one_definition_is_refused(
    name: str | None, codes: str | None, fault: str
) -> None:
    with pytest.raises(InputError, match=fault) as caught:
        chosen_definition(name, codes)
    assert "--" in caught.value.where


def test_a_definition_cannot_be_changed_or_given_a_strange_field() -> None:
    with pytest.raises(ValidationError):
        definitions()["child_contact"].codes = ("71",)  # type: ignore[misc]
    with pytest.raises(ValidationError):
        Definition.model_validate(
            {
                "name": "a",
                "title": "a",
                "codes": ["71"],
                "rationale": "a",
                "caveat": "a",
                "note": "a",
            }
        )
