# mypy: disable-error-code="no-untyped-call, type-arg"
# distributed annotates little
"""Makes runs: current results stay as they are, the others are made, several at a time, by Dask."""

import os
import platform
import signal
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from pathlib import Path
from queue import Empty, SimpleQueue
from tempfile import TemporaryDirectory
from threading import Event
from types import FrameType
from typing import TYPE_CHECKING, Any, NamedTuple

from replicate.execution.plans import Plan, RunSpec
from replicate.execution.progress import Lines
from replicate.execution.results import (
    Entry,
    Result,
    Table,
    examine_all,
    kept,
    own_folder,
    save_result,
)
from replicate.vocabulary.errors import InputError, ReplicateError, RunError
from replicate.vocabulary.runs import (
    DATA,
    Inputs,
    Outcome,
    Status,
    beside,
    lock,
    sha256,
    source_sha256,
)

if TYPE_CHECKING:
    from distributed import Client, Future

    from replicate.execution.run import Ended, Job

CONNECT = 10
"""Seconds that a scheduler may take to answer, and its first worker to be there."""

STARTED = "replicate-started"
"""The topic of the events by which workers say which runs they began."""

_PACKAGE = Path(__file__).resolve().parents[1]
_in_flight: set[Event] = set()


class Workers(NamedTuple):
    """Who makes runs.

    Attributes
    ----------
    jobs
        How many at a time on this machine; None for one a core.
    scheduler
        The address of a Dask scheduler whose workers make them instead.
    """

    jobs: int | None = None
    scheduler: str | None = None


def make(
    plans: Sequence[Plan],
    besides: Sequence[RunSpec] = (),
    *,
    progress: Lines,
    workers: Workers = Workers(),  # noqa: B008 - it can't be changed
    force: bool = False,
    failed: bool = False,
) -> list[Result]:
    """Make sweeps, and runs that belong to none, all in one go.

    A result that a run would give again is not made again. One failure does not stop the others.
    An interrupt ends the runs in flight, and what was not run is `cancelled`.

    Parameters
    ----------
    plans, besides
        The sweeps, each with its folder to itself; runs of no sweep.
    progress, workers
        Is told what happens; who makes the runs.
    force, failed
        Make current results again as well; only the runs that last ended otherwise than ok.

    Returns
    -------
    list of Result
        Of the runs asked for, those of no sweep first.

    Raises
    ------
    InputError
        When none failed.
    RunError
        When a folder or a table can't be written, or other runs are being written to the folder.
    """
    tables = {plan: Table(plan) for plan in plans}
    of = {spec: table for plan, table in tables.items() for spec in plan.specs}
    specs = [*besides, *(_failed(of) if failed else of)]
    made: dict[RunSpec, Result] = {}

    def on_result(result: Result) -> None:
        made[result.spec] = result
        if result.spec in of:
            of[result.spec].add(result)

    with ExitStack() as stack:
        for folder in sorted({spec.out for spec in [*besides, *of]}):
            stack.enter_context(own_folder(folder))
        entries = examine_all([*besides, *of])
        due = {s: entries[s] for s in specs if force or not entries[s].is_current}
        progress.begin(specs, due)
        for spec in [spec for spec in entries if entries[spec].is_current and spec not in due]:
            (spec.out / f"{spec.name}.failed.ipynb").unlink(missing_ok=True)
            on_result(kept(spec, entries[spec]))
        if due:
            _make_due(due, workers, progress, on_result)
        for table in tables.values():
            table.finish()
        progress.end([made[spec].outcome.status for spec in specs])
    return [made[spec] for spec in specs]


def _failed(of: Mapping[RunSpec, Table]) -> list[RunSpec]:
    found = [spec for spec, table in of.items() if spec.name in table.failed]
    if not found:
        raise InputError(
            "no run of this sweep failed when it was last made",
            where="--failed",
            hint="leave the option out",
        )
    return found


def planned(plan: Plan, *, force: bool = False) -> list[dict[str, Any]]:
    """Return what a sweep would run, and why: run, would, why, parameters."""
    return [
        {
            "run": spec.name,
            "would": "run" if force or not entry.is_current else "stay",
            "why": entry.why or ("asked for" if force else "unchanged"),
            "parameters": ", ".join(f"{name}={value!r}" for name, value in spec.parameters.items()),
        }
        for spec, entry in examine_all(plan.specs).items()
    ]


def _make_due(
    due: Mapping[RunSpec, Entry],
    workers: Workers,
    progress: Lines,
    on_result: Callable[[Result], None],
) -> None:
    left = dict.fromkeys(due)
    stop = Event()

    def end(spec: RunSpec, ended: "Callable[[], Ended]") -> None:
        result = _result(spec, ended)
        on_result(result)
        del left[spec]
        progress.ended(spec, result.outcome)

    with _interrupts(stop) as events:
        if workers.scheduler is None and len(due) == 1:
            for spec in due:
                progress.running([spec.name])
                end(spec, lambda spec=spec: _alone(spec, stop))  # type: ignore[misc]
        else:
            _on_cluster(due, workers, progress, end, events)
    for spec in list(left):
        end(spec, _not_begun)


def _alone(spec: RunSpec, stop: Event) -> "Ended":
    """Make the only run there is: an ordinary kernel is sooner ready than a server and its fork."""
    from replicate.execution.run import run

    return run(_job(spec), cancelled=stop, warm=False)


def _not_begun() -> "Ended":
    from replicate.execution.run import Ended

    return Ended(Outcome(status=Status.CANCELLED, duration=0), {})


def _fork_ahead(progress: Lines) -> None:
    """Let the server of kernels prepare while this process imports what it needs itself."""
    from replicate.execution.kernels import SERVER, why_ordinary

    if why := why_ordinary():
        progress.notice(f"ordinary kernels, which start more slowly: {why}")
    else:
        SERVER.start()


def _result(spec: RunSpec, ended: "Callable[[], Ended]") -> Result:
    """Return how a run ended, after its files are written."""
    try:
        outcome, files, manifest = ended()
        if manifest and (other := list(manifest.changes(Inputs.of(spec.notebook)))):
            raise RunError(
                "a run that was made with something else than is here",
                where=spec.name,
                got="; ".join(other),
                hint="run it again",
            )
        save_result(spec.out, spec.name, files)
    except ReplicateError as error:
        return Result(spec, Outcome(status=Status.ERROR, duration=0, message=str(error)))
    return Result(spec, outcome, manifest)


def _job(spec: RunSpec) -> "Job":
    from replicate.execution.run import Job

    return Job(spec.notebook, spec.parameters, spec.out, spec.name, spec.limits)


@contextmanager
def _interrupts(stop: Event) -> "Iterator[SimpleQueue[Any]]":
    """Turn Ctrl-C and `kill` into an event among those of runs, so that none is met halfway.

    A second one is an ordinary interrupt.
    """
    events: SimpleQueue[Any] = SimpleQueue()
    if threading.current_thread() is not threading.main_thread():
        yield events
        return

    def note(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            signal.default_int_handler(number, frame)
        stop.set()
        events.put(None)

    before = {each: signal.signal(each, note) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield events
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _on_cluster(
    due: Collection[RunSpec],
    workers: Workers,
    progress: Lines,
    end: "Callable[[RunSpec, Callable[[], Ended]], None]",
    events: "SimpleQueue[Any]",
) -> None:
    if workers.scheduler is None:
        _fork_ahead(progress)
    with _client(workers, len(due)) as client:
        client.subscribe_topic(STARTED, lambda event: events.put(event[1]))
        specs, running = {}, dict[str, None]()
        here = None if workers.scheduler is None else installed()
        for number, spec in enumerate(due):
            files = None if here is None else _files(spec.notebook)
            told = {"files": files, "sender": here, "pure": False, "priority": -number}
            sent = client.submit(run_job, _job(spec), **told)
            specs[sent] = spec
            sent.add_done_callback(events.put)
        while specs:
            try:
                event = events.get(timeout=progress.interval)
            except Empty:
                event = ""
            if event is None:
                progress.notice("interrupted: ending the runs in flight")
                _cancel(client, list(specs))
                return
            if event in specs:
                spec = specs.pop(event)
                running.pop(spec.name, None)
                end(spec, lambda sent=event, name=spec.name: _returned(sent, name))  # type: ignore[misc]
            elif event:
                running[event] = None
            progress.running(running)


@contextmanager
def _client(workers: Workers, runs: int) -> "Iterator[Client]":
    """Connect to a scheduler, or start one in this process: its threads wait for kernels."""
    from distributed import Client, LocalCluster

    if workers.scheduler is None:
        cluster = LocalCluster(
            processes=False,
            n_workers=1,
            threads_per_worker=min(runs, workers.jobs or cores()),
            dashboard_address=None,
            worker_dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
            memory_limit=None,
        )
        with cluster, Client(cluster, set_as_default=False) as client:
            yield client
        return
    try:
        client = Client(workers.scheduler, timeout=CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise RunError(
            "no scheduler answers", where="--scheduler", got=f"{workers.scheduler}: {error}"
        ) from None
    with client:
        _check_workers(client, workers.scheduler)
        client.register_plugin(_end_with_worker(), name="replicate")
        yield client


def _check_workers(client: "Client", address: str) -> None:
    """Refuse workers that would not give what this machine gives."""
    try:
        client.wait_for_workers(1, timeout=CONNECT)
        held = client.run(installed)
    except TimeoutError:
        raise RunError(
            "a scheduler without workers",
            where="--scheduler",
            got=address,
            hint="start `dask worker`",
        ) from None
    except ImportError as error:
        raise RunError(
            "a worker without this package",
            where="--scheduler",
            got=str(error),
            hint="install it there",
        ) from None
    ours = installed()
    for worker, theirs in held.items():
        if other := differences(ours, theirs):
            raise InputError(
                "a worker that would give other results",
                where=worker,
                got="; ".join(other),
                hint="install the same there",
            )


def _end_with_worker() -> Any:
    from distributed import WorkerPlugin

    class EndWithWorker(WorkerPlugin):
        """Ends the runs of a worker that is asked to end."""

        def teardown(self, worker: Any) -> None:  # noqa: ARG002 # pragma: no cover - on a worker
            end_runs()

    return EndWithWorker()


def _cancel(client: "Client", sent: "list[Future]") -> None:
    client.cancel(sent)
    client.run(end_runs, on_error="ignore")


def _returned(sent: "Future", name: str) -> "Ended":
    """Return what a worker made of a run, or how it failed to."""
    from distributed import CancelledError, KilledWorker

    from replicate.execution.run import Ended

    try:
        ended: Ended = sent.result()
    except CancelledError:
        return _not_begun()
    except KilledWorker as error:
        message = f"{name} stopped\n    {error}"
        return Ended(Outcome(status=Status.KILLED, duration=0, message=message), {})
    except Exception as error:  # whatever happened on the way: the other runs go on
        message = f"{name} stopped\n    {type(error).__name__}: {error}"
        return Ended(Outcome(status=Status.ERROR, duration=0, message=message), {})
    return ended


def _files(notebook: Path) -> dict[str, bytes]:
    """Return what a run elsewhere needs of a notebook's folder: itself, and code beside it."""
    folder = notebook.parent
    paths = [notebook, *beside(folder)]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def run_job(
    job: "Job",
    *,
    files: Mapping[str, bytes] | None = None,
    sender: Mapping[str, str | None] | None = None,
) -> "Ended":
    """Make a run, on whatever machine this is.

    Parameters
    ----------
    job
        The run.
    files
        The notebook and what lies beside it, where it was sent from another machine; the run's
        folder is then gone afterwards.
    sender
        What the sender has installed, which must be installed here as well.
    """
    from replicate.execution.run import Ended, run  # seconds of imports

    if sender is not None and (other := differences(sender, installed())):
        error = InputError(
            "a worker that would give other results", where=job.name, got="; ".join(other)
        )
        return Ended(Outcome(status=Status.REFUSED, duration=0, message=str(error)), {})
    cancelled = Event()
    _in_flight.add(cancelled)
    _announce(job.name)
    try:
        if files is None:
            return run(job, cancelled=cancelled)
        with TemporaryDirectory(
            prefix="replicate-worker-"
        ) as folder:  # pragma: no cover - elsewhere
            for name, content in files.items():
                path = Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            return run(job, folder=Path(folder), cancelled=cancelled)
    finally:
        _in_flight.discard(cancelled)


def _announce(name: str) -> None:
    """Tell the client that a run has begun."""
    from distributed import get_worker

    get_worker().log_event(STARTED, name)


def end_runs() -> None:
    """End every run that this process has in flight."""
    for cancelled in list(_in_flight):
        cancelled.set()


def installed() -> dict[str, str | None]:
    """Return what must be the same on two machines for their results to be."""
    found = lock(Path.cwd())
    tables = {f"table {path.stem}": sha256(path) for path in sorted(_PACKAGE.rglob("*.parquet"))}
    return {
        "version of the package": version("casey-audit-replication"),
        "source of the package": source_sha256(),
        "lock": sha256(found) if found else None,
        "Python": platform.python_version(),
        "own folder of tables": str(bool(os.environ.get(DATA))),
        **tables,
    }


def differences(ours: Mapping[str, str | None], theirs: Mapping[str, str | None]) -> list[str]:
    """Say what is not the same on two machines.

    Examples
    --------
    >>> differences({"Python": "3.11.7", "lock": "ab"}, {"Python": "3.12.1", "lock": "ab"})
    ['Python']
    """
    return [name for name in sorted({*ours, *theirs}) if ours.get(name) != theirs.get(name)]


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
