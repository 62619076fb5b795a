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


REFUSED = [
    (("--definition", "child_specifc"), "did you mean 'child_specific'?"),
    (("--codes", "17B,19DD"), "did you mean '19D'?"),
    (("--codes", "71", "--force", "Kentt"), "did you mean 'Kent'?"),
    (("--codes", "71", "--vintage", "2023-11"), "did you mean '2023-10'?"),
    (
        ("--codes", "71", "--vintage", "2026-04", "--period", "2025/26"),
        "the last whole quarter of vintage 2026-04 is 2025-Q4",
    ),
    (
        ("--codes", "71", "--vintage", "2026-04", "--period", "2010"),
        "the first whole quarter of vintage 2026-04 is 2012-Q2",
    ),
    (("--codes", "71", "--period", "the year 2024"), "'2024' (calendar year)"),
    (("--codes", "71", "--by", "month"), "Invalid value for '--by'"),
    (("--codes", "71", "--definition", "images"), "got: both"),
    ((), "got: neither"),
    (("--codes", "1-7"), "next: not an offence code: '1-7'; expected a code such as '17B' or '71'"),
    (("--codes", "71,71"), "next: the same offence code twice"),
    (("--codes", ":x:"), "got: :x:"),
    (
        ("--codes", "71", "--by", ":x:[bold]"),
        "':x:[bold]' is not one of 'force', 'code', 'quarter'",
    ),
    (("--codes", "71", "--period", "2024Q1"), "did you mean '2024-Q1'?"),
    (("--codes", "71", "--period", "٢٠٢٤"), "not a period"),
    (("--codes", "71", "--force", ""), "got: '' "),
    (
        ("--codes", "71", "--force", "England and Wales"),
        "next: for the whole of England and Wales, leave --force out",
    ),
    (("--codes", "71", "--vintage", "2023"), "did you mean '2023-10'?"),
    (("--definition", "childcontact"), "did you mean 'child_contact'?"),
    (("--codes", "71", "--force", "BTP", "--exclude-btp"), "no force is left to count"),
]


@pytest.mark.parametrize(("words", "said"), REFUSED)
def test_bad_input_is_refused_with_the_nearest_valid_value(
    call: Call, words: tuple[str, ...], said: str
) -> None:
    done = call("count", *words)
    assert (done.status, done.out) == (2, "")
    assert said in " ".join(done.err.split())
    assert not any(word in done.err for word in ("Traceback", "Value error", "❌"))


def test_a_refusal_says_where_and_what_was_expected(call: Call) -> None:
    assert call("count", "--codes", "71", "--force", "Kentt").err.splitlines() == [
        "unknown force",
        "  where: --force",
        "  got: Kentt",
        "  expected: one of 47 valid values",
        "  next: did you mean 'Kent'?",
    ]
