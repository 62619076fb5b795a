"""The guards that all tests share can fail, and leave alone what is right."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).parents[1] / "conftest.py"

LEAVES_ONE = """
import subprocess, sys
kept = []
def test_it():
    kept.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]))
"""
ENDS_ITS_OWN = """
import subprocess, sys, pytest
@pytest.fixture(scope="module")
def server():
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        yield process
        process.kill()
def test_it(server):
    assert server.poll() is None
    assert subprocess.run([sys.executable, "-c", ""]).returncode == 0
"""
LOOKS_FOR_A_PROGRAM = """
def test_it(needs):
    assert needs("no-such-program-anywhere")
"""
LOOKS_FOR_TABLES = """
import os, pathlib
def test_it():
    assert list(pathlib.Path(os.environ["REPLICATE_DATA"]).iterdir()) == []
"""


@pytest.mark.parametrize(
    ("source", "ci", "outcome", "words"),
    [
        (LEAVES_ONE, "true", "1 passed, 1 error", "left running: ["),
        (ENDS_ITS_OWN, "true", "1 passed", ""),
        (LOOKS_FOR_A_PROGRAM, "", "1 skipped", ""),
        (LOOKS_FOR_A_PROGRAM, "true", "1 failed", "no-such-program-anywhere is not installed"),
        (LOOKS_FOR_TABLES, "", "1 passed", ""),
    ],
    ids=[
        "leaves a process",
        "ends its process",
        "skips",
        "does not skip in CI",
        "no fetched tables",
    ],
)
def test_the_guards(tmp_path: Path, source: str, ci: str, outcome: str, words: str) -> None:
    shutil.copy(CONFTEST, tmp_path)
    (tmp_path / "test_it.py").write_text(source)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:cov",
        str(tmp_path),
    ]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env=os.environ | {"CI": ci},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome in done.stdout.splitlines()[-1]
    assert words in done.stdout
