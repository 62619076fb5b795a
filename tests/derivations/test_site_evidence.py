import hashlib
import math
from collections.abc import Sequence
from typing import Any

import pytest

from replicate.derivations import site_evidence
from replicate.derivations.site_evidence import by_vintage, held_tables, values_allowed
from replicate.sources import tables
from replicate.sources.schemas import Column


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    return site_evidence.evidence()


@pytest.fixture(scope="module")
def rows(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in found["verdicts"]}


def test_it_is_what_a_site_is_made_of(found: dict[str, Any]) -> None:
    assert set(found) == {"verdicts", "rules", "choices", "tables", "boundaries"}
    assert len(found["boundaries"]) == 43


def test_a_claim_has_the_values_that_print_as_it_and_those_that_revision_could_have_made(
    rows: dict[str, dict[str, Any]],
) -> None:
    c01 = rows["C01"]
    assert c01["printed"] == {
        "lower": 102878.0,
        "upper": 102878.0,
    }  # a count printed to the last digit is that number
    assert c01["revised"]["lower"] <= 102878 <= c01["revised"]["upper"]
    assert rows["C04"]["printed"] == {"lower": 650.0, "upper": 750.0}  # "around 700"
    assert rows["C04"]["revised"] is None
    assert rows["C03"]["printed"] is None
    assert rows["C08"]["revised"] is None


def test_a_claim_has_its_verdict_in_each_release(rows: dict[str, dict[str, Any]]) -> None:
    assert rows["S06"]["vintages"] == by_vintage("S06")
    assert rows["H03"]["vintages"] == []


def test_what_is_told_of_a_claim_is_plain_and_finite(found: dict[str, Any]) -> None:
    def plain(value: Any) -> bool:
        if isinstance(value, dict):
            return all(isinstance(name, str) and plain(inner) for name, inner in value.items())
        if isinstance(value, Sequence) and not isinstance(value, str):
            return all(map(plain, value))
        return (
            value is None
            or isinstance(value, str | bool | int)
            or (isinstance(value, float) and math.isfinite(value))
        )

    assert [row["id"] for row in found["verdicts"] if not plain(row)] == []


def test_every_table_has_its_hash_codebook_and_sources() -> None:
    held = {table["name"]: table for table in held_tables()}
    releases = {f"recorded_crime_{vintage}" for vintage in tables.vintages()}
    assert set(held) == {*tables.NAMES, *releases}
    for name, table in held.items():
        assert table["sha256"] == hashlib.sha256(tables.table_path(name).read_bytes()).hexdigest()
        assert table["columns"]
        assert all(column["means"] for column in table["columns"])
        assert table["sources"]
    recorded = held["recorded_crime_2026-04"]
    assert recorded["rows"] == "321,893"  # data/PROVENANCE.md
    years = next(
        column for column in held["assessment_factors"]["columns"] if column["name"] == "year"
    )
    assert years["values"] == "2018 to 2025"


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"allowed_values": ("a", "b")}, "a, b"),
        ({"allowed_values": tuple("abcdefg")}, "one of 7 names"),
        ({"min_value": 0, "max_value": 9}, "0 to 9"),
        ({"min_value": 0}, "0 or more"),
        ({"pattern": r"\d"}, r"as \d"),
        ({}, ""),
    ],
)
def test_what_a_cell_can_be_is_said_shortly(limits: dict[str, Any], words: str) -> None:
    assert values_allowed(Column(name="a", type="string", means="b", **limits)) == words
