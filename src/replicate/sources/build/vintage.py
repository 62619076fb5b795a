"""Add a release of recorded crime that was fetched to the user's own tables."""

from pathlib import Path

import pandas as pd

from replicate.sources.build import offences, recorded_crime
from replicate.sources.build.writing import install
from replicate.sources.schemas import validate


def install_vintage(frame: pd.DataFrame, *, vintage: str, folder: Path) -> list[Path]:
    """Build `recorded_crime_<vintage>` and `offences_<vintage>` and put both into a folder, or neither.

    The second lists the offence codes of the release, so that one that is new in it is known from then on (see
    `tables.offences`).

    Parameters
    ----------
    frame, vintage
        As for `recorded_crime.tidy`.
    folder
        The user's own tables, `home.data_home()`.

    Raises
    ------
    InputError
        When the release can't be read as it must.
    RunError
        When the tables can't be written.
    """
    tables = {
        f"recorded_crime_{vintage}": recorded_crime.tidy(frame, vintage=vintage),
        f"offences_{vintage}": offences.build({vintage: recorded_crime.offence_rows(frame, vintage=vintage)}),
    }
    return install([(name, validate(table, name)) for name, table in tables.items()], folder)
