"""The archive, unpacked into an empty folder, gives the verdicts that this checkout gives: claim by claim, and, in a soak, from nothing."""

import csv
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_notebook

from replicate.derivations.kinds.registry import derivations
from replicate.derivations.verification import verify
from replicate.publication.archive import archive
from replicate.vocabulary.manifests import Manifest

ROOT = Path(__file__).parents[2]
NOTEBOOK = "01_offence_counts"
COMMAND = "from replicate.cli import main; main()"


def one_of_each_kind() -> list[str]:
    """Return the first claim of every kind of derivation, so that every table and way of computing is used."""
    first: dict[str, str] = {}
    for claim, derivation in derivations().items():
        first.setdefault(derivation.kind, claim)
    return list(first.values())


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory, needs: Callable[[str], str]) -> Path:
    """Archive this checkout, with one run and a page that stand for its outputs, and unpack it into an empty folder."""
    needs("git")
    place = tmp_path_factory.mktemp("archived")
    runs, site = place / "runs", place / "site"
    runs.mkdir()
    site.mkdir()
    nbformat.write(new_notebook(), runs / f"{NOTEBOOK}.ipynb")  # type: ignore[no-untyped-call]
    manifest = Manifest(
        name=NOTEBOOK,
        notebook_sha256=hashlib.sha256(
            (ROOT / "notebooks" / f"{NOTEBOOK}.ipynb").read_bytes()
        ).hexdigest(),
        parameters={},
        package="0.1.0",
        python="3.11.7",
        platform="Linux",
        kernel="ipykernel 7.4.0",
        started=datetime(2026, 4, 23, tzinfo=UTC),
        duration=1.0,
        output_sha256=hashlib.sha256((runs / f"{NOTEBOOK}.ipynb").read_bytes()).hexdigest(),
        records=[],
    )
    (runs / f"{NOTEBOOK}.manifest.json").write_text(manifest.model_dump_json())
    (site / "index.html").write_text("<title>The report</title>")
    (site / "verdicts.csv").write_text("id,verdict,missing\n")
    empty = tmp_path_factory.mktemp("empty")
    with zipfile.ZipFile(archive(ROOT, runs, site, place / "a.zip").path) as file:
        file.extractall(empty)
    return empty


def environment(folder: Path) -> dict[str, str]:
    """Return an environment in which the unpacked package is imported, and no fetched table is found."""
    return dict(os.environ) | {
        "PYTHONPATH": str(folder / "src"),
        "REPLICATE_DATA": str(folder / "no-tables"),
        "OPENBLAS_NUM_THREADS": "1",
    }


def printed(folder: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_is_imported_there_is_what_was_unpacked(unpacked: Path) -> None:
    place = printed(unpacked, "-c", "import replicate; print(replicate.__file__)").strip()
    assert Path(place).is_relative_to(unpacked)


def test_it_gives_the_same_verdicts(unpacked: Path) -> None:
    claims = one_of_each_kind()
    there: list[dict[str, Any]] = json.loads(
        printed(unpacked, "-c", COMMAND, "verify", *claims, "--json")
    )
    here = json.loads(json.dumps([result.as_json() for result in verify(claims)]))
    assert len(there) == len(claims) > 10
    assert there == here


def test_its_tables_are_those_that_were_shipped(unpacked: Path) -> None:
    printed(unpacked, "-c", COMMAND, "data", "check")


@pytest.mark.soak
def test_from_nothing_but_the_package_index_it_makes_the_whole_report_again(unpacked: Path) -> None:
    """An environment of its own by the lock, every notebook, and the site: the verdicts are those of this checkout."""
    shutil.rmtree(unpacked / "outputs" / "runs")
    shutil.rmtree(unpacked / "outputs" / "site")
    python = unpacked / ".venv" / "bin" / "python"
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    }
    commands = [
        [sys.executable, "-m", "venv", ".venv"],
        [
            str(python),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--require-hashes",
            "-r",
            "requirements.lock",
        ],
        [
            str(python),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "-e",
            ".",
        ],
        [str(python.with_name("replicate")), "report"],
        [str(python.with_name("replicate")), "archive", "--out", "again.zip"],
    ]
    for words in commands:
        done = subprocess.run(
            words, cwd=unpacked, env=inherited, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{words}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    with zipfile.ZipFile(unpacked / "again.zip") as file:
        rows = csv.DictReader(io.StringIO(file.read("outputs/site/verdicts.csv").decode()))
        there = {row["id"]: row["verdict"] for row in rows}
    assert there == {result.claim.id: result.comparison.verdict.value for result in verify()}
