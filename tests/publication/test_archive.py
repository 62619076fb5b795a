import hashlib
import json
import os
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from replicate.publication.archive import ADDED, archive, tracked
from replicate.vocabulary.errors import InputError, RunError
from replicate.vocabulary.runs import Inputs

Make = Callable[..., Any]


def contents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as file:
        return {entry.filename: file.read(entry) for entry in file.infolist()}


def test_it_holds_the_project_its_outputs_and_what_describes_them(
    project: Path, executed: Path, site: Path, tmp_path: Path
) -> None:
    made = archive(project, executed, site, tmp_path / "new" / "a.zip")
    held = contents(made.path)
    assert set(ADDED) <= set(held)
    assert {
        "README.md",
        "notebooks/01_counts.ipynb",
        "outputs/runs/01_counts.ipynb",
        "outputs/runs/01_counts.manifest.json",
    } <= set(held)
    assert {"outputs/site/index.html", "outputs/site/claims/C01.html"} <= set(held)
    assert "outputs/runs/old.ipynb" not in held
    assert (made.files, made.size) == (len(held), made.path.stat().st_size)
    assert made.sha256 == hashlib.sha256(made.path.read_bytes()).hexdigest()
    assert json.loads(held["ro-crate-metadata.json"])["@graph"]
    assert json.loads(held["datapackage.json"])["version"] == "0.1.0"


def test_the_list_of_sums_has_every_other_file(
    project: Path, executed: Path, site: Path, tmp_path: Path
) -> None:
    held = contents(archive(project, executed, site, tmp_path / "a.zip").path)
    lines = held.pop("SHA256SUMS").decode().splitlines()
    assert lines == [
        f"{hashlib.sha256(content).hexdigest()}  {name}" for name, content in held.items()
    ]


def test_the_same_gives_the_same_bytes_whatever_the_files_times(
    project: Path, executed: Path, site: Path, tmp_path: Path
) -> None:
    first = archive(project, executed, site, tmp_path / "a.zip")
    for path in (project / "README.md", site / "index.html"):
        os.utime(path, (0, 1_700_000_000))
    assert archive(project, executed, site, tmp_path / "b.zip").sha256 == first.sha256


def test_files_stand_in_order_bear_one_time_and_keep_only_whether_they_may_be_run(
    project: Path, executed: Path, site: Path, tmp_path: Path
) -> None:
    (project / "README.md").chmod(0o600)
    with zipfile.ZipFile(archive(project, executed, site, tmp_path / "a.zip").path) as file:
        entries = file.infolist()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    modes = {entry.filename: entry.external_attr >> 16 for entry in entries}
    assert (modes.pop("run.sh"), set(modes.values())) == (0o100755, {0o100644})


def test_unpacked_and_packed_again_it_is_the_same(
    project: Path, executed: Path, site: Path, tmp_path: Path
) -> None:
    first = archive(project, executed, site, tmp_path / "a.zip")
    place = tmp_path / "empty"
    place.mkdir()
    with zipfile.ZipFile(first.path) as file:
        file.extractall(place)
        for entry in file.infolist():
            (place / entry.filename).chmod(entry.external_attr >> 16)
    again = archive(
        place,
        place / "outputs/runs",
        place / "outputs/site",
        tmp_path / "b.zip",
        sweeps=place / "outputs/sweeps",
    )
    assert again.sha256 == first.sha256


def test_it_is_dated_by_the_moment_that_is_given(
    project: Path, executed: Path, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1776902400")  # 23 April 2026
    held = contents(archive(project, executed, site, tmp_path / "a.zip").path)
    root = next(
        entity
        for entity in json.loads(held["ro-crate-metadata.json"])["@graph"]
        if entity["@id"] == "./"
    )
    assert root["datePublished"] == "2026-04-23"


def test_a_stale_run_is_not_deposited(
    project: Path, executed: Path, site: Path, tmp_path: Path
) -> None:
    (project / "notebooks" / "01_counts.ipynb").write_text('{"cells": []}')
    with pytest.raises(RunError, match="a stale run"):
        archive(project, executed, site, tmp_path / "a.zip")
    assert not (tmp_path / "a.zip").exists()


def test_a_run_of_code_that_the_archive_would_not_hold_is_refused_by_name(
    project: Path, site: Path, tmp_path: Path, ran: Make, make: Make
) -> None:
    (project / "notebooks" / "helper.py").write_text("x = 1\n")
    now = Inputs.of(project / "notebooks" / "01_counts.ipynb", project)
    executed = ran("01_counts", make("# Counts"), **vars(now))
    with pytest.raises(RunError, match="code that git does not have") as caught:
        archive(project, executed, site, tmp_path / "a.zip")
    assert caught.value.got == "notebooks/helper.py"


def test_without_a_site_there_is_nothing_to_deposit(
    project: Path, executed: Path, tmp_path: Path
) -> None:
    with pytest.raises(RunError, match="no site to deposit") as caught:
        archive(project, executed, tmp_path / "none", tmp_path / "a.zip")
    assert "replicate report" in str(caught.value.hint)


def test_a_folder_that_says_nothing_of_its_files_is_refused(project: Path) -> None:
    (project / "SHA256SUMS").unlink()
    with pytest.raises(InputError, match="whose files are not known"):
        tracked(project)


def test_a_file_that_is_listed_and_gone_is_refused_by_name(project: Path) -> None:
    (project / "README.md").unlink()
    with pytest.raises(InputError, match="not there") as caught:
        tracked(project)
    assert caught.value.where == "README.md"


def test_in_a_checkout_git_says_which_files_are_the_project_s(
    project: Path, needs: Callable[[str], str]
) -> None:
    git = [needs("git"), "-C", str(project)]
    subprocess.run([*git, "init", "--quiet"], check=True)
    (project / "outputs").mkdir()
    (project / "outputs" / "README.md").write_text("made here")
    subprocess.run(
        [*git, "add", "README.md", "outputs/README.md", "SHA256SUMS", "params"], check=True
    )
    assert tracked(project) == ("README.md", "outputs/README.md", "params/01_counts.yaml")


def test_one_that_can_not_be_written_leaves_the_last_as_it_was(
    project: Path, executed: Path, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.zip").write_bytes(b"the last one")

    def refused(self: Path, target: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(RunError, match="a file that can't be written"):
        archive(project, executed, site, tmp_path / "a.zip")
    assert (tmp_path / "a.zip").read_bytes() == b"the last one"
    assert not list(tmp_path.glob(".a.zip*"))
