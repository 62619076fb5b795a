"""The shipped tables as a Data Package (version 2), in CSV: a codebook a table, with sources, licences and what a missing cell means."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from replicate.sources.catalogue import Source, catalogue
from replicate.sources.schemas import Column, codebook
from replicate.sources.tables import read_hashes, shipped_home

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
FOLDER = "src/replicate/sources/tables"
"""Where the tables lie in the project, as parquet."""

OPEN_GOVERNMENT = {
    "name": "OGL-UK-3.0",
    "title": "Open Government Licence v3.0",
    "path": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
}
_TYPES = {"string": "string", "integer": "integer", "boolean": "boolean", "list": "array"}


def tables_as_csv() -> dict[str, bytes]:
    """Return the shipped tables by their paths in an archive: CSV, which any program will still read, an empty cell where there is no value."""
    return {f"tables/{name}.csv": _csv(name) for name in sorted(read_hashes(shipped_home()))}


def _csv(name: str) -> bytes:
    table = pq.read_table(shipped_home() / f"{name}.parquet")
    frame = table.to_pandas(types_mapper=pd.ArrowDtype)
    for column in codebook(name).columns:
        if column.type == "list":
            frame[column.name] = list(map(json.dumps, table[column.name].to_pylist()))
    return str(frame.to_csv(index=False, lineterminator="\n")).encode()


def datapackage(tables: Mapping[str, bytes], *, version: str) -> dict[str, Any]:
    """Describe the tables that are shipped.

    Parameters
    ----------
    tables
        Their CSV by path, from `tables_as_csv`.
    version
        Of the project.

    Returns
    -------
    dict
        A descriptor by the standard's second version (https://datapackage.org/standard/data-package/). Beside the standard's properties a
        field has `unit` and `missing`, which says when a cell has no value.
    """
    return {
        "$schema": PROFILE,
        "name": "casey-audit-replication",
        "title": "Tables behind the figures of the National Audit on Group-Based Child Sexual Exploitation and Abuse and of HMICFRS",
        "version": version,
        "licenses": [OPEN_GOVERNMENT],
        "resources": [_resource(path, content) for path, content in tables.items()],
    }


def _resource(path: str, content: bytes) -> dict[str, Any]:
    name = path.removeprefix("tables/").removesuffix(".csv")
    book = codebook(name)
    return {
        "name": name.replace("_", "-"),
        "path": path,
        "title": book.describes,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "licenses": [OPEN_GOVERNMENT],
        "sources": [_source(source) for source in sources_of(name)],
        "schema": {
            "fields": [_field(column) for column in book.columns],
            "primaryKey": [column.name for column in book.columns if column.key],
            "missingValues": [""],
        },
    }


def sources_of(table: str) -> list[Source]:
    """Return the files held that a table was built from."""
    return [source for source in catalogue().values() if table in source.feeds and source.file]


def _source(source: Source) -> dict[str, str]:
    told = {
        "title": f"{source.publisher}, {source.publication} ({source.standing} copy)",
        "path": source.page or "",
    }
    return {name: text for name, text in told.items() if text}


def _field(column: Column) -> dict[str, Any]:
    limits = {
        "pattern": column.pattern,
        "enum": list(column.allowed_values),
        "minimum": column.min_value,
        "maximum": column.max_value,
    }
    held = {name: limit for name, limit in limits.items() if limit not in (None, [])}
    may_be_empty = column.missing or (column.type == "string" and not held and not column.key)
    constraints = held | {"required": not may_be_empty}
    told = {"unit": column.unit, "missing": column.missing}
    return {
        "name": column.name,
        "type": _TYPES[column.type],
        "description": column.means,
        **{name: text for name, text in told.items() if text},
        "constraints": constraints,
    }
