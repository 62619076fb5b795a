"""Calling the command line as a person does: in this process, or in one of its own."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from replicate import cli


@dataclass(frozen=True)
class Done:
    """How a command ended and what it printed."""

    status: int
    out: str
    err: str


Call = Callable[..., Done]

COMMAND = [sys.executable, "-c", "from replicate.cli import main; main()"]
"""The console script, by the interpreter that runs the tests."""


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Call the command line in this process."""

    def called(*words: object) -> Done:
        monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")
        monkeypatch.setattr(sys, "argv", ["replicate", *map(str, words)])
        try:
            cli.main()
            status: object = 0
        except SystemExit as exit_:
            status = exit_.code or 0
        printed = capsys.readouterr()
        assert isinstance(status, int)
        return Done(status, printed.out, printed.err)

    return called


@pytest.fixture
def start(tmp_path: Path) -> Call:
    """Run the command line in a process of its own, in an empty folder."""

    def started(*words: object) -> Done:
        done = subprocess.run(
            [*COMMAND, *map(str, words)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            stdin=subprocess.DEVNULL,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    return started


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a checkout that has no notebook yet."""
    folder = tmp_path / "checkout"
    for name in ("notebooks", "params", "benchmarks"):
        (folder / name).mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder
