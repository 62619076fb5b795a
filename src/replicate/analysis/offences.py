"""Count recorded offences (recorded, including non-recent) from cells of force, quarter and offence code."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from replicate.vocabulary.errors import InputError

OTHER = "other"
"""The kind of an offence code that no kind is given for."""

_COLUMNS = {"force": "force", "code": "offence_code", "quarter": "quarter"}


@dataclass(frozen=True)
class Count:
    """A count of recorded offences.

    Attributes
    ----------
    count
        The sum of the cells that hold a number; cells can be negative (records cancelled in a later quarter).
    missing_cells
        Cells the publisher left without a number ("N/a"). They add nothing, so the true sum can be larger.
    """

    count: int
    missing_cells: int


def select(
    frame: pd.DataFrame,
    *,
    codes: Iterable[str],
    quarters: Iterable[str],
    forces: Iterable[str] | None = None,
) -> pd.DataFrame:
    """Return the rows of some offence codes, quarters and forces.

    Parameters
    ----------
    frame
        Recorded crime of one vintage: force, quarter (`2024-Q1`), offence_code, count (nullable integer).
    codes
        Offence codes, as text.
    quarters
        Labels of quarters, every one held in the frame.
    forces
        Canonical names; None means all.

    Raises
    ------
    InputError
        When the frame doesn't hold one of the quarters: a sum without it would look like the whole period.

    Examples
    --------
    >>> cells = pd.DataFrame({"force": ["Kent", "Kent"], "quarter": "2024-Q1", "offence_code": ["71", "86"], "count": [3, 40]})
    >>> total(select(cells, codes=["71"], quarters=["2024-Q1"]))
    Count(count=3, missing_cells=0)
    """
    wanted, held = set(quarters), set(frame["quarter"].unique())
    if strange := sorted(wanted - held):
        expected = f"quarters from {min(held)} to {max(held)}" if held else "a frame with rows"
        raise InputError(
            "a quarter that the table doesn't hold",
            where="period",
            got=", ".join(strange),
            expected=expected,
        )
    rows = frame[frame["offence_code"].isin(set(codes))]
    rows = rows[rows["quarter"].isin(wanted)]
    return rows if forces is None else rows[rows["force"].isin(set(forces))]


def total(frame: pd.DataFrame) -> Count:
    """Sum the counts of selected rows.

    Raises
    ------
    InputError
        When no cell holds a number: the sum is then unknown, not 0.
    """
    missing = int(frame["count"].isna().sum())
    if missing == len(frame):
        raise InputError(
            "no number is published for any cell of the selection",
            where="count",
            got=f"{len(frame)} cells, {missing} of them without a number",
            expected="at least one cell with a number",
        )
    return Count(int(frame["count"].sum()), missing)


def by(frame: pd.DataFrame, column: Literal["force", "code", "quarter"]) -> pd.DataFrame:
    """Sum selected rows by force, offence code or quarter.

    Returns
    -------
    pandas.DataFrame
        The column (named as asked for), count and missing_cells, in the column's order. A sum whose every cell is
        missing is missing.

    Examples
    --------
    >>> counts = pd.array([3, None], "Int64")
    >>> cells = pd.DataFrame({"force": ["Kent", "Essex"], "quarter": "2024-Q1", "offence_code": "71", "count": counts})
    >>> by(cells, "force").values.tolist()
    [['Essex', <NA>, 1], ['Kent', 3, 0]]
    """
    return _sums(frame, [frame[_COLUMNS[column]].rename(column)])


def series(frame: pd.DataFrame, kinds: Mapping[str, str]) -> pd.DataFrame:
    """Sum selected rows by calendar year and kind of offence.

    Parameters
    ----------
    frame
        Selected rows of recorded crime.
    kinds
        Offence code → kind; a code that is not in it counts as `OTHER`.

    Returns
    -------
    pandas.DataFrame
        year, kind, count, missing_cells, complete (the frame holds all four quarters of the year).
    """
    year = frame["quarter"].str[:4].astype(int).rename("year")
    kind = frame["offence_code"].map(kinds).fillna(OTHER).rename("kind")
    quarters = frame["quarter"].groupby(year).nunique()
    sums = _sums(frame, [year, kind])
    return sums.assign(complete=sums["year"].map(quarters).eq(4))


def _sums(frame: pd.DataFrame, keys: "list[pd.Series[Any]]") -> pd.DataFrame:
    counts = frame["count"].astype("Int64").groupby(keys).sum(min_count=1)
    return pd.DataFrame(
        {"count": counts, "missing_cells": frame["count"].isna().groupby(keys).sum()}
    ).reset_index()
