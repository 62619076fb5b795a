"""The two folders that hold tables, shipped and the user's own, and the record of their hashes."""

import json
import os
from pathlib import Path

from replicate.vocabulary.reads import DATA as VARIABLE
from replicate.vocabulary.reads import sha256

__all__ = ["HASHES", "VARIABLE", "data_home", "read_hashes", "sha256", "shipped_home"]

HASHES = "hashes.json"
"""The list of tables and their sha256, beside the tables."""


def shipped_home() -> Path:
    """Return the folder of the tables shipped with the package."""
    return Path(__file__).with_name("tables")


def data_home() -> Path:
    """Return the folder for downloads and for the vintages built from them.

    It is `$REPLICATE_DATA` where that is set, and the operating system's cache folder for this project otherwise. The
    folder need not exist yet.
    """
    if named := os.environ.get(VARIABLE):
        return Path(named).expanduser()
    import pooch  # here, because it costs a tenth of a second that most loads need not pay

    return Path(pooch.os_cache("casey-audit-replication"))


def read_hashes(folder: Path) -> dict[str, str]:
    """Return the sha256 on record of each table in a folder, by the table's name; empty where there is no record."""
    path = folder / HASHES
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}
