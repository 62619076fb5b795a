import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from replicate.vocabulary.files import write_atomic

Call = Callable[..., Any]


def test_the_verb_archive_writes_one_file_and_says_what_it_is(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[object] = []

    def archive(*given: object, **named: object) -> Path:
        asked.extend([*given, named])
        return write_atomic(tmp_path / "a.zip", "0123456789" * 123)

    monkeypatch.setattr("replicate.publication.archive.archive", archive)
    done = call("archive", "--out", str(tmp_path / "a.zip"))
    assert done.status == 0
    digest = hashlib.sha256(b"0123456789" * 123).hexdigest()
    assert done.out == f"{tmp_path / 'a.zip'}: 1,230 bytes, sha256 {digest}\n"
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


def test_the_verb_outputs_lists_what_each_cell_makes(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def outputs(*given: object) -> list[dict[str, str]]:
        assert given == (("runs", Path("outputs/runs")), ("sections", Path("outputs/sweeps")))
        return [{"made": "figure series", "cell": "series-shown"}]

    for name in ("runs", "sections"):
        monkeypatch.setattr(
            f"replicate.publication.runs.{name}", lambda folder, name=name: (name, folder)
        )
    monkeypatch.setattr("replicate.publication.archive.outputs", outputs)
    out = call("outputs").out
    assert "figure series" in out
    assert "series-shown" in out
