"""Factors identified at the end of assessment by children's services in England.

Traps resolved here: a hidden count (1 to 5) is a state and no number; sexual and physical abuse are split by who did it from
2021 only, so the split factors are not available before; and a factor that ended is written as 0 everywhere.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from replicate.vocabulary.errors import InputError

STATES = {"c": "suppressed", "x": "not_available", "u": "not_available", "z": "not_applicable"}
"""What the publisher's marks say: `c` hides 1 to 5, `x` was not collected or not supplied, `u` was supplied and held unreliable,
`z` can't apply."""

EPISODES = "Episodes_with_assessment_factor"
"""The column that counts episodes with any factor: the base of the others."""

_CODES = {"National": "country_code", "Regional": "region_code", "Local authority": "new_la_code"}
_NAMES = {"National": "country_name", "Regional": "region_name", "Local authority": "la_name"}
_KEY = ["year", "level", "area_code", "factor"]


def build(*, factors: Path) -> pd.DataFrame:
    """Count assessment episodes by year, area and factor.

    Parameters
    ----------
    factors
        DfE's Children in need, table C3.

    Returns
    -------
    pandas.DataFrame
        year (ending 31 March), level, area_code, area, region (of an authority; London's are in Inner or Outer London; missing at
        the other levels), factor (the publisher's column), episodes (missing unless it is a number) and state.
    """
    frame = pd.read_csv(factors, dtype="str", keep_default_na=False)
    columns = list(frame.columns[frame.columns.get_loc(EPISODES) :])
    level = frame["geographic_level"]
    _refuse_other_levels(level, factors)
    wide = frame[columns].assign(
        year=frame["time_period"].astype("int64"),
        level=level,
        area_code=_of(frame, _CODES),
        area=_of(frame, _NAMES),
        region=frame["region_name"].where(level == "Local authority"),
    )
    table = wide.melt(
        id_vars=["year", "level", "area_code", "area", "region"],
        var_name="factor",
        value_name="cell",
    )
    table["state"] = _states(table["cell"], factors)
    table["episodes"] = pd.to_numeric(
        table["cell"].where(table["state"] == "value"), errors="coerce"
    ).astype("Int64")
    table = _with_ended(table)
    return table[[*_KEY[:3], "area", "region", "factor", "episodes", "state"]].sort_values(
        _KEY, ignore_index=True
    )


def _of(frame: pd.DataFrame, columns: dict[str, str]) -> pd.Series:
    picked = np.select(
        [frame["geographic_level"] == level for level in columns],
        [frame[name] for name in columns.values()],
        default="",
    )
    return pd.Series(picked, index=frame.index, dtype="str")


def _states(cells: pd.Series, path: Path) -> pd.Series:
    numbers = cells.str.fullmatch(r"\d+")
    states = cells.map(STATES).where(~numbers, "value")
    if states.isna().any():
        raise InputError(
            "a cell that is neither a count nor a known mark",
            where=str(path),
            got=repr(cells[states.isna()].iloc[0]),
            expected=f"a count, or one of {', '.join(STATES)}",
        )
    return states.astype("str")


def _with_ended(table: pd.DataFrame) -> pd.DataFrame:
    """Mark the factors that ended, and take their zeros away.

    A factor has ended in a year when every area at every level has exactly 0, though England had more than 0 in some earlier
    year. A factor that is rare has zeros too, but not everywhere.
    """
    counted = table[(table["level"] == "National") & table["episodes"].gt(0).fillna(False)]
    first = counted.groupby("factor")["year"].min()
    nowhere = table["episodes"].eq(0).fillna(False).groupby([table["factor"], table["year"]]).all()
    over = {
        (factor, year)
        for factor, year in nowhere.index[nowhere]
        if factor in first.index and year > first[factor]
    }
    ended = np.array([pair in over for pair in zip(table["factor"], table["year"], strict=True)])
    return table.assign(
        episodes=table["episodes"].mask(ended), state=table["state"].mask(ended, "ended")
    )


def _refuse_other_levels(level: pd.Series, path: Path) -> None:
    strange = level[~level.isin(list(_CODES))]
    if len(strange):
        raise InputError(
            "an unknown level of geography",
            where=str(path),
            got=strange.iloc[0],
            expected=", ".join(_CODES),
        )
