"""`make` sets up once, again when the lock or the package changes, and leaves no stamp after a failure.

Python and pip are stood in for by a script that writes down what it was asked; CI runs the real `make test` from a fresh checkout.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

STAND_IN = """#!/bin/sh
echo "$(basename "$0") $*" >> calls
case "$*" in
  *-m\\ venv*) mkdir -p .venv/bin && cp python .venv/bin/python && cp python .venv/bin/replicate ;;
  *"$FAIL"*) exit 3 ;;
esac
"""

Make = Callable[..., tuple[int, list[str]]]


@pytest.fixture
def make(tmp_path: Path, needs: Callable[[str], str]) -> Make:
    """Run make in a folder of its own and return its exit code and the calls that it made."""
    program = needs("make")
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("requirements.lock", "pyproject.toml"):
        (tmp_path / name).touch()
    stand_in = tmp_path / "python"
    stand_in.write_text(STAND_IN)
    stand_in.chmod(0o755)

    def run(target: str, fail: str = "nothing at all") -> tuple[int, list[str]]:
        calls = tmp_path / "calls"
        calls.unlink(missing_ok=True)
        environment = {"PATH": os.environ["PATH"], "FAIL": fail}
        done = subprocess.run(
            [program, f"PYTHON={stand_in}", target],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            check=False,
        )
        return done.returncode, [
            line.strip()
            for line in calls.read_text().splitlines()
            if "sys.version_info" not in line
        ]

    return run


SETUP = [
    "python -m venv .venv",
    "python -m pip install --quiet --require-hashes -r requirements.lock",
    "python -m pip install --quiet --no-deps --no-build-isolation -e .",
]


@pytest.mark.parametrize("target", ["report", "test", "lab", "bench", "soak"])
def test_a_target_sets_up_and_then_is_one_line(make: Make, target: str) -> None:
    assert make(target) == (0, [*SETUP, f"replicate {target}"])
    assert make(target) == (0, [f"replicate {target}"])


@pytest.mark.parametrize("changed", ["requirements.lock", "pyproject.toml"])
def test_a_change_of_what_is_installed_sets_up_again(
    make: Make, tmp_path: Path, changed: str
) -> None:
    make("report")
    later = (tmp_path / ".venv" / ".ready").stat().st_mtime + 10
    os.utime(tmp_path / changed, (later, later))
    assert make("report") == (0, [*SETUP, "replicate report"])


@pytest.mark.parametrize(("failing", "reached"), [("--require-hashes", 2), ("--no-deps", 3)])
def test_a_failing_step_leaves_no_stamp(
    make: Make, tmp_path: Path, failing: str, reached: int
) -> None:
    code, calls = make("report", fail=failing)
    assert code != 0
    assert calls == SETUP[:reached]
    assert not (tmp_path / ".venv" / ".ready").exists()
    assert make("report") == (0, [*SETUP, "replicate report"])


def test_a_failed_new_set_up_removes_the_old_stamp(make: Make, tmp_path: Path) -> None:
    make("report")
    later = (tmp_path / ".venv" / ".ready").stat().st_mtime + 10
    os.utime(tmp_path / "requirements.lock", (later, later))
    make("report", fail="--require-hashes")
    assert not (tmp_path / ".venv" / ".ready").exists()


def test_a_failing_report_fails_make(make: Make) -> None:
    code, calls = make("report", fail="report")
    assert code != 0
    assert calls[-1] == "replicate report"


def test_an_older_python_is_named_before_anything_is_made(make: Make, tmp_path: Path) -> None:
    code, calls = make("report", fail="sys.version_info")
    assert code != 0
    assert calls == []
    assert not (tmp_path / ".venv").exists()


def test_clean_leaves_what_the_repository_keeps(make: Make, tmp_path: Path) -> None:
    make("report")
    site = tmp_path / "outputs" / "site"
    site.mkdir(parents=True)
    (site / "index.html").touch()
    (tmp_path / "outputs" / "README.md").touch()
    (tmp_path / "calls").touch()
    subprocess.run(["make", "clean"], cwd=tmp_path, check=True, capture_output=True)
    assert not (tmp_path / ".venv").exists()
    assert [path.name for path in (tmp_path / "outputs").iterdir()] == ["README.md"]
