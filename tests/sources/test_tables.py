"""Loaders: published totals, fresh copies, names with their nearest, fetched releases, the check."""

import itertools
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd
import pooch
import pytest

from replicate.sources import tables
from replicate.sources.build import recorded_crime, table_bytes
from replicate.sources.schemas import validate
from replicate.sources.tables import HASHES, data_home, read_hashes, shipped_home
from replicate.vocabulary.errors import InputError, RunError
from replicate.vocabulary.forces import BTP, FORCES
from replicate.vocabulary.periods import Period, Quarter
from replicate.vocabulary.runs import DATA, NOTES, noted, sha256

LOADERS = {name: partial(tables.load, name) for name in tables.NAMES} | {
    "recorded_crime": tables.recorded_crime,
    "offences": tables.offences,
}


@pytest.mark.parametrize(("vintage", "rows"), [("2023-10", 258_905), ("2026-04", 321_893)])
def test_rows_of_each_release_are_those_of_its_sheets(vintage: str, rows: int) -> None:
    """Of 19 October 2023 and 23 April 2026, as the copies' provenance gives them; 426 cells of each
    are below zero, and cells that were not numbers became 0 before the copies were had."""
    counts = tables.recorded_crime(vintage)["count"]
    assert len(counts) == rows
    assert (counts < 0).sum() == 426
    assert counts.notna().all()


def test_recorded_crime_of_2024_25_is_the_total_a_third_party_printed() -> None:
    """6,588,827: in the documentation of the project that kept the copy, summed by its own code."""
    table = tables.recorded_crime("2026-04")
    quarters = [quarter.label for quarter in Period.parse("2024/25").quarters]
    assert table.loc[table["quarter"].isin(quarters), "count"].sum() == 6_588_827


def test_releases_agree_on_2012_13_to_2014_15(oldest: str, newest: str) -> None:
    """The copies have different keepers; years that no force has revised since must be equal."""
    old, new = (
        tables.recorded_crime(vintage).query("quarter < '2015-Q2'").drop(columns="vintage")
        for vintage in (oldest, newest)
    )
    pd.testing.assert_frame_equal(old.reset_index(drop=True), new.reset_index(drop=True))


@pytest.mark.parametrize(
    ("group", "printed", "revised"),
    [
        ("Sexual offences", 205_465, 204_568),
        ("Miscellaneous crimes against society", 120_410, 120_162),
    ],
)
def test_groups_of_2024_by_code_sum_to_the_revised_totals_near_the_printed_ones(
    group: str, printed: int, revised: int
) -> None:
    """205,465 and 120,410 were printed in April 2025; 204,568 and 120,162 are the note of
    provenance's sums for April 2026. A revision of one year's total by over one per cent would be
    more than either group ever had, and a sign of lost rows."""
    codes = tables.offences().query("group == @group")["code"]
    table = tables.recorded_crime("2026-04")
    kept = table["quarter"].str.startswith("2024") & table["offence_code"].isin(codes)
    total = table.loc[kept, "count"].sum()
    assert total == revised
    assert abs(total - printed) < 0.01 * printed


def test_every_body_has_one_name_and_every_force_a_row_in_every_quarter(newest: str) -> None:
    table = tables.recorded_crime(newest)
    assert set(table["force"]) == set(FORCES)
    assert not tables.load("forces").set_index("name")["territorial"][BTP]
    finance = table[table["force"] == "UK Finance"].groupby("quarter")["offence_code"].agg(list)
    assert {code for codes in finance for code in codes} == {"FFA UK", "UK Finance"}
    assert finance.map(len).eq(1).all()
    forces = [name for name in FORCES if name not in {"CIFAS", "UK Finance"}]
    quarters = [quarter.label for quarter in tables.coverage(newest).quarters]
    assert quarters[0] == "2012-Q2"
    held = set(table[["force", "quarter"]].drop_duplicates().itertuples(index=False, name=None))
    assert set(itertools.product(forces, quarters)) <= held


@pytest.mark.parametrize("name", [*tables.NAMES, "recorded_crime_2026-04"])
def test_a_table_on_record_is_read_as_one_that_is_held_to_its_schema(name: str) -> None:
    """Its schema is looked at when it is built, and by `check`; any other table's when read."""
    pd.testing.assert_frame_equal(tables.load(name), validate(tables.load(name), name))


@pytest.mark.parametrize("name", LOADERS)
def test_a_loader_gives_a_fresh_copy(name: str) -> None:
    first = LOADERS[name]()
    values, columns = first.iloc[:, 0].tolist(), list(first.columns)
    first.isetitem(0, first.iloc[::-1, 0].to_numpy())
    first.insert(0, "more", 1)
    again = LOADERS[name]()
    assert again.iloc[:, 0].tolist() == values
    assert list(again.columns) == columns


def test_vintages_and_the_latest(oldest: str, newest: str) -> None:
    assert list(tables.vintages()) == sorted(tables.vintages())
    assert tables.resolve_vintage("latest") == newest != oldest
    assert tables.resolve_vintage(oldest) == oldest
    assert set(tables.recorded_crime()["vintage"]) == {newest}


@pytest.mark.parametrize(
    ("load", "name", "near"),
    [(tables.recorded_crime, "2023-1", "2023-10"), (tables.table_path, "childrn", "children")],
)
def test_an_unknown_vintage_or_table_is_refused_with_the_nearest(
    load: Callable[[str], object], name: str, near: str
) -> None:
    with pytest.raises(InputError, match=f"did you mean '{near}'") as error:
        load(name)
    assert error.value.exit_code == 2


@pytest.mark.parametrize(
    ("vintage", "label"), [("2023-10", "2012-Q2..2023-Q2"), ("2026-04", "2012-Q2..2025-Q4")]
)
def test_coverage_is_from_the_first_quarter_to_the_last(vintage: str, label: str) -> None:
    assert tables.coverage(vintage).label == label


def test_a_read_is_noted_whenever_it_is_asked_for_also_from_the_cache(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, newest: str
) -> None:
    tables.load("children")
    tables.recorded_crime(newest)
    for run in ("one", "two"):
        monkeypatch.setenv(NOTES, str(tmp_path / run))
        tables.load("children")
        tables.recorded_crime("latest")
        read = {note.name: note.sha256 for note in noted(tmp_path / run) if note.sha256}
        name = f"recorded_crime_{newest}"
        assert set(read) == {"children", "recorded_crime", name}
        assert read[name] == tables.table_hash(name) == read_hashes(shipped_home())[name]


def test_the_users_folder_is_the_one_named_or_the_systems_cache(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(DATA, "~/tables")
    assert data_home() == Path.home() / "tables"
    monkeypatch.delenv(DATA)
    assert data_home() == Path(pooch.os_cache("casey-audit-replication"))


def test_importing_the_loaders_brings_neither_schemas_nor_builders() -> None:
    """They would cost every command half a second before it does anything."""
    code = (
        "import sys, replicate.sources.tables;"
        "print({'pandera', 'python_calamine', 'pooch'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(DATA, str(tmp_path / "home"))
    data_home().mkdir()
    return data_home()


@pytest.mark.parametrize("content", [b"", b"PAR1 cut short"], ids=["empty", "cut short"])
def test_a_table_that_is_no_whole_file_is_named(home: Path, content: bytes) -> None:
    (home / "children.parquet").write_bytes(content)
    with pytest.raises(RunError, match="a table that can't be read") as error:
        tables.load("children")
    assert str(home / "children.parquet") in str(error.value)


ROWS = {"88A": ("Sexual grooming", "N/a"), "88F": ("A new offence", 3)}


def fetched(*codes: str, vintage: str) -> None:
    """Put a release of one quarter, and its list of codes, into the user's folder."""
    group = ("Sexual offences", "Other sexual offences")
    rows = [("2025/26", 4, "Kent", ROWS[code][0], *group, code, ROWS[code][1]) for code in codes]
    frame = pd.DataFrame(rows, columns=list(recorded_crime.COLUMNS))
    table = recorded_crime.tidy(frame, vintage=vintage, where="a release")
    name, listed = f"recorded_crime_{vintage}", f"offences_{vintage}"
    content = table_bytes(recorded_crime.offences({vintage: table}), listed)
    (data_home() / f"{listed}.parquet").write_bytes(content)
    (data_home() / f"{name}.parquet").write_bytes(table_bytes(table[recorded_crime.TABLE], name))


def test_a_fetched_release_is_the_latest_with_its_codes_and_is_read_again_when_it_changes(
    home: Path, newest: str
) -> None:
    before = tables.offences()
    fetched("88A", "88F", vintage="2099-07")
    assert tables.vintages()[-2:] == (newest, "2099-07")
    assert tables.resolve_vintage("latest") == "2099-07"
    counts = tables.recorded_crime().set_index("offence_code")["count"]
    assert counts["88F"] == 3
    assert counts["88A"] is pd.NA
    assert tables.coverage("2099-07").label == "2026-Q1..2026-Q1"
    after = tables.offences().set_index("code")
    assert set(after.index) - set(before["code"]) == {"88F"}
    last = max(Quarter.parse("2026-Q1"), tables.coverage(newest).last).label
    assert (after["first_quarter"]["88A"], after["last_quarter"]["88A"]) == ("2012-Q2", last)
    assert after["last_quarter"]["71"] == before.set_index("code")["last_quarter"]["71"]
    assert list(after.reset_index().columns) == list(before.columns)
    assert list(after.index) == sorted(after.index)
    fetched("88F", vintage="2099-07")
    assert len(tables.recorded_crime("2099-07")) == 1


def test_a_fetched_copy_of_a_shipped_release_is_taken_before_it_and_check_is_of_the_shipped(
    home: Path, newest: str
) -> None:
    fetched("88A", vintage=newest)
    assert len(tables.recorded_crime(newest)) == 1
    name = f"recorded_crime_{newest}"
    assert tables.table_path(name) == home / f"{name}.parquet"
    assert tables.table_hash(name) != read_hashes(shipped_home())[name]
    checks = tables.check()
    assert {check.name for check in checks} == set(read_hashes(shipped_home()))
    assert [check for check in checks if check.fault] == []


@pytest.fixture
def other_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copy the small shipped tables to where one can be spoilt."""
    large = [path.name for path in shipped_home().glob("recorded_crime_*")]
    shutil.copytree(shipped_home(), tmp_path / "t", ignore=lambda *_: large)
    monkeypatch.setattr(tables, "shipped_home", lambda: tmp_path / "t")
    return tmp_path / "t"


def test_check_names_a_table_that_is_absent_or_changed_or_not_on_record(other_home: Path) -> None:
    (other_home / "children.parquet").unlink()
    path = other_home / "forces.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    path = other_home / HASHES
    path.write_text(
        path.read_text(encoding="utf-8").replace('"residents"', '"r"'), encoding="utf-8"
    )
    faults = {check.name: check.fault for check in tables.check() if check.fault}
    assert faults["children"] == faults["r"] == "no such file"
    assert faults["forces"] == faults["residents"] == "not the bytes on record"


def test_check_names_a_table_that_breaks_its_schema(other_home: Path) -> None:
    path = other_home / "children.parquet"
    tables.load("children").assign(year=1999).to_parquet(path)
    record = (other_home / HASHES).read_text(encoding="utf-8")
    record = record.replace(read_hashes(other_home)["children"], sha256(path))
    (other_home / HASHES).write_text(record, encoding="utf-8")
    (fault,) = [check.fault for check in tables.check() if check.name == "children"]
    assert "not as its schema says" in fault
