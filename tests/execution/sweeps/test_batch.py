import io
import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from replicate.execution.cache.inputs import forget, inputs
from replicate.execution.sweeps.batch import Result, conduct, worst
from replicate.execution.sweeps.files import Folder
from replicate.execution.sweeps.plan import Task
from replicate.execution.sweeps.progress import LOG, Watch
from replicate.vocabulary.errors import RunError
from replicate.vocabulary.manifests import Manifest
from replicate.vocabulary.outcomes import Limits, Outcome, Status

Finished = Callable[..., Manifest]
StandIn = Any


@pytest.fixture
def make(
    tmp_path: Path, write: Callable[..., Path], watch: Watch, stand_in: StandIn
) -> Callable[..., list[Result]]:
    """Make runs of a notebook, called by their names."""
    notebook = write("import helper")
    notebook.with_name("helper.py").write_text("x = 1")

    def made(*names: str, **options: Any) -> list[Result]:
        tasks = [Task(name, notebook, {"period": name}, tmp_path / "out") for name in names]
        return conduct(tasks, watch=options.pop("watch", watch), runner=stand_in.begin, **options)

    return made


Make = Callable[..., list[Result]]


def statuses(results: list[Result]) -> list[str]:
    return [str(result.outcome.status) for result in results]


def test_what_stands_is_left_and_the_rest_is_run(
    make: Make, stand_in: StandIn, tmp_path: Path
) -> None:
    first = make("a", "b")
    assert (statuses(first), stand_in.asked, stand_in.runs) == (["ok", "ok"], ["a", "b"], 2)
    assert [result.unchanged for result in first] == [False, False]
    again = make("a", "b", "c")
    assert stand_in.asked == ["a", "b", "c"]
    assert [(result.task.name, result.unchanged) for result in again] == [
        ("a", True),
        ("b", True),
        ("c", False),
    ]
    assert again[0].manifest == first[0].manifest
    assert again[0].outcome == Outcome(status=Status.OK, duration=1.5)


def test_nothing_is_started_where_everything_stands(make: Make, stand_in: StandIn) -> None:
    make("a")
    stand_in.runs = None
    make("a")
    assert stand_in.runs is None


def test_what_stands_is_run_when_that_is_asked_for(make: Make, stand_in: StandIn) -> None:
    make("a")
    assert [result.unchanged for result in make("a", force=True)] == [False]
    assert stand_in.asked == ["a", "a"]


def test_a_changed_module_makes_only_what_imports_it_run_again(
    tmp_path: Path, write: Callable[..., Path], watch: Watch, stand_in: StandIn
) -> None:
    tasks = [
        Task(name, write(f"import {name}", name=name), {}, tmp_path / "out")
        for name in ("one", "two")
    ]
    for name in ("one", "two"):
        (tmp_path / f"{name}.py").write_text("x = 1")
    conduct(tasks, watch=watch, runner=stand_in.begin)
    (tmp_path / "two.py").write_text("x = 2")
    conduct(tasks, watch=watch, runner=stand_in.begin)
    assert stand_in.asked == ["one", "two", "two"]


def test_one_failure_stops_no_other_and_each_is_told_in_full(
    make: Make, said: io.StringIO, tmp_path: Path
) -> None:
    results = make("error-1", "timeout-1", "killed-1", "refused-1", "a")
    assert statuses(results) == ["error", "timeout", "killed", "refused", "ok"]
    assert [result.manifest is None for result in results] == [True, True, True, True, False]
    assert "error-1: error, 0.5 s\nerror-1 stopped\n    for a reason\n" in said.getvalue()
    assert "a: ok, 1.5 s, 100 MiB\n" in said.getvalue()
    log = (tmp_path / "out" / LOG).read_text()
    assert "killed-1: killed, 0.5 s\nkilled-1 stopped\n    for a reason\n" in log
    assert log.splitlines()[-1].endswith(" 5 runs: 1 ok, 1 error, 1 refused, 1 timeout, 1 killed")


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ((), 0),
        (("a",), 0),
        (("a", "error-1"), 1),
        (("error-1", "refused-1"), 2),
        (("timeout-1", "refused-1"), 3),
        (("timeout-1", "killed-1"), 4),
    ],
)
def test_a_command_ends_with_the_highest_code_of_its_runs(
    make: Make, names: tuple[str, ...], code: int
) -> None:
    assert worst(make(*names)) == code


def test_what_failed_is_run_again_and_its_trace_goes_once_it_stands(
    make: Make, tmp_path: Path, stand_in: StandIn
) -> None:
    make("error-1", "a")
    make("error-1", "a")
    assert stand_in.asked == ["error-1", "a", "error-1"]
    (tmp_path / "out" / "a.failed.ipynb").touch()
    make("a")
    assert not (tmp_path / "out" / "a.failed.ipynb").exists()


@pytest.mark.parametrize("harmed", ["a.manifest.json", "a.ipynb"])
def test_a_corrupt_result_is_made_again_and_said_to_be(
    make: Make, tmp_path: Path, stand_in: StandIn, said: io.StringIO, harmed: str
) -> None:
    make("a", "b")
    file = tmp_path / "out" / harmed
    file.write_bytes(file.read_bytes()[:-10])
    assert statuses(make("a", "b")) == ["ok", "ok"]
    assert stand_in.asked == ["a", "b", "a"]
    assert f"a: run again, since {harmed}" in said.getvalue()


def test_an_interrupt_ends_what_is_in_flight_and_cancels_the_rest(
    make: Make, stand_in: StandIn, said: io.StringIO
) -> None:
    stand_in.interrupted_at = "c"
    told: list[str] = []
    results = make("a", "pending-1", "c", "d", told=lambda result: told.append(result.task.name))
    assert statuses(results) == ["ok", "cancelled", "cancelled", "cancelled"]
    assert worst(results) == 130
    assert sorted(told) == ["a", "c", "d", "pending-1"]
    assert "interrupted: ending the runs in flight" in said.getvalue()
    assert "cancelled" not in said.getvalue()
    stand_in.interrupted_at = None
    assert statuses(make("a", "c", "d")) == ["ok", "ok", "ok"]
    assert stand_in.asked == ["a", "pending-1", "c", "d"]


def test_a_request_to_end_is_an_interrupt(make: Make) -> None:
    before = signal.getsignal(signal.SIGTERM)
    results = make("pending-1", watch=_Terminated())
    assert statuses(results) == ["cancelled"]
    assert signal.getsignal(signal.SIGTERM) is before


class _Terminated(Watch):
    """Ends the process, as a shutting machine does, when it is asked which runs are under way."""

    interval = 0.01

    def __init__(self) -> None:
        super().__init__(Console(file=io.StringIO()), Path(os.devnull))

    def running(self, tasks: Sequence[Task]) -> None:
        assert tasks
        os.kill(os.getpid(), signal.SIGTERM)


def test_runs_may_be_made_by_a_thread_that_no_signal_reaches(make: Make) -> None:
    made: list[Result] = []
    thread = threading.Thread(target=lambda: made.extend(make("a")))
    thread.start()
    thread.join()
    assert statuses(made) == ["ok"]


def test_a_future_that_was_never_begun_is_cancelled(
    make: Make, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in.interrupted_at = "b"
    monkeypatch.setattr(stand_in, "cancel", lambda: [future.cancel() for future in stand_in.left])
    submit = stand_in.submit

    def queued(notebook: Path, **given: Any) -> Any:
        if given["name"] != "pending-1":
            return submit(notebook, **given)
        stand_in.left.append(Future())
        return stand_in.left[-1]

    monkeypatch.setattr(stand_in, "submit", queued)
    assert statuses(make("pending-1", "b")) == ["cancelled", "cancelled"]


def test_two_batches_in_one_folder_are_one_too_many(
    make: Make, tmp_path: Path, stand_in: StandIn
) -> None:
    with (
        Folder(tmp_path / "out"),
        pytest.raises(RunError, match="other runs are being written to this folder") as caught,
    ):
        make("a")
    assert caught.value.exit_code == 1
    assert stand_in.asked == []
    assert statuses(make("a")) == ["ok"]


def test_what_changed_while_it_ran_is_no_result(
    make: Make, tmp_path: Path, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a kernel is forked from a process that had imported the module before it was changed."""
    submit = stand_in.submit

    def late(notebook: Path, **given: Any) -> Any:
        notebook.with_name("helper.py").write_text("x = 2")
        before = inputs(notebook)
        forget()
        try:
            return submit(notebook, **given)
        finally:
            monkeypatch.setattr("replicate.execution.sweeps.batch.inputs", lambda _: before)

    stand_in.submit = late
    (result,) = make("a")
    assert result.outcome.status is Status.ERROR
    assert (
        result.outcome.message
        == "a stopped\n    what it is made of changed while it ran: helper.py"
    )
    assert not (tmp_path / "out" / "a.manifest.json").exists()
    monkeypatch.undo()
    stand_in.submit = submit
    assert statuses(make("a")) == ["ok"]


def test_limits_and_names_reach_the_run(
    tmp_path: Path, write: Callable[..., Path], watch: Watch, stand_in: StandIn
) -> None:
    given: dict[str, Any] = {}
    submit = stand_in.submit

    def noted(notebook: Path, **options: Any) -> Any:
        given.update(options)
        return submit(notebook, **options)

    stand_in.submit = noted
    conduct(
        [Task("a", write("1"), {"k": 1}, tmp_path / "out", Limits(seconds=3))],
        watch=watch,
        runner=stand_in.begin,
    )
    assert given == {
        "parameters": {"k": 1},
        "out": tmp_path / "out",
        "name": "a",
        "limits": Limits(seconds=3),
    }
