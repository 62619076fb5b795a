"""Assessments by children's social care that found sexual exploitation: what the table held says, and what it can't.

The table counts episodes of assessment; the published falls count children. The series held stands beside those as context.
"""

import pandas as pd

from replicate.analysis import assessments
from replicate.derivations.verification import verify
from replicate.sources import tables

TABLE = "assessment_factors"

FACTOR = "Child_sexual_exploitation"
"""The publisher's name of the factor."""

YEARS = (2018, 2025)
"""The first and the last year of the table, ending 31 March."""

BESIDE = {
    FACTOR: "child sexual exploitation",
    "Sexual_Abuse_adult_on_child": "sexual abuse of a child by an adult",
    "Sexual_Abuse_child_on_child": "sexual abuse of a child by a child",
    "Sexual_Abuse_unknown": "sexual abuse, by whom not split",
    "Child_criminal_exploitation": "child criminal exploitation",
    "Going_missing": "going or being missing",
    "Episodes_with_assessment_factor": "any factor",
}
"""Factors to see the one beside: the publisher's names, and what they are."""

PUBLISHED = ("C22", "S19", "S19a", "S20", "S20a", "S21", "S21a", "S22a", "S22b", "S22c")
"""What is published of children assessed or on plans, and the fall that one document gives."""


def national() -> pd.DataFrame:
    """Return the episodes of England that found sexual exploitation: year (ending 31 March), episodes, lower, upper (by rounding)."""
    return _cells("National")[["year", "episodes", "lower", "upper"]].reset_index(drop=True)


def as_series(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a national series as `display.series_plot` takes it: year, kind, count, complete."""
    return frame.rename(columns={"episodes": "count"}).assign(kind="England", complete=True)[
        ["year", "kind", "count", "complete"]
    ]


def by_region() -> pd.DataFrame:
    """Return how the episodes changed in England and each region over the years held.

    Returns
    -------
    pandas.DataFrame
        area (England first, then by name), first, last (episodes as published, to the nearest ten), percent (change of those),
        lower, upper (what rounding leaves open of it).
    """
    frame = tables.assessment_factors()
    levels = [
        ("National", "England"),
        *(("Regional", area) for area in sorted(set(_cells("Regional")["area"]))),
    ]
    rows = []
    for level, area in levels:
        found = assessments.change(frame, FACTOR, *YEARS, level=level, area=area)
        ends = {
            "percent": found.percent,
            "lower": found.possible.lower,
            "upper": found.possible.upper,
        }
        rows.append(
            {"area": area, "first": found.start.published, "last": found.end.published, **ends}
        )
    return pd.DataFrame(rows)


def by_authority() -> pd.DataFrame:
    """Return the episodes of each authority by year, as published; one that kept its name when its boundary changed is one row.

    Returns
    -------
    pandas.DataFrame
        area, region, a column for each year (missing where there is no number) and `state_<year>`, which says why: `states` names them.
    """
    cells = _cells("Local authority").assign(year=lambda rows: rows["year"].astype(str))
    key = ["region", "area"]
    counts = cells.pivot(index=key, columns="year", values="episodes")
    why = (
        cells.pivot(index=key, columns="year", values="state")
        .fillna("not an authority then")
        .add_prefix("state_")
    )
    return counts.join(why).rename_axis(columns=None).reset_index()


def states(frame: pd.DataFrame) -> dict[str, str]:
    """Return year → the column that says why it has no number, for `display.table`."""
    return {
        name.removeprefix("state_"): name
        for name in map(str, frame.columns)
        if name.startswith("state_")
    }


def by_state() -> pd.DataFrame:
    """Return how the cells of authorities stand, by year: year, authorities, counted, suppressed, not_available, not_applicable."""
    cells = _cells("Local authority")
    counts = (
        cells.groupby(["year", "state"])
        .size()
        .unstack(fill_value=0)
        .rename(columns={"value": "counted"})
    )
    kinds = ["counted", "suppressed", "not_available", "not_applicable"]
    wide = counts.reindex(columns=kinds, fill_value=0)
    return (
        wide.assign(authorities=wide.sum(axis=1))[["authorities", *kinds]]
        .rename_axis(columns=None)
        .reset_index()
    )


def sums() -> pd.DataFrame:
    """Return the published episodes of England and the regions beside what the sum of their authorities or regions could be.

    Returns
    -------
    pandas.DataFrame
        year, area, parts, published, published_lower, published_upper (by rounding), suppressed, not_available (how many parts),
        lower, upper (worst-case bounds of the sum; upper is infinite where a part has no number), agrees.
    """
    found = assessments.held_against_parts(tables.assessment_factors())
    return found[found["factor"] == FACTOR].drop(columns="factor").reset_index(drop=True)


def sums_of_every_factor() -> pd.DataFrame:
    """Return how published totals of all 40 factors compare with the sums of their parts, by what the parts hide.

    Returns
    -------
    pandas.DataFrame
        parts, hidden ("nothing", "suppressed cells" or "cells without any number"), totals, disagree, above (of those that disagree,
        the totals above the upper end of their sum).
    """
    found = assessments.held_against_parts(tables.assessment_factors())
    hidden = pd.Series("nothing", index=found.index)
    hidden = hidden.mask(found["suppressed"] > 0, "suppressed cells").mask(
        found["not_available"] > 0, "cells without any number"
    )
    above = ~found["agrees"] & (found["published_lower"] > found["upper"])
    rows = found.assign(hidden=hidden, totals=1, disagree=~found["agrees"], above=above)
    return rows.groupby(["parts", "hidden"], sort=False, as_index=False)[
        ["totals", "disagree", "above"]
    ].sum()


def beside_other_factors() -> pd.DataFrame:
    """Return the factor beside others, for England.

    Returns
    -------
    pandas.DataFrame
        factor, since and until (first and last year counted), first, last (episodes), percent (change), lower, upper (by rounding).
    """
    frame = tables.assessment_factors()
    england = frame[(frame["level"] == "National") & (frame["state"] == "value")]
    rows = []
    for name, words in BESIDE.items():
        years = england.loc[england["factor"] == name, "year"]
        found = assessments.change(frame, name, int(years.min()), int(years.max()))
        span = {
            "since": found.start.year,
            "until": found.end.year,
            "first": found.start.published,
            "last": found.end.published,
        }
        rows.append(
            {
                "factor": words,
                **span,
                "percent": found.percent,
                "lower": found.possible.lower,
                "upper": found.possible.upper,
            }
        )
    return pd.DataFrame(rows)


def published() -> pd.DataFrame:
    """Return what is published of children, with the verdict and, as context, what the series held says.

    Returns
    -------
    pandas.DataFrame
        claim, statement, published, verdict, context, table (what would settle it).
    """
    rows = []
    for result in verify(PUBLISHED):
        computed = result.comparison.computed
        unit = result.claim.unit or ""
        rows.append(
            {
                "claim": result.claim.id,
                "statement": result.claim.statement,
                "published": f"{result.claim.published} {unit}".strip(),
                "verdict": result.comparison.verdict.words,
                "context": "" if computed is None else computed.context,
                "table": result.claim.table,
            }
        )
    return pd.DataFrame(rows)


def _cells(level: str) -> pd.DataFrame:
    frame = tables.assessment_factors()
    return assessments.possible(
        frame[(frame["level"] == level) & (frame["factor"] == FACTOR)]
    ).sort_values(["area", "year"])
