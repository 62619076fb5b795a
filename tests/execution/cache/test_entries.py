from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from replicate.execution.cache.entries import Entry, examine
from replicate.execution.cache.inputs import forget, inputs
from replicate.vocabulary.manifests import Manifest
from replicate.vocabulary.reads import DATA, Read

Write = Callable[..., Path]
Finished = Callable[..., Manifest]


@pytest.fixture
def notebook(write: Write) -> Path:
    made = write("import helper")
    made.with_name("helper.py").write_text("x = 1")
    return made


def look(notebook: Path, parameters: dict[str, Any] | None = None) -> Entry:
    forget()
    return examine(notebook.parent / "out", notebook.stem, inputs(notebook), parameters or {})


def test_a_result_of_which_nothing_changed_stands(
    notebook: Path, finished: Finished, tmp_path: Path
) -> None:
    made = finished(notebook, tmp_path / "out", parameters={"period": "2024"})
    assert look(notebook, {"period": "2024"}) == Entry(made)
    assert look(notebook, {"period": "2024"}).stands


def test_what_was_never_run_does_not_stand(notebook: Path) -> None:
    assert look(notebook) == Entry(None, ("not run yet",))
    assert not look(notebook).stands


def test_each_change_is_named(
    notebook: Path,
    finished: Finished,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    write: Write,
) -> None:
    table = tmp_path / "table.parquet"
    table.write_text("1")
    finished(
        notebook,
        tmp_path / "out",
        parameters={"period": "2024", "k": 1},
        tables=(Read.of("rates", table),),
    )
    good = {"period": "2024", "k": 1}
    assert look(notebook, good).stands
    assert look(notebook, {"period": "2023", "k": True}).changed == (
        "parameter period is now '2023'",
        "parameter k is now True",
    )
    assert look(notebook, {"k": 1, "level": 0.9}).changed == (
        "parameter level is now 0.9",
        "parameter period is no longer given",
    )
    notebook.with_name("helper.py").write_text("x = 2")
    assert look(notebook, good).changed == ("module helper.py changed",)
    notebook.with_name("helper.py").write_text("x = 1")
    table.write_text("2")
    assert look(notebook, good).changed == ("table rates changed",)
    table.write_text("1")
    monkeypatch.setattr("replicate.vocabulary.reads.LOCK", "no-such.lock")
    monkeypatch.setattr(
        "replicate.execution.cache.inputs.platform.python_version", lambda: "3.99.0"
    )
    monkeypatch.setenv(DATA, "")
    changed = look(notebook, good).changed
    assert changed[0] == "the lock changed"
    assert changed[1].startswith("Python 3.99.0 instead of 3.")
    assert changed[2] == "the user's own folder of tables was named, or is no longer"
    monkeypatch.undo()
    write("import helper, other")
    notebook.with_name("other.py").write_text("")
    assert look(notebook, good).changed == ("the notebook changed", "module other.py is new")
    write("1")
    assert look(notebook, good).changed == (
        "the notebook changed",
        "module helper.py is no longer used",
    )


def test_data_files_are_called_files(notebook: Path, finished: Finished, tmp_path: Path) -> None:
    sources = {**inputs(notebook).sources, "replicate/words/phrases.yaml": "0"}
    finished(notebook, tmp_path / "out", sources=sources)
    assert look(notebook).changed == ("file replicate/words/phrases.yaml is no longer used",)


def test_a_result_from_before_keys_were_kept_is_made_again(
    notebook: Path, finished: Finished, tmp_path: Path
) -> None:
    finished(notebook, tmp_path / "out", key="")
    assert look(notebook).changed == ("it was made before keys were kept",)


@pytest.mark.parametrize(
    "harm",
    ["truncated manifest", "no manifest's text", "another notebook", "no notebook", "another key"],
)
def test_what_was_harmed_is_not_trusted(
    notebook: Path, finished: Finished, tmp_path: Path, harm: str
) -> None:
    made = finished(
        notebook, tmp_path / "out", **({"key": "0" * 64} if harm == "another key" else {})
    )
    manifest, executed = tmp_path / "out" / "toy.manifest.json", tmp_path / "out" / "toy.ipynb"
    if harm == "truncated manifest":
        manifest.write_text(made.model_dump_json()[:200])
    elif harm == "no manifest's text":
        manifest.write_bytes(b"\xff\x00")
    elif harm == "another notebook":
        executed.write_text(executed.read_text() + " ")
    elif harm == "no notebook":
        executed.unlink()
    found = look(notebook)
    assert found.corrupt
    assert found.manifest is None
    assert not found.stands
