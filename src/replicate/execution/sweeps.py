# mypy: disable-error-code="no-untyped-call, type-arg"
# distributed annotates little
"""Makes runs: current results stay as they are, the others are made, several at a time, by Dask."""

import os
import platform
import signal
import threading
from collections import Counter
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from threading import Event
from types import FrameType
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from replicate.execution.forking import SERVER, why_ordinary
from replicate.execution.plans import Plan, RunSpec
from replicate.execution.results import (
    FAILED,
    Entry,
    Result,
    Table,
    examine_all,
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

CONNECT = 10
"""Seconds that a scheduler may take to answer, and its first worker to be there."""

STARTED = "replicate-started"
"""The topic of the events by which workers say which runs they began."""

LOG = "runs.log"
"""The file, in a folder of results, that says what happened and when."""

_PACKAGE = Path(__file__).resolve().parents[1]
_in_flight: set[Event] = set()
CANCELLED = Result(Outcome(status=Status.CANCELLED, duration=0))


class Telling:
    """Says how runs get on: a live line a run on a terminal, a line a run elsewhere, all in a file.

    Parameters
    ----------
    log
        The file.
    console
        Where to say it; standard error if not given.
    """

    def __init__(self, log: Path, console: Console | None = None) -> None:
        self.log: Path | None = log
        console = console or Console(stderr=True)
        text = TextColumn("{task.description}", markup=False)
        columns = text, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
        self.bar = Progress(
            *columns, console=console, transient=True, disable=not console.is_terminal
        )
        self._lines: dict[str, TaskID] = {}

    def begin(self, runs: int, due: Mapping[RunSpec, Entry]) -> None:
        """Begin: `due` has what is to be run, and what is known of the result it replaces."""
        self.write(f"{len(due)} of {runs} runs to make")
        for spec, entry in due.items():
            tell = self.say if entry.state == "corrupt" else self.write
            tell(f"{spec.name}: to be run, {entry.why or 'as asked for'}")
        self._all = self.bar.add_task("all runs", total=runs, completed=runs - len(due))

    def begun(self, name: str) -> None:
        """Show a line for a run that began."""
        self._lines[name] = self.bar.add_task(name, total=1)

    def ended(self, spec: RunSpec, outcome: Outcome) -> None:
        """Tell how a run ended; of one that was cancelled in the file alone."""
        memory = "" if outcome.peak_memory is None else f", {outcome.peak_memory:,} MiB"
        line = f"{spec.name}: {outcome.status}, {outcome.duration:.1f} s{memory}"
        tell = self.write if outcome.status is Status.CANCELLED else self.say
        tell(f"{line}\n{outcome.message}".strip())
        self.bar.advance(self._all)
        if spec.name in self._lines:
            self.bar.remove_task(self._lines.pop(spec.name))

    def end(self, statuses: Sequence[Status]) -> None:
        """Tell how many ended in which way."""
        counts = Counter(statuses)
        listed = ", ".join(f"{counts[status]} {status}" for status in Status if counts[status])
        self.write(f"{len(statuses)} runs: {listed}")

    def say(self, text: str) -> None:
        """Say something that a person should know."""
        self.write(text)
        self.bar.console.print(text, markup=False, emoji=False, highlight=False, soft_wrap=True)

    def write(self, text: str) -> None:
        """Write something to the file; where that fails, say so once."""
        if (log := self.log) is None:
            return
        try:
            with log.open("a", encoding="utf-8") as file:
                file.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {text}\n")
        except OSError as error:
            self.log = None
            self.say(f"the log can't be written: {log}: {error.strerror}")


def make(
    plans: Sequence[Plan],
    besides: Sequence[RunSpec] = (),
    *,
    telling: Telling,
    jobs: int | None = None,
    scheduler: str | None = None,
    force: bool = False,
    failed: bool = False,
) -> dict[RunSpec, Result]:
    """Make sweeps, and runs that belong to none, all in one go.

    A result that a run would give again is not made again. One failure does not stop the others.
    An interrupt ends the runs in flight, and what was not run is `cancelled`.

    Parameters
    ----------
    plans, besides
        The sweeps, each with its folder to itself; runs of no sweep.
    telling
        Is told what happens.
    jobs, scheduler
        How many at a time, None for one a core; or the address of a Dask scheduler instead.
    force, failed
        Make current results again as well; only the runs that last ended otherwise than ok.

    Returns
    -------
    dict
        Of the runs asked for, those of no sweep first: how each ended.

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
    with ExitStack() as stack:
        for folder in sorted({spec.out for spec in [*besides, *of]}):
            stack.enter_context(own_folder(folder))
        entries = examine_all([*besides, *of])
        due = {spec: entries[spec] for spec in specs if force or entries[spec].why}
        telling.begin(len(specs), due)
        stack.enter_context(telling.bar)
        running = stack.enter_context(closing(_made(due, jobs, scheduler, telling)))
        for spec, result in chain(_kept(entries, due), running):
            made[spec] = _saved(spec, result)
            if spec in of:
                of[spec].add(spec, made[spec])
            if not result.unchanged:
                telling.ended(spec, made[spec].outcome)
        for table in tables.values():
            table.finish()
    telling.end([made[spec].outcome.status for spec in specs])
    return {spec: made[spec] for spec in specs}


def _kept(
    entries: Mapping[RunSpec, Entry], due: Collection[RunSpec]
) -> Iterator[tuple[RunSpec, Result]]:
    """Yield the results that are current, and take away what an earlier failure left there."""
    for spec, entry in entries.items():
        if entry.manifest and not entry.why and spec not in due:
            (spec.out / f"{spec.name}{FAILED}").unlink(missing_ok=True)
            outcome = Outcome(status=Status.OK, duration=entry.manifest.duration)
            yield spec, Result(outcome, {}, entry.manifest, unchanged=True)


def _failed(of: Mapping[RunSpec, Table]) -> list[RunSpec]:
    found = [spec for spec, table in of.items() if spec.name in table.state.failed]
    if not found:
        raise InputError(
            "no run of this sweep failed when it was last made",
            where="--failed",
            hint="leave the option out",
        )
    return found


def worst(results: Collection[Result]) -> int:
    """Return what a command exits with: the highest exit code of its runs' outcomes."""
    return max((result.outcome.status.exit_code for result in results), default=0)


def planned(plan: Plan, *, force: bool = False) -> list[dict[str, Any]]:
    """Return what a sweep would run, and why: run, would, why, parameters."""
    return [
        {
            "run": spec.name,
            "would": "run" if force or entry.why else "stay",
            "why": entry.why or ("asked for" if force else "unchanged"),
            "parameters": ", ".join(f"{name}={value!r}" for name, value in spec.parameters.items()),
        }
        for spec, entry in examine_all(plan.specs).items()
    ]


def _saved(spec: RunSpec, result: Result) -> Result:
    """Write what a run left, if anything, unless something changed meanwhile."""
    if not result.files:
        return result
    try:
        if result.manifest and (other := list(result.manifest.changes(Inputs.of(spec.notebook)))):
            raise RunError(
                "a run that was made with something else than is here now",
                where=spec.name,
                got="; ".join(other),
                hint="run it again",
            )
        save_result(spec.out, spec.name, result.files)
    except ReplicateError as error:
        return Result(Outcome(status=Status.ERROR, duration=0, message=str(error)))
    return result._replace(files={})


def _made(
    due: Collection[RunSpec], jobs: int | None, scheduler: str | None, telling: Telling
) -> Generator[tuple[RunSpec, Result]]:
    """Make runs, and yield each as it ends; those that an interrupt found waiting come last."""
    if not due:
        return
    left = dict.fromkeys(due)
    with _interrupts() as (stop, events):
        if scheduler is None and len(left) == 1:
            from replicate.execution.run import run

            for spec in due:
                telling.begun(spec.name)
                # An ordinary kernel is sooner ready than a server and its fork.
                yield spec, run(spec, cancelled=stop, warm=False)
                del left[spec]
        else:
            with _client(scheduler, min(len(due), jobs or cores())) as client:
                for spec, result in _on_cluster(client, due, telling, events):
                    yield spec, result
                    del left[spec]
    for spec in left:
        yield spec, CANCELLED


@contextmanager
def _interrupts() -> "Iterator[tuple[Event, SimpleQueue[Future | None]]]":
    """Turn Ctrl-C and `kill` into an event among those of runs, so that none is met halfway.

    A second one is an ordinary interrupt.
    """
    stop, events = Event(), SimpleQueue[Any]()

    def note(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            signal.default_int_handler(number, frame)
        stop.set()
        events.put(None)

    main = threading.current_thread() is threading.main_thread()  # no other is told of signals
    numbers = (signal.SIGINT, signal.SIGTERM) if main else ()
    before = {number: signal.signal(number, note) for number in numbers}
    try:
        yield stop, events
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _on_cluster(
    client: "Client",
    due: Collection[RunSpec],
    telling: Telling,
    events: "SimpleQueue[Future | None]",
) -> Iterator[tuple[RunSpec, Result]]:
    """Have runs made by Dask's workers; an interrupt ends those in flight."""
    client.subscribe_topic(STARTED, lambda event: telling.begun(event[1]))
    specs, here = {}, client.cluster is not None
    for number, spec in enumerate(due):
        files = None if here else _files(spec.notebook)
        sent = client.submit(run_here, spec, files, pure=False, priority=-number)
        specs[sent] = spec
        sent.add_done_callback(events.put)
    while specs:
        if (ended := events.get()) is None:
            telling.say("interrupted: ending the runs in flight")
            client.cancel(list(specs))
            client.run(end_runs, on_error="ignore")
            return
        spec = specs.pop(ended)
        yield spec, _returned(ended, spec.name)


@contextmanager
def _client(scheduler: str | None, threads: int) -> "Iterator[Client]":
    """Connect to a scheduler, or start one in this process: its threads wait for kernels."""
    if scheduler is None and not why_ordinary():
        SERVER.start()  # it prepares while this process imports what it needs itself
    from distributed import Client, LocalCluster

    if scheduler is None:
        cluster = LocalCluster(
            processes=False,
            n_workers=1,
            threads_per_worker=threads,
            dashboard_address=None,
            worker_dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
            memory_limit=None,
        )
        with cluster, Client(cluster, set_as_default=False) as client:
            yield client
        return
    try:
        client = Client(scheduler, timeout=CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        got = f"{scheduler}: {error}"
        raise RunError("no scheduler answers", where="--scheduler", got=got) from None
    with client:
        _check_workers(client, scheduler)
        client.register_plugin(_end_with_worker(), name="replicate")
        yield client


def _check_workers(client: "Client", address: str) -> None:
    """Refuse workers that would not give what this machine gives."""
    try:
        client.wait_for_workers(1, timeout=CONNECT)
        held = client.run(installed)
    except (TimeoutError, ImportError) as error:
        raise RunError(
            "a scheduler without workers that have this package",
            where="--scheduler",
            got=f"{address}: {error}",
            hint="start `dask worker` where the package is installed",
        ) from None
    ours = installed()
    for worker, theirs in held.items():
        if other := sorted(name for name, _ in ours.items() ^ theirs.items()):
            raise InputError(
                "a worker that would give other results",
                where=worker,
                got="; ".join(dict.fromkeys(other)),
                hint="install the same there",
            )


def installed() -> dict[str, str | None]:
    """Return what must be the same on two machines for their results to be."""
    found = lock(Path.cwd())
    tables = {f"table {path.stem}": sha256(path) for path in sorted(_PACKAGE.rglob("*.parquet"))}
    return {
        "source of the package": source_sha256(),
        "lock": sha256(found) if found else None,
        "Python": platform.python_version(),
        "own folder of tables": str(bool(os.environ.get(DATA))),
        **tables,
    }


def _end_with_worker() -> Any:
    from distributed import WorkerPlugin

    class EndWithWorker(WorkerPlugin):
        """Ends the runs of a worker that is asked to end."""

        def teardown(self, worker: Any) -> None:  # noqa: ARG002 # pragma: no cover - coverage is not started in a worker's process
            end_runs()

    return EndWithWorker()


def _returned(sent: "Future", name: str) -> Result:
    """Return what a worker made of a run, or how it failed to."""
    from distributed import KilledWorker

    try:
        result: Result = sent.result()
    except Exception as error:  # whatever happened on the way: the other runs go on
        status = Status.KILLED if isinstance(error, KilledWorker) else Status.ERROR
        message = f"{name} stopped\n    {type(error).__name__}: {error}"
        return Result(Outcome(status=status, duration=0, message=message))
    return result


def _files(notebook: Path) -> dict[str, bytes]:
    """Return what a run elsewhere needs of a notebook's folder: itself, and code beside it."""
    folder = notebook.parent
    paths = [notebook, *beside(folder)]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def run_here(spec: RunSpec, files: Mapping[str, bytes] | None = None) -> Result:
    """Make a run, on whatever machine this is.

    `files` are the notebook and what lies beside it, where they were sent from another machine.
    """
    from distributed import get_worker

    from replicate.execution.run import run

    cancelled = Event()
    _in_flight.add(cancelled)
    get_worker().log_event(STARTED, spec.name)
    try:
        if files is None:
            return run(spec, cancelled=cancelled)
        with TemporaryDirectory(
            prefix="replicate-worker-"
        ) as folder:  # pragma: no cover - see EndWithWorker
            for name, content in files.items():
                path = Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            return run(spec, folder=Path(folder), cancelled=cancelled)
    finally:
        _in_flight.discard(cancelled)


def end_runs() -> None:
    """End every run that this process has in flight."""
    for cancelled in list(_in_flight):
        cancelled.set()


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
