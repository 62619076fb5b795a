"""`replicate data list | check | build | fetch`."""

import hashlib
import json
import runpy
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from replicate.sources import build as building
from replicate.sources import tables
from replicate.sources.catalogue import catalogue
from replicate.sources.tables import read_hashes

Call = Callable[..., Any]
SHIPPED = Path(tables.__file__).with_name("tables")
ODS = runpy.run_path(str(Path(__file__).parents[1] / "sources" / "ods_writer.py"))
"""The writer of workbooks that the tests of the sources have."""


def test_every_source_is_listed_and_every_shipped_table_is_whole(call: Call) -> None:
    told, rows = call("data", "list").out, json.loads(call("data", "list", "--json").out)
    assert [name for name in catalogue() if name not in told] == []
    assert "None" not in told
    assert [row["id"] for row in rows] == list(catalogue())
    wanted = "publisher publication page file_url release_date licence sha256 standing coverage"
    assert {*wanted.split(), "caveats"} <= set(rows[0])
    done = call("data", "check")
    assert (done.status, done.err) == (0, "")
    assert [name for name in read_hashes(SHIPPED) if name not in done.out] == []


def test_a_table_that_is_not_as_it_was_shipped_fails_the_check(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "tables"
    shutil.copytree(SHIPPED, copy)
    (copy / "residents.parquet").write_bytes((SHIPPED / "residents.parquet").read_bytes()[:-1])
    monkeypatch.setattr(tables, "shipped_home", lambda: copy)
    done = call("data", "check")
    assert done.status == 1
    assert "where: residents" in done.err
    assert read_hashes(SHIPPED)["residents"] in done.err
    assert "not the bytes on record" in done.out


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder of one small source file, in a catalogue that knows it."""
    folder = tmp_path / "sources"
    real = catalogue()["ons-population-pfa-2024"]
    path = folder / str(real.file)
    path.parent.mkdir(parents=True)
    path.write_text(
        "PFA 2023 Code,PFA 2023 Name,Population\nE23000032,Kent,20\nE23000028,Essex,30\n",
        encoding="utf-8",
    )
    known = real.model_copy(
        update={
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "bytes": path.stat().st_size,
        }
    )
    monkeypatch.setattr(building, "catalogue", lambda: {known.id: known})
    return folder


def test_tables_are_built_into_a_folder_or_over_the_shipped_ones(
    call: Call, sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "shipped_home", lambda: tmp_path / "shipped")
    for folder, words in (("out", ("--out", tmp_path / "out")), ("shipped", ())):
        done, built = call("data", "build", "--from", sources, *words), tmp_path / folder
        assert (done.status, done.out) == (0, f"{built / 'residents.parquet'}\n")
        rows = pq.read_table(built / "residents.parquet").to_pylist()
        assert {row["force"]: row["residents"] for row in rows} == {"Essex": 30, "Kent": 20}
    missing = call("data", "build", "--from", tmp_path / "nowhere", "--out", tmp_path / "none")
    assert (missing.status, (tmp_path / "none").exists()) == (2, False)
    assert str(tmp_path / "nowhere") in missing.err


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder with the workbook of July 2025, to March 2025: one code of Kent, one gap."""
    monkeypatch.setenv("REPLICATE_DATA", str(tmp_path / "home"))
    folder = tmp_path / "mirror"
    folder.mkdir()
    rows = [
        (quarter, "Kent", "Sexual grooming", "88A", "N/a" if quarter == 1 else 7)
        for quarter in (1, 2, 3, 4)
    ]
    source = catalogue()["home-office-prc-2025-07"]
    name = str(source.file_url).rpartition("/")[2] if source.file_url else f"{source.id}.ods"
    ODS["write_ods"](
        folder / name,
        {
            "Cover_sheet": [["Police recorded crime"]],
            "2024_25": ODS["year_sheet"]("2024/25", *rows),
        },
    )
    return folder


def test_a_release_is_fetched_from_a_folder_and_counted(call: Call, mirror: Path) -> None:
    done = call("data", "fetch", "home-office-prc-2025-07", "--mirror", mirror)
    assert done.status == 0, done.err
    assert done.out.startswith(f"vintage 2025-07: 4 rows from {mirror}")
    assert done.out.endswith("built\n")
    assert call("data", "fetch", "home-office-prc-2025-07", "--mirror", mirror).out.endswith(
        "already there, and the same\n"
    )
    found = json.loads(
        call("count", "--codes", "88A", "--period", "2024/25", "--vintage", "2025-07", "--json").out
    )
    assert (found["count"], found["missing_cells"]) == (21, 1)
    assert found["rows"][0] == {"quarter": "2024-Q2", "count": None, "missing_cells": 1}


def test_cells_that_differ_from_the_shipped_release_are_counted(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Fetched:
        vintage, rows, address, sha256, standing = "2026-04", 4, "a.ods", "ab", "first-seen"
        new, new_codes, cells_changed_from_shipped = True, ("88F", "88G"), 3

    monkeypatch.setattr("replicate.sources.fetch.fetch", lambda *_, **__: Fetched)
    assert call("data", "fetch").out.endswith(
        "built\ncodes that no release held before has: 88F, 88G\n"
        "cells that differ from the shipped table: 3\n"
    )


def test_a_mirror_without_the_file_fails_and_names_it(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPLICATE_DATA", str(tmp_path / "home"))
    known = {
        "home-office-prc-2025-07": catalogue()["home-office-prc-2025-07"].model_copy(
            update={"file_url": None}
        )
    }
    monkeypatch.setattr("replicate.sources.fetch.catalogue", lambda: known)
    done = call("data", "fetch", "home-office-prc-2025-07", "--mirror", tmp_path)
    assert done.status == 1
    assert str(tmp_path) in done.err
    assert not list((tmp_path / "home").glob("*.parquet"))
