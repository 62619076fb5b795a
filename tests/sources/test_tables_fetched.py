"""A fetched release beside the shipped tables, in the user's own folder."""

from pathlib import Path

import pandas as pd
import pytest

from replicate.sources import tables
from replicate.sources.build import offences, recorded_crime
from replicate.sources.build.writing import install
from replicate.sources.home import VARIABLE, data_home, read_hashes, sha256, shipped_home

ROWS = [
    (
        "2025/26",
        4,
        "Kent",
        "Sexual grooming",
        "Sexual offences",
        "Other sexual offences",
        "88A",
        "N/a",
    ),
    ("2025/26", 4, "Kent", "A new offence", "Sexual offences", "Other sexual offences", "88F", 3),
]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "home"))
    return data_home()


def fetched(*rows: tuple[object, ...], vintage: str = "2026-07") -> None:
    """Put a release of these rows, and its list of codes, into the user's folder."""
    frame = pd.DataFrame(list(rows), columns=list(recorded_crime.COLUMNS))
    table = recorded_crime.tidy(frame, vintage=vintage)
    codes = offences.build({vintage: recorded_crime.offence_rows(frame, vintage=vintage)})
    install([(f"recorded_crime_{vintage}", table), (f"offences_{vintage}", codes)], data_home())


def test_it_becomes_a_vintage_the_latest_and_keeps_missing_cells_missing() -> None:
    fetched(*ROWS)
    assert tables.vintages() == ("2023-10", "2026-04", "2026-07")
    assert tables.resolve_vintage("latest") == "2026-07"
    counts = tables.recorded_crime().set_index("offence_code")["count"]
    assert counts["88F"] == 3
    assert counts["88A"] is pd.NA
    assert tables.coverage("2026-07").label == "2026-Q1..2026-Q1"


def test_a_new_code_is_known_from_then_on_and_known_ones_last_longer() -> None:
    before = tables.offences()
    fetched(*ROWS)
    after = tables.offences().set_index("code")
    assert set(after.index) - set(before["code"]) == {"88F"}
    assert (after["first_quarter"]["88A"], after["last_quarter"]["88A"]) == ("2012-Q2", "2026-Q1")
    assert after["last_quarter"]["71"] == "2025-Q4"
    assert list(after.reset_index().columns) == list(before.columns)
    assert list(after.index) == sorted(after.index)


def test_a_release_fetched_again_is_read_again() -> None:
    fetched(*ROWS)
    assert len(tables.recorded_crime("2026-07")) == 2
    fetched(ROWS[1])
    assert len(tables.recorded_crime("2026-07")) == 1


def test_a_fetched_copy_of_a_shipped_release_is_taken_before_it() -> None:
    fetched(*ROWS, vintage="2026-04")
    assert len(tables.recorded_crime("2026-04")) == 2
    assert (
        tables.table_hash("recorded_crime_2026-04")
        == read_hashes(data_home())["recorded_crime_2026-04"]
    )
    assert tables.table_hash("recorded_crime_2026-04") != sha256(
        shipped_home() / "recorded_crime_2026-04.parquet"
    )


def test_check_is_of_the_shipped_tables_whatever_was_fetched() -> None:
    fetched(*ROWS, vintage="2026-04")
    assert all(check.ok for check in tables.check())
