import io
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

import pytest
from rich.console import Console

from replicate.execution.plans import RunSpec
from replicate.execution.progress import LOG, Lines, Live, progress
from replicate.execution.results import Entry
from replicate.vocabulary.runs import Outcome, Status

OK = Outcome(status=Status.OK, duration=2, peak_memory=1234)
FAILED = Outcome(status=Status.ERROR, duration=2, message="b stopped\n    ValueError: [bold]")
CANCELLED = Outcome(status=Status.CANCELLED, duration=0)


@pytest.fixture
def tasks(tmp_path: Path) -> list[RunSpec]:
    return [RunSpec(name, tmp_path / "toy.ipynb", {}, tmp_path) for name in ("a", "b", "c")]


def follow(told: Lines, tasks: Sequence[RunSpec]) -> None:
    """Tell of three runs, of which the last is cancelled."""
    first, second, third = tasks
    told.begin(
        tasks,
        {
            second: Entry(None, ("module x.py changed",)),
            third: Entry(None, corrupt="c.ipynb is harmed"),
        },
    )
    told.running([second.name, third.name])
    told.ended(second, FAILED)
    told.running([third.name])
    told.ended(third, CANCELLED)
    told.ended(first, OK)
    told.end([Status.OK, Status.ERROR, Status.CANCELLED])


def test_lines_say_what_ended_and_the_log_says_all(
    tmp_path: Path, tasks: list[RunSpec], said: io.StringIO
) -> None:
    begun: list[tuple[str, bool]] = []
    follow(
        Lines(
            Console(file=said), tmp_path / LOG, lambda task, runs: begun.append((task.name, runs))
        ),
        tasks,
    )
    assert begun == [("a", False), ("b", True), ("c", True)]
    assert said.getvalue() == (
        "c: run again, since c.ipynb is harmed\nb: error, 2.0 s\nb stopped\n    ValueError: [bold]\na: ok, 2.0 s, 1,234 MiB\n"
    )
    lines = [
        line[21:] if line[4:5] == "-" else line
        for line in (tmp_path / LOG).read_text().splitlines()
    ]
    assert lines == [
        "3 runs, 1 of them unchanged",
        "b: module x.py changed",
        "c: run again, since c.ipynb is harmed",
        "c: c.ipynb is harmed",
        "b: error, 2.0 s",
        "b stopped",
        "    ValueError: [bold]",
        "c: cancelled, 0.0 s",
        "a: ok, 2.0 s, 1,234 MiB",
        "3 runs: 1 ok, 1 error, 1 cancelled",
    ]


def test_lines_say_what_still_runs_where_nothing_was_said_for_a_while(
    tmp_path: Path, tasks: list[RunSpec], said: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = Lines(Console(file=said), tmp_path / LOG)
    now = monotonic()
    for seconds, names in ((9, ["a"]), (11, ["a", "b"]), (20, ["b"]), (22, ["b"]), (40, [])):
        monkeypatch.setattr("replicate.execution.progress.monotonic", lambda s=seconds: now + s)
        lines.running(names)
    assert said.getvalue() == "still running: a, b\nstill running: b\n"


def test_a_terminal_shows_a_live_line_a_run(
    tmp_path: Path, tasks: list[RunSpec], said: io.StringIO
) -> None:
    console = Console(file=said, force_terminal=True, width=100)
    told = Live(console, tmp_path / LOG)
    first, second, third = tasks
    told.begin(tasks, {second: Entry(None), third: Entry(None)})
    told.running([second.name, third.name])
    assert [task.description for task in told._progress.tasks] == ["all runs", "b", "c"]
    assert told._progress.tasks[0].completed == 1
    told.ended(second, OK)
    told.running([third.name])
    assert [(task.description, task.completed) for task in told._progress.tasks] == [
        ("all runs", 2),
        ("c", 0),
    ]
    told.ended(third, FAILED)
    told.end([Status.OK, Status.OK, Status.ERROR])
    assert "b: ok, 2.0 s, 1,234 MiB" in said.getvalue()
    assert "ValueError: [bold]" in said.getvalue()
    assert first.name == "a"


def test_a_log_that_can_not_be_written_is_said_once(
    tmp_path: Path, tasks: list[RunSpec], said: io.StringIO
) -> None:
    (tmp_path / LOG).mkdir()
    follow(Lines(Console(file=said, width=200), tmp_path / LOG), tasks)
    assert said.getvalue().count("the log can't be written") == 1
    assert "a: ok" in said.getvalue()


def test_live_lines_are_for_terminals_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert type(progress(tmp_path / LOG)) is Lines
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert type(progress(tmp_path / LOG)) is Live
