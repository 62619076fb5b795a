"""The table of a sweep's results, and the memory of how its runs ended."""

import csv
import io
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from replicate.execution.sweeps.batch import Result
from replicate.execution.sweeps.files import replace
from replicate.execution.sweeps.plan import Plan
from replicate.vocabulary.errors import RunError
from replicate.vocabulary.manifests import Manifest
from replicate.vocabulary.outcomes import Outcome

STATE = ".sweep.json"
TABLE = "results"
_HASH = "sha256"
"""The unit of recorded values that say what a run was built from; its manifest has them."""


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
        """Read what a folder remembers; None where it remembers nothing, or nothing that can be read."""
        try:
            return cls.model_validate_json((out / STATE).read_bytes())
        except (OSError, ValidationError):
            return None


class Results:
    """Writes the table whole whenever a run ends: `results.csv` and `results.parquet`, a row a run, in the order of the sweep.

    Columns are `run`, `outcome`, the parameters, what the notebook recorded (with `NAME.lower` and `NAME.upper` for an interval; a name
    that a parameter has becomes `recorded.NAME`), `seconds`, `peak_memory` (MiB), `key` and `message`.
    """

    def __init__(self, plan: Plan, out: Path) -> None:
        self.plan, self.out = plan, out
        before = State.read(out)
        self.outcomes = dict(before.outcomes) if before else {}
        self.fault: RunError | None = None
        self._results: dict[str, Result] = {}

    @property
    def failed(self) -> set[str]:
        """The runs that last ended otherwise than ok."""
        return {name for name, outcome in self.outcomes.items() if outcome.status.exit_code}

    def add(self, result: Result) -> None:
        """Take a result in; what can't be written is told at the end, and stops no run."""
        name, outcome = result.task.name, result.outcome
        if result.unchanged and (before := self.outcomes.get(name)) and before.peak_memory:
            outcome = outcome.model_copy(update={"peak_memory": before.peak_memory})
        self.outcomes[name] = outcome
        self._results[name] = result
        if not result.unchanged:
            self.write()

    def tidy(self) -> None:
        """Take away what runs left that the sweep had and has no more."""
        for name in self.outcomes.keys() - {task.name for task in self.plan.tasks}:
            del self.outcomes[name]
            for suffix in (".ipynb", ".manifest.json", ".failed.ipynb"):
                (self.out / f"{name}{suffix}").unlink(missing_ok=True)

    def write(self) -> None:
        """Write the table and the memory."""
        rows = self.rows()
        state = State(file=_path_from(self.out, self.plan.file), outcomes=self.outcomes)
        try:
            remembered = (state.model_dump_json(indent=1) + "\n").encode()
            if not _holds(self.out / STATE, remembered):
                replace(self.out / STATE, remembered)
            table, parquet = self.out / f"{TABLE}.csv", self.out / f"{TABLE}.parquet"
            if not (_holds(table, as_csv(rows)) and parquet.is_file()):
                replace(
                    parquet, as_parquet(rows)
                )  # before the one that tells whether both are up to date
                replace(table, as_csv(rows))
        except RunError as error:
            self.fault = error

    def rows(self) -> list[dict[str, Any]]:
        """Return the table's rows, all with the same columns."""
        known = [
            (task, self._results[task.name])
            for task in self.plan.tasks
            if task.name in self._results
        ]
        given = list(dict.fromkeys(name for task, _ in known for name in task.parameters))
        recorded = {task.name: _recorded(result.manifest, given) for task, result in known}
        columns = list(dict.fromkeys(name for values in recorded.values() for name in values))
        return [
            {
                "run": task.name,
                "outcome": str(result.outcome.status),
                **{name: _plain(task.parameters.get(name)) for name in given},
                **{name: recorded[task.name].get(name) for name in columns},
                "seconds": round(result.outcome.duration, 3),
                "peak_memory": self.outcomes[task.name].peak_memory,
                "key": result.manifest.key if result.manifest else None,
                "message": " ".join(result.outcome.message.split()) or None,
            }
            for task, result in known
        ]


def _recorded(manifest: Manifest | None, taken: Iterable[str]) -> dict[str, Any]:
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
    except ValueError:  # pragma: no cover - on Windows, where the two may be on different drives
        return file.resolve().as_posix()


def _holds(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content


def as_csv(rows: list[dict[str, Any]]) -> bytes:
    """Write rows as CSV."""
    text = io.StringIO()
    writer = csv.DictWriter(
        text, fieldnames=list(rows[0]) if rows else ["run", "outcome"], lineterminator="\n"
    )
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def as_parquet(rows: list[dict[str, Any]]) -> bytes:
    """Write rows as parquet; a column of several types is text."""
    import pyarrow as pa  # here, because a sweep of which nothing changed needs none of it
    import pyarrow.parquet as pq

    names = list(rows[0]) if rows else ["run", "outcome"]
    table = pa.table({name: _column([row[name] for row in rows]) for name in names})
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


def _column(values: list[Any]) -> Any:
    import pyarrow as pa

    kinds = {type(value) for value in values if value is not None}
    if kinds == {int, float}:
        return pa.array(values, pa.float64())
    if len(kinds) > 1:
        return pa.array(
            [
                value if value is None or isinstance(value, str) else json.dumps(value)
                for value in values
            ],
            pa.string(),
        )
    return pa.array(values, None if kinds else pa.string())
