"""What each table must look like, and what its columns mean: the schemas and the codebook."""

import functools
import re
from typing import Any, Literal

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pydantic import BaseModel, ConfigDict

from replicate.vocabulary.errors import RunError
from replicate.vocabulary.files import shipped_yaml
from replicate.vocabulary.forces import FORCES, TERRITORIAL

BROAD_GROUPS = ("Asian", "Black", "Mixed", "White", "Other")
STATES = ("value", "suppressed", "not_applicable", "not_available", "ended")
_QUARTER = r"\d{4}-Q[1-4]"
_MONTH = r"\d{4}-\d{2}"
_OF_A_VINTAGE = re.compile(r"_\d{4}-\d{2}$")


def _text(allowed: str | tuple[str, ...] | None = None, *, nullable: bool = False) -> pa.Column:
    """Hold a column to a pattern, or to some names."""
    check = pa.Check.isin(allowed) if isinstance(allowed, tuple) else None
    if isinstance(allowed, str):
        check = pa.Check.str_matches(f"^(?:{allowed})$")
    return pa.Column(pd.StringDtype(na_value=np.nan), check, nullable=nullable)


def _count(*, low: int | None = 0, nullable: bool = False) -> pa.Column:
    return pa.Column(
        pd.Int64Dtype(), pa.Check.ge(low) if low is not None else None, nullable=nullable
    )


def _whole(low: int, high: int) -> pa.Column:
    return pa.Column("int64", pa.Check.in_range(low, high), coerce=True)


def _table(*key: str, **columns: pa.Column) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(columns, strict=True, ordered=True, unique=list(key))


SCHEMAS: dict[str, pa.DataFrameSchema] = {
    "recorded_crime": _table(
        *("quarter", "force", "offence_code"),
        vintage=_text(_MONTH),
        quarter=_text(_QUARTER),
        force=_text(FORCES),
        offence_code=_text(),
        count=_count(low=None, nullable=True),  # below zero: a correction of an earlier quarter
    ),
    "offences": _table(
        "code",
        code=_text(),
        description=_text(),
        group=_text(),
        subgroup=_text(),
        first_quarter=_text(_QUARTER),
        last_quarter=_text(_QUARTER),
        note=_text(),
    ),
    "forces": _table(
        "name",
        name=_text(FORCES),
        code=_text(r"[EW]\d{8}", nullable=True),
        country=_text(("England", "Wales"), nullable=True),
        region=_text(nullable=True),
        territorial=pa.Column("bool"),
    ),
    "children": _table(
        *("force", "year", "age_from", "age_to"),
        force=_text(TERRITORIAL),
        year=_whole(2012, 2024),
        age_from=_whole(0, 0),
        age_to=_whole(15, 17),
        children=_count(low=1),
        edition=_text(),
        by_difference=pa.Column("bool"),
    ),
    "residents": _table(
        *("force", "year"),
        force=_text(TERRITORIAL),
        year=_whole(2024, 2024),
        residents=_count(low=1),
        edition=_text(),
    ),
    "census_ethnic_group": _table(
        *("area_code", "ethnic_group"),
        area_code=_text(r"[EW]\d{8}"),
        area=_text(),
        force=_text(TERRITORIAL),
        ethnic_group=_text(),
        broad_group=_text(BROAD_GROUPS),
        residents=_count(),
    ),
    "assessment_factors": _table(
        *("year", "level", "area_code", "factor"),
        year=_whole(2018, 2025),
        level=_text(("National", "Regional", "Local authority")),
        area_code=_text(r"E\d{8}"),
        area=_text(),
        region=_text(nullable=True),
        factor=_text(),
        episodes=_count(nullable=True),
        state=_text(STATES),
    ),
    "recorded_groups": _table(
        *("release", "period", "area", "group"),
        release=_text(_MONTH),
        edition=_text(("first published", "later")),
        period=_text(r"YE \d{4}-\d{2}"),
        area=_text(),
        group=_text(),
        count=_count(nullable=True),
        complete=pa.Column("bool"),
    ),
}


def schema(name: str) -> pa.DataFrameSchema:
    """Return the schema of a table; those of every vintage (`offences_2026-07`) are alike."""
    return SCHEMAS[_OF_A_VINTAGE.sub("", name)]


def validate(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Hold a table to its schema.

    Raises
    ------
    RunError
        When the table is not as it must be; the first fault is named.
    """
    try:
        return schema(name).validate(frame)
    except (pa.errors.SchemaError, pa.errors.SchemaErrors) as error:  # the second: wrong columns
        raise RunError(
            "a table that is not as its schema says",
            where=name,
            got=" ".join(str(error).split())[:300],
            expected="the columns, types, ranges and keys of sources/schemas.py",
            hint="build it, fetch it or install it again",
        ) from None


class Column(BaseModel):
    """A column of a table.

    Attributes
    ----------
    name, type
        As in the file.
    means, unit
        What it holds, and what is counted or measured; no unit where nothing is.
    missing
        When a cell has no value; empty where every cell has one.
    key
        Whether it is one of the columns that name a row.
    pattern, allowed_values, min_value, max_value
        What values can be, where a check of the schema says.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    type: Literal["string", "integer", "boolean"]
    means: str
    unit: str = ""
    missing: str = ""
    key: bool = False
    pattern: str | None = None
    allowed_values: tuple[str, ...] = ()
    min_value: int | None = None
    max_value: int | None = None


class Codebook(BaseModel):
    """What a table describes, and its columns in their order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    table: str
    describes: str
    columns: tuple[Column, ...]


_TYPES = {"int64": "integer", "Int64": "integer", "bool": "boolean"}


@functools.cache
def _written() -> dict[str, dict[str, Any]]:
    return dict(shipped_yaml("sources", "codebook.yaml"))


def codebook(table: str) -> Codebook:
    """Return the codebook of a table; those of every vintage of recorded crime are alike.

    Raises
    ------
    KeyError
        When there is no such table.

    Examples
    --------
    >>> codebook("recorded_crime_2026-04").columns[4].unit
    'offences'
    >>> codebook("assessment_factors").columns[0].min_value
    2018
    """
    held = schema(table)
    written = _written()[_OF_A_VINTAGE.sub("", table)]
    columns = []
    for name, column in held.columns.items():
        told = {"name": name, "type": _TYPES.get(str(column.dtype), "string")}
        told |= {"key": name in held.unique} | written["columns"][name]
        for check in column.checks:
            told |= check.statistics
        columns.append(Column.model_validate(told))
    return Codebook(table=table, describes=written["describes"], columns=tuple(columns))
