"""The two folders that hold tables: the one shipped with the package, and the user's own for fetched vintages."""

import os
from pathlib import Path

VARIABLE = "REPLICATE_DATA"
"""The environment variable that names the user's own folder."""


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
