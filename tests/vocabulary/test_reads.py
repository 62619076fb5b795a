import json
from pathlib import Path

import pytest

from replicate.vocabulary.runs import (
    DATA,
    NOTES,
    Read,
    cached_with_reads,
    located,
    lock,
    note,
    noted,
    portable,
    sha256,
)


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(NOTES, str(tmp_path / "reads.jsonl"))
    monkeypatch.setenv(DATA, str(tmp_path / "own"))
    (tmp_path / "own").mkdir()
    return tmp_path / "reads.jsonl"


def test_each_read_is_noted_once_with_its_hash(notes: Path, tmp_path: Path) -> None:
    table = tmp_path / "own" / "a.parquet"
    table.write_bytes(b"abc")
    for _ in range(2):
        note("a", table)
    note("b", tmp_path / "own" / "b.parquet")
    assert [json.loads(line) for line in notes.read_text().splitlines()] == [
        {
            "name": "a",
            "place": "$REPLICATE_DATA/a.parquet",
            "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        },
        {"name": "b", "place": "$REPLICATE_DATA/b.parquet", "sha256": None},
    ]
    assert [read.name for read in noted(notes)] == ["a", "b"]
    assert all(read.holds for read in noted(notes))
    table.write_bytes(b"abd")
    (tmp_path / "own" / "b.parquet").touch()
    assert not any(read.holds for read in noted(notes))


def test_a_pattern_notes_which_files_there_are_and_not_what_is_in_them(
    notes: Path, tmp_path: Path
) -> None:
    (tmp_path / "own" / "crime_2026.parquet").write_bytes(b"a")
    note("crime", tmp_path / "own" / "crime_*.parquet")
    (read,) = noted(notes)
    assert read.place == "$REPLICATE_DATA/crime_*.parquet"
    (tmp_path / "own" / "crime_2026.parquet").write_bytes(b"b")
    assert read.holds
    (tmp_path / "own" / "crime_2027.parquet").touch()
    assert not read.holds


def test_without_a_file_to_note_in_nothing_is_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(NOTES, raising=False)
    note("a", tmp_path / "a.parquet")
    assert noted(tmp_path / "reads.jsonl") == ()


def test_a_path_is_written_without_this_machines_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv(DATA, "")
    elsewhere = tmp_path / "elsewhere" / "a.parquet"
    for path in (tmp_path / "home" / "cache" / "a.parquet", elsewhere):
        assert located(portable(path)) == path
    assert portable(tmp_path / "home" / "cache" / "a.parquet") == "~/cache/a.parquet"
    assert portable(elsewhere) == str(elsewhere)
    monkeypatch.chdir(tmp_path)
    assert located(portable(Path("elsewhere/a.parquet"))) == elsewhere
    monkeypatch.setenv(DATA, str(elsewhere.parent))
    assert portable(elsewhere) == "$REPLICATE_DATA/a.parquet"


def test_the_users_own_folder_is_where_it_is_named_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("then", "now"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.parquet").write_text(folder)
    monkeypatch.setenv(DATA, str(tmp_path / "then"))
    read = Read.of("a", tmp_path / "then" / "a.parquet")
    assert read.sha256 == sha256(tmp_path / "then" / "a.parquet")
    monkeypatch.setenv(DATA, str(tmp_path / "now"))
    assert not read.holds


def test_the_lock_is_the_nearest_upwards_or_the_packages_own(tmp_path: Path) -> None:
    assert lock(tmp_path) == located("replicate").parents[1] / "requirements.lock"
    (tmp_path / "requirements.lock").touch()
    (tmp_path / "notebooks").mkdir()
    assert lock(tmp_path / "notebooks") == tmp_path / "requirements.lock"


def test_what_was_made_of_tables_is_made_anew_only_when_one_of_them_changed(
    notes: Path, tmp_path: Path
) -> None:
    table, made = tmp_path / "table.parquet", list[str]()
    table.write_text("first")

    @cached_with_reads
    def read(name: str) -> str:
        note(name, table)
        made.append(name)
        return table.read_text()

    assert [read("a"), read("a"), read("b")] == ["first"] * 3
    table.write_text("another")
    assert [read("a"), read("a")] == ["another"] * 2
    assert made == ["a", "b", "a"]
    assert {row.name for row in noted(notes)} == {"a", "b"}
