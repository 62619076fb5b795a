"""A fetched release joins the user's own tables."""

from pathlib import Path

import pandas as pd
import pytest

from replicate.sources import tables
from replicate.sources.build.recorded_crime import COLUMNS
from replicate.sources.build.vintage import install_vintage
from replicate.sources.home import VARIABLE, data_home, read_hashes, sha256, shipped_home
from replicate.vocabulary.errors import InputError

ROWS = [
    ("2025/26", 4, "Kent", "Sexual grooming", "Sexual offences", "Other sexual offences", "88A", "N/a"),
    ("2025/26", 4, "Kent", "A new offence", "Sexual offences", "Other sexual offences", "88F", 3),
]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "home"))
    return data_home()


def fetched(*rows: tuple[object, ...]) -> list[Path]:
    return install_vintage(pd.DataFrame(list(rows), columns=list(COLUMNS)), vintage="2026-07", folder=data_home())


def test_it_becomes_a_vintage_the_latest_and_keeps_missing_cells_missing(home: Path) -> None:
    assert fetched(*ROWS) == [home / "recorded_crime_2026-07.parquet", home / "offences_2026-07.parquet"]
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


def test_its_hashes_are_on_record_beside_it(home: Path) -> None:
    fetched(*ROWS)
    assert read_hashes(home)["recorded_crime_2026-07"] == sha256(home / "recorded_crime_2026-07.parquet")


def test_a_release_fetched_again_is_read_again() -> None:
    fetched(*ROWS)
    assert len(tables.recorded_crime("2026-07")) == 2
    fetched(ROWS[1])
    assert len(tables.recorded_crime("2026-07")) == 1


def test_a_bad_release_leaves_nothing(home: Path) -> None:
    with pytest.raises(InputError, match="occur twice"):
        fetched(ROWS[0], ROWS[0])
    assert not home.exists()


def test_a_fetched_copy_of_a_shipped_release_is_taken_before_it() -> None:
    install_vintage(pd.DataFrame(ROWS, columns=list(COLUMNS)), vintage="2026-04", folder=data_home())
    assert len(tables.recorded_crime("2026-04")) == 2
    assert tables.table_hash("recorded_crime_2026-04") != sha256(shipped_home() / "recorded_crime_2026-04.parquet")
    assert all(check.ok for check in tables.check())
