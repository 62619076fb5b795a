"""A codebook for each table: what every column means, its type, unit and range, and when a cell has no value."""

import functools
from importlib.resources import files
from typing import Any, Literal

import pandera.pandas as pa
from pydantic import BaseModel, ConfigDict

from replicate.sources.schemas import schema
from replicate.vocabulary.documents import read_yaml

Type = Literal["string", "integer", "boolean", "list"]

_TYPES: dict[str, Type] = {
    "str": "string",
    "string": "string",
    "int64": "integer",
    "Int64": "integer",
    "bool": "boolean",
    "object": "list",
}


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
    pattern, allowed, minimum, maximum
        What values can be, where the schema says.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    type: Type
    means: str
    unit: str = ""
    missing: str = ""
    key: bool = False
    pattern: str | None = None
    allowed: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None


class Codebook(BaseModel):
    """What a table describes, and its columns in their order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    table: str
    describes: str
    columns: tuple[Column, ...]


@functools.cache
def _written() -> dict[str, dict[str, Any]]:
    text = files("replicate.sources").joinpath("codebook.yaml").read_text(encoding="utf-8")
    written: dict[str, dict[str, Any]] = read_yaml(text)
    return written


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
    >>> codebook("assessment_factors").columns[0].minimum
    2018
    """
    held = schema(table)
    written = next(body for name, body in _written().items() if schema(name) is held)
    key = list(held.unique or ())
    columns = [
        Column(
            name=str(name),
            type=_type(column),
            key=name in key,
            **written["columns"][name],
            **_limits(column),
        )
        for name, column in held.columns.items()
    ]
    return Codebook(table=table, describes=written["describes"], columns=tuple(columns))


def _type(column: pa.Column) -> Type:
    return _TYPES[str(column.dtype).partition("[")[0]]


def _limits(column: pa.Column) -> dict[str, Any]:
    """Read what the checks of a column allow."""
    found: dict[str, Any] = {}
    for check in column.checks:
        told = check.statistics
        found |= {"pattern": told["pattern"]} if "pattern" in told else {}
        found |= {"allowed": tuple(told["allowed_values"])} if "allowed_values" in told else {}
        found |= {
            name: told[f"{name[:3]}_value"]
            for name in ("minimum", "maximum")
            if f"{name[:3]}_value" in told
        }
    return found
