"""All recorded crime without fraud, and how far releases have revised it."""

from collections.abc import Sequence
from functools import cache

import pandas as pd

from replicate.analysis import revisions
from replicate.derivations.counting import refuse_uncovered
from replicate.derivations.revision_bands import AGE, group_of_code
from replicate.sources import tables
from replicate.vocabulary.periods import Period
from replicate.vocabulary.uncertainty import RevisionBand

FRAUD = "Fraud offences"
"""The group of offence codes that is left out."""

TOTAL = "Total recorded crime (excluding fraud)"
"""The group of the releases by offence group that holds the same offences."""

FIRST = "first published"
"""The edition of the figures that are as old as the first release of their period."""


def recorded_total(period: Period, *, vintage: str, forces: Sequence[str]) -> int:
    """Count all offences but fraud that some forces recorded in a period; cells without a number add nothing.

    Parameters
    ----------
    period
        Whole quarters, all of them covered by the vintage.
    vintage
        A release of recorded crime.
    forces
        Canonical names.

    Raises
    ------
    InputError
        For an unknown vintage, or a period that it doesn't wholly cover.

    Examples
    --------
    >>> recorded_total(Period.parse("2024"), vintage="2026-04", forces=["Kent"]) > 0
    True
    """
    resolved = tables.resolve_vintage(vintage)
    refuse_uncovered(period, resolved)
    quarters = [quarter.label for quarter in period.quarters]
    return int(_by_quarter(resolved).loc[list(forces), quarters].to_numpy().sum())


@cache
def _by_quarter(vintage: str) -> pd.DataFrame:
    rows = tables.recorded_crime(vintage)
    kept = rows[rows["offence_code"].isin(_codes())]
    return kept.pivot_table(
        index="force", columns="quarter", values="count", aggfunc="sum", fill_value=0, observed=True
    )


@cache
def _codes() -> dict[str, str]:
    return {code: TOTAL for code, group in group_of_code().items() if group != FRAUD}


@cache
def revisions_of(forces: tuple[str, ...], vintage: str, near: Period | None = None) -> pd.DataFrame:
    """Return the signed revisions of all recorded crime of some forces, for the years held as first published.

    Parameters
    ----------
    forces
        Added up; a year that lacks one of them in either release is left out.
    vintage
        The later release.
    near
        Only years that share a quarter with it; none means every year.

    Returns
    -------
    pandas.DataFrame
        release, period, age_quarters, apart_quarters, earlier, later, revision.
    """
    groups, held = tables.load("recorded_groups"), tables.coverage(vintage)
    rows = groups[groups["group"].eq(TOTAL) & groups["edition"].eq(FIRST)]
    years = [
        year
        for label in rows["period"].unique()
        if (year := Period.parse(label)).first in held and year.last in held
    ]
    chosen = [year for year in years if near is None or set(year.quarters) & set(near.quarters)]
    if not chosen:
        return pd.DataFrame(
            columns=[
                "release",
                "period",
                "age_quarters",
                "apart_quarters",
                "earlier",
                "later",
                "revision",
            ]
        )
    first = revisions.published_totals(
        rows[rows["period"].isin([year.label for year in chosen])], forces
    )
    recorded = tables.recorded_crime(vintage)
    later = revisions.recorded_totals(
        recorded[recorded["force"].isin(forces)], _codes(), forces, chosen
    )
    return (
        revisions.by_group(first, later)
        .drop(columns="group")
        .sort_values("period", ignore_index=True)
    )


def revision(forces: tuple[str, ...], period: Period, vintage: str) -> RevisionBand | None:
    """Return the band of revisions over years that share a quarter, or none where no year that shares a quarter is held as first published.

    Examples
    --------
    >>> revision(("South Yorkshire",), Period.parse("YE 2013-09"), "2026-04") is None
    True
    """
    seen = revisions_of(forces, vintage, period)
    found = (
        revisions.band(seen, age_quarters=AGE, apart_quarters=int(seen["apart_quarters"].max()))
        if len(seen)
        else None
    )
    if found is None:
        return None
    years = ", ".join(found.periods)
    return RevisionBand(
        found.lower,
        found.upper,
        f"all recorded crime of the same area, as first published and now: {years}",
    )
