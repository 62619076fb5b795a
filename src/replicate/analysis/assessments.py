"""Factors found by assessments of children's social care, and what hidden cells could be.

The Department for Education's table (children in need) counts episodes of assessment that found a
factor, not children: context for published falls, not the same series. A suppressed cell is carried
as its published range and never worked out from the totals around it: the publisher hides it so
that no child can be told from it.
"""

from dataclasses import dataclass
from math import inf

import numpy as np
import pandas as pd

from replicate.analysis.checks import refuse_unless
from replicate.vocabulary.errors import unknown
from replicate.vocabulary.uncertainty import RoundingRange, WorstCaseBounds

ROUNDED_TO = {"National": 10, "Regional": 10, "Local authority": 1}
"""Episodes are rounded to ten for England and the regions, and given as they are for local
authorities."""

SUPPRESSED = WorstCaseBounds(1, 5)
"""What the publisher's `c` stands for."""


WHERE = "assessment factors"


@dataclass(frozen=True)
class Episodes:
    """Assessment episodes of one year ending 31 March: the published number and what it could be.

    The number is None where it is suppressed.
    """

    year: int
    published: int | None
    possible: RoundingRange | WorstCaseBounds


@dataclass(frozen=True)
class Change:
    """The change of a factor between two years.

    Attributes
    ----------
    percent
        Percent change of the published numbers, None where either is suppressed.
    possible
        Its range: what rounding leaves open, or worst-case bounds where a number is suppressed.
    """

    start: Episodes
    end: Episodes
    percent: float | None
    possible: RoundingRange | WorstCaseBounds


def change(
    frame: pd.DataFrame,
    factor: str,
    start: int,
    end: int,
    level: str = "National",
    area: str | None = None,
) -> Change:
    """Return how the episodes with a factor changed between two years.

    Parameters
    ----------
    frame
        Assessment factors: year, level, area, factor, episodes, state.
    factor
        The publisher's name of the factor.
    start, end
        Years ending 31 March.
    level
        National, Regional or Local authority.
    area
        The region or authority; needed where the level has more than one.

    Raises
    ------
    InputError
        For an unknown factor, level, area or year, or a cell that holds neither a number nor a
        suppressed one.
    """
    rows = frame
    for column, name in (("level", level), ("factor", factor), ("area", area)):
        if name is not None:
            if name not in set(rows[column]):
                raise unknown(column, name, set(rows[column].dropna()), where=WHERE)
            rows = rows[rows[column] == name]
    first, last = _episodes(rows, start), _episodes(rows, end)
    percent = None
    if first.published is not None and last.published is not None:
        percent = _percent(first.published, last.published)
    kind = WorstCaseBounds if percent is None else RoundingRange
    lower = _percent(first.possible.upper, last.possible.lower)
    upper = _percent(first.possible.lower, last.possible.upper)
    return Change(first, last, percent, kind(lower, upper))


def possible(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the cells with what each could be.

    A number of England or of a region is rounded to ten, so it stands for five less to five more,
    and none below 0; one of an authority is as counted. A suppressed cell is taken to be 1 to 5,
    though a larger number may be hidden so that a small one can't be worked out (secondary
    suppression). A cell that can't apply is 0, one that was not supplied or is held unreliable 0 to
    any number. Factors that ended are left out. The rules are the publisher's (Department for
    Education, Characteristics of children in need, 2020).

    Parameters
    ----------
    frame
        Assessment factors: year, level, area, region, factor, episodes, state.

    Returns
    -------
    pandas.DataFrame
        The same with lower and upper (episodes; upper can be infinite).

    Examples
    --------
    >>> episodes, states = pd.array([12340, None], dtype="Int64"), ["value", "suppressed"]
    >>> cells = pd.DataFrame({"level": "Regional", "episodes": episodes, "state": states})
    >>> possible(cells)[["lower", "upper"]].to_numpy().tolist()
    [[12335.0, 12345.0], [1.0, 5.0]]
    """
    rows = frame[frame["state"] != "ended"]
    rounded = rows["level"].map(ROUNDED_TO).astype("float64")  # also when there are no rows
    half = (rounded / 2).where(rounded > 1, 0.0)
    episodes = rows["episodes"].astype("float64")
    states = [rows["state"] == state for state in ("value", "suppressed", "not_applicable")]
    lower = np.select(states, [(episodes - half).clip(lower=0), SUPPRESSED.lower, 0.0], default=0.0)
    upper = np.select(states, [episodes + half, SUPPRESSED.upper, 0.0], default=inf)
    return rows.assign(lower=lower, upper=upper)


def _episodes(rows: pd.DataFrame, year: int) -> Episodes:
    cells = rows[rows["year"] == year]
    years = ", ".join(str(held) for held in sorted(set(rows["year"])))
    got, expected = f"{len(cells)} for {year}", f"one area, in {years}"
    what = "not one cell for a year"
    refuse_unless(len(cells) == 1, what, where=WHERE, got=got, expected=expected)
    state, expected = cells["state"].iloc[0], "a value, or a suppressed one"
    what, where = "no number was published", f"{WHERE}, {year}"
    known = state in ("value", "suppressed")
    refuse_unless(known, what, where=where, got=state, expected=expected)
    if state == "suppressed":
        return Episodes(year, None, SUPPRESSED)
    cell = possible(cells).iloc[0]
    return Episodes(year, int(cell["episodes"]), RoundingRange(cell["lower"], cell["upper"]))


def _percent(start: float, end: float) -> float:
    what, expected = "a change from nothing has no percentage", "more than 0 at the start"
    refuse_unless(start > 0, what, where=WHERE, got=start, expected=expected)
    return 100 * (end / start - 1)
