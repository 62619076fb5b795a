"""What a run reads, how it ends and what it leaves."""

import json
from pathlib import Path
from typing import Any

import pytest

from replicate.vocabulary.errors import InputError, RunError
from replicate.vocabulary.runs import (
    DATA,
    NOTES,
    PUBLISH,
    Inputs,
    Manifest,
    Publication,
    Read,
    assigned,
    cached_with_reads,
    located,
    lock,
    note,
    noted,
    portable,
    sha256,
    source_files,
)

FORCES = located("replicate/sources/tables/forces.parquet")
WRITTEN: dict[str, Any] = {
    "name": "01_counts",
    "notebook_sha256": "a" * 64,
    "parameters": {"period": "2024", "forces": ["Kent"]},
    "package": "0.1.0",
    "python": "3.11.7",
    "platform": "Linux",
    "kernel": "ipykernel 7.4.0",
    "started": "2026-04-23T10:00:00Z",
    "duration": 1.5,
    "peak_memory": 100,
    "output_sha256": "b" * 64,
    "records": [{"name": "total", "value": 3}],
    "notebook": "01_offence_counts",
    "tables": [
        {
            "name": "children",
            "place": "replicate/sources/tables/children.parquet",
            "sha256": "d" * 64,
        }
    ],
    "lock_sha256": "e" * 64,
    "source_sha256": "f" * 64,
    "own_data": False,
    "seed": 1,
    "key": "0" * 64,
}


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("", {}),
        ("level: float = 0.95  # an interval's level", {"level": "0.95"}),
        (
            "label = 'a=b'\nforces = [\n    'Kent',  # one\n    'Essex',\n]",
            {"label": "'a=b'", "forces": "['Kent', 'Essex']"},
        ),
        ("a = b = 1", {"a": "1", "b": "1"}),
        ("import os\nvalue: int\nobject.attribute = 2\n(a, b) = 1, 2\nprint(a)", {}),
        ("x = 1\nx = 2", {"x": "2"}),
    ],
)
def test_plain_assignments_are_found(source: str, names: dict[str, str]) -> None:
    assert assigned(source) == names


def test_what_is_not_python_is_refused() -> None:
    with pytest.raises(SyntaxError):
        assigned("%matplotlib inline")


def test_what_is_to_be_published_is_written_and_read_again_and_nothing_else_is_left(
    tmp_path: Path,
) -> None:
    assert Publication.read(tmp_path) is None
    forces = Publication(section="forces", parameter="force")
    assert forces.write(tmp_path) == tmp_path / PUBLISH
    assert Publication.read(tmp_path) == forces
    assert [path.name for path in tmp_path.iterdir()] == [PUBLISH]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{}", "section Field required"),
        ('{"section": "../elsewhere", "parameter": "force"}', "section String should match"),
        ("forces", "Invalid JSON"),
    ],
)
def test_what_says_something_else_is_not_published(tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / PUBLISH).write_text(text)
    with pytest.raises(RunError, match="not a description of what to publish") as caught:
        Publication.read(tmp_path)
    assert fault in str(caught.value.got)


def test_a_manifest_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    made = Manifest.model_validate(WRITTEN)
    (tmp_path / "a.json").write_text(made.model_dump_json())
    assert Manifest.read(tmp_path / "a.json") == made
    assert json.loads((tmp_path / "a.json").read_text()) == WRITTEN


def test_a_missing_manifest_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="replicate run"):
        Manifest.read(tmp_path / "a.json")


@pytest.mark.parametrize(
    "text",
    ["", "{}", json.dumps(WRITTEN | {"duration": "long"}), json.dumps(WRITTEN | {"surprise": 1})],
)
def test_what_is_no_manifest_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(RunError, match="not a manifest of a run"):
        Manifest.read(tmp_path / "a.json")


@pytest.mark.parametrize(
    ("then", "change"),
    [
        ({}, None),
        ({"notebook_sha256": "0"}, "the notebook changed"),
        ({"source_sha256": "0"}, "the package's source changed"),
        ({"lock_sha256": None}, "the lock changed"),
        ({"python": "3.11.0"}, "Python's version changed"),
        ({"own_data": True}, "the use of a folder of one's own tables changed"),
        ({"tables": WRITTEN["tables"]}, "table children changed"),
        ({"tables": [Read.of("forces", FORCES).model_dump()]}, None),
        ({"parameters": {"period": 2024}}, "other parameters: period"),
        ({"parameters": {}}, "other parameters: period"),
        ({"parameters": {"period": "2024", "level": 1}}, "other parameters: level"),
    ],
)
def test_what_a_run_would_start_from_now_is_held_against_what_it_started_from(
    then: dict[str, Any], change: str | None
) -> None:
    parts = ("notebook_sha256", "source_sha256", "lock_sha256", "python", "own_data")
    now = Inputs(**{name: WRITTEN[name] for name in parts})
    started = WRITTEN | {"tables": [], "parameters": {"period": "2024"}} | then
    found = list(Manifest.model_validate(started).changes(now, {"period": "2024"}))
    assert found == ([change] if change else [])
    if "parameters" in then:
        assert not list(Manifest.model_validate(started).changes(now))


def test_a_notebook_that_is_not_there_has_nothing_to_depend_on(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a notebook that can't be read") as caught:
        Inputs.of(tmp_path / "none.ipynb")
    assert caught.value.where == str(tmp_path / "none.ipynb")


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


def test_a_result_depends_on_the_notebook_and_on_python_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(DATA, raising=False)
    notebook, package = tmp_path / "a.ipynb", tmp_path / "tools"
    notebook.write_text("{}")
    package.mkdir()
    (package / "__init__.py").touch()
    begun = Inputs.of(notebook, tmp_path)
    assert Inputs.of(notebook, tmp_path) == begun
    assert not begun.own_data
    assert (
        begun.key_with({"a": 1}, ())
        == Inputs.of(notebook).key_with({"a": 1}, ())
        != begun.key_with({}, ())
    )
    (package / "helper.py").write_text("x = 1")
    assert {f"tools/{name}.py" for name in ("__init__", "helper")} <= set(source_files(tmp_path))
    assert Inputs.of(notebook, tmp_path).source_sha256 != begun.source_sha256
    notebook.write_text("[]")
    (tmp_path / "requirements.lock").write_text("a==1")
    now = Inputs.of(notebook, tmp_path)
    assert now.notebook_sha256 != begun.notebook_sha256
    assert now.lock_sha256 == sha256(tmp_path / "requirements.lock") != begun.lock_sha256
