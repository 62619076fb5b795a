"""What a run reads: each table is noted with its hash, so that a result can be told from one that newer tables would change."""

import hashlib
import json
import os
from collections.abc import Callable, Hashable
from functools import wraps
from pathlib import Path
from typing import Self, TypeVar, TypeVarTuple

from pydantic import BaseModel, ConfigDict

NOTES = "REPLICATE_READS"
"""The environment variable that names the file to note reads in; without it nothing is noted."""

DATA = "REPLICATE_DATA"
"""The environment variable that names the user's own folder of tables."""

LOCK = "requirements.lock"
"""The file that the environment is installed from."""

_PACKAGE = Path(__file__).resolve().parents[1]
_noted: set[tuple[str, str, str]] = set()
_asked: list[set[tuple[str, Path]]] = []

Result = TypeVar("Result")
Arguments = TypeVarTuple("Arguments")


class Read(BaseModel):
    """A table that was read, or looked for.

    Attributes
    ----------
    name
        What it is called.
    place
        Its file, or files by a pattern, without this machine's folders: the package's own begin with `replicate/`, the user's with
        `$REPLICATE_DATA/` or `~/`.
    sha256
        Of the file, or of the names that the pattern found; None where there was no file.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    place: str
    sha256: str | None

    @classmethod
    def of(cls, name: str, path: Path) -> Self:
        """Describe a file as it is now, or the files that match where the last part of a path is a pattern."""
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
        Its file, whether there is one or not; a pattern such as `folder/offences_*.parquet` notes which files match it.
    """
    for asked in _asked:
        asked.add((name, path))
    notes = os.environ.get(NOTES)
    if notes and (notes, name, str(path)) not in _noted:
        _noted.add((notes, name, str(path)))
        with Path(notes).open("a", encoding="utf-8") as file:
            file.write(Read.of(name, path).model_dump_json() + "\n")


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
        if arguments in kept:
            result, reads = kept[arguments]
            if all(_state(path) == state for (_, path), state in reads.items()):
                for name, path in reads:
                    note(name, path)
                return result
        asked: set[tuple[str, Path]] = set()
        _asked.append(asked)
        try:
            result = function(*arguments)
        finally:
            _asked.pop()
        kept[arguments] = result, {read: _state(read[1]) for read in asked}
        return result

    return ask


def _state(path: Path) -> object:
    if "*" in path.name:
        return sorted(match.name for match in path.parent.glob(path.name))
    return (path.stat().st_mtime_ns, path.stat().st_size) if path.is_file() else None


def noted(file: Path) -> tuple[Read, ...]:
    """Return what was noted in a file, each read once, in order of name and place; nothing where there is no file."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    rows = {line: Read.model_validate_json(line) for line in lines}
    return tuple(sorted(rows.values(), key=lambda read: (read.name, read.place, read.sha256 or "")))


def sha256(path: Path) -> str:
    """Return the sha256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def lock(folder: Path) -> Path | None:
    """Find the lock of the environment: the nearest from a folder upwards, or the one of the package's own checkout, if there is any."""
    places = (
        *(place / LOCK for place in (folder.absolute(), *folder.absolute().parents)),
        _PACKAGE.parents[1] / LOCK,
    )
    return next((place for place in places if place.is_file()), None)


def portable(path: Path) -> str:
    """Write a path without this machine's folders.

    Examples
    --------
    >>> portable(_PACKAGE / "sources" / "tables" / "forces.parquet")
    'replicate/sources/tables/forces.parquet'
    """
    whole = path if path.is_absolute() else Path.cwd() / path
    own = os.environ.get(DATA)
    homes = {
        f"${DATA}": Path(own).expanduser().absolute() if own else None,
        "replicate": _PACKAGE,
        "~": Path.home(),
    }
    for written, home in homes.items():
        if home and whole.is_relative_to(home):
            return f"{written}/{whole.relative_to(home).as_posix()}"
    return whole.as_posix()


def located(place: str) -> Path:
    """Return the path that `portable` wrote, as it is on this machine now.

    Examples
    --------
    >>> located("replicate/vocabulary/reads.py").is_file()
    True
    """
    first, _, rest = place.partition("/")
    homes = {
        f"${DATA}": Path(os.environ.get(DATA, "")).expanduser(),
        "replicate": _PACKAGE,
        "~": Path.home(),
    }
    return homes[first] / rest if first in homes else Path(place)


def _found(place: str) -> str | None:
    path = located(place)
    if "*" in path.name:
        names = sorted(match.name for match in path.parent.glob(path.name))
        return hashlib.sha256(json.dumps(names).encode()).hexdigest()
    return sha256(path) if path.is_file() else None
