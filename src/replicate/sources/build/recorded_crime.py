"""Recorded crime by quarter, force and offence code, from the Home Office's open data tables.

Traps resolved here: codes stored as numbers, names of forces and fraud bodies that vary by year, cells that are not
numbers, and keys that occur twice.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from replicate.vocabulary.errors import InputError, nearest, unknown
from replicate.vocabulary.forces import FORCES, canonical_force
from replicate.vocabulary.offences import mend_code
from replicate.vocabulary.periods import Quarter

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

MISSING_MARKS = frozenset({"n/a", "..", "-", "x"})
"""What a cell without a count says, in lower case: the count is missing, and that is not zero."""

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
        When a column is missing, a force is not known, a quarter can't be read, a count is neither a whole number nor
        one of the marks for a missing one, or a quarter, force and code occur twice.
    """
    where = f"recorded crime {vintage}"
    _require_columns(frame, where)
    table = pd.DataFrame(
        {
            "vintage": vintage,
            "quarter": _quarters(frame, where),
            "force": _forces(frame["Force Name"], where),
            "offence_code": _codes(frame["Offence Code"]),
            "count": _counts(frame["Number of Offences"], where),
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
            "code": _codes(frame["Offence Code"]),
            "quarter": _quarters(frame, where),
            "description": _words(frame["Offence Description"]),
            "group": _words(frame["Offence Group"]),
            "subgroup": _words(frame["Offence Subgroup"]),
        }
    )
    return rows.groupby(list(rows.columns), as_index=False).size().rename(columns={"size": "rows"})


def _require_columns(frame: pd.DataFrame, where: str) -> None:
    names = [str(name) for name in frame.columns]
    for name in COLUMNS:
        if name not in names:
            close = nearest(name, names)
            hint = f"'{close}' is the nearest column there" if close else None
            raise InputError("a missing column", where=where, got=", ".join(names), expected=f"a column '{name}'", hint=hint)


def _quarters(frame: pd.DataFrame, where: str) -> pd.Series:
    pairs = pd.MultiIndex.from_frame(frame[["Financial Year", "Financial Quarter"]])
    places, unique = pairs.factorize()
    labels = np.array([_quarter(year, quarter, where) for year, quarter in unique], dtype=object)
    return pd.Series(labels[places], index=frame.index, dtype="str")


def _quarter(year: object, quarter: object, where: str) -> str:
    number = str(quarter).removesuffix(".0")
    if number not in {"1", "2", "3", "4"}:
        column = f"{where}, column 'Financial Quarter'"
        raise InputError("not a financial quarter", where=column, got=repr(quarter), expected="1, 2, 3 or 4")
    try:
        return Quarter.from_financial(str(year), int(number)).label
    except InputError as error:
        raise InputError(error.what, where=f"{where}, column 'Financial Year'", got=error.got, expected=error.expected) from None


def _forces(names: pd.Series, where: str) -> pd.Series:
    known = {name: canonical_force(str(name)) for name in names.unique()}
    for name, force in known.items():
        if force is None:
            raise unknown("force", name, FORCES, where=f"{where}, row {_first(names == name)}")
    return names.map(known)


def _codes(cells: pd.Series) -> pd.Series:
    """Mend codes; one that a workbook keeps as a whole number arrives as `71.0`."""
    codes = {cell: mend_code(cell if isinstance(cell, str) else str(cell).removesuffix(".0")) for cell in cells.unique()}
    return cells.map(codes).astype("str")


def _words(cells: pd.Series) -> pd.Series:
    """Take doubled, trailing and no-break spaces out of a title."""
    return cells.map({cell: " ".join(str(cell).split()) for cell in cells.unique()}).astype("str")


def _counts(cells: pd.Series, where: str) -> pd.Series:
    numbers = pd.to_numeric(cells, errors="coerce").astype("float64")
    marks = cells.astype("str").str.strip().str.casefold().isin(MISSING_MARKS)
    wrong = ~marks & ~(np.isfinite(numbers) & (numbers % 1 == 0))
    if wrong.any():
        raise InputError(
            "a count that is not a whole number",
            where=f"{where}, column 'Number of Offences', row {_first(wrong)}",
            got=repr(cells[wrong].iloc[0]),
            expected=f"a whole number, or one of {', '.join(sorted(MISSING_MARKS))} where there is none",
        )
    return numbers.astype("Int64")


def _refuse_duplicates(table: pd.DataFrame, where: str) -> None:
    twice = table.duplicated(KEY)
    if twice.any():
        raise InputError(
            "a quarter, force and offence code that occur twice",
            where=f"{where}, row {_first(twice)}",
            got=", ".join(table.loc[twice, KEY].iloc[0]),
            expected="one row for each",
            hint="the release may have changed how it files this offence",
        )


def _first(mask: pd.Series) -> object:
    return mask.index[int(mask.to_numpy().argmax())]
