"""The archive, unpacked into an empty folder, gives the verdicts that this checkout gives.

Claim by claim, and, in a soak, from nothing.
"""

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

import nbformat
import pytest
from nbformat.v4 import new_notebook

from replicate.derivations.kinds.registry import derivations
from replicate.derivations.verification import verify
from replicate.publication.archive import archive
from replicate.vocabulary.runs import Inputs, Manifest

ROOT = Path(__file__).parents[2]
NOTEBOOK = "01_offence_counts"


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
    with zipfile.ZipFile(archive(ROOT, runs, site, place / "a.zip").path) as file:
        file.extractall(empty)
    return empty


CHECK = """
import sys
import replicate
from replicate.cli import app
print(replicate.__file__)
app(["data", "check"], standalone_mode=False)
app(["verify", *sys.argv[1:], "--json"], standalone_mode=False)
"""


def test_it_holds_its_tables_and_gives_the_same_verdicts(unpacked: Path) -> None:
    chosen = one_of_each_kind()
    environment = {"PYTHONPATH": str(unpacked / "src"), "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", CHECK, *chosen],
        cwd=unpacked,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    place, *_, there = done.stdout.splitlines()
    assert Path(place).is_relative_to(unpacked)
    here = [result.as_json() for result in verify(chosen)]
    assert len(here) > 10
    assert json.loads(there) == json.loads(json.dumps(here))


@pytest.mark.soak
def test_from_nothing_but_the_package_index_it_makes_the_whole_report_again(unpacked: Path) -> None:
    """As the README has it; takes minutes, for an environment, every notebook and the site."""
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
    with zipfile.ZipFile(unpacked / "again.zip") as file:
        rows = csv.DictReader(io.StringIO(file.read("outputs/site/verdicts.csv").decode()))
        there = {row["id"]: row["verdict"] for row in rows}
    assert there == {result.claim.id: result.comparison.verdict.value for result in verify()}
