"""The archive of this checkout, unpacked into an empty folder, and the report made from it again."""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_notebook

from replicate.publication.archive import archive
from replicate.vocabulary.runs import Inputs, Manifest

ROOT = Path(__file__).parents[2]
NOTEBOOK = "01_offence_counts"


@pytest.fixture(scope="session")
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
        notebook=NOTEBOOK,
        **vars(Inputs.of(ROOT / "notebooks" / f"{NOTEBOOK}.ipynb", ROOT)),
        parameters={},
        package="0.1.0",
        key="0" * 64,
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
    with zipfile.ZipFile(archive(ROOT, runs, site, place / "a.zip")) as file:
        file.extractall(empty)
    return empty


@pytest.fixture(scope="session")
def rebuilt(unpacked: Path) -> Path:
    """Make the whole report from the archive and the package index, as the README has it, and its archive again."""
    for made in ("runs", "site"):
        shutil.rmtree(unpacked / "outputs" / made)
    ours = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    inherited = {name: value for name, value in os.environ.items() if name not in ours}
    commands = [
        ["make", "report", f"PYTHON={sys.executable}"],
        [".venv/bin/replicate", "archive", "--out", "again.zip"],
    ]
    for words in commands:
        done = subprocess.run(
            words, cwd=unpacked, env=inherited, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{words}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return unpacked
