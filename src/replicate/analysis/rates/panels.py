"""The area-year panel: recorded offences and children, one row an area and calendar year."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from replicate.vocabulary.errors import InputError
from replicate.vocabulary.forces import CITY_OF_LONDON


def panel(recorded: pd.DataFrame, children: pd.DataFrame) -> pd.DataFrame:
    """Put recorded offences beside the children of an area, for whole calendar years.

    Parameters
    ----------
    recorded
        Selected rows of recorded crime: force, quarter, count.
    children
        Children of one age range: force, year, children (mid-year).

    Returns
    -------
    pandas.DataFrame
        force, year, count, children. Years without all four quarters, areas without children given (Wales, British
        Transport Police), area-years with a missing cell, and the City of London, where few children live, are left out.
    """
    year = recorded["quarter"].str[:4].astype(int).rename("year")
    whole = recorded["quarter"].groupby(year).transform("nunique").eq(4)
    counts = (
        recorded[whole]["count"]
        .astype("Int64")
        .groupby([recorded["force"], year])
        .sum(skipna=False)
    )
    rows = (
        counts.reset_index()
        .merge(children[["force", "year", "children"]], on=["force", "year"])
        .dropna()
    )
    return (
        rows[rows["force"] != CITY_OF_LONDON]
        .astype({"count": int, "children": int})
        .reset_index(drop=True)
    )


def usable(rows: pd.DataFrame, effects: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Split a panel into rows a count model can use and rows set aside: those with a negative count (records cancelled).

    Raises
    ------
    InputError
        When an effect has fewer than two levels, or a level without any offence: its effect is then minus infinity on the log scale.
    """
    negative = rows["count"] < 0
    kept = rows[~negative]
    for effect in effects:
        sums = kept.groupby(effect)["count"].sum()
        if len(sums) < 2 or sums.eq(0).any():
            empty = ", ".join(str(name) for name in sums.index[sums.eq(0)])
            raise InputError(
                f"a panel that gives no effect of {effect}",
                where="panel",
                got=f"0 offences: {empty}" if empty else f"{len(sums)} {effect}",
                expected=f"at least two of {effect}, each with an offence",
            )
    return kept, rows[negative]


def design(
    rows: pd.DataFrame, effects: Sequence[str], *, base_year: int | None = None
) -> pd.DataFrame:
    """Return the columns of a main-effects model: a constant, and one column for each level but the base of each effect."""
    columns: dict[str, Any] = {"const": pd.Series(1.0, index=rows.index)}
    for effect in effects:
        levels = sorted(set(rows[effect]))
        dropped = base_year if effect == "year" and base_year is not None else levels[0]
        columns |= {
            f"{effect} {level}": rows[effect].eq(level).astype(float)
            for level in levels
            if level != dropped
        }
    return pd.DataFrame(columns)
