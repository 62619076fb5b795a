"""Where tables come from: every source file behind a table, with its publisher, release, licence and hash."""

from collections.abc import Iterable
from functools import cache

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


@cache
def _sources(table: str) -> tuple[dict[str, str], ...]:
    behind = [source for source in catalogue().values() if table in source.feeds and source.file]
    return tuple(
        {
            "table": table,
            "table_sha256": tables.table_hash(table),
            "source": source.id,
            "publisher": source.publisher,
            "publication": source.publication,
            "released": str(source.release_date or "not seen"),
            "standing": source.standing,
            "licence": source.licence,
            "source_sha256": str(source.sha256),
            "caveats": source.caveats,
        }
        for source in behind
    )


def source_line(names: Iterable[str]) -> str:
    """Return one line naming the sources behind some tables: publisher, publication, release, and the standing of the copy."""
    rows = provenance(names).drop_duplicates("source")
    return "; ".join(f"{row.publisher}, {row.publication}, released {row.released} ({row.standing} copy)" for row in rows.itertuples())
