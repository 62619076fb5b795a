"""What an archive claims to conform to, checked by the standards' own tools, each in an environment of its own.

Their exact versions and hashes are in tests/standards. A tool that can't be installed is a failure.
"""

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.soak

STANDARDS = Path(__file__).parents[1] / "standards"
CONTEXT = "https://w3id.org/ro/crate/1.2/context"
Install = Callable[[str], Path]


def run(*words: str | Path, cwd: Path) -> str:
    done = subprocess.run(
        [str(word) for word in words], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{words}\n{done.stdout[-8000:]}\n{done.stderr[-4000:]}"
    return done.stdout


@pytest.fixture(scope="session")
def deposit(rebuilt: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("deposit")
    with zipfile.ZipFile(rebuilt / "again.zip") as file:
        file.extractall(folder)
    return folder


@pytest.fixture(scope="session")
def install(tmp_path_factory: pytest.TempPathFactory) -> Install:
    """Return what installs a Python tool from its hashes, and gives the folder of its programs."""

    def installed(tool: str) -> Path:
        folder = tmp_path_factory.mktemp(tool)
        uv = Path(sys.executable).with_name("uv")
        listed = STANDARDS / f"{tool}.txt"
        run(uv, "venv", "--no-config", "--python", sys.executable, folder / "env", cwd=folder)
        sync = (
            "pip",
            "sync",
            "--no-config",
            "--require-hashes",
            "--python",
            folder / "env",
            listed,
        )
        run(uv, *sync, cwd=folder)
        return folder / "env" / "bin"

    return installed


@pytest.fixture(scope="session")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the checker of HTML and the context of RO-Crates, without running anything of theirs."""
    folder = tmp_path_factory.mktemp("npm")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(STANDARDS / name, folder)
    run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=folder)
    return folder / "node_modules"


def test_the_tables_are_a_data_package(deposit: Path, install: Install) -> None:
    said = run(
        install("frictionless") / "frictionless",
        *("validate", "datapackage.json", "--json"),
        cwd=deposit,
    )
    report = json.loads(said)
    assert report["valid"]
    assert report["stats"]["tasks"] == len(list((deposit / "tables").glob("*.csv")))


def test_the_citation_is_cff(deposit: Path, install: Install) -> None:
    run(install("cffconvert") / "cffconvert", "--validate", cwd=deposit)


def test_the_archive_is_an_ro_crate(
    deposit: Path, install: Install, modules: Path, tmp_path: Path
) -> None:
    """By the profile of 1.2; the context comes from a file, so that nothing is fetched."""
    programs, cache = install("roc-validator"), tmp_path / "answers"
    context = modules / "ro-crate" / "lib" / "context.json"
    keep = STANDARDS / "keep_context.py"
    run(programs / "python", keep, CONTEXT, context, f"{cache}.sqlite", cwd=tmp_path)
    report = tmp_path / "report.json"
    run(
        programs / "rocrate-validator",
        *("--no-interactive", "validate", "--offline", "--cache-path", cache),
        *("--profile-identifier", "ro-crate-1.2", "--output-format", "json"),
        *("--output-file", report, deposit),
        cwd=tmp_path,
    )
    said = json.loads(report.read_text())
    assert said["passed"]
    assert said["statistics"]["total_checks_by_severity"]["REQUIRED"] > 60
    assert said["statistics"]["total_failed_checks"] == 0


def test_every_page_is_html(deposit: Path, modules: Path) -> None:
    jar = modules / "vnu-jar" / "build" / "dist" / "vnu.jar"
    pages = deposit / "outputs" / "site"
    run("java", "-Xss4m", "-jar", jar, "--errors-only", "--skip-non-html", pages, cwd=deposit)
