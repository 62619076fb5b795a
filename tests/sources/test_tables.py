"""Loaders: published totals, fresh copies, names with their nearest, and the check of every shipped table."""

import itertools
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from replicate.sources import tables
from replicate.sources.home import data_home, shipped_home
from replicate.vocabulary.errors import InputError, RunError
from replicate.vocabulary.forces import BTP, FORCES
from replicate.vocabulary.periods import Period

LOADERS = {name: getattr(tables, name) for name in (*tables.NAMES, "recorded_crime")}


@pytest.mark.parametrize(("vintage", "rows"), [("2023-10", 258_905), ("2026-04", 321_893)])
def test_rows_of_each_release_are_those_of_its_sheets(vintage: str, rows: int) -> None:
    """Row counts of the releases of 19 October 2023 and 23 April 2026, as the copies' provenance gives them."""
    assert len(tables.recorded_crime(vintage)) == rows


def test_recorded_crime_of_2024_25_is_the_total_a_third_party_printed() -> None:
    """6,588,827: the total for 2024/25 in the documentation of the project that kept the copy, summed by its own code."""
    table = tables.recorded_crime("2026-04")
    quarters = [quarter.label for quarter in Period.parse("2024/25").quarters]
    assert table.loc[table["quarter"].isin(quarters), "count"].sum() == 6_588_827


def test_releases_agree_on_2012_13_to_2014_15() -> None:
    """The two copies have different keepers; the years that no force has revised since must be equal in both."""
    old, new = (
        tables.recorded_crime(vintage).query("quarter < '2015-Q2'").drop(columns="vintage")
        for vintage in ("2023-10", "2026-04")
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
    """205,465 and 120,410 were printed in April 2025; 204,568 and 120,162 are the note of provenance's sums for April 2026.

    A revision of one year's total by over one per cent would be more than either group ever had, and a sign of lost rows.
    """
    codes = tables.offences().query("group == @group")["code"]
    table = tables.recorded_crime("2026-04")
    total = table.loc[
        table["quarter"].str.startswith("2024") & table["offence_code"].isin(codes), "count"
    ].sum()
    assert total == revised
    assert abs(total - printed) < 0.01 * printed


def test_trap_negative_cells_are_kept_and_none_is_missing() -> None:
    """426 cells of each held copy are below zero; cells that were not numbers became 0 before the copies were had."""
    for vintage in ("2023-10", "2026-04"):
        counts = tables.recorded_crime(vintage)["count"]
        assert (counts < 0).sum() == 426
        assert counts.notna().all()


def test_trap_fraud_bodies_have_one_name_each_and_no_code_twice_in_a_quarter() -> None:
    table = tables.recorded_crime("2026-04")
    assert set(table["force"]) == set(FORCES)
    finance = table[table["force"] == "UK Finance"].groupby("quarter")["offence_code"].agg(list)
    assert {code for codes in finance for code in codes} == {"FFA UK", "UK Finance"}
    assert finance.map(len).eq(1).all()


def test_every_force_has_a_row_in_every_quarter_of_the_latest_release() -> None:
    table = tables.recorded_crime("2026-04")
    forces = [name for name in FORCES if name not in {"CIFAS", "UK Finance"}]
    quarters = [quarter.label for quarter in tables.coverage("2026-04").quarters]
    assert len(quarters) == 55
    held = set(table[["force", "quarter"]].drop_duplicates().itertuples(index=False, name=None))
    assert set(itertools.product(forces, quarters)) <= held


def test_trap_british_transport_police_is_there_and_is_no_territorial_force() -> None:
    assert BTP in set(tables.recorded_crime("2026-04")["force"])
    assert not tables.forces().set_index("name")["territorial"][BTP]


@pytest.mark.parametrize("name", LOADERS)
def test_a_loader_gives_a_fresh_copy(name: str) -> None:
    first = LOADERS[name]()
    values, columns = first.iloc[:, 0].tolist(), list(first.columns)
    first.isetitem(0, first.iloc[::-1, 0].to_numpy())
    first.insert(0, "more", 1)
    again = LOADERS[name]()
    assert again.iloc[:, 0].tolist() == values
    assert list(again.columns) == columns


def test_rings_may_be_changed_too() -> None:
    tables.boundaries()["rings"].iloc[0].clear()
    assert tables.boundaries()["rings"].iloc[0]


def test_vintages_and_the_latest() -> None:
    assert tables.vintages() == ("2023-10", "2026-04")
    assert tables.resolve_vintage("latest") == "2026-04"
    assert tables.resolve_vintage("2023-10") == "2023-10"
    assert set(tables.recorded_crime()["vintage"]) == {"2026-04"}


def test_an_unknown_vintage_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean '2026-04'") as error:
        tables.recorded_crime("2026-4")
    assert error.value.exit_code == 2


def test_a_file_that_is_no_vintage_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "recorded_crime_old.parquet").write_bytes(b"")
    monkeypatch.setenv("REPLICATE_DATA", str(tmp_path))
    assert tables.vintages() == ("2023-10", "2026-04")


def test_coverage_runs_from_the_first_to_the_last_quarter() -> None:
    period = tables.coverage()
    assert (period.first.label, period.last.label, period.label) == (
        "2012-Q2",
        "2025-Q4",
        "2012-Q2..2025-Q4",
    )


def test_an_unknown_table_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'children'"):
        tables.table_path("childrn")


def test_the_hash_of_a_table_is_the_one_on_record() -> None:
    assert (
        tables.table_hash("children")
        == {check.name: check.expected for check in tables.check()}["children"]
    )


def test_a_table_of_the_users_own_folder_comes_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REPLICATE_DATA", str(tmp_path))
    shutil.copyfile(shipped_home() / "children.parquet", data_home() / "children.parquet")
    assert tables.table_path("children") == tmp_path / "children.parquet"


def test_importing_the_loaders_brings_neither_schemas_nor_builders() -> None:
    """They would cost every command half a second before it does anything."""
    code = "import sys, replicate.sources.tables; print([name for name in ('pandera', 'python_calamine', 'pooch') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("content", [b"", b"PAR1 cut short"], ids=["empty", "cut short"])
def test_a_table_that_is_no_whole_file_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes
) -> None:
    monkeypatch.setenv("REPLICATE_DATA", str(tmp_path))
    (tmp_path / "children.parquet").write_bytes(content)
    with pytest.raises(RunError, match="a table that can't be read") as error:
        tables.children()
    assert str(tmp_path / "children.parquet") in str(error.value)
