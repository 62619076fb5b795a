"""The guards that all tests share can fail, and leave alone what is right."""

import shutil
import subprocess
import sys
from pathlib import Path

CONFTEST = Path(__file__).parents[1] / "conftest.py"
TESTS = """
import os, pathlib, subprocess, sys, pytest
SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
kept = []

def test_leaves_a_process():
    kept.append(subprocess.Popen(SLEEP))

@pytest.fixture(scope="module")
def server():
    with subprocess.Popen(SLEEP) as process:
        yield process
        process.kill()

def test_ends_its_processes(server):
    assert server.poll() is None
    assert subprocess.run([sys.executable, "-c", ""]).returncode == 0

@pytest.mark.parametrize("ci", ["", "true"])
def test_lacks_a_program(ci, monkeypatch, needs):
    monkeypatch.setenv("CI", ci)
    needs("no-such-program")

def test_finds_no_fetched_table():
    assert list(pathlib.Path(os.environ["REPLICATE_DATA"]).iterdir()) == []
"""


def test_the_guards(tmp_path: Path) -> None:
    shutil.copy(CONFTEST, tmp_path)
    (tmp_path / "test_it.py").write_text(TESTS)
    words = ["-p", "no:cacheprovider", "-p", "no:cov", "-rA", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "1 failed, 3 passed, 1 skipped, 1 error" in done.stdout.splitlines()[-1]
    assert "FAILED test_it.py::test_lacks_a_program[true]" in done.stdout
    assert "ERROR test_it.py::test_leaves_a_process - AssertionError: left running" in done.stdout
