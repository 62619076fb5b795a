"""Where tables come from, and what they hold: sources with hashes, and a codebook each."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pandas as pd

from replicate.sources import tables
from replicate.sources.catalogue import catalogue
from replicate.sources.tables import table_hash, vintages

if TYPE_CHECKING:
    from replicate.sources.schemas import Column

__all__ = ["files_used", "held_tables", "provenance", "source_line", "table_hash", "vintages"]


def provenance(names: Iterable[str]) -> pd.DataFrame:
    """Return the sources behind some tables.

    Parameters
    ----------
    names
        Names of tables, such as `recorded_crime_2026-04`.

    Returns
    -------
    pandas.DataFrame
        table, table_sha256, source, released, source_sha256, publisher, publication, standing,
        licence, caveats: one row a source.
    """
    return pd.DataFrame([row for name in dict.fromkeys(names) for row in _sources(name)])


def _sources(table: str) -> list[dict[str, str]]:
    """Return what a table was built from, or the workbook that it was fetched as."""
    record, digest = tables.table_path(table).with_suffix(".json"), table_hash(table)
    fetched = json.loads(record.read_text(encoding="utf-8")) if record.is_file() else {}
    held = [source for source in catalogue().values() if table in source.feeds and source.file]
    said = {"publisher", "publication", "standing", "licence", "caveats"}
    return [
        {
            "table": table,
            "table_sha256": digest,
            "source": source.id,
            "released": str(source.release_date or "not seen"),
            "source_sha256": str(fetched.get("sha256", source.sha256)),
            **source.model_dump(mode="json", include=said),
        }
        for source in ([catalogue()[fetched["source"]]] if fetched else held)
    ]


def files_used(names: Iterable[str]) -> pd.DataFrame:
    """Return the files behind some tables, for readers.

    Returns
    -------
    pandas.DataFrame
        publication, publisher, released, standing, table, sha256 (its beginning).
    """
    rows = provenance(names).rename(columns={"source_sha256": "sha256"})
    columns = ["publication", "publisher", "released", "standing", "table", "sha256"]
    return rows.reindex(columns=columns).assign(
        sha256=lambda used: used["sha256"].astype(str).str[:12]
    )


def source_line(names: Iterable[str]) -> str:
    """Return one line naming the sources behind some tables, with the standing of each copy."""
    rows = provenance(names).drop_duplicates("source")
    return "; ".join(
        f"{row.publisher}, {row.publication}, released {row.released} ({row.standing} copy)"
        for row in rows.itertuples()
    )


def held_tables() -> list[dict[str, Any]]:
    """Return every table.

    Returns
    -------
    list of dict
        name, describes, rows (in words), sha256, columns (name, type, means, unit, missing,
        values: what a cell can be), and sources, as `provenance` gives them.
    """
    from replicate.sources.schemas import codebook  # here, because pandera is slow to import

    names = [*tables.NAMES, *map("recorded_crime_{}".format, vintages())]
    said = {"name", "type", "means", "unit", "missing"}
    return [
        {
            "name": name,
            "describes": codebook(name).describes,
            "rows": f"{len(tables.load(name)):,}",
            "sha256": table_hash(name),
            "columns": [
                column.model_dump(include=said) | {"values": values_allowed(column)}
                for column in codebook(name).columns
            ],
            "sources": _sources(name),
        }
        for name in sorted(names)
    ]


def values_allowed(column: "Column") -> str:
    """Say what a cell can be; a long list by how many it holds."""
    names, least, most = column.allowed_values, column.min_value, column.max_value
    if names:
        return ", ".join(names) if len(names) <= 6 else f"one of {len(names)} names"
    if least is not None:
        return f"{least} or more" if most is None else f"{least} to {most}"
    return f"as {column.pattern}" if column.pattern else ""
