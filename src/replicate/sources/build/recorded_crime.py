"""Recorded crime by quarter, force and offence code, from the Home Office's open data tables.

Traps resolved here: codes stored as numbers, names of forces and fraud bodies that vary by year, cells that are not
numbers, and keys that occur twice.
"""

from pathlib import Path

import pandas as pd

from replicate.sources.build.cells import codes, counts, first_label, forces, quarters, words
from replicate.vocabulary.errors import InputError, nearest

COLUMNS = (
    "Financial Year",
    "Financial Quarter",
    "Force Name",
    "Offence Description",
    "Offence Group",
    "Offence Subgroup",
    "Offence Code",
    "Number of Offences",
)
"""The columns of the official workbook's sheets, in its own words."""

KEY = ["quarter", "force", "offence_code"]

_COLUMNS_2026_04 = {
    "FY": "Financial Year",
    "Force": "Force Name",
    "Group": "Offence Group",
    "n": "Number of Offences",
}


def read_2023_10(path: Path) -> pd.DataFrame:
    """Read the held copy of the release of 19 October 2023, whose headings have dots for spaces."""
    frame = pd.read_parquet(path)
    return frame.rename(columns={name.replace(" ", "."): name for name in COLUMNS})


def read_2026_04(path: Path) -> pd.DataFrame:
    """Read the held copy of the release of 23 April 2026, whose keeper renamed four columns and added one."""
    return pd.read_parquet(path).rename(columns=_COLUMNS_2026_04).drop(columns="territorial")


def tidy(frame: pd.DataFrame, *, vintage: str) -> pd.DataFrame:
    """Turn the official columns into the `recorded_crime` table.

    Parameters
    ----------
    frame
        Rows of the official workbook under its own headings (`COLUMNS`), every sheet of years put together. The index
        labels name the rows in errors.
    vintage
        The month of release, `2026-04`.

    Returns
    -------
    pandas.DataFrame
        vintage, quarter, force, offence_code and count (missing where the source has no number), ordered by quarter,
        force and code. Counts below zero, which correct earlier quarters, are kept.

    Raises
    ------
    InputError
        When a column is missing, a force is not known, a quarter or a code can't be read, a count is neither a whole number nor
        one of the marks for a missing one, or a quarter, force and code occur twice.
    """
    where = f"recorded crime {vintage}"
    _require_columns(frame, where)
    table = pd.DataFrame(
        {
            "vintage": vintage,
            "quarter": quarters(frame, where),
            "force": forces(frame["Force Name"], where),
            "offence_code": codes(frame["Offence Code"], where),
            "count": counts(frame["Number of Offences"], where),
        },
        index=frame.index,
    ).astype(dict.fromkeys(["vintage", *KEY], "str"))
    _refuse_duplicates(table, where)
    return table.sort_values(KEY, ignore_index=True)


def offence_rows(frame: pd.DataFrame, *, vintage: str) -> pd.DataFrame:
    """List the titles, groups and subgroups that each offence code had in each quarter, for the `offences` table.

    Parameters
    ----------
    frame, vintage
        As for `tidy`.

    Returns
    -------
    pandas.DataFrame
        code, quarter, description, group, subgroup, and `rows`: how many rows say so.
    """
    where = f"recorded crime {vintage}"
    _require_columns(frame, where)
    rows = pd.DataFrame(
        {
            "code": codes(frame["Offence Code"], where),
            "quarter": quarters(frame, where),
            "description": words(frame["Offence Description"]),
            "group": words(frame["Offence Group"]),
            "subgroup": words(frame["Offence Subgroup"]),
        }
    )
    return rows.groupby(list(rows.columns), as_index=False).size().rename(columns={"size": "rows"})


def _require_columns(frame: pd.DataFrame, where: str) -> None:
    names = [str(name) for name in frame.columns]
    for name in COLUMNS:
        if name not in names:
            close = nearest(name, names)
            hint = f"'{close}' is the nearest column there" if close else None
            raise InputError(
                "a missing column",
                where=where,
                got=", ".join(names),
                expected=f"a column '{name}'",
                hint=hint,
            )


def _refuse_duplicates(table: pd.DataFrame, where: str) -> None:
    twice = table.duplicated(KEY)
    if twice.any():
        raise InputError(
            "a quarter, force and offence code that occur twice",
            where=f"{where}, row {first_label(twice)}",
            got=", ".join(table.loc[twice, KEY].iloc[0]),
            expected="one row for each",
            hint="the release may have changed how it files this offence",
        )
