"""What a run reads and leaves, for what reports on it.

A result is current while its notebook, parameters, the tables it read, the package's source and
the lock are the same. One hash stands for all of the package's source: an edit anywhere in it
makes every result out of date, which costs about a minute and needs no graph of imports.
"""

import ast
import hashlib
import json
import os
import platform
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache, wraps
from pathlib import Path
from typing import Any, Self, TypeVar, TypeVarTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from replicate.vocabulary.errors import Fault, InputError, RunError
from replicate.vocabulary.files import write_atomic

PARAMETERS = "parameters"
"""The tag of the cell that holds a notebook's parameters and their defaults."""

INJECTED = "injected-parameters"
"""The tag papermill gives to the cell of the values a run was given."""

HIDDEN_INPUT = "remove-input"
"""The tag of a cell whose code a page leaves out."""

RECORD = "application/vnd.replicate.record+json"
"""The media type of a value that a notebook records for manifests and tables of runs."""

NOTES = "REPLICATE_READS"
"""The environment variable that names the file to note reads in; without it nothing is noted."""

DATA = "REPLICATE_DATA"
"""The environment variable that names the user's own folder of tables."""

LOCK = "requirements.lock"
"""The file that the environment is installed from."""

PUBLISH = "publish.json"
"""What the description of a folder's pages is called, inside the folder of runs."""

_PACKAGE = Path(__file__).resolve().parents[1]
_asked: list[set[tuple[str, Path]]] = []

Result = TypeVar("Result")
Arguments = TypeVarTuple("Arguments")


def assigned(source: str) -> dict[str, str]:
    r"""Return the names a cell of plain assignments assigns, each with its value as Python text.

    Raises
    ------
    SyntaxError
        When the cell is not plain Python.

    Examples
    --------
    >>> assigned("period = '2024'  # a period\nforces: list[str] = []")
    {'period': "'2024'", 'forces': '[]'}
    """
    found: dict[str, str] = {}
    for node in ast.parse(source).body:
        match node:
            case ast.Assign(targets=targets, value=value):
                names = [target.id for target in targets if isinstance(target, ast.Name)]
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                names = [name]
            case _:
                continue
        found |= dict.fromkeys(names, ast.unparse(value))
    return found


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def _read(cls, path: Path, what: str) -> Self:
        try:
            return cls.model_validate_json(path.read_bytes())
        except ValidationError as error:
            got = str(Fault.of(error))
            raise RunError(what, where=str(path), got=got, hint="run it again") from None


class Publication(_Model):
    """A folder of runs of one notebook that the site gives a page each.

    Attributes
    ----------
    section
        The folder of the site that the pages stand in, such as `forces`.
    parameter
        The parameter that tells the pages from one another, such as `force`; its value begins each
        title.
    """

    section: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    parameter: str

    def write(self, folder: Path) -> Path:
        """Write it into a folder of runs."""
        return write_atomic(folder / PUBLISH, self.model_dump_json(indent=2) + "\n")

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """Read it from a folder of runs; none where the runs are not to be published.

        Raises
        ------
        RunError
            When the file is there and says something else.
        """
        if not (folder / PUBLISH).is_file():
            return None
        return cls._read(folder / PUBLISH, "not a description of what to publish")


class Read(_Model):
    """A table that was read, or looked for.

    Attributes
    ----------
    name
        What it is called.
    place
        Its file, or files by a pattern, without this machine's folders: the package's own begin
        with `replicate/`, the user's with `$REPLICATE_DATA/` or `~/`.
    sha256
        Of the file, or of the names that the pattern found; None where there was no file.
    """

    name: str
    place: str
    sha256: str | None

    @classmethod
    def of(cls, name: str, path: Path) -> Self:
        """Describe a file as it is now, or the files that match where a path is a pattern."""
        place = portable(path)
        return cls(name=name, place=place, sha256=_found(place))

    @property
    def holds(self) -> bool:
        """Whether the same would be read now."""
        return _found(self.place) == self.sha256


def note(name: str, path: Path) -> None:
    """Note that a table is read, or looked for, once for every process.

    Parameters
    ----------
    name
        What it is called.
    path
        Its file, whether there is one or not; a pattern such as `folder/offences_*.parquet` notes
        which files match it.
    """
    for asked in _asked:
        asked.add((name, path))
    if notes := os.environ.get(NOTES):
        _write(Path(notes), name, path)


@cache
def _write(notes: Path, name: str, path: Path) -> None:
    with notes.open("a", encoding="utf-8") as file:
        file.write(Read.of(name, path).model_dump_json() + "\n")


def noted(file: Path) -> tuple[Read, ...]:
    """Return what was noted in a file, if there is one: each read once, by name and place."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    reads = map(Read.model_validate_json, dict.fromkeys(lines))
    return tuple(sorted(reads, key=lambda read: (read.name, read.place, read.sha256 or "")))


def cached_with_reads(
    function: Callable[[*Arguments], Result],
) -> Callable[[*Arguments], Result]:
    """Keep what a function made of tables, and note again what it read whenever it is asked.

    A result is made anew when one of its tables has changed. So a process that others are forked
    from can have it ready, and each of them still says what its results rest on.
    """
    kept: dict[Hashable, tuple[Result, dict[tuple[str, Path], object]]] = {}

    @wraps(function)
    def ask(*arguments: *Arguments) -> Result:
        _, reads = kept.get(arguments, (None, {}))
        if arguments not in kept or any(_state(p) != then for (_, p), then in reads.items()):
            asked: set[tuple[str, Path]] = set()
            _asked.append(asked)
            try:
                result = function(*arguments)
            finally:
                _asked.pop()
            kept[arguments] = result, {read: _state(read[1]) for read in asked}
        result, reads = kept[arguments]
        for name, path in reads:
            note(name, path)
        return result

    return ask


def _homes() -> dict[str, Path]:
    own = os.environ.get(DATA)
    named = {f"${DATA}": Path(own).expanduser().absolute()} if own else {}
    return {**named, "replicate": _PACKAGE, "~": Path.home()}


def portable(path: Path) -> str:
    """Write a path without this machine's folders.

    Examples
    --------
    >>> portable(_PACKAGE / "sources" / "tables" / "forces.parquet")
    'replicate/sources/tables/forces.parquet'
    """
    whole = Path.cwd() / path
    for written, home in _homes().items():
        if whole.is_relative_to(home):
            return f"{written}/{whole.relative_to(home).as_posix()}"
    return whole.as_posix()


def located(place: str) -> Path:
    """Return the path that `portable` wrote, as it is on this machine now.

    Examples
    --------
    >>> located("replicate/vocabulary/runs.py").is_file()
    True
    """
    first, _, rest = place.partition("/")
    home = _homes().get(first)
    return home / rest if home else Path(place)


def sha256(path: Path) -> str:
    """Return the sha256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _found(place: str) -> str | None:
    path = located(place)
    if "*" in path.name:
        return hashlib.sha256(json.dumps(_state(path)).encode()).hexdigest()
    return sha256(path) if path.is_file() else None


def _state(path: Path) -> Hashable:
    """Return what tells that a file is as it was: time and size, or a pattern's names."""
    if "*" in path.name:
        return tuple(sorted(match.name for match in path.parent.glob(path.name)))
    return (path.stat().st_mtime_ns, path.stat().st_size) if path.is_file() else None


class Inputs(_Model):
    """What a run starts from, but for its parameters and tables.

    Attributes
    ----------
    notebook_sha256
        Of the notebook's source file.
    source_sha256
        Of all of the package's own files but its tables, and of Python files beside the notebook.
    lock_sha256
        Of the lock that the environment was installed from; None where there is none.
    python
        Its version.
    own_data
        Whether the user had named a folder of tables.
    """

    notebook_sha256: str
    source_sha256: str
    lock_sha256: str | None = None
    python: str
    own_data: bool = False

    @staticmethod
    def of(notebook: Path, project: Path | None = None) -> "Inputs":
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
            what = "a notebook that can't be read"
            raise InputError(what, where=str(notebook), got=error.strerror) from None
        return Inputs(
            notebook_sha256=digest,
            source_sha256=source_sha256(notebook.resolve().parent),
            lock_sha256=sha256(found) if found else None,
            python=platform.python_version(),
            own_data=bool(os.environ.get(DATA)),
        )

    def key_with(self, parameters: Mapping[str, Any], tables: Iterable[Read]) -> str:
        """Return the sha256 of all that a result depends on."""
        own = self.model_dump(include=set(Inputs.model_fields))
        parts = own | {"parameters": parameters, "tables": [each.model_dump() for each in tables]}
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


class Manifest(Inputs):
    """What was run, with what, and what came of it.

    Attributes
    ----------
    name, notebook
        The run's name, which its files have; that of the notebook.
    parameters
        The values in force; those not given took the notebook's defaults.
    package, platform, kernel
        Versions of what ran it.
    started, duration, peak_memory
        When (UTC), for how many seconds, and how many MiB the kernel held at most; the executed
        notebook itself holds none of these.
    output_sha256
        Of the executed notebook.
    records
        The values that the notebook recorded, in order.
    tables
        What it read, and looked for, of tables.
    seed
        The seed of its random numbers, where it has one.
    key
        The sha256 of all that the result depends on; two runs with one key give the same bytes.
    """

    name: str
    notebook: str
    parameters: dict[str, Any]
    package: str
    platform: str
    kernel: str
    started: datetime
    duration: float
    peak_memory: int | None = None
    output_sha256: str
    records: list[Any]
    tables: tuple[Read, ...] = ()
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
        if not path.is_file():
            what, hint = "no manifest beside an executed notebook", "run it with `replicate run`"
            raise RunError(what, where=str(path), hint=hint)
        return cls._read(path, "not a manifest of a run")

    def changes(self, now: Inputs, parameters: Mapping[str, Any] | None = None) -> Iterator[str]:
        """Say what a run would start from now that this one did not.

        Parameters
        ----------
        now
            What a run would start from.
        parameters
            What it would be given; None where that is not asked.
        """
        for name, words in _PARTS.items():
            if getattr(self, name) != getattr(now, name):
                yield f"{words} changed"
        yield from (f"table {read.name} changed" for read in self.tables if not read.holds)
        if parameters is not None:
            then, new = (
                {name: json.dumps(value) for name, value in values.items()}
                for values in (self.parameters, parameters)
            )
            if other := [name for name in {**then, **new} if then.get(name) != new.get(name)]:
                yield f"other parameters: {', '.join(other)}"


_PARTS = {
    "notebook_sha256": "the notebook",
    "source_sha256": "the package's source",
    "lock_sha256": "the lock",
    "python": "Python's version",
    "own_data": "the use of a folder of one's own tables",
}


def lock(folder: Path) -> Path | None:
    """Find the lock of the environment: from a folder upwards, or in the package's checkout."""
    folders = (folder.absolute(), *folder.absolute().parents, _PACKAGE.parents[1])
    return next((place / LOCK for place in folders if (place / LOCK).is_file()), None)


def source_sha256(folder: Path | None = None) -> str:
    """Return one hash of the package's own files but its tables, and of code beside a notebook.

    Parameters
    ----------
    folder
        The notebook's; its Python files count, and those of packages in it.
    """
    digests = [f"{name} {sha256(path)}" for name, path in sorted(source_files(folder).items())]
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()


def source_files(folder: Path | None = None) -> dict[str, Path]:
    """Return the files that `source_sha256` is of, by name from the package or the folder."""
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
