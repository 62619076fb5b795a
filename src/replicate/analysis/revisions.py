"""How much published counts have been revised since: signed, by age, by offence code and by group.

A signed revision is r = later / earlier - 1 for the same codes or group, the same quarters and the
same forces in two releases. The age of a period is counted in quarters, from its end to the last
quarter that the earlier release covers: a year that had just ended has age 0. Recorded crime is
published about four months after the last quarter it covers, alike in every release, so ages of
different releases compare.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from replicate.analysis.checks import refuse_unless
from replicate.vocabulary.periods import Period, Quarter

COLUMNS = ["period", "age_quarters", "apart_quarters", "earlier", "later", "revision"]

LONGEST_APART = 24
"""The longest time between two releases whose revisions count, in quarters: six years, about the
time from the release behind the oldest figure judged (for 2019/20) to the newest release held.

The rule itself is `revision` in the ledger's `rules.yaml`. Why both kinds of revision: by code
there is one pair of full releases, so one observation at each age, and periods of different ages
overlap. Group totals as first published give one observation for each of
several years; but a group's total hides offences moved from one code of the group to another, so by
itself it would call the source's own revision of a definition a difference.

Why not releases long apart: figures judged here were published a few years before the newest
release, so a decade of revision is not like with like. The year ending September 2016, the most
revised, shows it: territory and group are the same, but most of the revision of miscellaneous
crimes is the Metropolitan Police's, and is larger than all that it recorded under the one code (86)
that matters here.

Its weakness: (1) the smallest and largest of a few revisions are no interval with a level: another
year can fall outside; (2) miscellaneous crimes are mostly other things than obscene publications
(86), and sexual offences mostly other than child offences, so a definition of few codes can be
revised by far more than its group; (3) years ending in different months overlap, so there are fewer
observations than rows. Cells are never resampled: forces and codes share changes of coding and
audits, so they are not independent, and an interval from resampling them would be too narrow.
"""


@dataclass(frozen=True)
class Band:
    """How far a figure of some age has been revised: smallest to largest revision, none included.

    No revision is included because a report seldom says which release it used: the figure may
    already hold the revision.

    Attributes
    ----------
    lower, upper
        As fractions: 0.01 is one in a hundred; lower is at most 0, upper at least 0.
    periods
        The periods the revisions were seen in; their number is the number of observations.
    """

    lower: float
    upper: float
    periods: tuple[str, ...]

    @property
    def n(self) -> int:
        """The number of revisions seen."""
        return len(self.periods)


def by_code(
    earlier: pd.DataFrame, later: pd.DataFrame, codes: Iterable[str], periods: Iterable[Period]
) -> pd.DataFrame:
    """Return the signed revision of a set of codes between two full releases.

    Parameters
    ----------
    earlier, later
        Recorded crime of two releases: force, quarter, offence_code, count. Leave forces out of
        both alike.
    codes
        Offence codes of a definition.
    periods
        Periods that both releases wholly cover.

    Returns
    -------
    pandas.DataFrame
        period, age_quarters, apart_quarters (quarters from the last one of the earlier release to
        that of the later), earlier, later, revision. The revision is missing where a cell has no
        number in either release (the sums are then not of the same things), and where the earlier
        count isn't above 0.

    Raises
    ------
    InputError
        For a period that one of the releases doesn't wholly cover.
    """
    one, wanted = dict.fromkeys(codes, "the codes"), tuple(periods)
    then, now = (_by_period(frame, one, wanted) for frame in (earlier, later))
    both = then.merge(now, on="period", suffixes=("_then", "_now"))
    counts = both.rename(columns={"count_then": "earlier", "count_now": "later"})
    ends = {"earlier_to": _last_quarter(earlier), "later_to": _last_quarter(later)}
    found = _signed(counts.assign(**ends))
    whole = found["missing_then"].eq(0) & found["missing_now"].eq(0)
    return found.assign(revision=found["revision"].where(whole))[COLUMNS]


def published_totals(groups: pd.DataFrame, forces: Iterable[str]) -> pd.DataFrame:
    """Add up the published group counts of some forces, release by release.

    Parameters
    ----------
    groups
        Group counts by area: release, period, area, group, count.
    forces
        The forces to add up; the same for every release, so that a release without British
        Transport Police, or one that lacks a force, is never compared with one that has it.

    Returns
    -------
    pandas.DataFrame
        release, period, group, count, complete (every force has one count), held_to (the last
        quarter that the release covers: the last of its latest period).
    """
    named = set(forces)
    rows = groups[groups["area"].isin(named)]
    keys = ["release", "period", "group"]
    counts = rows.groupby(keys)["count"].agg(count="sum", cells="count").reset_index()
    last = groups.groupby("release")["period"].agg(
        lambda labels: max(Period.parse(label).last for label in set(labels)).label
    )
    complete, held_to = counts["cells"].eq(len(named)), counts["release"].map(last)
    return counts.assign(complete=complete, held_to=held_to).drop(columns="cells")


def recorded_totals(
    recorded: pd.DataFrame,
    groups: Mapping[str, str],
    forces: Iterable[str],
    periods: Iterable[Period],
) -> pd.DataFrame:
    """Add up a full release by offence group, in the form of `published_totals` (without release).

    Parameters
    ----------
    recorded
        Recorded crime of one release, all codes.
    groups
        Offence code → group.
    forces
        The forces to add up.
    periods
        Periods the release wholly covers.

    Raises
    ------
    InputError
        For a period that the release doesn't wholly cover.
    """
    named = tuple(forces)
    found = _by_period(recorded[recorded["force"].isin(named)], groups, tuple(periods))
    complete = found["missing"].eq(0) & found["cells"].eq(len(named) * found["quarters"])
    kept = found[["group", "count", "period"]]
    return kept.assign(complete=complete, held_to=_last_quarter(recorded))


def by_group(first_published: pd.DataFrame, later_groups: pd.DataFrame) -> pd.DataFrame:
    """Return signed revisions of group totals, from releases of them to a later full one.

    Parameters
    ----------
    first_published
        From `published_totals`.
    later_groups
        From `recorded_totals`, for the same forces.

    Returns
    -------
    pandas.DataFrame
        release, group, and the columns of `by_code`. Rows that are not complete on both sides are
        left out.
    """
    sides = [
        frame[frame["complete"].astype(bool)].rename(columns={"count": end, "held_to": f"{end}_to"})
        for frame, end in ((first_published, "earlier"), (later_groups, "later"))
    ]
    both = sides[0].merge(sides[1], on=["period", "group"])
    return _signed(both)[["release", "group", *COLUMNS]]


def combined(revisions: pd.DataFrame, parts: Mapping[str, int]) -> pd.DataFrame:
    """Return what the revisions of groups make of a definition with codes in several of them.

    For each pair of releases the definition's parts, as counted now, are taken back to what they
    would have been when published, each by the revision of its own group: earlier = sum of
    part / (1 + r of its group). The revision of the whole is now / earlier - 1. It is exact when a
    part is revised as its group is. Groups are combined pair by pair, so that the two revisions of
    one release stay together: the smallest of one group with the smallest of the other need never
    have happened. The weights are the definition's counts in the period that is judged, since it is
    that mixture whose revision is asked for; images were a far smaller part of it in the earliest
    years held.

    Parameters
    ----------
    revisions
        From `by_group`.
    parts
        Group → the definition's count in it, in the later release, for the period judged. With one
        group the result is that group's own revisions.

    Returns
    -------
    pandas.DataFrame
        The columns of `by_code`, one row for each pair of releases that has every group of the
        definition.
    """
    keys = ["release", "period", "age_quarters", "apart_quarters"]
    wide = revisions.pivot(index=keys, columns="group", values="revision")
    held = wide.reindex(columns=list(parts)).dropna()
    later = float(sum(parts.values()))
    earlier = (pd.Series(parts, dtype="float64") / (1 + held)).sum(axis=1)
    rows = earlier.rename("earlier").reset_index().assign(later=later)
    return rows.assign(revision=later / rows["earlier"] - 1)[COLUMNS]


def evidence(groups: pd.DataFrame, codes: pd.DataFrame) -> pd.DataFrame:
    """Put the two kinds of revision together, as `RULE` uses them.

    Parameters
    ----------
    groups
        From `combined`.
    codes
        From `by_code`, for the same definition.

    Returns
    -------
    pandas.DataFrame
        The columns of `by_code`, and seen_in ("offence groups" or "offence codes").
    """
    both = [groups.assign(seen_in="offence groups"), codes.assign(seen_in="offence codes")]
    return pd.concat(both, ignore_index=True)


def band(
    revisions: pd.DataFrame, *, age_quarters: int, apart_quarters: int = LONGEST_APART
) -> Band | None:
    """Return the smallest and largest signed revision of periods of one age, or None without any.

    Parameters
    ----------
    revisions
        From `evidence`, or from `by_code` or `combined` alone: one definition, one row for each
        period and pair of releases.
    age_quarters
        The age of the period to be judged, in the release its figure was published from.
    apart_quarters
        The longest time between the two releases.

    Returns
    -------
    Band or None
        With one revision r the band is from min(0, r) to max(0, r): a single observation, and no
        more than that.

    Raises
    ------
    InputError
        When the frame holds several offence groups, whose revisions are not of one definition: see
        `combined`.

    Examples
    --------
    >>> one = {"period": "YE 2023-06", "age_quarters": 0, "apart_quarters": 10, "revision": 0.01}
    >>> band(pd.DataFrame([one]), age_quarters=0)
    Band(lower=0.0, upper=0.01, periods=('YE 2023-06',))
    """
    groups = set(revisions["group"]) if "group" in revisions else set()
    what, got = "revisions of several offence groups", ", ".join(sorted(groups))
    one = "the revisions of one definition, from `by_code` or `combined`"
    refuse_unless(len(groups) < 2, what, where="revisions", got=got, expected=one)
    near = revisions["apart_quarters"].le(apart_quarters)
    alike = revisions["age_quarters"].eq(age_quarters) & near
    seen = revisions[alike & revisions["revision"].notna()]
    if seen.empty:
        return None
    lower, upper = float(seen["revision"].min()), float(seen["revision"].max())
    return Band(min(0.0, lower), max(0.0, upper), tuple(seen["period"]))


def _signed(rows: pd.DataFrame) -> pd.DataFrame:
    """Add age, time apart and signed revision to counts with the ends of their releases."""
    ended = rows["period"].map(lambda label: Period.parse(label).last.ordinal)
    then, now = (
        rows[end].map(lambda label: Quarter.parse(label).ordinal)
        for end in ("earlier_to", "later_to")
    )
    earlier, later = rows["earlier"].astype("float64"), rows["later"].astype("float64")
    revision = (later - earlier) / earlier.where(earlier > 0)
    return rows.assign(age_quarters=then - ended, apart_quarters=now - then, revision=revision)


def _by_period(
    recorded: pd.DataFrame, groups: Mapping[str, str], periods: Sequence[Period]
) -> pd.DataFrame:
    """Add up groups of codes by period: group, count, missing, cells, quarters, period.

    `missing` counts cells without a number, `cells` forces by quarter that have any.
    """
    rows = recorded[recorded["offence_code"].isin(groups.keys())]
    keys = [rows["offence_code"].map(groups).rename("group"), "quarter"]
    sums = {"count": ("count", "sum"), "missing": ("missing", "sum"), "cells": ("force", "nunique")}
    by_quarter = rows.assign(missing=rows["count"].isna()).groupby(keys).agg(**sums).reset_index()
    held, tables = set(recorded["quarter"].unique()), [by_quarter.iloc[:0]]
    for period in periods:
        labels = [quarter.label for quarter in period.quarters]
        lacking = ", ".join(sorted(set(labels) - held))
        what = "a quarter that the table doesn't hold"
        expected = f"quarters from {min(held, default=None)} to {max(held, default=None)}"
        refuse_unless(not lacking, what, where="period", got=lacking, expected=expected)
        chosen = by_quarter[by_quarter["quarter"].isin(labels)]
        found = chosen.drop(columns="quarter").groupby("group").sum().reset_index()
        tables.append(found.assign(quarters=len(labels), period=period.label))
    return pd.concat(tables, ignore_index=True)


def _last_quarter(recorded: pd.DataFrame) -> str:
    return str(recorded["quarter"].max())
