"""A folder of results: which are current, the lock of whoever writes there, and a sweep's table."""

import csv
import io
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from pydantic import BaseModel, ValidationError

from replicate.execution.plans import Plan, RunSpec
from replicate.vocabulary.errors import RunError
from replicate.vocabulary.files import write_atomic
from replicate.vocabulary.runs import PUBLISH, Inputs, Manifest, Outcome, Status, sha256

STATE, TABLE, LOCK = ".sweep.json", "results", ".lock"
_HASH = "sha256"
"""The unit of recorded values that say what a run was built from; its manifest has them."""

_BESIDE = re.compile(r"\..+\.[0-9a-f]{8}")
_held: set[Path] = set()


@dataclass(frozen=True)
class Entry:
    """What is known of a result in a folder.

    Attributes
    ----------
    manifest
        Its manifest; None where there is none that can be trusted.
    changed
        What has changed since it was made, a phrase each; empty for a current result.
    corrupt
        Why what lies there can't be trusted; empty where it can.
    """

    manifest: Manifest | None
    changed: tuple[str, ...] = ()
    corrupt: str = ""

    @property
    def is_current(self) -> bool:
        """Whether a run would give the same now."""
        return self.manifest is not None and not self.changed and not self.corrupt

    @property
    def why(self) -> str:
        """Say why it is not current; nothing where it is."""
        return self.corrupt or "; ".join(self.changed)


@dataclass(frozen=True)
class Result:
    """How a run of a sweep, or of none, ended.

    Attributes
    ----------
    spec
        What was asked for.
    outcome
        How it ended; of a result that was there before, what is known of the run that made it.
    manifest
        What its run left; None where it failed.
    unchanged
        Whether the result was there before, and is current.
    """

    spec: RunSpec
    outcome: Outcome
    manifest: Manifest | None = None
    unchanged: bool = False


def examine(
    out: Path, name: str, now: Inputs, parameters: Mapping[str, Any] | None = None
) -> Entry:
    """Compare a result with what a run would start from now.

    Parameters
    ----------
    out, name
        The folder and the name of the run.
    now
        What it would start from.
    parameters
        What it would be given; its own where None.
    """
    beside, notebook = out / f"{name}.manifest.json", out / f"{name}.ipynb"
    if not beside.exists():
        return Entry(None, ("not run yet",))
    try:
        manifest = Manifest.read(beside)
    except RunError as error:
        return Entry(None, corrupt=f"{beside.name}: {error.what}")
    if not notebook.is_file() or sha256(notebook) != manifest.output_sha256:
        return Entry(None, corrupt=f"{notebook.name} is not the one that its manifest describes")
    changed = tuple(manifest.changes(now, parameters))
    if not changed and manifest.key != now.key(manifest.parameters, manifest.tables):
        return Entry(None, corrupt=f"{beside.name} does not have the key of what it lists")
    return Entry(manifest, changed)


def examine_all(specs: Iterable[RunSpec]) -> dict[RunSpec, Entry]:
    """Tell of each run whether its result is there and current."""
    inputs: dict[Path, Inputs] = {}
    found = {}
    for spec in specs:
        if spec.notebook not in inputs:
            inputs[spec.notebook] = Inputs.of(spec.notebook)
        found[spec] = examine(spec.out, spec.name, inputs[spec.notebook], spec.parameters)
    return found


def save_result(out: Path, name: str, files: Mapping[str, bytes]) -> None:
    """Write what a run left, the manifest last: a notebook without it is no result.

    Raises
    ------
    RunError
        When it can't be written; an earlier result is then untouched, or is no result any more.
    """
    if f"{name}.manifest.json" in files:
        (out / f"{name}.failed.ipynb").unlink(missing_ok=True)
    for file in sorted(files, key=lambda file: file.endswith(".manifest.json")):
        write_atomic(out / file, files[file])


@contextmanager
def own_folder(path: Path) -> Iterator[None]:
    """Have a folder of results for one command alone.

    The lock is the operating system's own on a file of the folder: it ends with the process that
    holds it, however that ends, and kernels don't inherit it.

    Raises
    ------
    RunError
        When the folder can't be written to, or other runs are being written to it.
    """
    place = path.resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
        file = (path / LOCK).open("ab")
    except OSError as error:
        raise RunError(
            "a folder that can't be written to", where=str(path), got=error.strerror
        ) from None
    with file:
        if place in _held or not _locked(file):
            raise RunError(
                "other runs are being written to this folder",
                where=str(path),
                hint="wait until it ends, or write to another folder with --out",
            )
        _held.add(place)
        try:
            for left in path.iterdir():  # what a runner that was killed had begun to write
                if _BESIDE.fullmatch(left.name):
                    left.unlink()
            yield
        finally:
            _held.discard(place)


if sys.platform == "win32":  # pragma: no cover - Windows has no fcntl

    def _locked(file: IO[bytes]) -> bool:
        import msvcrt

        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:

    def _locked(file: IO[bytes]) -> bool:
        import fcntl

        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


class State(BaseModel):
    """How the runs of a sweep ended when they were last made.

    Attributes
    ----------
    file
        The sweep's file, as a path from the folder of results.
    outcomes
        Name of a run → how it ended.
    """

    file: str
    outcomes: dict[str, Outcome] = {}

    @classmethod
    def read(cls, out: Path) -> "State | None":
        """Read what a folder remembers; None where that is nothing, or can't be read."""
        try:
            return cls.model_validate_json((out / STATE).read_bytes())
        except (OSError, ValidationError):
            return None


class Table:
    """A sweep's `results.csv` and `results.parquet`, written whole as runs end: a row a run.

    Columns are `run`, `outcome`, the parameters, what the notebook recorded (with `NAME.lower` and
    `NAME.upper` for an interval; a name that a parameter has becomes `recorded.NAME`), `seconds`,
    `peak_memory` (MiB), `key` and `message`.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan, self.out = plan, plan.out
        before = State.read(self.out)
        self.outcomes = dict(before.outcomes) if before else {}
        self._results: dict[str, Result] = {}
        self._fault: RunError | None = None

    @property
    def failed(self) -> set[str]:
        """The runs that last ended otherwise than ok."""
        return {name for name, outcome in self.outcomes.items() if outcome.status.exit_code}

    def add(self, result: Result) -> None:
        """Take a result in; what can't be written is told at the end, and stops no run."""
        name, outcome = result.spec.name, result.outcome
        before = self.outcomes.get(name)
        if not (result.unchanged and before and before.status is Status.OK):
            self.outcomes[name] = outcome
        self._results[name] = result
        if not result.unchanged:
            self._write()

    def finish(self) -> None:
        """Write all, and take away what runs left that the sweep had and has no more.

        Raises
        ------
        RunError
            When something could not be written.
        """
        for name in self.outcomes.keys() - {spec.name for spec in self.plan.specs}:
            del self.outcomes[name]
            for suffix in (".ipynb", ".manifest.json", ".failed.ipynb"):
                (self.out / f"{name}{suffix}").unlink(missing_ok=True)
        self._write()
        if self.plan.publish:
            self.plan.publish.write(self.out)
        else:
            (self.out / PUBLISH).unlink(missing_ok=True)
        if self._fault:
            raise self._fault

    def _write(self) -> None:
        rows, csv_file = self.rows(), self.out / f"{TABLE}.csv"
        state = State(file=_path_from(self.out, self.plan.file), outcomes=self.outcomes)
        try:
            _write_changed(self.out / STATE, (state.model_dump_json(indent=1) + "\n").encode())
            if not (_holds(csv_file, _csv(rows)) and csv_file.with_suffix(".parquet").is_file()):
                write_atomic(csv_file.with_suffix(".parquet"), _parquet(rows))
                write_atomic(csv_file, _csv(rows))  # last: it tells whether both are up to date
        except RunError as error:
            self._fault = error

    def rows(self) -> list[dict[str, Any]]:
        """Return the table's rows, all with the same columns."""
        results = [self._results[s.name] for s in self.plan.specs if s.name in self._results]
        given = list(dict.fromkeys(name for each in results for name in each.spec.parameters))
        recorded = [_recorded(each.manifest, given) for each in results]
        columns = list(dict.fromkeys(name for values in recorded for name in values))
        return [
            {
                "run": each.spec.name,
                "outcome": str(each.outcome.status),
                **{name: _plain(each.spec.parameters.get(name)) for name in given},
                **{name: values.get(name) for name in columns},
                "seconds": round(self.outcomes[each.spec.name].duration, 3),
                "peak_memory": self.outcomes[each.spec.name].peak_memory,
                "key": each.manifest.key if each.manifest else None,
                "message": " ".join(each.outcome.message.split()) or None,
            }
            for each, values in zip(results, recorded, strict=True)
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


def _path_from(folder: Path, file: Path) -> str:
    try:
        return Path(os.path.relpath(file.resolve(), folder.resolve())).as_posix()
    except ValueError:  # pragma: no cover - on Windows, where they may be on different drives
        return file.resolve().as_posix()


def _holds(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content


def _write_changed(path: Path, content: bytes) -> None:
    if not _holds(path, content):
        write_atomic(path, content)


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

    names = list(rows[0]) if rows else ["run", "outcome"]
    columns = {name: [row[name] for row in rows] for name in names}
    table = pa.table({name: _column(values) for name, values in columns.items()})
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


def _column(values: Sequence[Any]) -> Any:
    import pyarrow as pa

    kinds = {type(value) for value in values if value is not None}
    if kinds <= {int, float} and float in kinds:
        return pa.array(values, pa.float64())
    if len(kinds) == 1:
        return pa.array(values)
    return pa.array(
        [v if v is None or isinstance(v, str) else json.dumps(v) for v in values], pa.string()
    )


def worst(results: Iterable[Result]) -> int:
    """Return what a command exits with: the highest exit code of its runs' outcomes."""
    return max((result.outcome.status.exit_code for result in results), default=0)


def kept(spec: RunSpec, entry: Entry) -> Result:
    """Return the result of a run that need not be made again."""
    duration = entry.manifest.duration if entry.manifest else 0
    return Result(spec, Outcome(status=Status.OK, duration=duration), entry.manifest, True)
