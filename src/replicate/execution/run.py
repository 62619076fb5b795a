"""Runs one notebook with papermill, within limits, and says how that ended, whatever happened."""

import asyncio
import hashlib
import logging
import platform
import re
import signal
import textwrap
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from time import monotonic
from typing import Any, NamedTuple

import papermill
import psutil
from jupyter_core.utils import ensure_event_loop, run_sync
from papermill.exceptions import PapermillExecutionError

from replicate.execution.managers import KernelManager
from replicate.execution.normal import normalise
from replicate.execution.notebooks import Source, heading_above
from replicate.execution.notebooks import read as read_notebook
from replicate.execution.parameters import plain, replay
from replicate.vocabulary.errors import InputError, ReplicateError, RunError
from replicate.vocabulary.runs import (
    INJECTED,
    RECORD,
    Inputs,
    Limits,
    Manifest,
    Outcome,
    Status,
    noted,
)

PACKAGE = "casey-audit-replication"
NO_LIMITS = Limits()
_PATIENCE = 2.5  # seconds for an interrupted cell to say where it was; jupyter_client's own
_LOOK = 0.25  # seconds between two looks at what a run holds, where it has a limit
_REST = 1.0  # and where it has none: only what it leaves behind is looked for
_MIB = 1 << 20
_OWN = {"ReplicateError", "InputError", "RunError"}
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_FRAME = re.compile(r"Cell In\[(\d+)\], line (\d+).*?-+> \2 ?([^\n]*)", re.DOTALL)
_HIGHEST = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)
logging.getLogger("papermill").setLevel(logging.CRITICAL)  # what it logs is raised as an error


class Job(NamedTuple):
    """A run to be made, which any process of any machine can make.

    Attributes
    ----------
    notebook
        The notebook, as messages call it.
    parameters
        Values for names that its parameters cell sets.
    out
        The folder that its files will go to, as messages call it.
    name
        What they are called.
    limits
        What the run may use.
    """

    notebook: Path
    parameters: Mapping[str, Any]
    out: Path
    name: str
    limits: Limits = NO_LIMITS


class Ended(NamedTuple):
    """How a run ended, and the files that it left, by name."""

    outcome: Outcome
    files: Mapping[str, bytes]
    manifest: Manifest | None = None


@dataclass
class _Progress:
    """What papermill's hooks tell of a run: the notebook as it fills, and the cell under way."""

    notebook: Any = None
    cell: Any = None
    began: float = 0.0
    reply: dict[str, Any] = field(default_factory=dict)
    completed: int = 0

    def hooks(self) -> dict[str, Any]:
        """Return the hooks, by the names that nbclient has for them."""
        return {
            "on_notebook_start": self._start,
            "on_cell_execute": self._execute,
            "on_cell_error": self._error,
        }

    def _start(self, notebook: Any) -> None:
        self.notebook = notebook

    def _execute(self, cell: Any, cell_index: int) -> None:  # noqa: ARG002 - a hook's arguments
        self.cell, self.began = cell, monotonic()

    def _error(self, cell: Any, cell_index: int, execute_reply: Any) -> None:  # noqa: ARG002
        self.reply = dict(execute_reply["content"])


class Stop(NamedTuple):
    """What stopped a notebook: the cell, none before the first, and the words for it."""

    cell: Any
    text: str
    traceback: str = ""


def run(
    job: Job, *, folder: Path | None = None, cancelled: Event | None = None, warm: bool = True
) -> Ended:
    """Execute a notebook in this interpreter's kernel, and return how that ended.

    The same notebook, parameters and versions give the same bytes. Whatever papermill or nbclient
    raises is a failure, and so is a cell that did not complete.

    Parameters
    ----------
    job
        What to run. Its cells run in the notebook's own folder, as in JupyterLab.
    folder
        Where the notebook lies on this machine, where that is not what the job says.
    cancelled
        Set, by any thread, when the run is to be ended. A Ctrl-C ends it as well.
    warm
        Whether its kernel is forked from a process that is ready; another imports for itself,
        which is quicker where there is one run.

    Returns
    -------
    Ended
        With `NAME.ipynb` and `NAME.manifest.json` of a run that is `ok`, and with
        `NAME.failed.ipynb` of one that began and failed.
    """
    began, watch = monotonic(), _Watch(job.limits, cancelled or Event())
    files: dict[str, bytes] = {}
    manifest = None
    try:
        source = read_notebook((folder or job.notebook.parent) / job.notebook.name)
        manifest = _run(job, source, watch, files, warm=warm)
        status, message = Status.OK, ""
    except InputError as error:
        status, message = Status.REFUSED, str(error)
    except ReplicateError as error:
        status, message = watch.status or Status.ERROR, str(error)
    outcome = Outcome(
        status=status, duration=monotonic() - began, peak_memory=watch.peak, message=message
    )
    return Ended(outcome, files, manifest)


def _run(
    job: Job, source: Source, watch: "_Watch", files: dict[str, bytes], *, warm: bool
) -> Manifest:
    values = source.in_force(plain(job.parameters))
    source.check_names(job.parameters)
    given, started, progress = Inputs.of(source.path), datetime.now(UTC), _Progress()
    with TemporaryDirectory(prefix="replicate-run-") as private:
        manager = KernelManager.within(Path(private), source.path.resolve().parent, warm=warm)
        stop = _execute(source, values, manager, watch, progress)
        tables = noted(manager.reads)
    if stop:
        notebook = progress.notebook or source.node()
        _mark(stop)
        files[f"{job.name}.failed.ipynb"] = _text(notebook).encode()
        raise _failure(job, notebook, stop, values)
    duration = (datetime.now(UTC) - started).total_seconds()
    text = _text(normalise(progress.notebook, values, folder=source.path.resolve().parent))
    outputs = [each for cell in progress.notebook.cells for each in cell.get("outputs", [])]
    manifest = Manifest(
        name=job.name,
        notebook=source.path.stem,
        parameters=values,
        package=version(PACKAGE),
        platform=platform.platform(),
        kernel=f"ipykernel {version('ipykernel')}",
        started=started,
        duration=duration,
        output_sha256=hashlib.sha256(text.encode()).hexdigest(),
        records=[each.data[RECORD] for each in outputs if RECORD in each.get("data", {})],
        tables=tables,
        seed=_seed(source, values),
        key=given.key(values, tables),
        **vars(given),
    )
    if other := list(manifest.changes(Inputs.of(source.path))):
        raise RunError(
            f"{job.name} stopped\n    what it is made of changed while it ran",
            where=str(job.notebook),
            got="; ".join(other),
            hint="run it again",
        )
    files[f"{job.name}.ipynb"] = text.encode()
    files[f"{job.name}.manifest.json"] = (manifest.model_dump_json(indent=1) + "\n").encode()
    return manifest


def _seed(source: Source, values: Mapping[str, Any]) -> int | None:
    try:
        found = values.get("seed", int(source.defaults.get("seed", "")))
    except ValueError:
        return None
    return found if isinstance(found, int) else None


def _execute(
    source: Source,
    values: dict[str, Any],
    manager: KernelManager,
    watch: "_Watch",
    progress: _Progress,
) -> Stop | None:
    """Run the cells, and return what stopped them; None where all of them completed."""
    node, fault = source.node(), None

    def work() -> None:
        with _own_event_loop():
            try:
                papermill.execute_notebook(
                    node,
                    None,
                    values,
                    kernel_name="python3",
                    language="python",
                    km=manager,
                    resources={"metadata": {"path": str(manager.folder)}},
                    request_save_on_cell_execute=False,
                    autosave_cell_every=0,
                    record_timing=False,
                    progress_bar=False,
                    **progress.hooks(),
                )
            finally:
                watch.measure(manager)
                run_sync(manager.end)()

    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(work)
        try:
            watch.until_done(running, manager, progress)
        finally:
            watch.end(manager)
    fault = running.exception()
    return _stop(progress, manager, watch, fault)


@contextmanager
def _own_event_loop() -> Iterator[None]:
    """Close the event loop that Jupyter's libraries open in a thread: nobody else does."""
    loop = ensure_event_loop()
    try:
        yield
    finally:
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
        asyncio.set_event_loop(None)


def _stop(
    progress: _Progress, manager: KernelManager, watch: "_Watch", fault: BaseException | None
) -> Stop | None:
    notebook, cell = progress.notebook, progress.cell
    if watch.why:
        return Stop(cell, f"{(watch.status or Status.ERROR).value.capitalize()}: {watch.why}")
    if fault is not None and notebook is None:
        words = "; ".join([f"{type(fault).__name__}: {fault}", *manager.last_words()])
        return Stop(None, f"the kernel did not start: {words}")
    if fault is not None and not isinstance(fault, PapermillExecutionError):
        died = manager.why_died()
        words = (
            "; ".join([died, *manager.last_words()]) if died else f"{type(fault).__name__}: {fault}"
        )
        if died and manager.killed:
            watch.status = Status.KILLED
        kind = f"{watch.status.value.capitalize()}: " if watch.status else "Error: " if died else ""
        return Stop(cell, f"{kind}{words}")
    for each in notebook.cells:
        for output in each.get("outputs", []):
            if output.output_type == "error":
                return Stop(each, _words(output.ename, output.evalue), "\n".join(output.traceback))
        about = each.metadata.get("papermill", {})
        if about.get("exception") or about.get("status") not in (None, "completed"):
            reply = progress.reply or {"ename": "Unfinished", "evalue": "it did not complete"}
            trace = "\n".join(reply.get("traceback", []))
            return Stop(each, _words(reply["ename"], reply["evalue"]), trace)
    return Stop(cell, f"{type(fault).__name__}: {fault}") if fault else None


def _words(kind: str, message: str) -> str:
    """Write an error; of our own, whose text is the whole message, without its type."""
    text = message if kind in _OWN else f"{kind}: {message}".rstrip(": ")
    return _COLOUR.sub("", text)


def _mark(stop: Stop) -> None:
    """Write into the cell what stopped it, where its outputs don't say."""
    import nbformat

    outputs = stop.cell.get("outputs", []) if stop.cell is not None else []
    if stop.cell is None or any(each.output_type == "error" for each in outputs):
        return
    kind, _, message = stop.text.partition(": ")
    error = nbformat.v4.new_output("error", ename=kind, evalue=message, traceback=[stop.text])  # type: ignore[no-untyped-call]
    stop.cell["outputs"] = [*outputs, error]


def _failure(job: Job, notebook: Any, stop: Stop, values: Mapping[str, Any]) -> RunError:
    """Build the error that a person reads."""
    ours = {INJECTED, "papermill-error-cell-tag"}
    where = str(job.notebook)
    if stop.cell is not None:
        cells = [
            cell
            for cell in notebook.cells
            if cell is stop.cell or not ours & {*cell.metadata.get("tags", [])}
        ]
        number = next(n for n, cell in enumerate(cells) if cell is stop.cell)
        heading = heading_above(cells[:number])
        count = stop.cell.get("execution_count")
        where += f", cell {number + 1}{f' (In [{count}])' if count else ''}"
        where += f", under '{heading}'" if heading else ", before the first heading"
    frames = _FRAME.findall(_COLOUR.sub("", stop.traceback))
    lines = [f"in line {line} of In [{count}]: {text.strip()}" for count, line, text in frames[-1:]]
    again = replay(str(job.notebook), values, str(job.out), job.name)
    kept = job.out / f"{job.name}.failed.ipynb"
    return RunError(
        f"{job.name} stopped\n{textwrap.indent(chr(10).join([stop.text, *lines]), '    ')}",
        where=where,
        got=", ".join(f"{name}={value!r}" for name, value in values.items()) or "no parameters",
        hint=f"run it again with `{again}`; the notebook as it stopped is {kept}",
    )


def _text(notebook: Any) -> str:
    import nbformat

    return str(nbformat.writes(notebook))  # type: ignore[no-untyped-call]


class _Watch:
    """Follows one run from the thread that waits for it: its time, its memory, who wants it ended.

    Memory is the resident memory of the kernel and of the processes under it, added up. A run
    found above its limit is killed: the limit ends what grows, and can be passed for a moment.
    What processes share counts in each, so a forked kernel is charged for the libraries of its
    server. `RLIMIT_AS` is no use for this: it counts addresses, of which numerical libraries
    reserve many times what they use.

    Attributes
    ----------
    status, why
        The kind of end that the run was brought to, and the reason; none where it came to its own.
    peak
        The most memory seen, in MiB; none before a kernel has started.
    """

    def __init__(self, limits: Limits, cancelled: Event) -> None:
        self.limits, self.cancelled = limits, cancelled
        self.status: Status | None = None
        self.why = ""
        self.peak: int | None = None
        self._began = monotonic()
        self._below: set[psutil.Process] = set()

    def until_done(
        self, running: "Future[None]", manager: KernelManager, progress: _Progress
    ) -> None:
        """Wait for a run, and end it when it has to be."""
        period = _LOOK if any(self.limits.model_dump().values()) else _REST
        try:
            while not wait([running], timeout=period).done:
                held = self.measure(manager)
                if self.cancelled.is_set():
                    return self._brought_to(Status.CANCELLED, "the run was cancelled")
                if self.limits.memory and held > self.limits.memory:
                    why = f"the kernel and its children held {held} MiB, more than the "
                    return self._brought_to(Status.KILLED, f"{why}{self.limits.memory} MiB allowed")
                if why := self._too_long(progress):
                    self._brought_to(Status.TIMEOUT, why)
                    manager.signal(signal.SIGINT)  # the cell then shows where it was
                    wait([running], timeout=_PATIENCE)
                    return None
        except KeyboardInterrupt:
            self._brought_to(Status.CANCELLED, "the run was interrupted")
        return None

    def _brought_to(self, status: Status, why: str) -> None:
        self.status, self.why = status, why

    def _too_long(self, progress: _Progress) -> str:
        now = monotonic()
        taken = {"run": (now - self._began, self.limits.seconds)}
        if progress.cell is not None:
            taken["cell"] = (now - progress.began, self.limits.cell_seconds)
        for what, (spent, limit) in taken.items():
            if limit and spent > limit:
                return f"more than the {limit:g} s that a {what} may take"
        return ""

    def measure(self, manager: KernelManager) -> int:
        """Return the MiB held now; note the most so far, and what runs under the kernel."""
        if not manager.pid:
            return 0
        held = 0
        with suppress(psutil.Error):
            kernel = psutil.Process(manager.pid)
            self._below.update(kernel.children(recursive=True))
            held = kernel.memory_info().rss
        for process in self._below:
            with suppress(psutil.Error):
                held += process.memory_info().rss
        highest = 0
        with suppress(OSError):
            if found := _HIGHEST.search(Path(f"/proc/{manager.pid}/status").read_text()):
                highest = int(found[1]) * 1024
        self.peak = max(self.peak or 0, held // _MIB, highest // _MIB) or None
        return held // _MIB

    def end(self, manager: KernelManager) -> None:
        """End the kernel where it did not end by itself, and the processes seen under it."""
        if self.why:
            manager.signal(signal.SIGKILL)
        for process in self._below:
            with suppress(psutil.Error):
                process.kill()  # psutil compares start times: another with the number is spared
