"""The shipped tables as a Data Package (version 2): a codebook a table, with sources, licences, hashes and what a missing cell means."""

from pathlib import Path
from typing import Any

from replicate.sources.catalogue import Source, catalogue
from replicate.sources.schemas import Column, codebook
from replicate.sources.tables import read_hashes, shipped_home

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
FOLDER = "src/replicate/sources/tables"
"""Where the tables lie in the project."""

OPEN_GOVERNMENT = {
    "name": "OGL-UK-3.0",
    "title": "Open Government Licence v3.0",
    "path": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
}
_TYPES = {"string": "string", "integer": "integer", "boolean": "boolean", "list": "array"}


def datapackage(*, version: str) -> dict[str, Any]:
    """Describe the tables that are shipped.

    Parameters
    ----------
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
        "resources": [
            _resource(name, digest) for name, digest in sorted(read_hashes(shipped_home()).items())
        ],
    }


def _resource(name: str, digest: str) -> dict[str, Any]:
    path, book = shipped_home() / f"{name}.parquet", codebook(name)
    return {
        "name": name.replace("_", "-"),
        "path": f"{FOLDER}/{path.name}",
        "title": book.describes,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "bytes": _size(path),
        "hash": f"sha256:{digest}",
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


def _size(path: Path) -> int:
    return path.stat().st_size


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
    constraints = {name: limit for name, limit in limits.items() if limit not in (None, [])} | {
        "required": not column.missing
    }
    told = {"unit": column.unit, "missing": column.missing}
    return {
        "name": column.name,
        "type": _TYPES[column.type],
        "description": column.means,
        **{name: text for name, text in told.items() if text},
        "constraints": constraints,
    }
