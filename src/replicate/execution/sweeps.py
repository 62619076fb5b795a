# mypy: disable-error-code="no-untyped-call"
# distributed annotates little
"""Makes runs: current results stay as they are, the others are made, several at a time, by Dask."""

from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn

from replicate.execution.forking import SERVER, can_fork
from replicate.execution.plans import Plan, RunSpec
from replicate.execution.results import (
    FAILED,
    Entry,
    Result,
    Status,
    Table,
    examine_all,
    own_folder,
    save_result,
)
from replicate.vocabulary.errors import InputError, ReplicateError, RunError
from replicate.vocabulary.runs import Inputs, beside

if TYPE_CHECKING:
    from distributed import Client, Future

CONNECT = 10
"""Seconds that a scheduler may take to answer, and its first worker to be there."""


def make(
    plans: Sequence[Plan],
    besides: Sequence[RunSpec] = (),
    *,
    jobs: int | None = None,
    scheduler: str | None = None,
    force: bool = False,
    failed: bool = False,
) -> dict[RunSpec, Result]:
    """Make sweeps, and runs that belong to none, all in one go.

    A result that a run would give again is not made again. One failure does not stop the others.
    An interrupt ends the runs in flight, and what was not run is `cancelled`. How runs ended is
    said on standard error.

    Parameters
    ----------
    plans, besides
        The sweeps, each with its folder to itself; runs of no sweep.
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
    every = [*besides, *(spec for plan in plans for spec in plan.specs)]
    console, made = Console(stderr=True), dict[RunSpec, Result]()
    with ExitStack() as stack:
        for folder in sorted({spec.out for spec in every}):
            stack.enter_context(own_folder(folder))
        tables = [Table(plan) for plan in plans]
        of = {spec: table for table in tables for spec in table.plan.specs}
        specs = _failed(tables) if failed else every
        entries = examine_all(every)
        due = [spec for spec in specs if force or entries[spec].why]
        with closing(_made(due, jobs, scheduler)) as running, _progress(console, len(due)) as step:
            try:
                for spec, result in chain(_kept(entries, due), running):
                    made[spec] = _kept_in(of, spec, _saved(spec, result))
                    if not result.unchanged:
                        _tell(console, spec, made[spec])
                        step()
            except KeyboardInterrupt:
                console.print("interrupted: the runs in flight were ended")
        for spec in (spec for spec in due if spec not in made):
            made[spec] = _kept_in(of, spec, Result(Status.CANCELLED))
        for table in tables:
            table.finish()
    return {spec: made[spec] for spec in specs}


def _kept_in(of: Mapping[RunSpec, Table], spec: RunSpec, result: Result) -> Result:
    """Put a result into the table of its sweep, where it is of one."""
    if spec in of:
        of[spec].add(spec, result)
    return result


def _failed(tables: Sequence[Table]) -> list[RunSpec]:
    if specs := [spec for table in tables for spec in table.failed()]:
        return specs
    what, hint = "no run of this sweep failed when it was last made", "leave the option out"
    raise InputError(what, where="--failed", hint=hint)


@contextmanager
def _progress(console: Console, total: int) -> Iterator[Callable[[], None]]:
    """Show a bar on a terminal; what is given moves it on by one run."""
    parts = BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    bar = Progress(*parts, console=console, transient=True, disable=not console.is_terminal)
    with bar:
        task = bar.add_task("runs", total=total)
        yield lambda: bar.advance(task)


def _tell(console: Console, spec: RunSpec, result: Result) -> None:
    """Say how a run ended."""
    memory = "" if result.peak_memory is None else f", {result.peak_memory:,} MiB"
    text = (
        f"{spec.name}: {result.status}, {result.duration:.1f} s{memory}\n{result.message}".strip()
    )
    console.print(text, markup=False, emoji=False, highlight=False, soft_wrap=True)


def _kept(
    entries: Mapping[RunSpec, Entry], due: Collection[RunSpec]
) -> Iterator[tuple[RunSpec, Result]]:
    """Yield the results that are current, and take away what an earlier failure left there."""
    for spec, (_, why, manifest) in entries.items():
        if manifest and not why and spec not in due:
            (spec.out / f"{spec.name}{FAILED}").unlink(missing_ok=True)
            seconds, memory = manifest.duration, manifest.peak_memory
            yield spec, Result(Status.OK, "", manifest, {}, seconds, memory, unchanged=True)


def worst(results: Collection[Result]) -> int:
    """Return what a command exits with: the highest exit code of its runs' outcomes."""
    return max((result.status.exit_code for result in results), default=0)


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
    try:
        changes = (
            result.manifest.changes(Inputs.of(spec.notebook))
            if result.files and result.manifest
            else ()
        )
        if other := "; ".join(changes):
            what = "a run that was made with something else than is here now"
            raise RunError(what, where=spec.name, got=other, hint="run it again")
        save_result(spec.out, spec.name, result.files)
    except ReplicateError as error:
        return Result(Status.ERROR, str(error))
    return result._replace(files={})


def _made(
    due: Sequence[RunSpec], jobs: int | None, scheduler: str | None
) -> Generator[tuple[RunSpec, Result]]:
    """Make runs, and yield each as it ends; end those in flight when no more are wanted."""
    if scheduler is None and len(due) == 1:
        from replicate.execution.run import run

        yield due[0], run(due[0], warm=False)  # sooner ready than a server and its fork
    elif due:
        with _client(scheduler, jobs) as client:
            yield from _on_cluster(client, due)


@contextmanager
def _client(scheduler: str | None, threads: int | None) -> "Iterator[Client]":
    """Connect to a scheduler, or start one in this process: its threads wait for kernels."""
    if scheduler is None and can_fork():
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
        with cluster, Client(cluster) as client:
            yield client
        return
    try:
        client = Client(scheduler, timeout=CONNECT)
    except (OSError, ValueError) as error:
        got = f"{scheduler}: {error}"
        raise RunError("no scheduler answers", where="--scheduler", got=got) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=CONNECT)
        except TimeoutError:
            hint = "start `dask worker` where the package is installed"
            what = "a scheduler without workers"
            raise RunError(what, where="--scheduler", got=scheduler, hint=hint) from None
        yield client


def _on_cluster(client: "Client", due: Sequence[RunSpec]) -> Iterator[tuple[RunSpec, Result]]:
    """Have runs made by Dask's workers; those elsewhere are sent the notebook's files."""
    from distributed import Event, as_completed, wait

    stop = Event()
    here, specs = client.cluster is not None, dict["Future[Any]", RunSpec]()
    for number, spec in enumerate(due):
        files = {} if here else _files(spec.notebook)
        sent = client.submit(run_here, spec, files, stop.name, pure=False, priority=-number)
        specs[sent] = spec
    try:
        for ended in as_completed(list(specs)):
            yield specs[ended], _returned(ended, specs[ended].name)
    except BaseException:
        stop.set()
        with suppress(TimeoutError):
            wait(list(specs), timeout=CONNECT)
        raise


def _returned(sent: "Future[Any]", name: str) -> Result:
    """Return what a worker made of a run, or how it failed to."""
    from distributed import KilledWorker

    try:
        result: Result = sent.result()
    except Exception as error:  # whatever happened on the way: the other runs go on
        status = Status.KILLED if isinstance(error, KilledWorker) else Status.ERROR
        return Result(status, f"{name} stopped\n    {type(error).__name__}: {error}")
    return result


def _files(notebook: Path) -> dict[str, bytes]:
    """Return what a run elsewhere needs of a notebook's folder: itself, and code beside it."""
    folder = notebook.parent
    paths = [notebook, *beside(folder)]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def run_here(spec: RunSpec, files: Mapping[str, bytes], stop: str) -> Result:
    """Make a run, on whatever machine this is.

    Parameters
    ----------
    spec
        The run.
    files
        The notebook and what lies beside it, where they were sent from another machine.
    stop
        The name of the event that ends it.
    """
    from distributed import Event

    from replicate.execution.run import run

    def cancelled() -> bool:
        try:
            return bool(Event(stop).is_set())
        except Exception:  # nobody is there to want the result
            return True

    if cancelled():
        return Result(Status.CANCELLED)
    if not files:
        return run(spec, cancelled=cancelled)
    with TemporaryDirectory(prefix="replicate-worker-") as folder:
        for name, content in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return run(spec, folder=Path(folder), cancelled=cancelled)
