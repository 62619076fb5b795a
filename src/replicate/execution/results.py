"""A folder of results: which are current, the lock of whoever writes there, and a sweep's table."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from locket import LockError, lock_file

from replicate.execution import notebooks, parameters
from replicate.execution.plans import Models, Plan, RunSpec
from replicate.vocabulary.errors import InputError, ReplicateError, RunError
from replicate.vocabulary.files import write_atomic
from replicate.vocabulary.parameters import MODELS
from replicate.vocabulary.runs import PUBLISH, Inputs, Manifest, Publication, sha256

TABLE, LOCK = "results.csv", ".lock"
MANIFEST, FAILED = ".manifest.json", ".failed.ipynb"
_HASH = "sha256"
"""The unit of recorded values that say what a run was built from; its manifest has them."""


class Status(StrEnum):
    """How a run ended; each has an exit code of its own.

    Examples
    --------
    >>> Status.OK.exit_code, Status.REFUSED.exit_code, Status("timeout").exit_code
    (0, 2, 3)
    """

    OK = "ok"
    ERROR = "error"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    KILLED = "killed"
    CANCELLED = "cancelled"

    @property
    def exit_code(self) -> int:
        """Return what a command that ran only this exits with."""
        return 130 if self is Status.CANCELLED else list(Status).index(self)


class Result(NamedTuple):
    """How a run ended.

    Attributes
    ----------
    status
        The kind of end.
    message
        What went wrong, in one screen: the cell's heading, the user's frame, the parameters, and
        the command that replays the run; empty when nothing did.
    manifest
        What its run says of it; None where it failed.
    files
        What the run left, by name; empty once it is written.
    duration
        Seconds from start to end.
    peak_memory
        The most that the kernel held, in MiB; None where it was not measured.
    unchanged
        Whether the result was there before, and is current.
    """

    status: Status
    message: str = ""
    manifest: Manifest | None = None
    files: Mapping[str, bytes] = {}
    duration: float = 0
    peak_memory: int | None = None
    unchanged: bool = False


class Entry(NamedTuple):
    """What is known of a result in a folder.

    Attributes
    ----------
    state
        `stands` where a run would give the same now, `stale`, `missing`, `failed`, or `corrupt`
        where what lies there can't be trusted.
    why
        Why it is not current; empty where it is.
    manifest
        Its manifest; None where there is none that can be trusted.
    """

    state: str
    why: str = ""
    manifest: Manifest | None = None


def examine(
    out: Path, name: str, now: Inputs, parameters: Mapping[str, Any] | None = None
) -> Entry:
    """Compare the result of a run with what it would start from `now`.

    `parameters` are those that it would be given; its own where None.
    """
    beside, notebook = out / f"{name}{MANIFEST}", out / f"{name}.ipynb"
    if not beside.exists():
        return Entry("missing", "not run yet")
    try:
        manifest = Manifest.read(beside)
    except RunError as error:
        return Entry("corrupt", f"{beside.name}: {error.what}")
    if not notebook.is_file() or sha256(notebook) != manifest.output_sha256:
        return Entry("corrupt", f"{notebook.name} is not the one that its manifest describes")
    if why := "; ".join(manifest.changes(now, parameters)):
        return Entry("stale", why, manifest)
    if manifest.key != now.key_with(manifest.parameters, manifest.tables):
        return Entry("corrupt", f"{beside.name} does not have the key of what it lists")
    return Entry("stands", "", manifest)


def examine_all(specs: Iterable[RunSpec]) -> dict[RunSpec, Entry]:
    """Tell of each run whether its result is there and current."""
    inputs = cache(Inputs.of)
    return {
        spec: examine(spec.out, spec.name, inputs(spec.notebook), spec.parameters) for spec in specs
    }


def save_result(out: Path, name: str, files: Mapping[str, bytes]) -> None:
    """Write what a run left, the manifest last: a notebook without it is no result.

    Raises
    ------
    RunError
        When it can't be written; an earlier result is then untouched, or is no result any more.
    """
    if f"{name}{MANIFEST}" in files:
        (out / f"{name}{FAILED}").unlink(missing_ok=True)
    for file in sorted(files, key=lambda file: file.endswith(MANIFEST)):
        write_atomic(out / file, files[file])


@contextmanager
def own_folder(path: Path) -> Iterator[None]:
    """Have a folder of results for one command alone, until it ends, however that happens.

    Raises
    ------
    RunError
        When the folder can't be written to, or other runs are being written to it.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        lock = lock_file(str(path.resolve() / LOCK), timeout=0)
        lock.acquire()
    except OSError as error:
        what = "a folder that can't be written to"
        raise RunError(what, where=str(path), got=error.strerror) from None
    except LockError:
        what = "other runs are being written to this folder"
        hint = "wait until it ends, or write to another folder with --out"
        raise RunError(what, where=str(path), hint=hint) from None
    try:
        yield
    finally:
        lock.release()


class Table:
    """A sweep's `results.csv`: a row a run, and the one record of how its runs last ended.

    Columns are `run`, `outcome`, `seconds`, `peak_memory` (MiB), `key`, `message`, the parameters,
    and what the notebook recorded (with `NAME.lower` and `NAME.upper` for an interval; a name that
    is taken becomes `recorded.NAME`).
    """

    def __init__(self, plan: Plan) -> None:
        self.plan, self.file = plan, plan.out / TABLE
        self._results: dict[RunSpec, Result] = {}
        self._before: dict[str, str] = {}
        if self.file.is_file():
            with self.file.open(encoding="utf-8", newline="") as file:
                self._before = {row["run"]: row["outcome"] for row in csv.DictReader(file)}

    def failed(self) -> list[RunSpec]:
        """Return the runs that last ended otherwise than ok."""
        return [spec for spec in self.plan.specs if self._before.get(spec.name, "ok") != "ok"]

    def add(self, spec: RunSpec, result: Result) -> None:
        """Take a result in, and write the table as it is so far.

        Raises
        ------
        RunError
            When it can't be written.
        """
        self._results[spec] = result
        if not result.unchanged:
            self._write()

    def finish(self) -> None:
        """Write all, and take away what runs left that the sweep had and has no more."""
        for name in self._before.keys() - {spec.name for spec in self.plan.specs}:
            for suffix in (".ipynb", MANIFEST, FAILED):
                (self.plan.out / f"{name}{suffix}").unlink(missing_ok=True)
        self._write()
        if self.plan.publish:
            self.plan.publish.write(self.plan.out)
        else:
            (self.plan.out / PUBLISH).unlink(missing_ok=True)

    def _write(self) -> None:
        results = self._results
        rows = [_row(spec, results[spec]) for spec in self.plan.specs if spec in results]
        text = io.StringIO()
        columns = dict.fromkeys(name for row in rows for name in row)
        writer = csv.DictWriter(text, list(columns), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        write_atomic(self.file, text.getvalue())


def _row(spec: RunSpec, result: Result) -> dict[str, Any]:
    row = {
        "run": spec.name,
        "outcome": str(result.status),
        "seconds": round(result.duration, 3),
        "peak_memory": result.peak_memory,
        "key": result.manifest.key if result.manifest else None,
        "message": " ".join(result.message.split()),
        **spec.parameters,
    }
    for record in result.manifest.records if result.manifest else []:
        if record.get("unit") != _HASH:
            name = f"recorded.{record['name']}" if record["name"] in row else record["name"]
            row[name], interval = record.get("value"), record.get("interval") or {}
            row |= {f"{name}.{end}": interval[end] for end in ("lower", "upper") if interval}
    return {
        name: json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value
        for name, value in row.items()
    }


def status(folder: Path, site: Path, models: Models = MODELS) -> list[dict[str, str]]:
    """Return a row for each result in a folder and those below: result, state, why, page.

    `state` is `stands`, `stale`, `failed` or `corrupt`; `page` is `published`, `stale` where it
    was published before the result was made or from one that is stale, or none. A run under a name
    of its own, and each of a sweep, is judged by its own parameters; one under its notebook's name
    by those that `replicate run` would give it.

    Raises
    ------
    InputError
        When the folder has no results.
    """
    names = {
        (path.parent, path.name.removesuffix(end))
        for end in (MANIFEST, FAILED)
        for path in folder.rglob(f"*{end}")
    }
    if not names:
        raise InputError("no results", where=str(folder), hint="make some with `replicate report`")
    return [_judged(out, name, site, models) for out, name in sorted(names)]


def _judged(out: Path, name: str, site: Path, models: Models) -> dict[str, str]:
    entry, section = _entry(out, name, models), Publication.read(out)
    page = (site / section.section if section else site) / f"{name}.html"
    made = out / f"{name}.ipynb"
    newer = page.is_file() and made.is_file() and made.stat().st_mtime > page.stat().st_mtime
    shown = ("stale" if entry.why or newer else "published") if page.is_file() else "none"
    return {
        "result": (out / name).as_posix(),
        "state": entry.state,
        "why": entry.why,
        "page": shown,
    }


def _entry(out: Path, name: str, models: Models) -> Entry:
    if (out / f"{name}{FAILED}").exists():
        return Entry("failed", "its last run failed")
    given = None
    try:
        manifest = Manifest.read(out / f"{name}{MANIFEST}")
        notebook = notebooks.find(Path(manifest.notebook))
        if name == notebook.stem:
            file = notebooks.parameter_file(notebook)
            given = parameters.read(file, (), models.get(name))
        return examine(out, name, Inputs.of(notebook), given)
    except ReplicateError as error:
        return Entry("corrupt", f"{error.what}: {error.got or error.where}")
