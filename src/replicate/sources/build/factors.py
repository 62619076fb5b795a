"""Factors identified at the end of assessment by children's services in England.

Traps resolved here: a hidden count (1 to 5) is a state and no number; sexual and physical abuse are
split by who did it from 2021 only, so the split factors are not available before; and a factor that
ended is written as 0 everywhere.
"""

import pandas as pd

from replicate.sources.build.cells import PUBLISHERS, Files, refuse

EPISODES = "Episodes_with_assessment_factor"
"""The column that counts episodes with any factor: the base of the others."""

_KEY = ["year", "level", "area_code", "factor"]


def build(files: Files) -> pd.DataFrame:
    """Count assessment episodes by year, area and factor (DfE, Children in need, table C3).

    Returns
    -------
    pandas.DataFrame
        year (ending 31 March), level, area_code, area, region (of an authority; London's are in
        Inner or Outer London; missing at the other levels), factor (the publisher's column),
        episodes (missing unless it is a number) and state.
    """
    path = files["dfe-c3-factors"]
    frame = pd.read_csv(path, dtype="str", keep_default_na=False)
    columns = list(frame.columns[frame.columns.get_loc(EPISODES) :])
    level, region = frame["geographic_level"], frame["region_name"]
    area = ["year", "level", "area_code", "area", "region"]
    table = frame.assign(
        year=frame["time_period"].astype("int64"),
        level=level,
        area_code=_first(frame, "new_la_code", "region_code", "country_code"),
        area=_first(frame, "la_name", "region_name", "country_name"),
        region=region.where(level == "Local authority"),
    ).melt(id_vars=area, value_vars=columns, var_name="factor", value_name="cell")
    cells = table["cell"]
    table["state"] = cells.map(PUBLISHERS["factor_marks"]).mask(cells.str.isdecimal(), "value")
    what, expected = "neither a count nor a known mark", "a count, or a mark of publishers.yaml"
    refuse(table["state"].isna(), cells, what, where=str(path), expected=expected)
    numbers = pd.to_numeric(cells, errors="coerce").astype("Int64")
    table = _with_ended(table.assign(episodes=numbers))
    columns = [*_KEY[:3], "area", "region", "factor", "episodes", "state"]
    return table[columns].sort_values(_KEY, ignore_index=True)


def _first(frame: pd.DataFrame, *columns: str) -> pd.Series:
    """Take the first of some columns that has a word; those of wider areas are filled too."""
    words = frame[list(columns)]
    return words.mask(words == "").bfill(axis="columns")[columns[0]]


def _with_ended(table: pd.DataFrame) -> pd.DataFrame:
    """Mark the factors that ended, and take their zeros away.

    A factor has ended in a year when every area at every level has exactly 0, though England had
    more than 0 in some earlier year. A factor that is rare has zeros too, but not everywhere.
    """
    zero = table["episodes"].eq(0).fillna(value=False)
    nowhere = zero.groupby([table["factor"], table["year"]]).transform("all")
    counted = (table["level"] == "National") & table["episodes"].gt(0).fillna(value=False)
    first = table["factor"].map(table[counted].groupby("factor")["year"].min())
    ended = nowhere & (table["year"] > first)
    return table.assign(
        episodes=table["episodes"].mask(ended), state=table["state"].mask(ended, "ended")
    )
