import gc
import json
import os
import runpy
import sys
from collections.abc import Callable, Iterator
from multiprocessing import Pipe
from pathlib import Path

import pytest

Start = Callable[..., None]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Run the module as `Parent` does, for whoever started it to be gone at once."""

    def started(*names: str) -> None:
        ours, theirs = Pipe()
        ours.close()
        handle = os.dup(theirs.fileno())
        theirs.close()
        monkeypatch.setattr(
            sys,
            "orig_argv",
            ["python", "-m", "replicate.execution.forking", str(handle), json.dumps(names)],
        )
        runpy.run_module("replicate.execution.forking", run_name="__main__")

    yield started
    gc.unfreeze()
    gc.enable()


def test_modules_are_imported_and_frozen_before_the_first_request(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "this", raising=False)
    gc.unfreeze()
    start("colorsys")
    assert "colorsys" in sys.modules
    assert gc.get_freeze_count() > 1000
    assert not gc.isenabled()  # a child turns it on again


def test_where_it_was_started_is_no_place_for_modules(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(Path.cwd()))
    start()
    assert sys.path[0] != str(Path.cwd())


def test_it_starts_again_without_a_module_that_speaks(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    replaced: list[list[str]] = []

    def execv(path: str, command: list[str]) -> None:
        replaced.append([path, *command])
        raise SystemExit

    monkeypatch.setattr(os, "execv", execv)
    monkeypatch.delitem(sys.modules, "this", raising=False)
    with pytest.raises(SystemExit):
        start("colorsys", "this")  # which prints the Zen of Python
    (command,) = replaced
    assert command[:4] == [sys.executable, "python", "-m", "replicate.execution.forking"]
    assert command[-1] == '["colorsys"]'
