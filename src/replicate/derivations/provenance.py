"""Where tables come from: every source file behind a table, with its publisher, release, licence and hash."""

import json
from collections.abc import Iterable

import pandas as pd

from replicate.sources import tables
from replicate.sources.catalogue import catalogue


def provenance(names: Iterable[str]) -> pd.DataFrame:
    """Return the sources behind some tables.

    Parameters
    ----------
    names
        Names of tables, such as `recorded_crime_2026-04`.

    Returns
    -------
    pandas.DataFrame
        table, table_sha256, source, publisher, publication, released, standing, licence, source_sha256, caveats: one row a source.
    """
    return pd.DataFrame([row for name in dict.fromkeys(names) for row in _sources(name)])


def _sources(table: str) -> list[dict[str, str]]:
    """Return the files held that a table was built from; for one that was fetched, the workbook that it was fetched as."""
    record = tables.table_path(table).with_suffix(".json")
    fetched: dict[str, str] = (
        json.loads(record.read_text(encoding="utf-8")) if record.is_file() else {}
    )
    held = [source for source in catalogue().values() if table in source.feeds and source.file]
    behind, digest = [catalogue()[fetched["source"]]] if fetched else held, tables.table_hash(table)
    return [
        {
            "table": table,
            "table_sha256": digest,
            "source": source.id,
            "publisher": source.publisher,
            "publication": source.publication,
            "released": str(source.release_date or "not seen"),
            "standing": source.standing,
            "licence": source.licence,
            "source_sha256": str(fetched.get("sha256", source.sha256)),
            "caveats": source.caveats,
        }
        for source in behind
    ]


def files_used(names: Iterable[str]) -> pd.DataFrame:
    """Return the files behind some tables, for readers.

    Returns
    -------
    pandas.DataFrame
        publication, publisher, released, standing, table, sha256 (its beginning).
    """
    rows = provenance(names)
    short = rows.assign(sha256=rows["source_sha256"].str[:12]) if len(rows) else rows
    columns = ["publication", "publisher", "released", "standing", "table", "sha256"]
    return short.reindex(columns=columns)


def source_line(names: Iterable[str]) -> str:
    """Return one line naming the sources behind some tables: publisher, publication, release, and the standing of the copy."""
    rows = provenance(names).drop_duplicates("source")
    return "; ".join(
        f"{row.publisher}, {row.publication}, released {row.released} ({row.standing} copy)"
        for row in rows.itertuples()
    )


def table_hash(name: str) -> str:
    """Return the sha256 of a table's file."""
    return tables.table_hash(name)


def vintages() -> tuple[str, ...]:
    """Return the releases of recorded crime that are held, oldest first."""
    return tables.vintages()
