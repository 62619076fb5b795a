"""Find tables, shipped and fetched, and read them: cached, and held to their schemas."""

import functools
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from replicate.sources.home import data_home, sha256, shipped_home
from replicate.vocabulary.errors import RunError, unknown
from replicate.vocabulary.reads import note

NAMES = (
    "offences",
    "forces",
    "children",
    "residents",
    "census_ethnic_group",
    "assessment_factors",
    "recorded_groups",
    "boundaries",
)
"""The tables beside recorded crime, which has one a vintage."""

_VINTAGE = re.compile(r"recorded_crime_(\d{4}-\d{2})\.parquet")
_TYPES = {pa.string(): pd.StringDtype(na_value=np.nan), pa.int64(): pd.Int64Dtype()}
_PLAIN_WHOLE = ("year", "age_from", "age_to")
"""Columns that are never missing, given as plain integers."""


def vintages() -> tuple[str, ...]:
    """Return the vintages of recorded crime that are there, shipped or fetched, the oldest first."""
    homes = shipped_home(), data_home()
    for home in homes:
        note("recorded_crime", home / "recorded_crime_*.parquet")
    files = (path.name for home in homes for path in home.glob("recorded_crime_*.parquet"))
    return tuple(sorted({match[1] for name in files if (match := _VINTAGE.fullmatch(name))}))


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
    raise unknown(
        "table",
        name,
        [*NAMES, *(f"recorded_crime_{vintage}" for vintage in vintages())],
        where="tables",
    )


def table_hash(name: str) -> str:
    """Return the sha256 of a table's parquet file."""
    return sha256(table_path(name))


def load(name: str) -> pd.DataFrame:
    """Return a table as a copy that the caller may change; its file is read once, and again when it changes.

    pandas copies on write, so the copy costs nothing until it is changed.
    """
    path = table_path(name)
    return _cached(name, path, path.stat().st_mtime_ns).copy(deep=False)


@functools.cache
def _cached(name: str, path: Path, changed: int) -> pd.DataFrame:  # noqa: ARG001  (a table fetched again is another)
    return read(name, path)


def read(name: str, path: Path) -> pd.DataFrame:
    """Read a table from a file and hold it to its schema.

    Raises
    ------
    RunError
        When the file is not a whole parquet file, or the table is not as it must be.
    """
    from replicate.sources.schemas import (
        validate,
    )  # here, because pandera takes longer to import than a table to load

    try:
        frame = pq.read_table(path).to_pandas(types_mapper=_TYPES.get)
    except (OSError, pa.ArrowInvalid) as error:
        fault = str(error).splitlines()[0]
        raise RunError(
            "a table that can't be read",
            where=str(path),
            got=fault,
            hint="build it, fetch it or install it again",
        ) from None
    frame = frame.astype({column: "int64" for column in _PLAIN_WHOLE if column in frame})
    if "rings" in frame:
        frame["rings"] = [
            [[list(point) for point in ring] for ring in rings] for rings in frame["rings"]
        ]
    return validate(frame, name)
