"""What each table must look like: its columns, types, ranges and keys."""

import re

import numpy as np
import pandas as pd
import pandera.pandas as pa

from replicate.vocabulary.errors import RunError
from replicate.vocabulary.forces import FORCES, TERRITORIAL

TEXT = pd.StringDtype(na_value=np.nan)
WHOLE = pd.Int64Dtype()
BROAD_GROUPS = ("Asian", "Black", "Mixed", "White", "Other")
STATES = ("value", "suppressed", "not_applicable", "not_available", "ended")
_QUARTER = r"\d{4}-Q[1-4]"
_MONTH = r"\d{4}-\d{2}"
_OF_A_VINTAGE = re.compile(r"_\d{4}-\d{2}$")


def _text(
    pattern: str | None = None, *, isin: tuple[str, ...] = (), nullable: bool = False
) -> pa.Column:
    checks = [pa.Check.str_matches(f"^(?:{pattern})$")] if pattern else []
    return pa.Column(TEXT, [*checks, *([pa.Check.isin(isin)] if isin else [])], nullable=nullable)


def _count(*, low: int | None = 0, nullable: bool = False) -> pa.Column:
    return pa.Column(WHOLE, pa.Check.ge(low) if low is not None else None, nullable=nullable)


def _whole(low: int, high: int) -> pa.Column:
    return pa.Column("int64", pa.Check.in_range(low, high))


def _flag() -> pa.Column:
    return pa.Column("bool")


def _table(columns: dict[str, pa.Column], key: list[str]) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(columns, strict=True, ordered=True, unique=key)


def _rings_closed(rings: pd.Series) -> pd.Series:
    return rings.map(
        lambda value: (
            all(len(ring) >= 4 and ring[0] == ring[-1] for ring in value) and len(value) > 0
        )
    )


SCHEMAS: dict[str, pa.DataFrameSchema] = {
    "recorded_crime": _table(
        {
            "vintage": _text(_MONTH),
            "quarter": _text(_QUARTER),
            "force": _text(isin=FORCES),
            "offence_code": _text(),
            "count": _count(
                low=None, nullable=True
            ),  # below zero where a force corrected an earlier quarter
        },
        ["quarter", "force", "offence_code"],
    ),
    "offences": _table(
        {
            "code": _text(),
            "description": _text(),
            "group": _text(),
            "subgroup": _text(),
            "first_quarter": _text(_QUARTER),
            "last_quarter": _text(_QUARTER),
            "note": _text(),
        },
        ["code"],
    ),
    "forces": _table(
        {
            "name": _text(isin=FORCES),
            "code": _text(r"[EW]\d{8}", nullable=True),
            "country": _text(isin=("England", "Wales"), nullable=True),
            "region": _text(nullable=True),
            "territorial": _flag(),
        },
        ["name"],
    ),
    "children": _table(
        {
            "force": _text(isin=TERRITORIAL),
            "year": _whole(2012, 2024),
            "age_from": _whole(0, 0),
            "age_to": _whole(15, 17),
            "children": _count(low=1),
            "edition": _text(),
            "by_difference": _flag(),
        },
        ["force", "year", "age_from", "age_to"],
    ),
    "residents": _table(
        {
            "force": _text(isin=TERRITORIAL),
            "year": _whole(2024, 2024),
            "residents": _count(low=1),
            "edition": _text(),
        },
        ["force", "year"],
    ),
    "census_ethnic_group": _table(
        {
            "area_code": _text(r"[EW]\d{8}"),
            "area": _text(),
            "force": _text(isin=TERRITORIAL),
            "ethnic_group": _text(),
            "broad_group": _text(isin=BROAD_GROUPS),
            "residents": _count(),
        },
        ["area_code", "ethnic_group"],
    ),
    "assessment_factors": _table(
        {
            "year": _whole(2018, 2025),
            "level": _text(isin=("National", "Regional", "Local authority")),
            "area_code": _text(r"E\d{8}"),
            "area": _text(),
            "region": _text(nullable=True),
            "factor": _text(),
            "episodes": _count(nullable=True),
            "state": _text(isin=STATES),
        },
        ["year", "level", "area_code", "factor"],
    ),
    "recorded_groups": _table(
        {
            "release": _text(_MONTH),
            "edition": _text(isin=("first published", "later")),
            "period": _text(r"YE \d{4}-\d{2}"),
            "area": _text(),
            "group": _text(),
            "count": _count(nullable=True),
            "complete": _flag(),
        },
        ["release", "period", "area", "group"],
    ),
    "boundaries": _table(
        {"force": _text(isin=TERRITORIAL), "rings": pa.Column(object, pa.Check(_rings_closed))},
        ["force"],
    ),
}


def schema(name: str) -> pa.DataFrameSchema:
    """Return the schema of a table; those of every vintage (`recorded_crime_2026-04`, `offences_2026-07`) are alike."""
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
    except (
        pa.errors.SchemaError,
        pa.errors.SchemaErrors,
    ) as error:  # the second for columns too many, too few or out of order
        fault = " ".join(str(error).split())
        raise RunError(
            "a table that is not as its schema says",
            where=name,
            got=fault[:300],
            expected="the columns, types, ranges and keys of sources/schemas.py",
            hint="build it, fetch it or install it again",
        ) from None
