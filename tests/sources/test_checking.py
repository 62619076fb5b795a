"""The check of every shipped table."""

import shutil
from pathlib import Path

import pytest

from replicate.sources import checking, tables
from replicate.sources.build.writing import install
from replicate.sources.home import HASHES, shipped_home


def test_check_finds_every_shipped_table_whole() -> None:
    checks = tables.check()
    assert {check.name for check in checks} == {
        *tables.NAMES,
        "recorded_crime_2023-10",
        "recorded_crime_2026-04",
    }
    assert [check for check in checks if not check.ok] == []


@pytest.fixture
def other_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copy the shipped tables to where one can be spoilt."""
    shutil.copytree(shipped_home(), tmp_path / "shipped")
    monkeypatch.setattr(checking, "shipped_home", lambda: tmp_path / "shipped")
    return tmp_path / "shipped"


def faults() -> dict[str, str]:
    return {check.name: check.fault for check in tables.check() if not check.ok}


def test_check_names_a_table_that_is_absent(other_home: Path) -> None:
    (other_home / "children.parquet").unlink()
    assert faults() == {"children": "no such file"}


def test_check_names_a_table_whose_bytes_changed(other_home: Path) -> None:
    path = other_home / "children.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    assert faults() == {"children": "not the bytes on record"}


def test_check_names_a_table_without_a_record(other_home: Path) -> None:
    path = other_home / HASHES
    path.write_text(
        path.read_text(encoding="utf-8").replace('"children"', '"forces"'), encoding="utf-8"
    )
    assert faults()["children"] == "not the bytes on record"


def test_check_names_a_table_that_breaks_its_schema(other_home: Path) -> None:
    install([("children", tables.children().assign(year=1999))], other_home)
    (fault,) = faults().values()
    assert "not as its schema says" in fault
