"""`replicate count`: the object it prints, the table, and what it refuses."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from replicate.sources import tables

Call = Callable[..., Any]
FIELDS = {"count", "definition", "codes", "period", "vintage", "rows"}


def shipped(*, code: str, year: str, force: str | None = None) -> int:
    """Add up a shipped file with Arrow alone."""
    table = pq.read_table(
        Path(tables.__file__).with_name("tables") / "recorded_crime_2026-04.parquet"
    )
    keep = pc.and_(pc.equal(table["offence_code"], code), pc.starts_with(table["quarter"], year))
    if force:
        keep = pc.and_(keep, pc.equal(table["force"], force))
    return int(pc.sum(table.filter(keep)["count"]).as_py())


def test_one_object_with_all_that_is_needed_to_repeat_it(call: Call) -> None:
    done = call("count", "--codes", "71,86", "--period", "2024", "--vintage", "2026-04", "--json")
    found = json.loads(done.out)
    assert set(found) >= FIELDS
    assert found["count"] == shipped(code="71", year="2024") + shipped(code="86", year="2024")
    assert (found["definition"], found["codes"], found["period"], found["vintage"]) == (
        "custom",
        ["71", "86"],
        "2024",
        "2026-04",
    )
    assert [row["quarter"] for row in found["rows"]] == ["2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4"]
    assert sum(row["count"] for row in found["rows"]) == found["count"]
    assert (done.status, done.err) == (0, "")


def test_a_definition_by_name_in_the_newest_vintage(call: Call, newest: str) -> None:
    found = json.loads(call("count", "--definition", "images", "--json").out)
    assert (found["definition"], found["codes"], found["vintage"]) == ("images", ["86"], newest)


@pytest.mark.parametrize(("by", "keys"), [("force", ["Essex", "Kent"]), ("code", ["71", "86"])])
def test_several_forces_and_each_breakdown(call: Call, by: str, keys: list[str]) -> None:
    words = (
        "--codes",
        "71,86",
        "--force",
        "Kent",
        "--force",
        "essex police",
        "--exclude-btp",
        "--by",
        by,
        "--vintage",
        "2026-04",
        "--json",
    )
    found = json.loads(call("count", *words).out)
    assert [row[by] for row in found["rows"]] == keys
    assert found["count"] == sum(
        shipped(code=code, year="2024", force=force)
        for code in ("71", "86")
        for force in ("Kent", "Essex")
    )


def test_the_table_ends_with_the_count_in_words(call: Call) -> None:
    done = call("count", "--codes", "86", "--force", "Kent", "--vintage", "2026-04")
    total = shipped(code="86", year="2024", force="Kent")
    assert (
        done.out.splitlines()[-1]
        == f"{total:,} offences recorded, non-recent included; cells without a number: 0"
    )
    assert done.out.splitlines()[0] == "Offence codes 86, 2024, vintage 2026-04"
    assert "2024-Q4" in done.out
