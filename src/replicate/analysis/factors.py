"""Factors found at the end of assessments by children's social care (Department for Education, children in need).

They count episodes of assessment that found a factor, not children: context for published falls, not the same series.
"""

from dataclasses import dataclass

import pandas as pd

from replicate.vocabulary.errors import InputError, unknown
from replicate.vocabulary.uncertainty import RoundingRange, WorstCaseBounds

ROUNDED_TO = {"National": 10, "Regional": 10, "Local authority": 1}
"""Episodes are rounded to ten for England and the regions, and given as they are for local authorities."""

SUPPRESSED = WorstCaseBounds(1, 5)
"""What the publisher's `c` stands for."""


@dataclass(frozen=True)
class Episodes:
    """Assessment episodes of one year ending 31 March: the published number (None where suppressed) and what it could be."""

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

    factor: str
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
        For an unknown factor, level, area or year, or a cell that holds neither a number nor a suppressed one.
    """
    rows = frame
    for column, name in (
        ("level", level),
        ("factor", factor),
        *((("area", area),) if area else ()),
    ):
        if name not in set(rows[column]):
            raise unknown(column, name, set(rows[column].dropna()), where="assessment factors")
        rows = rows[rows[column] == name]
    first, last = _episodes(rows, start), _episodes(rows, end)
    kind = (
        RoundingRange
        if isinstance(first.possible, RoundingRange) and isinstance(last.possible, RoundingRange)
        else WorstCaseBounds
    )
    possible = kind(
        _percent(first.possible.upper, last.possible.lower),
        _percent(first.possible.lower, last.possible.upper),
    )
    percent = (
        None
        if first.published is None or last.published is None
        else _percent(first.published, last.published)
    )
    return Change(factor, first, last, percent, possible)


def _episodes(rows: pd.DataFrame, year: int) -> Episodes:
    cells = rows[rows["year"] == year]
    if len(cells) != 1:
        years = ", ".join(str(held) for held in sorted(set(rows["year"])))
        raise InputError(
            "not one cell for a year",
            where="assessment factors",
            got=f"{len(cells)} for {year}",
            expected=f"one area, in {years}",
        )
    cell = cells.iloc[0]
    if cell["state"] == "suppressed":
        return Episodes(year, None, SUPPRESSED)
    if cell["state"] != "value":
        raise InputError(
            "no number was published",
            where=f"assessment factors, {year}",
            got=cell["state"],
            expected="a value, or a suppressed one",
        )
    half, count = (
        ROUNDED_TO[cell["level"]] / 2 if ROUNDED_TO[cell["level"]] > 1 else 0.0,
        int(cell["episodes"]),
    )
    return Episodes(year, count, RoundingRange(max(count - half, 0.0), count + half))


def _percent(start: float, end: float) -> float:
    if start <= 0:
        raise InputError(
            "a change from nothing has no percentage",
            where="assessment factors",
            got=start,
            expected="more than 0 at the start",
        )
    return 100 * (end / start - 1)
