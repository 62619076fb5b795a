from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from nbformat import write
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from replicate.vocabulary.runs import RECORD

Call = Callable[..., Any]


def test_the_verb_archive_writes_one_file_and_says_what_it_is(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[object] = []

    def archive(*given: object, **named: object) -> SimpleNamespace:
        asked.extend([*given, named])
        return SimpleNamespace(path=given[3], files=1234, size=5_678_901, sha256="a" * 64)

    monkeypatch.setattr("replicate.publication.archive.archive", archive)
    done = call("archive", "--out", str(tmp_path / "a.zip"))
    assert done.status == 0
    assert done.out == f"{tmp_path / 'a.zip'}: 1,234 files, 5,678,901 bytes, sha256 {'a' * 64}\n"
    project, *rest = asked
    assert (Path(str(project)) / "notebooks").is_dir()
    assert rest == [
        Path("outputs/runs"),
        Path("outputs/site"),
        tmp_path / "a.zip",
        {"sweeps": Path("outputs/sweeps")},
    ]


def test_the_verb_archive_without_a_site_says_what_to_do(call: Call, tmp_path: Path) -> None:
    done = call("archive", "--site", str(tmp_path / "none"), "--out", str(tmp_path / "a.zip"))
    assert done.status == 1
    assert "replicate report" in done.err
    assert not (tmp_path / "a.zip").exists()


def test_the_verb_outputs_prints_the_block_of_the_readme(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shown = new_output(
        "display_data", data={RECORD: {"name": "count", "value": 2, "unit": "offences"}}
    )  # type: ignore[no-untyped-call]
    cells = [
        new_markdown_cell("How many?"),  # type: ignore[no-untyped-call]
        new_code_cell("count()", outputs=[shown], id="counted"),  # type: ignore[no-untyped-call]
    ]
    path = tmp_path / "01_counts.ipynb"
    write(new_notebook(cells=cells), path)  # type: ignore[no-untyped-call]
    monkeypatch.setattr(
        "replicate.publication.runs.runs",
        lambda _folder: [SimpleNamespace(path=path, name="01_counts")],
    )
    kent = SimpleNamespace(
        path=path, name="kent", manifest=SimpleNamespace(notebook="05_force_report")
    )
    monkeypatch.setattr(
        "replicate.publication.runs.sections",
        lambda _folder: [SimpleNamespace(name="forces", runs=[kent, kent])],
    )
    lines = call("outputs", "--out", str(tmp_path)).out.splitlines()
    assert lines[3:-1] == [
        "| number `count` | How many? | `01_counts` → `counted` | `01_counts.manifest.json` |",
        "| number `count` | How many? | `05_force_report` → `counted` | `forces/*.manifest.json` |",
    ]
