# mypy: disable-error-code="no-untyped-call"
# distributed annotates little
"""Which runs are made, by whom, and what happens to the others."""

import io
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import distributed
import psutil
import pytest
from distributed import KilledWorker
from rich.console import Console

from replicate.execution import sweeps
from replicate.execution.plans import RunSpec
from replicate.execution.results import Entry, Result, examine
from replicate.execution.sweeps import LOG, Telling, make
from replicate.vocabulary.errors import InputError, RunError
from replicate.vocabulary.runs import DATA, Inputs, Outcome, Status

from .conftest import StandIn, gone, until, write_notebook

Write = Callable[..., Path]
Make = Callable[..., dict[RunSpec, Result]]


@pytest.fixture
def runs(tmp_path: Path, write: Write, telling: Telling) -> Make:
    """Make runs of a notebook, called by their names."""
    notebook = write("import helper")
    notebook.with_name("helper.py").write_text("x = 1")

    def made(*names: str, **options: Any) -> dict[RunSpec, Result]:
        specs = [RunSpec(name, notebook, {"period": name}, tmp_path / "out") for name in names]
        return make([], specs, telling=options.pop("telling", telling), **options)

    return made


def statuses(results: dict[RunSpec, Result]) -> list[str]:
    return [str(result.outcome.status) for result in results.values()]


def test_what_is_current_is_left_and_the_rest_is_run(runs: Make, stand_in: StandIn) -> None:
    first = runs("a", "b")
    assert (statuses(first), stand_in.asked) == (["ok", "ok"], ["a", "b"])
    assert [result.unchanged for result in first.values()] == [False, False]
    again = runs("a", "b", "c")
    assert stand_in.asked == ["a", "b", "c"]
    unchanged = {spec.name: result.unchanged for spec, result in again.items()}
    assert unchanged == {"a": True, "b": True, "c": False}
    kept, made = next(iter(again.values())), next(iter(first.values()))
    assert (kept.manifest, kept.outcome.duration) == (made.manifest, 1.5)
    assert [result.unchanged for result in runs("a", force=True).values()] == [False]
    assert stand_in.asked == ["a", "a", "b", "c"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("helper.py", "the package's source changed"),
        ("package/inside.py", "the package's source changed"),
        ("toy.ipynb", "the notebook changed"),
    ],
)
def test_what_a_run_is_made_of_makes_it_run_again(
    runs: Make, stand_in: StandIn, tmp_path: Path, change: str, why: str
) -> None:
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__init__.py").touch()
    runs("a", "b")
    with (tmp_path / change).open("a") as file:
        file.write("\n")
    runs("a", "b")
    assert stand_in.asked == ["a", "a", "b", "b"]
    assert f"a: to be run, {why}" in (tmp_path / "out" / LOG).read_text()


def test_one_failure_stops_no_other_and_each_is_told_in_full(
    runs: Make, said: io.StringIO, tmp_path: Path, stand_in: StandIn
) -> None:
    results = runs("error-1", "timeout-1", "killed-1", "refused-1", "a")
    assert statuses(results) == ["error", "timeout", "killed", "refused", "ok"]
    assert [result.manifest is None for result in results.values()] == [
        True,
        True,
        True,
        True,
        False,
    ]
    assert "error-1: error, 0.5 s\nerror-1 stopped\n    for a reason\n" in said.getvalue()
    assert "a: ok, 1.8 s, 100 MiB\n" in said.getvalue()
    log = (tmp_path / "out" / LOG).read_text()
    assert "killed-1: killed, 0.5 s\nkilled-1 stopped\n    for a reason\n" in log
    assert log.splitlines()[-1].endswith(" 5 runs: 1 ok, 1 error, 1 refused, 1 timeout, 1 killed")


def test_what_failed_is_run_again_and_its_trace_goes_once_it_is_right(
    runs: Make, tmp_path: Path, stand_in: StandIn
) -> None:
    runs("error-1", "a")
    runs("error-1", "a")
    assert stand_in.asked == ["a", "error-1", "error-1"]
    (tmp_path / "out" / "a.failed.ipynb").touch()
    runs("a")
    assert not (tmp_path / "out" / "a.failed.ipynb").exists()
    (tmp_path / "out" / "a.failed.ipynb").touch()
    runs("a", force=True)
    assert not (tmp_path / "out" / "a.failed.ipynb").exists()


@pytest.mark.parametrize("harmed", ["a.manifest.json", "a.ipynb"])
def test_a_corrupt_result_is_made_again_and_said_to_be(
    runs: Make, tmp_path: Path, stand_in: StandIn, said: io.StringIO, harmed: str
) -> None:
    runs("a", "b")
    file = tmp_path / "out" / harmed
    file.write_bytes(file.read_bytes()[:-10])
    assert statuses(runs("a", "b")) == ["ok", "ok"]
    assert stand_in.asked == ["a", "a", "b"]
    assert f"a: to be run, {harmed}" in said.getvalue()


@pytest.mark.parametrize("field", ["key", "own_data", "lock_sha256", "python", "parameters"])
def test_a_manifest_that_says_otherwise_makes_no_current_result(
    runs: Make, tmp_path: Path, stand_in: StandIn, field: str
) -> None:
    runs("a", "b")
    file = tmp_path / "out" / "a.manifest.json"
    said = json.loads(file.read_text())
    other = {"own_data": not said["own_data"], "parameters": {"forces": []}}
    file.write_text(json.dumps(said | {field: other.get(field, "another")}))
    runs("a", "b")
    assert stand_in.asked == ["a", "a", "b"]


def test_a_table_that_changed_makes_its_readers_run_again(
    runs: Make, tmp_path: Path, stand_in: StandIn
) -> None:
    runs("a", "b")
    file = tmp_path / "out" / "a.manifest.json"
    said = json.loads(file.read_text())
    read = {"name": "rates", "place": str(tmp_path / "rates.parquet"), "sha256": "0"}
    file.write_text(json.dumps(said | {"tables": [read]}))
    runs("a", "b")
    assert stand_in.asked == ["a", "a", "b"]
    assert "a: to be run, table rates changed" in (tmp_path / "out" / LOG).read_text()


def test_runs_may_be_made_by_a_thread_that_no_signal_reaches(runs: Make, stand_in: StandIn) -> None:
    made: dict[RunSpec, Result] = {}
    thread = threading.Thread(target=lambda: made.update(runs("a", "b")))
    thread.start()
    thread.join()
    assert statuses(made) == ["ok", "ok"]


class Interrupting(Telling):
    """Asks for the end, as a terminal or a shutting machine does, when so many runs are ended."""

    def __init__(self, log: Path, number: int = signal.SIGINT, times: int = 1) -> None:
        self.said = io.StringIO()
        super().__init__(log, Console(file=self.said))
        self.number, self.times, self.seen = number, times, 0

    def ended(self, spec: RunSpec, outcome: Any) -> None:
        super().ended(spec, outcome)
        self.seen += 1
        if self.seen == 1:
            for _ in range(self.times):
                os.kill(os.getpid(), self.number)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_cancels_what_has_not_ended(
    runs: Make, stand_in: StandIn, tmp_path: Path, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = threading.Event()
    at_once = stand_in.run

    def run(spec: RunSpec, *, cancelled: threading.Event | None = None, **_: Any) -> Any:
        if spec.name != "a":
            waiting.set()
            assert cancelled
            assert cancelled.wait(60)
        else:
            assert waiting.wait(60)
        return at_once(spec)

    monkeypatch.setattr("replicate.execution.run.run", run)
    before = signal.getsignal(number)
    told = Interrupting(tmp_path / "out" / LOG, number)
    results = runs("a", "b", "c", "d", telling=told, jobs=2)
    assert statuses(results) == ["ok", "cancelled", "cancelled", "cancelled"]
    assert "interrupted: ending the runs in flight" in told.said.getvalue()
    assert signal.getsignal(number) is before
    assert sorted(path.name for path in (tmp_path / "out").glob("*.ipynb")) == ["a.ipynb"]


def test_a_second_interrupt_is_one(runs: Make, stand_in: StandIn, tmp_path: Path) -> None:
    told = Interrupting(tmp_path / "out" / LOG, times=2)
    with pytest.raises(KeyboardInterrupt):
        runs("a", "b", telling=told)
    assert statuses(runs("a", "b")) == ["ok", "ok"]


def test_the_last_table_is_written_even_where_a_folder_is_full(
    runs: Make, stand_in: StandIn, tmp_path: Path
) -> None:
    (tmp_path / "out" / "a.ipynb").mkdir(parents=True)
    results = runs("a", "b")
    assert statuses(results) == ["error", "ok"]
    assert "a file that can't be written" in next(iter(results.values())).outcome.message


def test_what_a_run_was_made_of_must_be_here(
    runs: Make, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    at_once = stand_in.run

    def late(spec: RunSpec, **_: Any) -> Any:
        made = at_once(spec)
        (tmp_path / "helper.py").write_text("x = 99")
        return made

    monkeypatch.setattr("replicate.execution.run.run", late)
    (result,) = runs("a").values()
    assert result.outcome.status is Status.ERROR
    assert "made with something else than is here" in result.outcome.message
    assert not (tmp_path / "out" / "a.manifest.json").exists()


WAITS = """
import os, pathlib, time
mark = pathlib.Path(folder) / "mark"
if k == 0 and not mark.exists():
    beside = mark.with_suffix(".new")
    beside.write_text(str(os.getpid()))
    beside.rename(mark)
    time.sleep(600)
import helper
from replicate.sources import tables
print(helper.x, k, len(tables.load("forces")))
"""


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A scheduler with two workers in processes of their own, on this machine alone."""
    folder = tmp_path_factory.mktemp("cluster")
    told = folder / "scheduler.json"
    common = ["--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(told)]
    worker = [*common, "--no-nanny", "--nthreads", "1", "--local-directory", str(folder)]
    commands = [["dask_scheduler", *common, "--port", "0"]] + [["dask_worker", *worker]] * 2
    with ExitStack() as stack, (folder / "log").open("w") as log:
        for name, *words in commands:
            command = [sys.executable, "-m", f"distributed.cli.{name}", *words]
            process = stack.enter_context(subprocess.Popen(command, stdout=log, stderr=log))
            stack.callback(process.kill)
            until(told.exists)
        yield until(lambda: json.loads(told.read_text() or "{}").get("address"))


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    made: Path = write_notebook(tmp_path, f"parameters: k = 1\nfolder = {str(tmp_path)!r}", WAITS)
    made.with_name("helper.py").write_text("x = 'helped'")
    return made


def _kernel(tmp_path: Path) -> psutil.Process:
    mark = tmp_path / "mark"
    return psutil.Process(int(until(lambda: mark.exists() and mark.read_text())))


@pytest.mark.slow
@pytest.mark.network
@pytest.mark.soak
def test_an_interrupt_ends_runs_on_workers(notebook: Path, tmp_path: Path, scheduler: str) -> None:
    specs = [RunSpec(f"k-{k}", notebook, {"k": k}, tmp_path / "out") for k in (0, 1)]
    told = Interrupting(tmp_path / "out" / LOG)
    kernel: list[int] = []
    ended = told.ended

    def when_both_run(spec: RunSpec, outcome: Any) -> None:
        if not kernel:
            kernel.append(_kernel(tmp_path).pid)
        ended(spec, outcome)

    told.ended = when_both_run  # type: ignore[method-assign]
    results = make([], specs, telling=told, scheduler=scheduler)
    assert results[specs[0]].outcome.status is Status.CANCELLED
    until(lambda: gone(kernel[0]))


@pytest.mark.slow
@pytest.mark.network
def test_the_runs_of_a_lost_worker_are_made_by_another(
    notebook: Path, tmp_path: Path, scheduler: str, telling: Telling
) -> None:
    """What comes back is what a run here leaves; a failure is told in words of this machine."""
    out = tmp_path / "out"
    specs = [RunSpec(f"k-{k}", notebook, {"k": k}, out) for k in (0, 1, 2)]
    specs.append(RunSpec("broken", notebook, {"k": 1, "folder": None}, out))
    results: dict[RunSpec, Result] = {}
    thread = threading.Thread(
        target=lambda: results.update(make([], specs, telling=telling, scheduler=scheduler)),
        daemon=True,
    )
    thread.start()
    parents = _kernel(tmp_path).parents()
    next(each for each in parents if "dask_worker" in " ".join(each.cmdline())).kill()
    thread.join(120)
    assert statuses(results) == ["ok", "ok", "ok", "error"]
    now = Inputs.of(notebook)
    for spec in specs[:3]:
        entry = examine(out, spec.name, now, spec.parameters)
        assert entry.state == "stands"
        assert f"helped {spec.parameters['k']} 47" in (out / f"{spec.name}.ipynb").read_text()
    message = results[specs[3]].outcome.message
    assert "TypeError" in message
    assert f"replicate run {notebook} -p k=1 -p folder=null --out {out} --name broken" in message
    assert (out / "broken.failed.ipynb").is_file()


@pytest.mark.slow
@pytest.mark.network
def test_a_worker_that_would_give_other_results_gets_no_work(
    scheduler: str, runs: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform.python_version", lambda: "3.99")
    monkeypatch.delenv(DATA)
    with pytest.raises(InputError, match="a worker that would give other results") as caught:
        runs("a", scheduler=scheduler)
    assert caught.value.where.startswith("tcp://127.0.0.1:")
    assert str(caught.value.got) == "Python; own folder of tables"


@pytest.mark.network
def test_a_scheduler_that_is_not_there_is_said_to_be(
    runs: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeps, "CONNECT", 0.2)
    with pytest.raises(RunError, match="no scheduler answers"):
        runs("a", scheduler="tcp://127.0.0.1:1")


@pytest.mark.network
def test_a_scheduler_without_workers_is_said_to_be(
    runs: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeps, "CONNECT", 1)
    with (
        distributed.LocalCluster(n_workers=0, dashboard_address=":0", processes=False) as cluster,
        pytest.raises(RunError, match="a scheduler without workers that have this package"),
    ):
        runs("a", scheduler=cluster.scheduler_address)


LOST = SimpleNamespace(address="tcp://10.0.0.2:1")


@pytest.mark.parametrize(
    ("fault", "status", "says"),
    [
        (OSError("the line is dead"), "error", "a stopped\n    OSError: the line is dead"),
        (KilledWorker("a", cast("Any", LOST), 3), "killed", "a stopped\n    KilledWorker: "),
    ],
)
def test_a_run_that_never_returned_is_told(
    runs: Make,
    stand_in: StandIn,
    monkeypatch: pytest.MonkeyPatch,
    fault: Exception,
    status: str,
    says: str,
) -> None:
    at_once = stand_in.run

    def run(spec: RunSpec, **_: Any) -> Any:
        if spec.name == "a":
            raise fault
        return at_once(spec)

    monkeypatch.setattr("replicate.execution.run.run", run)
    results = runs("a", "b")
    assert statuses(results) == [status, "ok"]
    assert next(iter(results.values())).outcome.message.startswith(says)


def test_a_terminal_shows_a_live_line_a_run_and_one_for_all(
    runs: Make, stand_in: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with io.StringIO() as said:
        console = Console(file=said, force_terminal=True, width=100)
        told = Telling(tmp_path / "out" / LOG, console)
        seen: list[str] = []

        def run(spec: RunSpec, **_: Any) -> Any:
            until(lambda: any(task.description == spec.name for task in told.bar.tasks))
            seen.append(spec.name)
            return stand_in.run(spec)

        monkeypatch.setattr("replicate.execution.run.run", run)
        assert statuses(runs("a", "error-1", telling=told, jobs=1)) == ["ok", "error"]
        assert seen == ["a", "error-1"]
        assert [(task.description, task.completed) for task in told.bar.tasks] == [("all runs", 2)]
        assert "error-1 stopped" in said.getvalue()


def test_text_is_shown_as_it_is_and_what_was_cancelled_in_the_file_alone(
    telling: Telling, said: io.StringIO, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    first, second = (RunSpec(name, tmp_path, {}, tmp_path) for name in ("a", "b"))
    due = {first: Entry("corrupt", "it is harmed"), second: Entry("stands")}
    telling.begin(3, due)
    message = "a stopped\n    ValueError: [bold] :x:"
    telling.ended(first, Outcome(status=Status.ERROR, duration=2, message=message))
    telling.ended(second, Outcome(status=Status.CANCELLED, duration=0))
    lines = ["2 of 3 runs to make", "a: to be run, it is harmed", "a: error, 2.0 s"]
    lines += message.splitlines()
    assert said.getvalue().splitlines() == lines[1:]
    log = (tmp_path / "out" / LOG).read_text().splitlines()
    assert [line.partition("Z ")[2] or line for line in log] == [
        *lines[:2],
        "b: to be run, as asked for",
        *lines[2:],
        "b: cancelled, 0.0 s",
    ]


def test_a_log_that_can_not_be_written_is_said_once(
    runs: Make, stand_in: StandIn, said: io.StringIO, tmp_path: Path
) -> None:
    (tmp_path / "out" / LOG).mkdir(parents=True)
    assert statuses(runs("a", "b")) == ["ok", "ok"]
    assert said.getvalue().count("the log can't be written") == 1
    assert "a: ok" in said.getvalue()
