"""Count recorded offences (recorded, including non-recent), and residents, from published cells."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import pandas as pd

from replicate.analysis.checks import refuse_unless
from replicate.vocabulary.errors import unknown

OTHER = "other"
"""The kind of an offence code that no kind is given for."""

_COLUMNS = {"force": "force", "code": "offence_code", "quarter": "quarter"}


@dataclass(frozen=True)
class Count:
    """A count of recorded offences.

    Attributes
    ----------
    count
        The sum of the cells that hold a number; cells can be negative (records cancelled in a later
        quarter).
    missing_cells
        Cells the publisher left without a number ("N/a"). They add nothing, so the true sum can be
        larger.
    """

    count: int
    missing_cells: int


class Residents(NamedTuple):
    """Residents of a group among all residents of some authorities; percent is 0 to 100."""

    residents: int
    total: int
    percent: float


def total(frame: pd.DataFrame) -> Count:
    """Sum the counts of selected rows.

    Raises
    ------
    InputError
        When no cell holds a number: the sum is then unknown, not 0.
    """
    missing = int(frame["count"].isna().sum())
    what, expected = (
        "no number is published for any cell of the selection",
        "one cell with a number",
    )
    got = f"{len(frame)} cells, {missing} of them without a number"
    refuse_unless(missing < len(frame), what, where="count", got=got, expected=expected)
    return Count(int(frame["count"].sum()), missing)


def by(frame: pd.DataFrame, column: Literal["force", "code", "quarter"]) -> pd.DataFrame:
    """Sum selected rows by force, offence code or quarter.

    Returns
    -------
    pandas.DataFrame
        The column (named as asked for), count and missing_cells, in the column's order. A sum whose
        every cell is missing is missing.

    Examples
    --------
    >>> counts = pd.array([3, None], "Int64")
    >>> cells = pd.DataFrame({"force": ["Kent", "Essex"], "offence_code": "71", "count": counts})
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


def residents(frame: pd.DataFrame, areas: Iterable[str], broad_group: str) -> Residents:
    """Return the residents of a broad ethnic group in some authorities, taken together.

    The census table of local authorities (Census 2021, TS021). Counts of small areas are perturbed
    by the publisher so that no resident can be told from them: a sum over authorities can differ by
    a few from the figure published for the county.

    Parameters
    ----------
    frame
        Census residents: area (lower-tier authority), broad_group, residents.
    areas
        Names of authorities; a county is the sum of its own.
    broad_group
        Asian, Black, Mixed, White or Other.

    Raises
    ------
    InputError
        For an authority or a broad group that the frame doesn't hold.

    Examples
    --------
    >>> bury = {"area": "Bury", "broad_group": ["White", "Mixed"], "residents": [90, 10]}
    >>> residents(pd.DataFrame(bury), ["Bury"], "White")
    Residents(residents=90, total=100, percent=90.0)
    """
    named = tuple(areas)
    for column, names in (("area", named), ("broad_group", (broad_group,))):
        held = set(frame[column])
        for name in names:
            if name not in held:
                raise unknown(column.replace("_", " "), name, held, where="census")
    rows = frame[frame["area"].isin(named)]
    every = int(rows["residents"].sum())
    group = int(rows.loc[rows["broad_group"] == broad_group, "residents"].sum())
    return Residents(group, every, 100 * group / every)


def _sums(frame: pd.DataFrame, keys: "list[pd.Series[Any]]") -> pd.DataFrame:
    counts = frame["count"].astype("Int64").groupby(keys).sum(min_count=1)
    missing = frame["count"].isna().groupby(keys).sum()
    return pd.DataFrame({"count": counts, "missing_cells": missing}).reset_index()
