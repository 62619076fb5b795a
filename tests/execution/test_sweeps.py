# mypy: disable-error-code="no-untyped-call"
# distributed annotates little
"""Which runs are made, by whom, and what happens to the others."""

import json
import os
import signal
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import distributed
import psutil
import pytest
from distributed import KilledWorker

from replicate.execution import sweeps
from replicate.execution.plans import Plan, RunSpec
from replicate.execution.results import Result, Status, examine
from replicate.execution.sweeps import make, run_here
from replicate.vocabulary.errors import RunError
from replicate.vocabulary.runs import Inputs

from .conftest import StandIn, until, write_notebook

Write = Callable[..., Path]
Make = Callable[..., dict[RunSpec, Result]]


@pytest.fixture
def runs(tmp_path: Path, write: Write) -> Make:
    """Make runs of a notebook, called by their names."""
    notebook = write("import helper")
    notebook.with_name("helper.py").write_text("x = 1")

    def made(*names: str, **options: Any) -> dict[RunSpec, Result]:
        specs = [RunSpec(name, notebook, {"period": name}, tmp_path / "out") for name in names]
        return make([], specs, **options)

    return made


def statuses(results: dict[RunSpec, Result]) -> list[str]:
    return [str(result.status) for result in results.values()]


def test_what_is_current_is_left_and_the_rest_is_run(runs: Make, stand_in: StandIn) -> None:
    first = runs("a", "b")
    assert (statuses(first), stand_in.asked) == (["ok", "ok"], ["a", "b"])
    assert [result.unchanged for result in first.values()] == [False, False]
    again = runs("a", "b", "c")
    assert stand_in.asked == ["a", "b", "c"]
    unchanged = {spec.name: result.unchanged for spec, result in again.items()}
    assert unchanged == {"a": True, "b": True, "c": False}
    kept, made = next(iter(again.values())), next(iter(first.values()))
    assert (kept.manifest, kept.duration) == (made.manifest, 1.5)
    assert [result.unchanged for result in runs("a", force=True).values()] == [False]
    assert stand_in.asked == ["a", "a", "b", "c"]


def _append(path: Path) -> None:
    with path.open("a") as file:
        file.write("\n")


def _say(path: Path, **other: object) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | other))


READ = {"name": "rates", "place": "/nowhere/rates.parquet", "sha256": "0"}
MANIFEST = "out/a.manifest.json"


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: _append(folder / "helper.py"),
        lambda folder: _append(folder / "package" / "inside.py"),
        lambda folder: _append(folder / "toy.ipynb"),
        lambda folder: _append(folder / "out" / "a.ipynb"),
        lambda folder: (folder / MANIFEST).write_text("{"),
        lambda folder: (folder / MANIFEST).unlink(),
        lambda folder: _say(folder / MANIFEST, tables=[READ]),
        lambda folder: _say(folder / MANIFEST, parameters={}),
        *(
            partial(lambda name, folder: _say(folder / MANIFEST, **{name: "another"}), name)
            for name in ("key", "lock_sha256", "python")
        ),
    ],
)
def test_what_changed_makes_a_run_again_and_one_failure_stops_no_other(
    runs: Make, stand_in: StandIn, tmp_path: Path, change: Callable[[Path], None]
) -> None:
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__init__.py").touch()
    runs("a", "error-1")
    assert [result.unchanged for result in runs("a", "error-1").values()] == [True, False]
    change(tmp_path)
    assert statuses(runs("a", "error-1")) == ["ok", "error"]
    assert stand_in.asked == ["a", "a", *["error-1"] * 3]


def test_how_each_ended_is_told_in_full_and_as_it_is(
    runs: Make, stand_in: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    results = runs("error-1", "timeout-1", "killed-1", "refused-1", "a")
    assert statuses(results) == ["error", "timeout", "killed", "refused", "ok"]
    assert [result.manifest is None for result in results.values()] == [True] * 4 + [False]
    said = capsys.readouterr().err
    assert "error-1: error, 0.5 s\nerror-1 stopped\n    for [a] :x: reason\n" in said
    assert "a: ok, 1.5 s, 100 MiB\n" in said


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


def test_the_last_table_is_written_even_where_a_folder_is_full(
    runs: Make, stand_in: StandIn, tmp_path: Path
) -> None:
    (tmp_path / "out" / "a.ipynb").mkdir(parents=True)
    results = runs("a", "b")
    assert statuses(results) == ["error", "ok"]
    assert "a file that can't be written" in next(iter(results.values())).message


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
    assert result.status is Status.ERROR
    assert "made with something else than is here" in result.message
    assert not (tmp_path / "out" / "a.manifest.json").exists()


@pytest.mark.parametrize("names", [["a", "b", "c", "d"], ["b"]])
def test_an_interrupt_cancels_what_has_not_ended(
    stand_in: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: list[str]
) -> None:
    waiting, once, at_once = threading.Event(), threading.Lock(), stand_in.run

    def run(spec: RunSpec, *, cancelled: Callable[[], bool] = bool, **_: Any) -> Any:
        if spec.name == "a":
            assert waiting.wait(60)
            return at_once(spec)
        waiting.set()
        if len(names) == 1:
            raise KeyboardInterrupt
        until(lambda: (tmp_path / "out" / "results.csv").exists())  # a has been saved
        if once.acquire(blocking=False):
            os.kill(os.getpid(), signal.SIGINT)
        until(cancelled)
        return Result(Status.CANCELLED)

    monkeypatch.setattr("replicate.execution.run.run", run)
    notebook = write_notebook(tmp_path)
    specs = [RunSpec(name, notebook, {"period": name}, tmp_path / "out") for name in names]
    swept = "a" in names
    plan = Plan(tmp_path / "out", tuple(specs), None)
    results = make([plan] if swept else [], [] if swept else specs, jobs=2)
    assert statuses(results) == ["ok" if name == "a" else "cancelled" for name in names]
    made = sorted(path.name for path in (tmp_path / "out").glob("*.ipynb"))
    assert made == ["a.ipynb"] * swept


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
def test_the_runs_of_a_lost_worker_are_made_by_another(
    notebook: Path, tmp_path: Path, scheduler: str
) -> None:
    """What comes back is what a run here leaves; a failure is told in words of this machine."""
    out = tmp_path / "out"
    specs = [RunSpec(f"k-{k}", notebook, {"k": k}, out) for k in (0, 1, 2)]
    specs.append(RunSpec("broken", notebook, {"k": 1, "folder": None}, out))
    results: dict[RunSpec, Result] = {}
    thread = threading.Thread(
        target=lambda: results.update(make([], specs, scheduler=scheduler)),
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
    message = results[specs[3]].message
    assert "TypeError" in message
    assert f"replicate run {notebook} -p k=1 -p folder=null --out {out} --name broken" in message
    assert (out / "broken.failed.ipynb").is_file()


@pytest.mark.network
def test_a_scheduler_that_is_not_there_is_said_to_be(
    runs: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeps, "CONNECT", 0.2)
    with pytest.raises(RunError, match="no scheduler answers"):
        runs("a", scheduler="tcp://127.0.0.1:1")


@pytest.mark.network
def test_workers_elsewhere_are_sent_the_notebook_and_what_lies_beside_it(
    runs: Make, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(spec: RunSpec, *, folder: Path, **_: Any) -> Result:
        assert folder != spec.notebook.parent
        assert (folder / "helper.py").read_text() == "x = 1"
        return stand_in.run(spec)

    monkeypatch.setattr("replicate.execution.run.run", run)
    with distributed.LocalCluster(n_workers=1, dashboard_address=":0", processes=False) as cluster:
        assert statuses(runs("a", scheduler=cluster.scheduler_address)) == ["ok"]


def test_a_run_that_nobody_waits_for_any_more_is_not_begun(tmp_path: Path) -> None:
    spec = RunSpec("a", tmp_path / "none.ipynb", {}, tmp_path)
    assert run_here(spec, {}, "the event of a sweep that ended").status is Status.CANCELLED


@pytest.mark.network
def test_a_scheduler_without_workers_is_said_to_be(
    runs: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeps, "CONNECT", 1)
    with (
        distributed.LocalCluster(n_workers=0, dashboard_address=":0", processes=False) as cluster,
        pytest.raises(RunError, match="a scheduler without workers"),
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
    assert next(iter(results.values())).message.startswith(says)
