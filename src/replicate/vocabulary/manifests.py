"""What a run leaves beside its executed notebook, and whether it is what a run would give now.

A result is current while its notebook, parameters, the tables it read, the package's source and
the lock are the same. One hash stands for all of the package's source: an edit anywhere in it
makes every result out of date, which costs about a minute and needs no graph of imports.
"""

import hashlib
import json
import os
import platform
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from replicate.vocabulary.errors import Fault, InputError, RunError
from replicate.vocabulary.reads import DATA, Read, lock, sha256

_PACKAGE = Path(__file__).resolve().parents[1]


class Manifest(BaseModel):
    """What was run, with what, and what came of it.

    Attributes
    ----------
    name
        The run's name, which its files have.
    notebook
        The name of the notebook.
    notebook_sha256, output_sha256
        Of the notebook's source file and of the executed notebook.
    parameters
        The values in force; those not given took the notebook's defaults.
    package, python, platform, kernel
        Versions of what ran it.
    started, duration
        When (UTC) and for how many seconds; the executed notebook itself holds no times.
    records
        The values that the notebook recorded, in order.
    tables
        What it read, and looked for, of tables.
    source_sha256
        Of all of the package's own files but its tables, and of Python files beside the notebook.
    lock_sha256
        Of the lock that the environment was installed from; None where there is none.
    own_data
        Whether the user had named a folder of tables.
    seed
        The seed of its random numbers, where it has one.
    key
        The sha256 of all that the result depends on; two runs with one key give the same bytes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    notebook: str
    notebook_sha256: str
    parameters: dict[str, Any]
    package: str
    python: str
    platform: str
    kernel: str
    started: datetime
    duration: float
    output_sha256: str
    records: list[Any]
    tables: tuple[Read, ...] = ()
    source_sha256: str
    lock_sha256: str | None = None
    own_data: bool = False
    seed: int | None = None
    key: str

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a manifest.

        Raises
        ------
        RunError
            When there is none, or it is not one.
        """
        try:
            return cls.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            raise RunError(
                "no manifest beside an executed notebook",
                where=str(path),
                hint="run the notebook with `replicate run`",
            ) from None
        except ValidationError as error:
            got = str(Fault.of(error))
            raise RunError("not a manifest of a run", where=str(path), got=got) from None

    def changes(self, now: "Inputs", parameters: Mapping[str, Any] | None = None) -> Iterator[str]:
        """Say what a run would start from now that this one did not.

        Parameters
        ----------
        now
            What a run would start from.
        parameters
            What it would be given; None where that is not asked.
        """
        if self.notebook_sha256 != now.notebook_sha256:
            yield "the notebook changed"
        if parameters is not None:
            yield from _parameters(self.parameters, parameters)
        if self.source_sha256 != now.source_sha256:
            yield "the package's source changed"
        for read in self.tables:
            if not read.holds:
                yield f"table {read.name} changed"
        if self.lock_sha256 != now.lock_sha256:
            yield "the lock changed"
        if self.python != now.python:
            yield f"Python {now.python} instead of {self.python}"
        if self.own_data != now.own_data:
            yield "the user's own folder of tables was named, or is no longer"


def _parameters(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    for name in dict.fromkeys([*now, *then]):
        if name not in now:
            yield f"parameter {name} is no longer given"
        elif name not in then or json.dumps(then[name]) != json.dumps(now[name]):
            yield f"parameter {name} is now {now[name]!r}"


@dataclass(frozen=True)
class Inputs:
    """What a run starts from, but for its parameters and tables; the names are the manifest's."""

    notebook_sha256: str
    source_sha256: str
    lock_sha256: str | None
    python: str
    own_data: bool

    @classmethod
    def of(cls, notebook: Path, project: Path | None = None) -> Self:
        """Find what a run of a notebook would start from now.

        Parameters
        ----------
        notebook
            Its file.
        project
            The folder from which the lock is looked for, upwards; the working folder where None.

        Raises
        ------
        InputError
            When the file can't be read.
        """
        found = lock(project or Path.cwd())
        try:
            digest = sha256(notebook)
        except OSError as error:
            raise InputError(
                "a notebook that can't be read", where=str(notebook), got=error.strerror
            ) from None
        return cls(
            notebook_sha256=digest,
            source_sha256=source_sha256(notebook.resolve().parent),
            lock_sha256=sha256(found) if found else None,
            python=platform.python_version(),
            own_data=bool(os.environ.get(DATA)),
        )

    def key(self, parameters: Mapping[str, Any], tables: Iterable[Read]) -> str:
        """Return the sha256 of all that a result depends on."""
        parts = {
            **asdict(self),
            "parameters": parameters,
            "tables": [read.model_dump() for read in tables],
        }
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def source_sha256(folder: Path | None = None) -> str:
    """Return one hash of the package's own files but its tables, and of code beside a notebook.

    Parameters
    ----------
    folder
        The notebook's; its Python files count, and those of packages in it.
    """
    files = source_files(folder).items()
    return _digest(tuple((name, path, *_state(path)) for name, path in sorted(files)))


def source_files(folder: Path | None = None) -> dict[str, Path]:
    """Return the files that `source_sha256` is of, by name: from the package, or from the folder."""
    own = (
        path
        for path in _PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".parquet"
    )
    names = {path.relative_to(_PACKAGE.parent).as_posix(): path for path in own}
    for path in beside(folder) if folder else ():
        names[path.relative_to(folder or path).as_posix()] = path
    return names


def beside(folder: Path) -> list[Path]:
    """Return the Python files of a folder, and those of packages in it."""
    packages = [path.parent for path in folder.glob("*/__init__.py")]
    return [*folder.glob("*.py"), *(file for place in packages for file in place.rglob("*.py"))]


def _state(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=16)
def _digest(files: tuple[tuple[str, Path, int, int], ...]) -> str:
    digests = [f"{name} {sha256(path)}" for name, path, *_ in files]
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()
