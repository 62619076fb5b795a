"""Every source behind a table, shipped or fetched."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from replicate.derivations.provenance import (
    files_used,
    provenance,
    source_line,
    table_hash,
    vintages,
)
from replicate.sources import tables
from replicate.sources.catalogue import catalogue
from replicate.vocabulary.errors import InputError

SHIPPED = Path(tables.__file__).with_name("tables")
COLUMNS = [
    "table",
    "table_sha256",
    "source",
    "publisher",
    "publication",
    "released",
    "standing",
    "licence",
    "source_sha256",
    "caveats",
]


def test_a_table_is_named_with_every_file_it_was_built_from_and_both_hashes() -> None:
    rows = provenance(["census_ethnic_group"])
    assert list(rows.columns) == COLUMNS
    assert set(rows["source"]) == {"ons-census-ts021", "ons-lookup-ltla24-pfa24"}
    assert set(rows["table_sha256"]) == {
        hashlib.sha256((SHIPPED / "census_ethnic_group.parquet").read_bytes()).hexdigest()
    }
    assert rows.set_index("source")["source_sha256"].to_dict() == {
        name: catalogue()[name].sha256 for name in rows["source"]
    }


def test_the_hash_of_a_table_is_of_its_bytes() -> None:
    assert (
        table_hash("residents")
        == hashlib.sha256((SHIPPED / "residents.parquet").read_bytes()).hexdigest()
    )


def test_the_publishers_files_have_the_hashes_that_are_named(source_data: Path) -> None:
    rows = provenance(["recorded_crime_2026-04", "assessment_factors", "census_ethnic_group"])
    for row in rows.itertuples():
        path = source_data / str(catalogue()[str(row.source)].file)
        assert hashlib.sha256(path.read_bytes()).hexdigest() == row.source_sha256


def test_a_table_named_twice_is_listed_once() -> None:
    assert len(provenance(["residents", "residents"])) == 1


def test_a_release_date_that_nobody_saw_is_said_so() -> None:
    assert set(provenance(["residents"])["released"]) == {"not seen"}


def test_an_unknown_table_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'residents'"):
        provenance(["resident"])


def fetch_by_hand(folder: Path, vintage: str, **record: str) -> None:
    """Leave what a fetch leaves: a table, and where it came from."""
    folder.mkdir()
    shutil.copyfile(
        SHIPPED / "recorded_crime_2026-04.parquet", folder / f"recorded_crime_{vintage}.parquet"
    )
    (folder / f"recorded_crime_{vintage}.json").write_text(json.dumps(record), encoding="utf-8")


@pytest.mark.parametrize("vintage", ["2026-07", "2026-04"])
def test_a_fetched_release_is_the_workbook_it_was_fetched_as(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, vintage: str
) -> None:
    """One that stands before a shipped table is not the copy that the shipped one was built from."""
    monkeypatch.setenv("REPLICATE_DATA", str(tmp_path / "home"))
    fetch_by_hand(tmp_path / "home", vintage, source=f"home-office-prc-{vintage}", sha256="ab" * 32)
    (row,) = provenance([f"recorded_crime_{vintage}"]).to_dict("records")
    assert (row["source"], row["source_sha256"]) == (f"home-office-prc-{vintage}", "ab" * 32)
    assert row["standing"] == catalogue()[f"home-office-prc-{vintage}"].standing
    assert source_line([f"recorded_crime_{vintage}"]).startswith(
        "Home Office, Police recorded crime open data"
    )


def test_one_line_names_each_source_once() -> None:
    line = source_line(["recorded_crime_2026-04", "offences"])
    assert line.count("released 2026-04-23") == 1
    assert len(set(line.split("; "))) == line.count("; ") + 1 > 1
    assert "Home Office" in line
    assert "third-party" in line


def test_the_releases_offered_are_those_held(oldest: str, newest: str) -> None:
    assert vintages() == (oldest, newest)


def test_files_are_listed_with_the_beginning_of_their_hash() -> None:
    rows = files_used(["children", "forces"])
    assert set(rows["table"]) == {"children", "forces"}
    assert rows["sha256"].str.fullmatch("[0-9a-f]{12}").all()
    assert files_used([]).empty
