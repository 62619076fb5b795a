"""What the result of a run depends on, but for the tables, which are known when it has run."""

import hashlib
import json
import os
import platform
from ast import literal_eval, parse
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from replicate.execution.cache.closure import PACKAGE, closure, data_files, files_of, follow
from replicate.execution.cache.code import Code
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.reads import DATA, Read, lock, sha256

DISTRIBUTION = "casey-audit-replication"
RUNNERS = ("session", "normal")
"""The modules of `execution` that decide what an executed notebook holds; what they import counts as well."""


@dataclass(frozen=True)
class Inputs:
    """What a run of a notebook starts from, as it was when first asked for in this process.

    Attributes
    ----------
    notebook_sha256
        Of the notebook as it is now; all else is as it was when first asked for.
    sources
        The sha256 of every module that the notebook reaches, of the data files beside these, and of what runs it, by name.
    files
        Those of `sources` that lie beside the notebook.
    lock_sha256
        Of the lock; None where there is none.
    source_sha256
        Of all of the package's own files but its tables.
    package, python
        Versions.
    own_data
        Whether the user has named a folder of tables.
    defaults
        The notebook's parameters, as Python text.
    """

    notebook_sha256: str
    sources: Mapping[str, str]
    files: tuple[str, ...]
    lock_sha256: str | None
    source_sha256: str
    package: str
    python: str
    own_data: bool
    defaults: Mapping[str, str]

    def key(self, parameters: Mapping[str, Any], tables: Iterable[Read]) -> str:
        """Return the sha256 of all that a result depends on."""
        parts = {
            "notebook": self.notebook_sha256,
            "parameters": parameters,
            "sources": dict(self.sources),
            "lock": self.lock_sha256,
            "python": self.python,
            "own_data": self.own_data,
            "tables": [read.model_dump() for read in tables],
        }
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    def seed(self, parameters: Mapping[str, Any]) -> int | None:
        """Return the seed that a run with some parameters draws its random numbers from; None where it has none."""
        try:
            found = parameters.get("seed", literal_eval(self.defaults.get("seed", "None")))
        except ValueError:
            return None
        return found if isinstance(found, int) else None


def inputs(notebook: Path) -> Inputs:
    """Find what a run of a notebook depends on.

    What is found is kept for the life of the process, or until `forget`: kernels forked from it have imported what was there when it
    began, and a module changed since then must count as changed.

    Raises
    ------
    InputError
        When the file is no notebook.
    """
    try:
        return _inputs(notebook.resolve(), sha256(notebook))
    except OSError as error:
        raise InputError(
            "a notebook that can't be read", where=str(notebook), got=error.strerror
        ) from None


@cache
def _inputs(notebook: Path, digest: str) -> Inputs:
    code, folder = Code(notebook), notebook.parent
    reached = closure(code.trees(), folder) | _runners()
    found = lock(Path.cwd())
    return Inputs(
        notebook_sha256=digest,
        sources={name: sha256(path) for name, path in sorted(reached.items())},
        files=tuple(name for name, path in reached.items() if not path.is_relative_to(PACKAGE)),
        lock_sha256=sha256(found) if found else None,
        source_sha256=_package_sha256(),
        package=version(DISTRIBUTION),
        python=platform.python_version(),
        own_data=bool(os.environ.get(DATA)),
        defaults=code.defaults,
    )


def installed() -> dict[str, str | None]:
    """Return what must be the same on two machines for their results to be: versions, and hashes of package, lock and shipped tables."""
    found = lock(Path.cwd())
    tables = {f"table {path.stem}": sha256(path) for path in sorted(PACKAGE.rglob("*.parquet"))}
    return {
        "version of the package": version(DISTRIBUTION),
        "source of the package": _package_sha256(),
        "lock": sha256(found) if found else None,
        "Python": platform.python_version(),
        "own folder of tables": str(bool(os.environ.get(DATA))),
        **tables,
    }


def differences(ours: Mapping[str, str | None], theirs: Mapping[str, str | None]) -> list[str]:
    """Say what is not the same on two machines.

    Examples
    --------
    >>> differences({"Python": "3.11.7", "lock": "ab"}, {"Python": "3.12.1", "lock": "ab"})
    ['Python']
    """
    return [name for name in sorted({*ours, *theirs}) if ours.get(name) != theirs.get(name)]


def forget() -> None:
    """Look at the files again when next asked."""
    for remembered in (_inputs, _runners, _package_sha256, follow, files_of, data_files):
        remembered.cache_clear()


def refresh() -> None:
    """Look at the files again when next asked if any of the package's own has changed."""
    before = _package_sha256()
    _package_sha256.cache_clear()
    if _package_sha256() != before:
        forget()


@cache
def _runners() -> dict[str, Path]:
    written = "\n".join(f"import replicate.execution.{name}" for name in RUNNERS)
    return closure([parse(written)], PACKAGE.parent)


@cache
def _package_sha256() -> str:
    files = (
        path
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.parent.name != "tables"
    )
    digests = [f"{path.relative_to(PACKAGE).as_posix()} {sha256(path)}" for path in sorted(files)]
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()
