"""A folder of results: which are current, the lock of whoever writes there, and a sweep's table."""

import csv
import io
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from locket import LockError, lock_file
from pydantic import BaseModel, ValidationError

from replicate.execution import notebooks, parameters
from replicate.execution.plans import Models, Plan, RunSpec, read_plan
from replicate.vocabulary.errors import InputError, ReplicateError, RunError
from replicate.vocabulary.files import write_atomic
from replicate.vocabulary.parameters import MODELS
from replicate.vocabulary.runs import PUBLISH, Inputs, Manifest, Outcome, Status, sha256

STATE, TABLE, LOCK = ".sweep.json", "results", ".lock"
MANIFEST, FAILED = ".manifest.json", ".failed.ipynb"
_HASH = "sha256"
"""The unit of recorded values that say what a run was built from; its manifest has them."""

_BESIDE = re.compile(r"\..+\.[0-9a-f]{8}")


class Result(NamedTuple):
    """How a run ended.

    Attributes
    ----------
    outcome
        The kind of end; of a result that was there before, what is known of the run that made it.
    files
        What the run left, by name; empty once it is written.
    manifest
        What its run says of it; None where it failed.
    unchanged
        Whether the result was there before, and is current.
    """

    outcome: Outcome
    files: Mapping[str, bytes] = {}
    manifest: Manifest | None = None
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
    if manifest.key != now.key(manifest.parameters, manifest.tables):
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
        raise RunError(
            "other runs are being written to this folder",
            where=str(path),
            hint="wait until it ends, or write to another folder with --out",
        ) from None
    try:
        for left in path.iterdir():  # what a runner that was killed had begun to write
            if _BESIDE.fullmatch(left.name):
                left.unlink()
        yield
    finally:
        lock.release()


class State(BaseModel):
    """How the runs of a sweep ended when they were last made.

    Attributes
    ----------
    file
        The sweep's file, as a path from the folder of results.
    outcomes
        Name of a run → how it ended.
    """

    file: str = ""
    outcomes: dict[str, Outcome] = {}

    @classmethod
    def read(cls, out: Path) -> "State":
        """Read what a folder remembers, which may be nothing."""
        try:
            return cls.model_validate_json((out / STATE).read_bytes())
        except (OSError, ValidationError):
            return cls()

    @property
    def failed(self) -> dict[str, str]:
        """The runs that last ended otherwise than ok, with how they did."""
        return {
            name: str(end.status) for name, end in self.outcomes.items() if end.status.exit_code
        }


class Table:
    """A sweep's `results.csv` and `results.parquet`: a row a run.

    Columns are `run`, `outcome`, the parameters, what the notebook recorded (with `NAME.lower` and
    `NAME.upper` for an interval; a name that a parameter has becomes `recorded.NAME`), `seconds`,
    `peak_memory` (MiB), `key` and `message`.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan, self.out = plan, plan.out
        file = Path(os.path.relpath(plan.file.resolve(), plan.out.resolve())).as_posix()
        self.state = State(file=file, outcomes=State.read(plan.out).outcomes)
        self._results: dict[RunSpec, Result] = {}
        self._fault: RunError | None = None

    def add(self, spec: RunSpec, result: Result) -> None:
        """Take a result in; what can't be written is told at the end, and stops no run."""
        before = self.state.outcomes.get(spec.name)
        if not (result.unchanged and before and before.status is Status.OK):
            self.state.outcomes[spec.name] = result.outcome
        self._results[spec] = result
        if not result.unchanged:
            self._write()

    def finish(self) -> None:
        """Write all, and take away what runs left that the sweep had and has no more.

        Raises
        ------
        RunError
            When something could not be written.
        """
        for name in self.state.outcomes.keys() - {spec.name for spec in self.plan.specs}:
            del self.state.outcomes[name]
            for suffix in (".ipynb", MANIFEST, FAILED):
                (self.out / f"{name}{suffix}").unlink(missing_ok=True)
        self._write()
        if self.plan.publish:
            self.plan.publish.write(self.out)
        else:
            (self.out / PUBLISH).unlink(missing_ok=True)
        if self._fault:
            raise self._fault

    def _write(self) -> None:
        rows = self.rows()
        text, state = _csv(rows), (self.state.model_dump_json(indent=1) + "\n").encode()
        table, parquet = (self.out / f"{TABLE}.{kind}" for kind in ("csv", "parquet"))
        try:
            if not _holds(self.out / STATE, state):
                write_atomic(self.out / STATE, state)
            if not (_holds(table, text) and parquet.is_file()):
                write_atomic(parquet, _parquet(rows))
                write_atomic(table, text)  # last: it tells whether both are up to date
        except RunError as error:
            self._fault = error

    def rows(self) -> list[dict[str, Any]]:
        """Return the table's rows, all with the same columns."""
        results = {spec: self._results[spec] for spec in self.plan.specs if spec in self._results}
        given = list(dict.fromkeys(name for spec in results for name in spec.parameters))
        recorded = {spec: _recorded(each.manifest, given) for spec, each in results.items()}
        columns = list(dict.fromkeys(name for values in recorded.values() for name in values))
        return [
            {
                "run": spec.name,
                "outcome": str(each.outcome.status),
                **{name: _plain(spec.parameters.get(name)) for name in given},
                **{name: recorded[spec].get(name) for name in columns},
                "seconds": round(self.state.outcomes[spec.name].duration, 3),
                "peak_memory": self.state.outcomes[spec.name].peak_memory,
                "key": each.manifest.key if each.manifest else None,
                "message": " ".join(each.outcome.message.split()) or None,
            }
            for spec, each in results.items()
        ]


def _recorded(manifest: Manifest | None, taken: Sequence[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for record in manifest.records if manifest else []:
        if record.get("unit") == _HASH:
            continue
        name = f"recorded.{record['name']}" if record["name"] in taken else record["name"]
        values[name] = _plain(record.get("value"))
        if interval := record.get("interval"):
            values |= {f"{name}.{end}": interval[end] for end in ("lower", "upper")}
    return values


def _plain(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def _holds(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content


def _csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    text = io.StringIO()
    names = list(rows[0]) if rows else ["run", "outcome"]
    writer = csv.DictWriter(text, fieldnames=names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _parquet(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Write rows as parquet; a column of several types is text."""
    import pyarrow as pa  # here, because a sweep of which nothing changed needs none of it
    import pyarrow.parquet as pq

    def column(name: str) -> Any:
        values = [row[name] for row in rows]
        try:
            return pa.array(values)
        except pa.ArrowException:
            texts = (v if v is None or isinstance(v, str) else json.dumps(v) for v in values)
            return pa.array(texts, pa.string())

    names = list(rows[0]) if rows else ["run", "outcome"]
    buffer = io.BytesIO()
    pq.write_table(pa.table({name: column(name) for name in names}), buffer)
    return buffer.getvalue()


def status(folder: Path, site: Path, models: Models = MODELS) -> list[dict[str, str]]:
    """Return a row for each result in a folder and those below: result, state, why, page.

    `state` is `stands`, `stale`, `failed`, `corrupt`, or `missing` for a run of a sweep that was
    not made; `page` is `published`, `stale` where it was published before the result was made or
    from one that is stale, or none. A run under a name of its own is judged by its own parameters;
    one under its notebook's name by those that `replicate run` would give it.

    Raises
    ------
    InputError
        When the folder has no results.
    """
    patterns = (f"*{MANIFEST}", f"*{FAILED}", STATE)
    folders = sorted({path.parent for pattern in patterns for path in folder.rglob(pattern)})
    rows = [row for place in folders for row in _rows(place, site, models)]
    if not rows:
        raise InputError("no results", where=str(folder), hint="make some with `replicate report`")
    return rows


def _rows(out: Path, site: Path, models: Models) -> Iterator[dict[str, str]]:
    state, section, entries = State.read(out), site, dict[str, Entry]()
    gone = Entry("stale", "it is no run of the sweep any more")
    if state.file:
        try:
            plan = read_plan(Path(os.path.normpath(out.resolve() / state.file)), out, models)
            entries = {spec.name: entry for spec, entry in examine_all(plan.specs).items()}
            section = site / plan.publish.section if plan.publish else site
        except InputError as error:
            gone = Entry("stale", f"{state.file}: {error.what}")
    made, broken = (
        [path.name.removesuffix(end) for path in out.glob(f"*{end}")] for end in (MANIFEST, FAILED)
    )
    failed = dict.fromkeys(broken, "its last run failed") | state.failed
    for name in sorted({*made, *failed, *entries}):
        if name in failed:
            entry = Entry("failed", failed[name])
        elif state.file:
            entry = entries.get(name, gone)
        else:
            entry = _alone(out, name, models)
        yield {
            "result": (out / name).as_posix(),
            "state": entry.state,
            "why": entry.why,
            "page": _page(section / f"{name}.html", out / f"{name}.ipynb", entry),
        }


def _page(page: Path, executed: Path, entry: Entry) -> str:
    if not page.is_file():
        return "none"
    newer = executed.is_file() and executed.stat().st_mtime_ns > page.stat().st_mtime_ns
    return "stale" if entry.why or newer else "published"


def _alone(out: Path, name: str, models: Models) -> Entry:
    """Examine a result of no sweep."""
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
