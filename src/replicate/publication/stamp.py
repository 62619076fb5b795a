"""Whether a site is what its runs would give now: beside its folder stands what it was made from."""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from replicate.sources.tables import data_home
from replicate.vocabulary.files import write_atomic
from replicate.vocabulary.runs import lock, sha256

Rows = Sequence[Mapping[str, Any]]


def made_from(*folders: Path) -> str:
    """Return one sha256 of what a site is made from.

    That is folders of runs, the package with its tables, the tables that were fetched, the lock, and the date that pages bear.
    """
    locked = lock(Path.cwd())
    parts = {
        "runs": [_content(folder) for folder in folders],
        "package": _content(Path(str(files("replicate")))),
        "fetched": _content(data_home()),
        "lock": sha256(locked) if locked else None,
        "date": os.environ.get("SOURCE_DATE_EPOCH"),
    }
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def write_stamp(site: Path, source: str, tally: Rows) -> None:
    """Note what a site was made from, and the table of verdicts that goes with it."""
    stamp = {"made_from": source, "content": _content(site), "tally": tally}
    write_atomic(_place(site), json.dumps(stamp) + "\n")


def read_stamp(site: Path, source: str) -> Rows | None:
    """Return the table of verdicts of a site that is as it was made, from the same; None of any other."""
    try:
        stamp = json.loads(_place(site).read_bytes())
    except (OSError, ValueError):
        return None
    current = stamp["made_from"] == source and stamp["content"] == _content(site)
    return stamp["tally"] if current else None


def _content(folder: Path) -> str:
    """Return one sha256 of the files below a folder: their names and bytes, but for logs and compiled code."""
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix not in (".log", ".pyc"):
            found.update(f"{path.relative_to(folder).as_posix()} {sha256(path)}\n".encode())
    return found.hexdigest()


def _place(site: Path) -> Path:
    return site.with_name(f".{site.name}.json")
