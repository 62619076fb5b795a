"""Typed loaders of the tidy tables, shipped and fetched.

Each returns a fresh copy of a frame that was held to its schema, so that a caller may change it.
Reading is cached; what a run reads is noted each time it asks, cached or not.
"""

import functools
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from replicate.vocabulary.errors import ReplicateError, RunError, unknown
from replicate.vocabulary.periods import Period, Quarter
from replicate.vocabulary.runs import DATA, note, sha256

HASHES = "hashes.json"
"""The list of tables and their sha256, beside the tables."""

LATEST = "latest"
"""The name of the newest vintage there is."""

_WHOLE = ["year", "age_from", "age_to"]
"""Columns of whole numbers that have no missing cell in any table."""

RECORDED = "recorded_crime_"
"""How the names of the tables of recorded crime begin; the vintage follows."""

_VINTAGE = re.compile(rf"{RECORDED}(\d{{4}}-\d{{2}})\.parquet")


def shipped_home() -> Path:
    """Return the folder of the tables shipped with the package."""
    return Path(__file__).with_name("tables")


def data_home() -> Path:
    """Return the folder for downloads and for the vintages built from them.

    It is `$REPLICATE_DATA` where that is set, and the operating system's cache folder for this
    project otherwise. The folder need not exist yet.
    """
    if named := os.environ.get(DATA):
        return Path(named).expanduser()
    import pooch  # here, because it costs a tenth of a second that most loads need not pay

    return Path(pooch.os_cache("casey-audit-replication"))


def read_hashes(folder: Path) -> dict[str, str]:
    """Return the sha256 on record of each table in a folder; empty where there is no record."""
    path = folder / HASHES
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


NAMES = tuple(name for name in read_hashes(shipped_home()) if not name.startswith(RECORDED))
"""The tables beside recorded crime, which has one a vintage."""


def vintages() -> tuple[str, ...]:
    """Return the vintages of recorded crime that are there, shipped or fetched, oldest first."""
    found: set[str] = set()
    for home in (shipped_home(), data_home()):
        note("recorded_crime", home / "recorded_crime_*.parquet")
        names = (path.name for path in home.glob("recorded_crime_*.parquet"))
        found |= {match[1] for name in names if (match := _VINTAGE.fullmatch(name))}
    return tuple(sorted(found))


def resolve_vintage(name: str) -> str:
    """Return the vintage that a name stands for; `latest` is the newest there is.

    Raises
    ------
    InputError
        When there is no such vintage; the nearest is named.
    """
    held = vintages()
    if name == LATEST:
        return held[-1]
    if name not in held:
        raise unknown("vintage", name, [*held, LATEST], where="vintage")
    return name


def table_path(name: str) -> Path:
    """Return where a table is; one in the user's own folder is taken before the shipped one.

    Raises
    ------
    InputError
        When there is no such table; the nearest is named.
    """
    for home in (data_home(), shipped_home()):
        path = home / f"{name}.parquet"
        note(name, path)
        if path.is_file():
            return path
    known = [*NAMES, *(f"recorded_crime_{vintage}" for vintage in vintages())]
    raise unknown("table", name, known, where="tables")


def table_hash(name: str) -> str:
    """Return the sha256 of a table's parquet file."""
    return sha256(table_path(name))


def load(name: str) -> pd.DataFrame:
    """Return a table as a copy that the caller may change; `codebook.yaml` has its columns.

    Its file is read once, and again when it changes, so that a table fetched again is another.
    pandas copies on write, so the copy costs nothing until it is changed.
    """
    path = table_path(name)
    return _cached(name, path, path.stat().st_mtime_ns).copy(deep=False)


@functools.cache
def _cached(name: str, path: Path, changed: int) -> pd.DataFrame:  # noqa: ARG001
    return _read(name, path, on_record=read_hashes(path.parent).get(name) == sha256(path))


def _read(name: str, path: Path, *, on_record: bool = False) -> pd.DataFrame:
    """Read a table from a file, held to its schema: now, or when its bytes on record were built.

    Raises
    ------
    RunError
        When the file is not a whole parquet file, or the table is not as it must be.
    """
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise RunError(
            "a table that can't be read",
            where=str(path),
            got=str(error).splitlines()[0],
            hint="build it, fetch it or install it again",
        ) from None
    frame: pd.DataFrame = table.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    if on_record:
        return frame.astype(dict.fromkeys(frame.columns.intersection(_WHOLE), "int64"))
    from replicate.sources.schemas import validate  # here, because pandera is slow to import

    return validate(frame, name)


def coverage(vintage: str = LATEST) -> Period:
    """Return the quarters that a vintage covers, from its first to its last.

    Examples
    --------
    >>> coverage("2023-10").last.label
    '2023-Q2'
    """
    path = table_path(f"recorded_crime_{resolve_vintage(vintage)}")
    return _covered(path, path.stat().st_mtime_ns)


@functools.cache
def _covered(path: Path, changed: int) -> Period:  # noqa: ARG001
    quarters = pq.read_table(path, columns=["quarter"])["quarter"].unique().to_pylist()
    first, last = Quarter.parse(min(quarters)), Quarter.parse(max(quarters))
    return Period(first, last, f"{first}..{last}")


def recorded_crime(vintage: str = LATEST) -> pd.DataFrame:
    """Load recorded crime as one release had it: vintage, quarter, force, offence_code, count.

    Recorded crime includes non-recent offences, and is revised at every release. A count is
    missing where the source has no number, and below zero where a force corrected an earlier
    quarter.
    """
    return load(f"recorded_crime_{resolve_vintage(vintage)}")


def offences() -> pd.DataFrame:
    """Load the offence codes.

    Columns: code, description, group, subgroup, first_quarter, last_quarter, note. A release that
    was fetched adds the codes that are new in it, and later quarters to the others.
    """
    note("offences", data_home() / "offences_*.parquet")
    fetched = [load(path.stem) for path in sorted(data_home().glob("offences_*.parquet"))]
    if not fetched:
        return load("offences")
    rows = pd.concat([load("offences"), *fetched])
    quarters = rows.groupby("code").agg(
        first_quarter=("first_quarter", "min"), last_quarter=("last_quarter", "max")
    )
    known = rows.drop_duplicates("code").set_index("code")
    return known.assign(**quarters).sort_index().reset_index()


@dataclass(frozen=True)
class TableCheck:
    """Whether one shipped table is the one on record, and keeps to its schema.

    `expected` and `got` are the sha256 on record and of the file ("absent" where there is none);
    `fault` says what is wrong, and is empty where nothing is.
    """

    name: str
    expected: str
    got: str
    fault: str


def check() -> list[TableCheck]:
    """Hold every shipped table to the sha256 on record and to its schema."""
    recorded = read_hashes(shipped_home())
    return [_check(name, recorded.get(name, "absent")) for name in sorted({*recorded, *NAMES})]


def _check(name: str, expected: str) -> TableCheck:
    path, fault = shipped_home() / f"{name}.parquet", ""
    got = sha256(path) if path.is_file() else "absent"
    if got != expected:
        fault = "no such file" if got == "absent" else "not the bytes on record"
    else:
        try:
            _read(name, path)
        except ReplicateError as error:
            fault = f"{error.what}: {error.got}"
    return TableCheck(name, expected, got, fault)
