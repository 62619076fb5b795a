"""The tables held, each with its size, its hash, its codebook and the files it was built from."""

from typing import Any

from replicate.derivations.provenance import provenance
from replicate.sources import tables
from replicate.sources.schemas import Column, codebook

_SAID = {"name", "type", "means", "unit", "missing"}


def held_tables() -> list[dict[str, Any]]:
    """Return every table.

    Returns
    -------
    list of dict
        name, describes, rows (in words), sha256, columns (name, type, means, unit, missing, values: what a cell can be), and sources, as
        `provenance` gives them.
    """
    names = [*tables.NAMES, *(f"recorded_crime_{vintage}" for vintage in tables.vintages())]
    return [_table(name) for name in sorted(names)]


def _table(name: str) -> dict[str, Any]:
    book = codebook(name)
    return {
        "name": name,
        "describes": book.describes,
        "rows": f"{len(tables.load(name)):,}",
        "sha256": tables.table_hash(name),
        "columns": [
            column.model_dump(include=_SAID) | {"values": _values(column)}
            for column in book.columns
        ],
        "sources": provenance([name]).to_dict("records"),
    }


def _values(column: Column) -> str:
    """Say what a cell can be; a long list by how many it holds."""
    if column.allowed_values:
        return (
            ", ".join(column.allowed_values)
            if len(column.allowed_values) <= 6
            else f"one of {len(column.allowed_values)} names"
        )
    if column.min_value is not None and column.max_value is not None:
        return f"{column.min_value} to {column.max_value}"
    if column.min_value is not None:
        return f"{column.min_value} or more"
    return f"as {column.pattern}" if column.pattern else ""
