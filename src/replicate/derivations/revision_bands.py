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
"""Quarters from the end of a published figure's period to the last one of its release: none.

Reports seldom name their release; the first one to hold a period is the one most often quoted, and
the most revised since."""

RELEASES = min(reasons()["vintages"]), max(reasons()["vintages"])
"""The pair of full releases that revisions by code are seen in: the oldest and the newest that
specifications may be counted in, so that a release fetched later changes no verdict."""

REVISIONS_SEEN_IN = ("recorded_groups", *(f"recorded_crime_{release}" for release in RELEASES))
"""The tables that revisions come from."""


@cache
def group_of_code() -> dict[str, str]:
    """Return offence code → offence group."""
    offences = tables.offences()
    return dict(zip(offences["code"], offences["group"], strict=True))


@cache
def group_revisions(vintage: str) -> pd.DataFrame:
    """Return the signed revisions of offence-group totals of the 43 forces, up to a full release.

    Parameters
    ----------
    vintage
        The later, full release.

    Returns
    -------
    pandas.DataFrame
        release, group, period, age_quarters, apart_quarters, earlier, later, revision.
    """
    published, held = tables.load("recorded_groups"), tables.coverage(vintage)
    every = map(Period.parse, published["period"].unique())
    periods = [period for period in every if period.first in held and period.last in held]
    crimes = tables.recorded_crime(vintage)
    return revisions.by_group(
        revisions.published_totals(published, TERRITORIAL),
        revisions.recorded_totals(crimes, group_of_code(), TERRITORIAL, periods),
    )


@cache
def revisions_by_code(definition: Definition) -> pd.DataFrame:
    """Return a definition's revisions between both full releases, over the older's last 3 years."""
    oldest, newest = map(tables.recorded_crime, RELEASES)
    last = tables.coverage(RELEASES[0]).last
    years = [Period.year_ending(last.shift(-4 * back)) for back in range(3)]
    return revisions.by_code(oldest, newest, definition.codes, years)


@cache
def evidence(definition: Definition, period: Period, vintage: str) -> pd.DataFrame:
    """Return every revision that bears on a definition: of offence groups, and of its own codes.

    Revisions of groups are weighted by the definition's own counts in the period that is judged.

    Returns
    -------
    pandas.DataFrame
        seen_in, period, age_quarters, apart_quarters, earlier, later, revision.
    """
    rows = count(definition, period, vintage=vintage, forces=TERRITORIAL, by="code").rows
    sums = rows["count"].groupby(rows["code"].map(group_of_code()), sort=False).sum()
    parts = {str(group): int(part) for group, part in sums.items()}
    by_group = revisions.combined(group_revisions(vintage), parts)
    return revisions.evidence(by_group, revisions_by_code(definition))


@cache
def revision_band(
    definition: Definition, period: Period, vintage: str, *, age_quarters: int = AGE
) -> revisions.Band | None:
    """Return the band that `within_revision` uses, by the rule `revision` of `rules.yaml`."""
    return revisions.band(evidence(definition, period, vintage), age_quarters=age_quarters)
