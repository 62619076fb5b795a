"""Every command that README.md gives is run, and every table in it is held to what it describes."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from replicate.ledger import Verdict
from replicate.sources.catalogue import Source, catalogue
from replicate.sources.home import read_hashes, shipped_home

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS: list[tuple[str, str]] = re.findall(r"^```(\w*)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
COMMANDS = [
    line.removeprefix("$ ")
    for language, block in BLOCKS
    if language == "console"
    for line in block.splitlines()
]

BY_HAND = "papermill notebooks/01_offence_counts.ipynb outputs/01_offence_counts.ipynb -f params/01_offence_counts.yaml"
ELSEWHERE = {
    BY_HAND: "tests/e2e/test_report.py",
    "make report": "Makefile",  # test_setup.py
    "make test": ".ci/run",
    "make lab": "Makefile",  # serves until it is stopped
    "replicate report": "tests/e2e/test_report.py",  # takes long enough to be run there alone
    "replicate publish": "tests/e2e/test_report.py",  # as a part of `replicate report`
    "replicate archive": "tests/e2e/test_archive_rebuild.py",
    "replicate sweep definitions --jobs 2": "tests/e2e/test_report.py",  # takes minutes; another sweep is run there
    "replicate sweep forces --scheduler tcp://127.0.0.1:8786": "tests/execution/sweeps",  # by schedulers of the tests' own
    ". .venv/bin/activate": "Makefile",  # makes that folder; the commands after it run here with it on the path
    "replicate data fetch home-office-prc-2026-07": "tests/sources",  # from a server of the tests' own
    "replicate data build --from ../shared/data": "tests/sources",  # where the source files are
    "conda env create -f environment.yml": "tests/project/test_setup.py",
    "conda activate casey-audit-replication": "tests/project/test_setup.py",
    "python -m pip install --no-deps --no-build-isolation -e .": "Makefile",
}
"""Commands that this test does not run, and where they are run or what holds them."""

HERE = [command for command in COMMANDS if command not in ELSEWHERE]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that stands for a checkout, so that what the commands write stays out of this one."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("notebooks", "params"):
        (folder / name).symlink_to(ROOT / name)
    (folder / "outputs").mkdir()
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("command", HERE)
def test_a_command_does_as_it_is_written(
    command: str, checkout: Path, needs: Callable[[str], str]
) -> None:
    environment = os.environ | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    }
    script = [needs("bash"), "-euo", "pipefail", "-c", command]
    done = subprocess.run(
        script,
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout or done.stderr


def test_every_command_is_run_somewhere() -> None:
    assert HERE
    assert set(ELSEWHERE) <= set(COMMANDS)
    assert all((ROOT / place).exists() for place in ELSEWHERE.values())
    assert {language for language, _ in BLOCKS} == {"console", "powershell"}
    assert all(
        line.startswith("$ ")
        for language, block in BLOCKS
        if language == "console"
        for line in block.splitlines()
    )


def table(heading: str) -> list[str]:
    """Return the rows of the first table after a heading, without its header."""
    after = TEXT[re.search(rf"^#+ {heading}$", TEXT, re.MULTILINE).end() :]  # type: ignore[union-attr]
    first = re.search(r"(?:^\|.*\n)+", after, re.MULTILINE)
    assert first, heading
    return first[0].splitlines()[2:]


def test_the_verdicts_and_their_meanings_are_those_of_the_ledger() -> None:
    assert table("What the verdicts mean") == [
        f"| `{verdict}` | {verdict.meaning} |" for verdict in Verdict
    ]


SHIPPED = read_hashes(shipped_home())


def feeding() -> list[Source]:
    """Return the sources that shipped tables were built from."""
    return [
        source
        for source in catalogue().values()
        if source.file and set(source.feeds) & set(SHIPPED)
    ]


def test_every_source_of_a_shipped_table_is_listed_as_the_catalogue_has_it() -> None:
    rows = [
        f"| `{s.id}` | {s.publisher} | [{s.publication}]({s.page}) | {s.release_date} | {s.standing} |"
        for s in feeding()
    ]
    assert table("Details on each data source") == rows


def test_every_shipped_table_is_listed_with_what_it_was_built_from() -> None:
    built = {
        name: ", ".join(f"`{source.id}`" for source in feeding() if name in source.feeds)
        for name in SHIPPED
    }
    assert all(built.values())
    assert table("Dataset list") == [f"| `{name}` | {sources} |" for name, sources in built.items()]


def test_every_place_that_is_described_exists() -> None:
    places = re.findall(r"`((?:src|tests|notebooks|params|outputs)/[\w./-]*)`", TEXT)
    made = {"outputs/site/", "outputs/site/index.html"}  # by `make report`
    assert [place for place in places if place not in made and not (ROOT / place).exists()] == []


def test_every_cell_that_is_listed_exists() -> None:
    listed = [
        re.findall(r"`([^`]*)` → `([^`]*)`", row)
        for row in table("List of tables and figures, and programs")
    ]
    assert all(len(found) == 1 for found in listed)
    notebooks = {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in (ROOT / "notebooks").glob("*.ipynb")
    }
    cells = {
        (name, cell["id"]) for name, notebook in notebooks.items() for cell in notebook["cells"]
    }
    assert {found[0] for found in listed} <= cells
    assert {name for ((name, _),) in listed} == set(notebooks)


def test_the_names_are_those_of_the_package() -> None:
    assert TEXT.startswith("# casey-audit-replication\n")
    assert "can't share an environment" in TEXT
