"""Runs on a real scheduler with workers in processes of their own, on this machine alone."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import psutil
import pytest
from distributed import KilledWorker
from rich.console import Console

from replicate.execution.cache.entries import examine
from replicate.execution.cache.inputs import forget, inputs, installed
from replicate.execution.sweeps import cluster as module
from replicate.execution.sweeps.batch import Result, conduct
from replicate.execution.sweeps.cluster import Cluster
from replicate.execution.sweeps.plan import Task
from replicate.execution.sweeps.progress import LOG, Watch
from replicate.execution.sweeps.remote import Parcel, end_all, work
from replicate.vocabulary.errors import InputError, RunError
from replicate.vocabulary.outcomes import Limits, Outcome, Status
from replicate.vocabulary.reads import DATA

pytestmark = [pytest.mark.slow, pytest.mark.network]
Write = Callable[..., Path]
SECONDS = 120
"""Longer than anything here takes; what hangs fails."""

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
print(helper.x, k, len(tables.forces()))
"""


def _until(look: Callable[[], Any]) -> Any:
    found, waiting = None, threading.Event()
    for _ in range(SECONDS * 20):
        if found := look():
            return found
        waiting.wait(0.05)
    raise AssertionError(f"not within {SECONDS} s")


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A scheduler and two workers."""
    folder = tmp_path_factory.mktemp("cluster")
    told = folder / "scheduler.json"
    common = ["--host", "127.0.0.1", "--no-dashboard"]
    environment = os.environ | {"DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "10s"}
    commands = [["dask_scheduler", *common, "--port", "0", "--scheduler-file", told]]
    commands += [
        [
            "dask_worker",
            *common,
            "--scheduler-file",
            told,
            "--no-nanny",
            "--nthreads",
            "1",
            "--local-directory",
            folder,
        ]
    ] * 2
    with ExitStack() as stack, (folder / "log").open("w") as log:
        for name, *words in commands:
            command = [sys.executable, "-m", f"distributed.cli.{name}", *map(str, words)]
            process = stack.enter_context(
                subprocess.Popen(command, stdout=log, stderr=log, env=environment)
            )
            stack.callback(process.kill)
            _until(told.exists)
        yield str(told)


@pytest.fixture
def address(scheduler: str) -> str:
    found: str = json.loads(Path(scheduler).read_text())["address"]
    return found


@pytest.fixture
def notebook(write: Write, tmp_path: Path) -> Path:
    made = write(f"parameters: k = 1\nfolder = {str(tmp_path)!r}", WAITS)
    made.with_name("helper.py").write_text("x = 'helped'")
    return made


def _kernel(tmp_path: Path) -> psutil.Process:
    mark = tmp_path / "mark"
    return psutil.Process(int(_until(lambda: mark.exists() and mark.read_text())))


def _worker(kernel: psutil.Process) -> psutil.Process:
    return next(
        process
        for process in kernel.parents()
        if "distributed.cli.dask_worker" in " ".join(process.cmdline())
    )


def _gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_an_interrupt_ends_runs_on_workers(notebook: Path, tmp_path: Path, address: str) -> None:
    class Interrupted(Watch):
        interval = 0.05

        def running(self, tasks: Sequence[Task]) -> None:
            if len(tasks) <= 2 and (tmp_path / "mark").exists():
                raise KeyboardInterrupt

    tasks = [Task(f"k-{k}", notebook, {"k": k}, tmp_path / "out") for k in (0, 1)]
    with (tmp_path / "said").open("w") as said:
        watch = Interrupted(Console(file=said), tmp_path / "out" / LOG)
        results = conduct(tasks, watch=watch, runner=lambda _: Cluster(address))
    assert results[0].outcome.status is Status.CANCELLED
    kernel = (tmp_path / "mark").read_text()
    _until(lambda: not psutil.pid_exists(int(kernel)) or _gone(psutil.Process(int(kernel))))


def test_the_runs_of_a_lost_worker_are_made_by_another(
    notebook: Path, tmp_path: Path, address: str
) -> None:
    """What comes back is what a run here would have left; a run that fails says so in words of this machine."""
    tasks = [Task(f"k-{k}", notebook, {"k": k}, tmp_path / "out") for k in (0, 1, 2)]
    tasks.append(Task("broken", notebook, {"k": 1, "folder": None}, tmp_path / "out"))
    results: list[Result] = []
    with (tmp_path / "said").open("w") as said:
        watch = Watch(Console(file=said), tmp_path / "out" / LOG)
        thread = threading.Thread(
            target=lambda: results.extend(
                conduct(tasks, watch=watch, runner=lambda _: Cluster(address))
            )
        )
        thread.start()
        _worker(_kernel(tmp_path)).kill()
        thread.join(SECONDS)
    assert [str(result.outcome.status) for result in results] == ["ok", "ok", "ok", "error"]
    for task in tasks[:3]:
        assert examine(task.out, task.name, inputs(notebook), task.parameters).stands
        assert f"helped {task.parameters['k']} 47" in (task.out / f"{task.name}.ipynb").read_text()
    assert "TypeError" in results[3].outcome.message
    assert (
        f"replicate run {notebook} -p k=1 -p folder=null --out {tmp_path / 'out'} --name broken"
        in results[3].outcome.message
    )
    assert (tmp_path / "out" / "broken.failed.ipynb").is_file()


def test_a_worker_that_would_give_other_results_gets_no_work(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform.python_version", lambda: "3.99")
    monkeypatch.delenv(DATA)
    with (
        pytest.raises(InputError, match="a worker that would give other results") as caught,
        Cluster(address),
    ):
        pass
    assert caught.value.where.startswith("tcp://127.0.0.1:")
    assert str(caught.value.got) == "Python; own folder of tables"


class Alone:
    """A client of a scheduler that is not there."""

    def __init__(self, *_: object, **__: object) -> None:
        self.closed = False

    def wait_for_workers(self, *_: object, **__: object) -> None:
        raise TimeoutError

    def close(self) -> None:
        self.closed = True


class Strange(Alone):
    """A client whose workers have never heard of this package."""

    def wait_for_workers(self, *_: object, **__: object) -> None:
        return

    def run(self, *_: object) -> None:
        raise ModuleNotFoundError("No module named 'replicate'")


@pytest.mark.parametrize(
    ("client", "fault"),
    [(Alone, "a scheduler without workers"), (Strange, "a worker without this package")],
)
def test_workers_must_be_there_and_have_the_package(
    monkeypatch: pytest.MonkeyPatch, client: type[Alone], fault: str
) -> None:
    monkeypatch.setattr(module, "Client", client)
    with pytest.raises(RunError, match=fault), Cluster("tcp://127.0.0.1:1"):
        pass


def test_a_fault_on_this_side_cancels_what_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    class Sound(Strange):
        def run(self, function: object, **_: object) -> Any:  # type: ignore[override]
            asked.append(function)
            return {}

        def cancel(self, futures: list[object]) -> None:
            asked.append(futures)

    monkeypatch.setattr(module, "Client", Sound)
    with pytest.raises(ValueError, match="on purpose"), Cluster("tcp://127.0.0.1:1"):
        raise ValueError("on purpose")
    assert asked == [installed, [], end_all]


def parcel(notebook: Path, **changes: Any) -> Parcel:
    files = {name: (notebook.parent / name).read_bytes() for name in (notebook.name, "helper.py")}
    return Parcel(files, notebook.name, {"k": 1}, "mine", Limits(), installed())._replace(**changes)


def test_a_worker_does_nothing_that_differs_from_what_was_asked(notebook: Path) -> None:
    returned = work(parcel(notebook, installed=installed() | {"Python": "3.99"}))
    assert (returned.outcome.status, returned.files) == (Status.REFUSED, {})
    assert "Python" in returned.outcome.message


def test_a_run_on_a_worker_can_be_ended(notebook: Path, tmp_path: Path) -> None:
    ended: Future[Outcome] = Future()
    thread = threading.Thread(
        target=lambda: ended.set_result(work(parcel(notebook, parameters={"k": 0})).outcome)
    )
    thread.start()
    kernel = _kernel(tmp_path)
    end_all()
    end_all()
    assert ended.result(SECONDS).status is Status.CANCELLED
    thread.join(SECONDS)
    _until(lambda: _gone(kernel))


class Sent:
    """What a client has of a run that was sent."""

    def __init__(self, result: object) -> None:
        self._result = result

    def result(self) -> object:
        if isinstance(self._result, BaseException):
            raise self._result
        return self._result


@pytest.fixture
def land(notebook: Path, tmp_path: Path) -> Callable[[object], Outcome]:
    def landed(result: object) -> Outcome:
        future: Future[Any] = Future()
        (tmp_path / "out").mkdir(exist_ok=True)
        module._land(
            cast("Any", Sent(result)), future, notebook, tmp_path / "out", parcel(notebook)
        )
        outcome: Outcome = future.result()[0]
        return outcome

    return landed


def test_what_returns_is_written_only_if_it_is_what_was_asked_for(
    notebook: Path,
    land: Callable[[object], Outcome],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    returned = work(parcel(notebook))
    out = tmp_path / "out"
    harmed = returned._replace(files={**returned.files, "mine.ipynb": b"{}"})
    assert "changed on its way" in land(harmed).message
    with monkeypatch.context() as patch:
        patch.setattr("platform.python_version", lambda: "3.99")
        forget()
        refused = land(returned)
        forget()
    assert (refused.status, list(out.iterdir())) == (Status.REFUSED, [])
    assert "Python 3.99" in refused.message
    (out / "mine.failed.ipynb").touch()
    assert land(returned).status is Status.OK
    assert sorted(path.name for path in out.iterdir()) == ["mine.ipynb", "mine.manifest.json"]


def test_what_never_returned_is_told_apart(land: Callable[[object], Outcome]) -> None:
    assert land(CancelledError()).status is Status.CANCELLED
    lost = land(KilledWorker("k-1", cast("Any", SimpleNamespace(address="tcp://10.0.0.2:1")), 3))
    assert lost.status is Status.KILLED
    assert lost.message.startswith("mine stopped\n")
    broken = land(OSError("the line is dead"))
    assert (broken.status, broken.message) == (
        Status.ERROR,
        "mine stopped\n    OSError: the line is dead",
    )
