"""Typed loaders of the tidy tables, shipped and fetched.

Each returns a fresh copy of a frame that was held to its schema, so that a caller may change it. Reading is cached.
"""

import copy
import functools
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from replicate.sources.home import data_home, read_hashes, sha256, shipped_home
from replicate.vocabulary.errors import ReplicateError, unknown
from replicate.vocabulary.periods import Period, Quarter

NAMES = ("offences", "forces", "children", "residents", "census_ethnic_group", "assessment_factors", "recorded_groups", "boundaries")
"""The tables beside recorded crime, which has one a vintage."""

LATEST = "latest"
_VINTAGE = re.compile(r"recorded_crime_(\d{4}-\d{2})\.parquet")
_TYPES = {pa.string(): pd.StringDtype(na_value=np.nan), pa.int64(): pd.Int64Dtype()}
_PLAIN_WHOLE = ("year", "age_from", "age_to")
"""Columns that are never missing, given as plain integers."""


@dataclass(frozen=True)
class TableCheck:
    """Whether one shipped table is the one on record.

    `expected` and `got` are the sha256 on record and of the file ("absent" where there is none); `ok` is that they are
    equal and that the table keeps to its schema; `fault` says what is wrong.
    """

    name: str
    expected: str
    got: str
    ok: bool
    fault: str = ""


def vintages() -> tuple[str, ...]:
    """Return the vintages of recorded crime that are there, shipped or fetched, the oldest first."""
    files = (path.name for home in (shipped_home(), data_home()) for path in home.glob("recorded_crime_*.parquet"))
    return tuple(sorted({match[1] for name in files if (match := _VINTAGE.fullmatch(name))}))


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


def coverage(vintage: str = LATEST) -> Period:
    """Return the quarters that a vintage covers, from its first to its last.

    Examples
    --------
    >>> coverage("2023-10").last.label
    '2023-Q2'
    """
    path = table_path(f"recorded_crime_{resolve_vintage(vintage)}")
    quarters = pq.read_table(path, columns=["quarter"])["quarter"].unique().to_pylist()
    first, last = Quarter.parse(min(quarters)), Quarter.parse(max(quarters))
    return Period(first, last, f"{first}..{last}")


def recorded_crime(vintage: str = LATEST) -> pd.DataFrame:
    """Load recorded crime as one release had it: vintage, quarter, force, offence_code, count.

    Recorded crime includes non-recent offences, and is revised at every release. A count is missing where the source
    has no number, and below zero where a force corrected an earlier quarter.
    """
    return _load(f"recorded_crime_{resolve_vintage(vintage)}")


def offences() -> pd.DataFrame:
    """Load the offence codes: code, description, group, subgroup, first_quarter, last_quarter, note.

    A release that was fetched adds the codes that are new in it, and later quarters to the others.
    """
    fetched = [_load(path.stem) for path in sorted(data_home().glob("offences_*.parquet"))]
    rows = pd.concat([_load("offences"), *fetched])
    quarters = rows.groupby("code").agg(first_quarter=("first_quarter", "min"), last_quarter=("last_quarter", "max"))
    return rows.drop_duplicates("code").set_index("code").assign(**quarters).sort_index().reset_index()


def forces() -> pd.DataFrame:
    """Load the forces and other recording bodies: name, code, country, region, territorial."""
    return _load("forces")


def children() -> pd.DataFrame:
    """Load children by force area and year: force, year, age_from, age_to, children, edition, by_difference."""
    return _load("children")


def residents() -> pd.DataFrame:
    """Load residents of all ages by force area: force, year, residents, edition."""
    return _load("residents")


def census_ethnic_group() -> pd.DataFrame:
    """Load the Census of 2021 by authority: area_code, area, force, ethnic_group, broad_group, residents."""
    return _load("census_ethnic_group")


def assessment_factors() -> pd.DataFrame:
    """Load DfE's factors at the end of assessment: year, level, area_code, area, factor, episodes, state.

    Counts are of assessment episodes, not of children, in the year ending 31 March. `episodes` is missing unless `state`
    is "value".
    """
    return _load("assessment_factors")


def recorded_groups() -> pd.DataFrame:
    """Load offence groups as several releases had them: release, edition, period, area, group, count, complete."""
    return _load("recorded_groups")


def boundaries() -> pd.DataFrame:
    """Load simplified force areas: force, and rings as lists of [x, y] in kilometres (see `build.boundaries`)."""
    frame = _load("boundaries")
    return frame.assign(rings=frame["rings"].map(copy.deepcopy))


def table_path(name: str) -> Path:
    """Return where a table is; one in the user's own folder is taken before the shipped one.

    Raises
    ------
    InputError
        When there is no such table; the nearest is named.
    """
    for home in (data_home(), shipped_home()):
        if (path := home / f"{name}.parquet").is_file():
            return path
    raise unknown("table", name, [*NAMES, *(f"recorded_crime_{vintage}" for vintage in vintages())], where="tables")


def table_hash(name: str) -> str:
    """Return the sha256 of a table's parquet file."""
    return sha256(table_path(name))


def check() -> list[TableCheck]:
    """Hold every shipped table to the sha256 on record and to its schema."""
    recorded = read_hashes(shipped_home())
    return [_check(name, recorded.get(name, "absent")) for name in sorted({*recorded, *NAMES})]


def _check(name: str, expected: str) -> TableCheck:
    path = shipped_home() / f"{name}.parquet"
    if not path.is_file():
        return TableCheck(name, expected, "absent", ok=False, fault="no such file")
    got = sha256(path)
    if got != expected:
        return TableCheck(name, expected, got, ok=False, fault="not the bytes on record")
    try:
        _read(name, path)
    except ReplicateError as error:
        return TableCheck(name, expected, got, ok=False, fault=f"{error.what}: {error.got}")
    return TableCheck(name, expected, got, ok=True)


def _load(name: str) -> pd.DataFrame:
    path = table_path(name)
    return _cached(name, path, path.stat().st_mtime_ns).copy()


@functools.cache
def _cached(name: str, path: Path, changed: int) -> pd.DataFrame:  # noqa: ARG001  (a table fetched again is another)
    return _read(name, path)


def _read(name: str, path: Path) -> pd.DataFrame:
    from replicate.sources.schemas import validate  # here, because pandera takes longer to import than a table to load

    frame = pq.read_table(path).to_pandas(types_mapper=_TYPES.get)
    frame = frame.astype({column: "int64" for column in _PLAIN_WHOLE if column in frame})
    if "rings" in frame:
        frame["rings"] = [[[list(point) for point in ring] for ring in rings] for rings in frame["rings"]]
    return validate(frame, name)
