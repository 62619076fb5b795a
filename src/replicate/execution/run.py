# mypy: disable-error-code="no-untyped-call"
# nbformat annotates little
"""Runs one notebook with papermill, within limits, and says how that ended, whatever happened."""

import asyncio
import hashlib
import logging
import platform
import re
import signal
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any, NamedTuple

import nbformat
import papermill
import psutil
from jupyter_core.utils import ensure_event_loop
from papermill.exceptions import PapermillExecutionError

from replicate.execution.kernels import KernelManager
from replicate.execution.notebooks import Source, heading_above, read
from replicate.execution.parameters import replay
from replicate.execution.plans import Limits, RunSpec
from replicate.execution.results import FAILED, MANIFEST, Result, Status
from replicate.vocabulary.errors import InputError, RunError
from replicate.vocabulary.runs import INJECTED, RECORD, Inputs, Manifest, noted

PACKAGE = "casey-audit-replication"
_PATIENCE = 2.5  # seconds for an interrupted cell to say where it was; jupyter_client's own
_LOOK = 0.25  # seconds between two looks at what a run holds, where it has a limit
_REST = 1.0  # and where it has none: only what it leaves behind is looked for
_MIB = 1 << 20
_OWN = {"ReplicateError", "InputError", "RunError"}
_NOT_OURS = {INJECTED, "papermill-error-cell-tag"}
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_FRAME = re.compile(r"Cell In\[(\d+)\], line (\d+).*?-+> \2 ?([^\n]*)", re.DOTALL)
_HIGHEST = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)
logging.getLogger("papermill").setLevel(logging.CRITICAL)  # what it logs is raised as an error


def run(
    spec: RunSpec,
    *,
    folder: Path | None = None,
    cancelled: Callable[[], bool] = bool,
    warm: bool = True,
) -> Result:
    """Execute a notebook, and return how that ended.

    The same notebook, parameters and versions give the same bytes. Whatever papermill or nbclient
    raises is a failure, and so is a cell that did not complete.

    Parameters
    ----------
    spec, folder
        What to run, and where the notebook lies on this machine, if elsewhere than `spec` says.
    cancelled, warm
        Says, whenever asked, whether the run is to be ended; whether to fork a ready kernel.

    Returns
    -------
    Result
        With `NAME.ipynb` and `NAME.manifest.json`, or `NAME.failed.ipynb` of one that failed.
    """
    started, watch = datetime.now(UTC), _Watch(spec.limits, cancelled)
    try:
        source = read((folder or spec.notebook.parent) / spec.notebook.name)
        node, given = source.node(), Inputs.of(source.path)
    except InputError as error:
        return Result(Status.REFUSED, str(error))
    place = source.path.resolve().parent
    with TemporaryDirectory(prefix="replicate-run-") as private:
        manager = KernelManager.within(Path(private), place, warm=warm)
        fault = _execute(node, spec.parameters, manager, watch)
        stop, tables = _stop(watch, manager, fault), noted(manager.reads)
    duration = (datetime.now(UTC) - started).total_seconds()
    notebook = watch.notebook or node
    if stop:
        files = {f"{spec.name}{FAILED}": _text(_marked(notebook, stop))}
        message = _message(spec, notebook, stop)
        return Result(stop.status, message, None, files, duration, watch.peak)
    content = _text(normalise(notebook, spec.parameters, folder=place))
    manifest = Manifest(
        name=spec.name,
        notebook=source.path.stem,
        parameters=dict(spec.parameters),
        **_made_with(),
        started=started,
        duration=duration,
        peak_memory=watch.peak,
        output_sha256=hashlib.sha256(content).hexdigest(),
        records=list(_records(notebook)),
        tables=tables,
        seed=_seed(source, spec.parameters),
        key=given.key_with(spec.parameters, tables),
        **vars(given),
    )
    told = (manifest.model_dump_json(indent=1) + "\n").encode()
    files = {f"{spec.name}.ipynb": content, f"{spec.name}{MANIFEST}": told}
    return Result(Status.OK, "", manifest, files, duration, watch.peak)


def _records(notebook: Any) -> Iterator[Any]:
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if RECORD in output.get("data", {}):
                yield output.data[RECORD]


def _seed(source: Source, values: Mapping[str, Any]) -> int | None:
    found = str(values.get("seed", (source.defaults or {}).get("seed", "")))
    return int(found) if found.isdecimal() else None


def _text(notebook: Any) -> bytes:
    return str(nbformat.v4.writes(notebook)).encode()


class Stop(NamedTuple):
    """What stopped a notebook: the cell, none before the first, and the words for it."""

    cell: Any
    text: str
    traceback: str = ""
    status: Status = Status.ERROR


def _made_with() -> dict[str, str]:
    kernel = f"ipykernel {version('ipykernel')}"
    return {"package": version(PACKAGE), "platform": platform.platform(), "kernel": kernel}


def _execute(
    node: Any, values: Mapping[str, Any], manager: KernelManager, watch: "_Watch"
) -> BaseException | None:
    """Run the cells, and return what papermill or nbclient raised, if anything."""

    def work() -> None:
        loop = ensure_event_loop()
        try:
            papermill.execute_notebook(
                node,
                None,
                dict(values),
                kernel_name="python3",
                language="python",
                km=manager,
                resources={"metadata": {"path": str(manager.folder)}},
                request_save_on_cell_execute=False,
                autosave_cell_every=0,
                record_timing=False,
                progress_bar=False,
                on_notebook_start=watch.on_notebook_start,
                on_cell_execute=watch.on_cell_execute,
                on_cell_error=watch.on_cell_error,
            )
        finally:
            watch.measure(manager)
            loop.run_until_complete(manager.end())
            loop.run_until_complete(loop.shutdown_default_executor())
            loop.close()  # nobody else closes the one that Jupyter's libraries open in a thread
            asyncio.set_event_loop(None)

    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(work)
        watch.until_done(running, manager)
    return running.exception()


def _stop(watch: "_Watch", manager: KernelManager, fault: BaseException | None) -> Stop | None:
    status, words = watch.status, [watch.why]
    if status is None and fault is not None and not isinstance(fault, PapermillExecutionError):
        status = Status.KILLED if (manager.code or 0) < 0 else Status.ERROR
        died = manager.last_words() or [f"{type(fault).__name__}: {fault}"]
        words = died if watch.notebook else ["the kernel did not start", *died]
    if status is not None:
        return Stop(watch.cell, f"{status.capitalize()}: {'; '.join(words)}", status=status)
    for cell in watch.notebook.cells:
        errors = [each for each in cell.get("outputs", []) if each.output_type == "error"]
        about = cell.metadata.get("papermill", {})
        if about.get("exception") or about.get("status") not in (None, "completed"):
            errors.append(watch.reply)
        if errors:
            kind, message = errors[0]["ename"], errors[0]["evalue"]
            text = message if kind in _OWN else f"{kind}: {message}".rstrip(": ")
            return Stop(cell, _COLOUR.sub("", text), "\n".join(errors[0].get("traceback", [])))
    return Stop(watch.cell, str(fault)) if fault else None


def _marked(notebook: Any, stop: Stop) -> Any:
    """Write into the cell what stopped it, where its outputs don't say."""
    outputs = stop.cell.get("outputs", []) if stop.cell is not None else []
    if stop.cell is not None and not any(each.output_type == "error" for each in outputs):
        kind, _, message = stop.text.partition(": ")
        told = {"ename": kind, "evalue": message, "traceback": [stop.text]}
        stop.cell["outputs"] = [*outputs, nbformat.v4.new_output("error", **told)]
    return notebook


def _message(spec: RunSpec, notebook: Any, stop: Stop) -> str:
    """Say what stopped a run, where, and how to run it again."""
    where = str(spec.notebook)
    if stop.cell is not None:
        cells = [
            cell
            for cell in notebook.cells
            if cell is stop.cell or not _NOT_OURS & {*cell.metadata.get("tags", [])}
        ]
        above = cells[: next(n for n, cell in enumerate(cells) if cell is stop.cell)]
        count, heading = stop.cell.get("execution_count"), heading_above(above)
        where += f", cell {len(above) + 1}{f' (In [{count}])' if count else ''}"
        where += f", under '{heading}'" if heading else ", before the first heading"
    frames = _FRAME.findall(_COLOUR.sub("", stop.traceback))
    lines = [f"in line {line} of In [{count}]: {text.strip()}" for count, line, text in frames[-1:]]
    again = replay(str(spec.notebook), spec.parameters, str(spec.out), spec.name)
    kept = spec.out / f"{spec.name}{FAILED}"
    error = RunError(
        f"{spec.name} stopped\n{textwrap.indent(chr(10).join([stop.text, *lines]), '    ')}",
        where=where,
        got=", ".join(f"{key}={value!r}" for key, value in spec.parameters.items())
        or "no parameters",
        hint=f"run it again with `{again}`; the notebook as it stopped is {kept}",
    )
    return str(error)


class _Watch:
    """Follows one run from the thread that waits for it: its time, its memory, who ends it.

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
    notebook, cell, reply
        The notebook as it fills, the cell under way, and what the kernel said of one that failed.
    """

    def __init__(self, limits: Limits, cancelled: Callable[[], bool]) -> None:
        self.limits, self.cancelled = limits, cancelled
        self.status: Status | None = None
        self.why = ""
        self.peak: int | None = None
        self.notebook: Any = None
        self.cell: Any = None
        self.reply: Mapping[str, Any] = {"ename": "Unfinished", "evalue": "it did not complete"}
        self._began = monotonic()
        self._below: set[psutil.Process] = set()

    def on_notebook_start(self, notebook: Any) -> None:
        """Note the notebook, once its kernel has started: a hook of nbclient's, as the next two."""
        self.notebook = notebook

    def on_cell_execute(self, cell: Any, cell_index: int) -> None:  # noqa: ARG002
        """Note the cell under way."""
        self.cell = cell

    def on_cell_error(self, cell: Any, cell_index: int, execute_reply: Any) -> None:  # noqa: ARG002
        """Note what the kernel said of a failing cell, which its outputs need not show."""
        self.reply = execute_reply["content"]

    def until_done(self, running: "Future[None]", manager: KernelManager) -> None:
        """Wait for a run; end it when it has to be, and the processes seen under it in any case."""
        period = _LOOK if self.limits.seconds or self.limits.memory else _REST
        try:
            while self.status is None and not wait([running], timeout=period).done:
                self._judge(self.measure(manager))
            if self.status is Status.TIMEOUT:
                manager.signal(signal.SIGINT)  # the cell then shows where it was
                wait([running], timeout=_PATIENCE)
        except KeyboardInterrupt:
            self.status, self.why = Status.CANCELLED, "the run was interrupted"
        if self.status:
            manager.signal(signal.SIGKILL)
        for process in self._below:
            with suppress(psutil.Error):
                process.kill()  # psutil compares start times: another with the number is spared

    def _judge(self, held: int) -> None:
        """Say whether the run has to end, and why."""
        seconds, memory = self.limits.seconds, self.limits.memory
        if self.cancelled():
            self.status, self.why = Status.CANCELLED, "the run was cancelled"
        elif memory and held > memory:
            why = f"the kernel and its children held {held} MiB, more than the {memory} MiB allowed"
            self.status, self.why = Status.KILLED, why
        elif seconds and monotonic() - self._began > seconds:
            why = f"more than the {seconds:g} s that a run may take"
            self.status, self.why = Status.TIMEOUT, why

    def measure(self, manager: KernelManager) -> int:
        """Return the MiB held now; note the most so far, and what runs under the kernel."""
        if not manager.pid:
            return 0
        held = highest = 0
        with suppress(psutil.Error):
            kernel = psutil.Process(manager.pid)
            self._below.update(kernel.children(recursive=True))
            held = kernel.memory_info().rss
        for process in self._below:
            with suppress(psutil.Error):
                held += process.memory_info().rss
        with suppress(OSError):
            if found := _HIGHEST.search(Path(f"/proc/{manager.pid}/status").read_text()):
                highest = int(found[1]) * 1024
        self.peak = max(self.peak or 0, held // _MIB, highest // _MIB) or None
        return held // _MIB


# What differs from run to run and says nothing of the result.

WIDGET = "application/vnd.jupyter.widget-view+json"
_CELL_FILE = re.compile(
    r"(?<![^\s\"'<>&(=])(?:/|[A-Za-z]:\\)[^\s\"'<>&]*[\\/]ipykernel_\d+[\\/]\d+\.py"
)
_ADDRESS = re.compile(r"(?<= at )0x[0-9a-f]{6,16}(?=>|&gt;|,)")
_TEXTS = ("text/plain", "text/html", "text/markdown", "image/svg+xml")


def normalise(notebook: Any, parameters: Mapping[str, object], *, folder: Path) -> Any:
    """Make two runs of one notebook with one set of parameters the same, byte for byte.

    Papermill's times and durations go, the cell it adds gets a fixed id, widgets go (their ids are
    drawn at random, and they need a kernel), text printed between two displays is put together
    whatever pieces it arrived in, and paths of this machine and memory addresses are replaced in
    what cells printed.

    Parameters
    ----------
    notebook
        As papermill returns it; changed in place, and returned.
    parameters
        The values given, which the notebook's metadata keeps.
    folder
        The working directory of the run, written as `.` in outputs.
    """
    notebook.metadata.pop("widgets", None)
    notebook.metadata["papermill"] = {"parameters": dict(parameters)}
    replace = _replacer(folder)
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        if INJECTED in cell.metadata.get("tags", []):
            cell["id"] = INJECTED
        if cell.cell_type == "code":
            shown = [output for output in cell.outputs if WIDGET not in output.get("data", {})]
            cell["outputs"] = [_replaced(output, replace) for output in _joined(shown)]
    return notebook


def _joined(outputs: Iterable[Any]) -> list[Any]:
    """Join what was printed between two displays: first standard output, then standard error."""
    joined: list[Any] = []
    for printed, group in groupby(outputs, lambda output: output.output_type == "stream"):
        streams: dict[str, Any] = {}
        for output in group:
            if not printed:
                joined.append(output)
            elif output.name in streams:
                streams[output.name]["text"] += output.text
            else:
                streams[output.name] = output
        joined.extend(streams[name] for name in sorted(streams, reverse=True))
    return joined


def _replaced(output: Any, replace: Callable[[str], str]) -> Any:
    if output.output_type == "stream":
        output["text"] = replace(output.text)
    for kind in _TEXTS:
        if isinstance(text := output.get("data", {}).get(kind), str):
            output["data"][kind] = replace(text)
    return output


def _replacer(folder: Path) -> Callable[[str], str]:
    """Build the replacement of this machine's paths, where they stand alone: never in an address."""
    places = {str(folder): ".", str(Path.home()): "~", sys.prefix: "environment"}
    known = sorted((place for place in places if len(place) > 1), key=len, reverse=True)
    whole = "|".join(map(re.escape, known))
    pattern = re.compile(rf"(?<![\w/.~@%+:-])(?:{whole})(?![\w-]|\.\w)")

    def replace(text: str) -> str:
        text = _CELL_FILE.sub("cell", text)
        return _ADDRESS.sub("0x…", pattern.sub(lambda found: places[found[0]], text))

    return replace
