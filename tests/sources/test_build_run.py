"""Building all tables: hashes first, everything or nothing, and the shipped tables byte for byte."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from replicate.sources import tables
from replicate.sources.build import build, run
from replicate.sources.catalogue import catalogue
from replicate.sources.home import HASHES, read_hashes, shipped_home
from replicate.vocabulary.errors import InputError

RESIDENTS = "population/pfa_population_2024.csv"


@pytest.fixture(scope="module")
def rebuilt(source_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rebuilt") / "tables"
    build(source_data, folder)
    return folder


def test_a_rebuild_from_the_source_files_gives_the_shipped_tables_byte_for_byte(
    rebuilt: Path,
) -> None:
    assert {path.name for path in rebuilt.iterdir()} == {
        path.name for path in shipped_home().iterdir()
    }
    different = [
        path.name
        for path in rebuilt.iterdir()
        if path.read_bytes() != (shipped_home() / path.name).read_bytes()
    ]
    assert not different


def test_a_second_build_in_the_same_folder_changes_no_byte(
    source_data: Path, rebuilt: Path
) -> None:
    before = {path.name: path.read_bytes() for path in rebuilt.iterdir()}
    build(source_data, rebuilt, only=["offences", "recorded_groups", "boundaries"])
    assert {path.name: path.read_bytes() for path in rebuilt.iterdir()} == before


@pytest.fixture
def one_source(source_data: Path, tmp_path: Path) -> Path:
    """Copy the one file that `residents` needs into a folder of its own."""
    path = tmp_path / "sources" / RESIDENTS
    path.parent.mkdir(parents=True)
    shutil.copyfile(source_data / RESIDENTS, path)
    return tmp_path / "sources"


def test_one_table_needs_its_own_sources_only(one_source: Path, tmp_path: Path) -> None:
    assert build(one_source, tmp_path / "out", only=["residents"]) == [
        tmp_path / "out/residents.parquet"
    ]
    assert read_hashes(tmp_path / "out") == {"residents": read_hashes(shipped_home())["residents"]}


def test_a_truncated_file_is_refused_before_anything_is_built(
    one_source: Path, tmp_path: Path
) -> None:
    path = one_source / RESIDENTS
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match="not the one of the catalogue") as error:
        build(one_source, tmp_path / "out", only=["residents"])
    message = str(error.value)
    source = catalogue()["ons-population-pfa-2024"]
    assert str(path) in message
    assert f"{source.bytes - 20 if source.bytes else 0} bytes" in message
    assert f"sha256 {source.sha256}" in message
    assert not (tmp_path / "out").exists()


def test_a_missing_file_is_refused_with_what_it_should_be(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="can't be read") as error:
        build(tmp_path, tmp_path / "out", only=["residents"])
    assert str(tmp_path / RESIDENTS) in str(error.value)
    assert "Office for National Statistics" in str(error.value)


def test_an_unknown_table_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="did you mean 'residents'"):
        build(tmp_path, tmp_path / "out", only=["resident"])


def test_a_fault_while_building_leaves_the_old_tables(
    one_source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    build(one_source, out, only=["residents"])
    before = (out / "residents.parquet").read_bytes(), (out / HASHES).read_bytes()

    def fail(files: run.Files) -> pd.DataFrame:
        raise InputError("a renamed column", where="a file")

    monkeypatch.setitem(run.TABLES, "residents", fail)
    with pytest.raises(InputError, match="a renamed column"):
        build(one_source, out, only=["residents"])
    assert ((out / "residents.parquet").read_bytes(), (out / HASHES).read_bytes()) == before


def test_every_shipped_table_has_a_builder() -> None:
    assert (
        set(run.TABLES)
        == set(read_hashes(shipped_home()))
        == {*tables.NAMES, "recorded_crime_2023-10", "recorded_crime_2026-04"}
    )


def test_shipped_tables_take_at_most_5_megabytes_and_the_outlines_150_kilobytes() -> None:
    sizes = {path.stem: path.stat().st_size for path in shipped_home().glob("*.parquet")}
    assert sum(sizes.values()) <= 5_000_000
    assert sizes["boundaries"] <= 150_000
