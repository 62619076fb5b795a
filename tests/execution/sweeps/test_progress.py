import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from rich.console import Console

from replicate.execution.cache.entries import Entry
from replicate.execution.sweeps import runners
from replicate.execution.sweeps.plan import Task
from replicate.execution.sweeps.progress import LOG, Live, Watch, watch
from replicate.execution.sweeps.runners import cores, local, runner
from replicate.vocabulary.outcomes import Outcome, Status

OK = Outcome(status=Status.OK, duration=2, peak_memory=1234)
FAILED = Outcome(status=Status.ERROR, duration=2, message="b stopped\n    ValueError: [bold]")
CANCELLED = Outcome(status=Status.CANCELLED, duration=0)


@pytest.fixture
def tasks(tmp_path: Path) -> list[Task]:
    return [Task(name, tmp_path / "toy.ipynb", {}, tmp_path) for name in ("a", "b", "c")]


def follow(told: Watch, tasks: Sequence[Task]) -> None:
    """Let a watch see three runs, of which the last is cancelled."""
    first, second, third = tasks
    told.begin(
        tasks,
        {
            second: Entry(None, ("module x.py changed",)),
            third: Entry(None, corrupt="c.ipynb is harmed"),
        },
    )
    told.running([second, third])
    told.ended(second, FAILED)
    told.running([third])
    told.ended(third, CANCELLED)
    told.ended(first, OK)
    told.end([Status.OK, Status.ERROR, Status.CANCELLED])


def test_lines_say_what_ended_and_the_log_says_all(
    tmp_path: Path, tasks: list[Task], said: io.StringIO
) -> None:
    begun: list[tuple[str, bool]] = []
    follow(
        Watch(
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


def test_a_terminal_shows_a_live_line_a_run(
    tmp_path: Path, tasks: list[Task], said: io.StringIO
) -> None:
    console = Console(file=said, force_terminal=True, width=100)
    told = Live(console, tmp_path / LOG)
    first, second, third = tasks
    told.begin(tasks, {second: Entry(None), third: Entry(None)})
    told.running([second, third])
    assert [task.description for task in told._progress.tasks] == ["all runs", "b", "c"]
    assert told._progress.tasks[0].completed == 1
    told.ended(second, OK)
    told.running([third])
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
    tmp_path: Path, tasks: list[Task], said: io.StringIO
) -> None:
    (tmp_path / LOG).mkdir()
    follow(Watch(Console(file=said, width=200), tmp_path / LOG), tasks)
    assert said.getvalue().count("the log can't be written") == 1
    assert "a: ok" in said.getvalue()


def test_live_lines_are_for_terminals_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert type(watch(tmp_path / LOG)) is Watch
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert type(watch(tmp_path / LOG)) is Live


class Cold:
    warm, why_cold = False, "this system can't fork"

    def __init__(self, jobs: int, *, preload: tuple[str, ...], warm: bool) -> None:
        assert preload == ("json", "os")[:jobs]
        made.append((jobs, warm))

    def __enter__(self) -> "Cold":
        return self

    def __exit__(self, *_: object) -> None:
        made.append((0, False))


made: list[tuple[int, bool]] = []


def test_a_pool_has_no_more_jobs_than_runs_and_says_why_it_forks_none(
    tmp_path: Path, said: io.StringIO, monkeypatch: pytest.MonkeyPatch, write: Callable[..., Path]
) -> None:
    notebooks = [write(f"import {module}", name=module) for module in ("json", "os")]
    due = [Task(str(number), notebooks[number % 2], {}, tmp_path) for number in range(100)]
    monkeypatch.setattr("replicate.execution.warm.Pool", Cold)
    told = Watch(Console(file=said, width=200), tmp_path / LOG)
    made.clear()
    for jobs, runs in ((8, 3), (2, 3), (8, 1)):
        with runner(jobs, None, told)(due[:runs]) as pool:
            assert isinstance(pool, Cold)
    assert [item for item in made if item[0]] == [(3, True), (2, True), (1, False)]
    assert (
        said.getvalue() == "ordinary kernels, which start more slowly: this system can't fork\n" * 2
    )
    with local(None, told)(due):
        assert made[-1] == (cores(), True)


def test_cores_are_those_that_this_process_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    assert cores() >= 1
    monkeypatch.delattr("os.sched_getaffinity", raising=False)
    monkeypatch.setattr(runners.os, "cpu_count", lambda: 7)  # type: ignore[attr-defined]
    assert cores() == 7
    monkeypatch.setattr(runners.os, "cpu_count", lambda: None)  # type: ignore[attr-defined]
    assert cores() == 1
