"""Typed loaders of the tidy tables, shipped and fetched.

Each returns a fresh copy of a frame that was held to its schema, so that a caller may change it. Reading is cached.
"""

import copy
import functools
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from replicate.sources.checking import TableCheck, check
from replicate.sources.home import data_home
from replicate.sources.reading import NAMES, load, table_hash, table_path, vintages
from replicate.vocabulary.errors import unknown
from replicate.vocabulary.periods import Period, Quarter
from replicate.vocabulary.reads import note

__all__ = [
    "LATEST",
    "NAMES",
    "TableCheck",
    "assessment_factors",
    "boundaries",
    "census_ethnic_group",
    "check",
    "children",
    "coverage",
    "forces",
    "offences",
    "recorded_crime",
    "recorded_groups",
    "residents",
    "resolve_vintage",
    "table_hash",
    "table_path",
    "vintages",
]

LATEST = "latest"
"""The name of the newest vintage there is."""


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
    return _covered(path, path.stat().st_mtime_ns)


@functools.cache
def _covered(path: Path, changed: int) -> Period:  # noqa: ARG001  (a table fetched again is another)
    quarters = pq.read_table(path, columns=["quarter"])["quarter"].unique().to_pylist()
    first, last = Quarter.parse(min(quarters)), Quarter.parse(max(quarters))
    return Period(first, last, f"{first}..{last}")


def recorded_crime(vintage: str = LATEST) -> pd.DataFrame:
    """Load recorded crime as one release had it: vintage, quarter, force, offence_code, count.

    Recorded crime includes non-recent offences, and is revised at every release. A count is missing where the source
    has no number, and below zero where a force corrected an earlier quarter.
    """
    return load(f"recorded_crime_{resolve_vintage(vintage)}")


def offences() -> pd.DataFrame:
    """Load the offence codes: code, description, group, subgroup, first_quarter, last_quarter, note.

    A release that was fetched adds the codes that are new in it, and later quarters to the others.
    """
    note("offences", data_home() / "offences_*.parquet")
    fetched = [load(path.stem) for path in sorted(data_home().glob("offences_*.parquet"))]
    rows = pd.concat([load("offences"), *fetched])
    quarters = rows.groupby("code").agg(
        first_quarter=("first_quarter", "min"), last_quarter=("last_quarter", "max")
    )
    return (
        rows.drop_duplicates("code").set_index("code").assign(**quarters).sort_index().reset_index()
    )


def forces() -> pd.DataFrame:
    """Load the forces and other recording bodies: name, code, country, region, territorial."""
    return load("forces")


def children() -> pd.DataFrame:
    """Load children by force area and year: force, year, age_from, age_to, children, edition, by_difference."""
    return load("children")


def residents() -> pd.DataFrame:
    """Load residents of all ages by force area: force, year, residents, edition."""
    return load("residents")


def census_ethnic_group() -> pd.DataFrame:
    """Load the Census of 2021 by authority: area_code, area, force, ethnic_group, broad_group, residents."""
    return load("census_ethnic_group")


def assessment_factors() -> pd.DataFrame:
    """Load DfE's factors at the end of assessment: year, level, area_code, area, region, factor, episodes, state.

    Counts are of assessment episodes, not of children, in the year ending 31 March. `episodes` is missing unless `state`
    is "value". `region` is that of an authority, Inner or Outer London for London's, and missing at the other levels.
    """
    return load("assessment_factors")


def recorded_groups() -> pd.DataFrame:
    """Load offence groups as several releases had them: release, edition, period, area, group, count, complete."""
    return load("recorded_groups")


def boundaries() -> pd.DataFrame:
    """Load simplified force areas: force, and rings as lists of [x, y] in kilometres (see `build.boundaries`)."""
    frame = load("boundaries")
    return frame.assign(rings=frame["rings"].map(copy.deepcopy))
