"""Assessments by children's social care in a force area that found sexual exploitation, where the authorities can be added up."""

from dataclasses import dataclass

import pandas as pd

from replicate.analysis.assessments import SUPPRESSED
from replicate.sources import tables
from replicate.vocabulary.parameters import ForceReport

FACTOR = "Child_sexual_exploitation"
"""The publisher's name of the factor."""


@dataclass(frozen=True)
class Assessed:
    """Assessment episodes of a force area.

    Attributes
    ----------
    years
        year (ending 31 March), episodes (none where one was suppressed), lower and upper (worst-case bounds: a suppressed number is
        from 1 to 5), state; no rows where the authorities can't be added up.
    authorities
        The local authorities of the area.
    reason
        Why there are no rows; empty where there are.
    """

    years: pd.DataFrame
    authorities: tuple[str, ...]
    reason: str


def assessed(parameters: ForceReport) -> Assessed:
    """Add up the episodes that found sexual exploitation over the authorities of the force area.

    The census lists the lower-tier authorities of each area; the Department for Education publishes by upper tier. They are the same
    only where there are no county councils, so only there can an area be added up. A year counts when every authority has a number, or
    one that was suppressed for being from 1 to 5.
    """
    census = tables.census_ethnic_group()
    areas = census[census["force"] == parameters.force].drop_duplicates("area_code")
    authorities = tuple(sorted(areas["area"]))
    factors = tables.assessment_factors()
    local = factors[(factors["level"] == "Local authority") & (factors["factor"] == FACTOR)]
    if not areas["area_code"].str.startswith("E").all():
        return Assessed(
            _years(local.head(0), 0),
            authorities,
            "The Department for Education publishes for England alone.",
        )
    rows = local[
        local["area_code"].isin(areas["area_code"]) & local["state"].isin(["value", "suppressed"])
    ]
    years = _years(rows, len(authorities))
    missing = "In this area county councils, or authorities that have changed since 2021, stand between the table and the districts."
    return Assessed(years, authorities, "" if len(years) else missing)


def _years(rows: pd.DataFrame, authorities: int) -> pd.DataFrame:
    hidden, episodes = rows["state"].eq("suppressed"), rows["episodes"]
    ends = {
        "lower": episodes.mask(hidden, int(SUPPRESSED.lower)),
        "upper": episodes.mask(hidden, int(SUPPRESSED.upper)),
    }
    sums = (
        rows.assign(hidden=hidden, **ends)
        .groupby("year")
        .agg({"area_code": "nunique", "hidden": "sum", "lower": "sum", "upper": "sum"})
    )
    whole = sums[sums["area_code"] == authorities].reset_index()
    some = whole["hidden"] > 0
    states = some.map({True: "suppressed", False: "value"})
    return whole.assign(episodes=whole["lower"].mask(some), state=states)[
        ["year", "episodes", "lower", "upper", "state"]
    ]
