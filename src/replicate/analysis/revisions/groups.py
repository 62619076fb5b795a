"""Signed revisions by offence group: totals as first published against the totals of a later full release."""

from collections.abc import Iterable, Mapping

import pandas as pd

from replicate.analysis import offences
from replicate.analysis.revisions.codes import COLUMNS, age, last_quarter
from replicate.vocabulary.periods import Period, Quarter


def published_totals(groups: pd.DataFrame, forces: Iterable[str]) -> pd.DataFrame:
    """Add up the published group counts of some forces, release by release.

    Parameters
    ----------
    groups
        Group counts by area: release, period, area, group, count.
    forces
        The forces to add up; the same for every release, so that a release without British Transport Police, or one
        that lacks a force, is never compared with one that has it.

    Returns
    -------
    pandas.DataFrame
        release, period, group, count, complete (every force has one count), held_to (the last quarter that the release
        covers: the last of its latest period).
    """
    named = set(forces)
    rows = groups[groups["area"].isin(named)]
    keys = ["release", "period", "group"]
    counts = rows.groupby(keys)["count"].agg(count="sum", cells="count").reset_index()
    last = groups.groupby("release")["period"].agg(
        lambda labels: max(Period.parse(label).last for label in set(labels)).label
    )
    return counts.assign(
        complete=counts["cells"].eq(len(named)), held_to=counts["release"].map(last)
    ).drop(columns="cells")


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
        Recorded crime of one vintage, all codes.
    groups
        Offence code → group.
    forces
        The forces to add up.
    periods
        Periods the vintage wholly covers.

    Raises
    ------
    InputError
        For a period that the release doesn't wholly cover.
    """
    named, held_to = tuple(forces), last_quarter(recorded).label
    tables = []
    for period in periods:
        quarters = [quarter.label for quarter in period.quarters]
        rows = offences.select(recorded, codes=groups.keys(), quarters=quarters, forces=named)
        cells = rows.assign(
            group=rows["offence_code"].map(groups), cell=rows["force"] + rows["quarter"]
        )
        found = cells.groupby("group").agg(
            count=("count", "sum"),
            missing=("count", lambda counts: counts.isna().sum()),
            cells=("cell", "nunique"),
        )
        complete = found["missing"].eq(0) & found["cells"].eq(len(named) * len(quarters))
        tables.append(
            found[["count"]]
            .assign(period=period.label, complete=complete, held_to=held_to)
            .reset_index()
        )
    return pd.concat(tables, ignore_index=True)


def by_group(first_published: pd.DataFrame, later_groups: pd.DataFrame) -> pd.DataFrame:
    """Return the signed revisions of offence-group totals between releases of group totals and a later full release.

    Parameters
    ----------
    first_published
        From `published_totals`.
    later_groups
        From `recorded_totals`, for the same forces.

    Returns
    -------
    pandas.DataFrame
        release, group, and the columns of `by_code`. Rows that are not complete on both sides are left out.
    """
    sides = [frame[frame["complete"].astype(bool)] for frame in (first_published, later_groups)]
    both = sides[0].merge(sides[1], on=["period", "group"], suffixes=("_earlier", "_later"))
    ends = {
        side: [Quarter.parse(label) for label in both[f"held_to_{side}"]]
        for side in ("earlier", "later")
    }
    earlier, later = both["count_earlier"].astype("float64"), both["count_later"].astype("float64")
    return pd.DataFrame(
        {
            "release": both["release"],
            "group": both["group"],
            "period": both["period"],
            "age_quarters": [
                age(label, end) for label, end in zip(both["period"], ends["earlier"], strict=True)
            ],
            "apart_quarters": [
                after.ordinal - before.ordinal
                for before, after in zip(ends["earlier"], ends["later"], strict=True)
            ],
            "earlier": both["count_earlier"],
            "later": both["count_later"],
            "revision": (later - earlier) / earlier.where(earlier > 0),
        }
    )


def combined(revisions: pd.DataFrame, parts: Mapping[str, int]) -> pd.DataFrame:
    """Return what the revisions of offence groups make of a definition with codes in several of them.

    For each pair of releases the definition's parts, as counted now, are taken back to what they would have been when
    published, each by the revision of its own group: earlier = sum of part / (1 + r of its group). The revision of the
    whole is now / earlier - 1. It is exact when a part is revised as its group is. Groups are combined pair by pair,
    so that the two revisions of one release stay together: the smallest of one group with the smallest of the other
    need never have happened. The weights are the definition's counts in the period that is judged, since it is that
    mixture whose revision is asked for; images were a far smaller part of it in the earliest years held.

    Parameters
    ----------
    revisions
        From `by_group`.
    parts
        Group → the definition's count in it, in the later release, for the period judged. With one group the result
        is that group's own revisions.

    Returns
    -------
    pandas.DataFrame
        The columns of `by_code`, one row for each pair of releases that has every group of the definition.
    """
    wide = revisions.pivot(
        index=["release", "period", "age_quarters", "apart_quarters"],
        columns="group",
        values="revision",
    )
    held = wide.reindex(columns=list(parts)).dropna()
    later = float(sum(parts.values()))
    earlier = (pd.Series(parts, dtype="float64") / (1 + held)).sum(axis=1)
    rows = earlier.rename("earlier").reset_index().assign(later=later)
    return rows.assign(revision=later / rows["earlier"] - 1)[COLUMNS]
