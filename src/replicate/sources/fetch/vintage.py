"""From a downloaded workbook to the tables of its vintage."""

from pathlib import Path

import pandas as pd

from replicate.sources.build import offences
from replicate.sources.build.recorded_crime import offence_rows, tidy
from replicate.sources.schemas import validate
from replicate.sources.workbook import read_recorded_crime
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.periods import Quarter


def table_name(vintage: str) -> str:
    """Return the name of a vintage's table.

    Examples
    --------
    >>> table_name("2026-07")
    'recorded_crime_2026-07'
    """
    return f"recorded_crime_{vintage}"


def codes_name(vintage: str) -> str:
    """Return the name of the table of a vintage's offence codes.

    Examples
    --------
    >>> codes_name("2026-07")
    'offences_2026-07'
    """
    return f"offences_{vintage}"


def last_quarter(vintage: str) -> Quarter:
    """Return the quarter that a release runs to: the last but one before the quarter it appears in.

    So it was with the releases held: that of 19 October 2023 runs to June 2023, that of 23 April 2026 to December 2025.

    Examples
    --------
    >>> last_quarter("2023-10").label, last_quarter("2026-04").label
    ('2023-Q2', '2025-Q4')
    """
    year, month = (int(part) for part in vintage.split("-"))
    return Quarter(year, (month + 2) // 3).shift(-2)


def build_vintage(path: Path, vintage: str) -> dict[str, pd.DataFrame]:
    """Build the tables of a workbook, held to their schemas and to the quarters its release should have.

    Returns
    -------
    dict
        Name and table: the offence codes, then recorded crime, which makes the vintage appear.

    Raises
    ------
    InputError
        When the workbook has another layout, a cell that can't be read, a quarter missing, or is another release's.
    RunError
        When a table is not as its schema says.
    """
    frame = read_recorded_crime(path)
    table = tidy(frame, vintage=vintage)
    _require_quarters(table, vintage, where=str(path))
    codes = offences.build({vintage: offence_rows(frame, vintage=vintage)})
    return {
        name: validate(built, name)
        for name, built in ((codes_name(vintage), codes), (table_name(vintage), table))
    }


def _require_quarters(table: pd.DataFrame, vintage: str, *, where: str) -> None:
    held, last = sorted(set(table["quarter"])), last_quarter(vintage)
    first = Quarter.parse(held[0])
    if held != [first.shift(step).label for step in range(last.ordinal - first.ordinal + 1)]:
        raise InputError(
            "a workbook that does not cover the quarters of its release",
            where=where,
            got=f"{held[0]} to {held[-1]}, quarters: {len(held)}",
            expected=f"every quarter to {last}, as befits the release {vintage}",
        )
