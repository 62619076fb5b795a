"""The revisions that figures are judged by, from the releases held."""

from functools import cache

import pandas as pd

from replicate.analysis import revisions
from replicate.derivations.counting import count, reasons
from replicate.sources import tables
from replicate.vocabulary.definitions import Definition
from replicate.vocabulary.forces import TERRITORIAL
from replicate.vocabulary.periods import Period

AGE = 0
"""Quarters between the end of a published figure's period and the last quarter of the release it came from: none.

Reports seldom name their release; the first one to hold a period is the one most often quoted, and the most revised since."""


RELEASES = min(reasons()["vintages"]), max(reasons()["vintages"])
"""The pair of full releases that revisions by code are seen in: the oldest and the newest that specifications may be counted in, so
that a release fetched later changes no verdict."""

REVISIONS_SEEN_IN = ("recorded_groups", *(f"recorded_crime_{release}" for release in RELEASES))
"""The tables that revisions come from."""


@cache
def group_revisions(vintage: str) -> pd.DataFrame:
    """Return the signed revisions of offence-group totals from earlier releases to a full one, for the territorial forces.

    Parameters
    ----------
    vintage
        The later, full release.

    Returns
    -------
    pandas.DataFrame
        release, group, period, age_quarters, apart_quarters, earlier, later, revision.
    """
    published = tables.load("recorded_groups")
    held, groups = tables.coverage(vintage), group_of_code()
    periods = [
        period
        for label in published["period"].unique()
        if (period := Period.parse(label)).first in held and period.last in held
    ]
    shared = published[
        published["group"].isin(set(groups.values()))
        & published["period"].isin([period.label for period in periods])
    ]
    first = revisions.published_totals(shared, TERRITORIAL)
    return revisions.by_group(
        first,
        revisions.recorded_totals(tables.recorded_crime(vintage), groups, TERRITORIAL, periods),
    )


@cache
def group_of_code() -> dict[str, str]:
    """Return offence code → offence group."""
    offences = tables.offences()
    return dict(zip(offences["code"], offences["group"], strict=True))


@cache
def revisions_by_group(definition: Definition, period: Period, vintage: str) -> pd.DataFrame:
    """Return what group revisions make of a definition, weighted by its own counts in the period that is judged."""
    groups, parts = group_of_code(), dict[str, int]()
    for row in count(
        definition, period, vintage=vintage, forces=TERRITORIAL, by="code"
    ).rows.itertuples():
        parts[groups[str(row.code)]] = parts.get(groups[str(row.code)], 0) + int(str(row.count))
    return revisions.combined(group_revisions(vintage), parts)


@cache
def revisions_by_code(definition: Definition) -> pd.DataFrame:
    """Return the definition's revisions between the two full releases, for the last three years of the older."""
    oldest, newest = RELEASES
    last = tables.coverage(oldest).last
    years = [Period.year_ending(last.shift(-4 * back)) for back in range(3)]
    return revisions.by_code(
        tables.recorded_crime(oldest), tables.recorded_crime(newest), definition.codes, years
    )


def evidence(definition: Definition, period: Period, vintage: str) -> pd.DataFrame:
    """Return every revision that bears on a definition: of offence groups, and of its own codes.

    Returns
    -------
    pandas.DataFrame
        seen_in, period, age_quarters, apart_quarters, earlier, later, revision.
    """
    return revisions.evidence(
        revisions_by_group(definition, period, vintage), revisions_by_code(definition)
    )


@cache
def revision_band(
    definition: Definition, period: Period, vintage: str, *, age_quarters: int = AGE
) -> revisions.Band | None:
    """Return the band that `within_revision` uses, by `analysis.revisions.RULE`."""
    return revisions.band(evidence(definition, period, vintage), age_quarters=age_quarters)
