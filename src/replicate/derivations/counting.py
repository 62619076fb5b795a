"""Count recorded offences: one way, as a person asks for it, or every way that a figure could mean.

A way of counting (a *specification*) is a definition, a period, a territory and a release; those
tried for a published figure are listed with reasons in `specifications.yaml`. The releases held also
say how far such counts were revised, which is what figures are judged by.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from typing import Any, Literal

import pandas as pd

from replicate.analysis import counting as analysis
from replicate.analysis import revisions
from replicate.sources import tables
from replicate.vocabulary.definitions import Definition, definitions, find_definition, groups
from replicate.vocabulary.errors import InputError, unknown
from replicate.vocabulary.files import shipped_yaml
from replicate.vocabulary.forces import BTP, FORCES, TERRITORIAL, canonical_force
from replicate.vocabulary.periods import Period
from replicate.vocabulary.runs import cached_with_reads

Breakdown = Literal["force", "code", "quarter"]


@dataclass(frozen=True)
class RecordedCount:
    """A count with all that is needed to repeat it.

    Attributes
    ----------
    count
        Offences recorded, including non-recent; negative quarters (cancelled records) are in it as
        published.
    missing_cells
        Cells the publisher left without a number; they add nothing to the count.
    rows
        The breakdown asked for, one row each.
    """

    count: int
    missing_cells: int
    definition: Definition
    period: Period
    vintage: str
    forces: tuple[str, ...]
    rows: pd.DataFrame

    def as_json(self) -> dict[str, Any]:
        """Return the object that `replicate count --json` prints.

        A sum whose every cell is without a number is none.
        """
        rows = self.rows.astype(object)
        return {
            "count": self.count,
            "definition": self.definition.name,
            "codes": list(self.definition.codes),
            "period": self.period.label,
            "vintage": self.vintage,
            "forces": list(self.forces),
            "missing_cells": self.missing_cells,
            "rows": rows.where(rows.notna(), None).to_dict("records"),
        }


def count(
    definition: Definition,
    period: Period,
    *,
    vintage: str = "latest",
    forces: Sequence[str] = (),
    exclude_btp: bool = False,
    by: Breakdown = "quarter",
) -> RecordedCount:
    """Count the offences of a definition that were recorded in a period.

    Parameters
    ----------
    definition
        A set of offence codes.
    period
        Whole quarters, all of them covered by the vintage.
    vintage
        A release of the Home Office's police recorded crime open data tables, or `latest`.
    forces
        Names of recording bodies; none means all.
    exclude_btp
        Leave out British Transport Police, as HMICFRS does; a whole group leaves it out anyway.
    by
        What the rows break the count down by.

    Raises
    ------
    InputError
        For an unknown code, force or vintage, a period the vintage doesn't wholly cover, or forces
        that leave nothing to count.

    Examples
    --------
    >>> from replicate.vocabulary.definitions import find_definition
    >>> count(find_definition("child_specific"), Period.parse("2024"), vintage="2026-04").count > 0
    True
    """
    resolved = tables.resolve_vintage(vintage)
    refuse_uncovered(period, resolved)
    every = TERRITORIAL if definition.territorial else FORCES
    named = bodies(forces or every, exclude_btp=exclude_btp or definition.territorial)
    selected = cells(definition, vintage=resolved, forces=named, period=period)
    total, rows = analysis.total(selected), analysis.by(selected, by)
    return RecordedCount(
        total.count, total.missing_cells, definition, period, resolved, named, rows
    )


def cells(
    definition: Definition, *, vintage: str, forces: Sequence[str], period: Period | None = None
) -> pd.DataFrame:
    """Return what a release holds of a definition and some forces; no period means all it holds."""
    refuse_unknown_codes(definition.codes)
    every, none = _by_code(vintage), tables.recorded_crime(vintage).iloc[:0]
    rows = pd.concat([every.get(code, none) for code in definition.codes])
    rows = rows[rows["force"].isin(forces)]
    within = period and [quarter.label for quarter in period.quarters]
    return rows[rows["quarter"].isin(within)] if within else rows


@cached_with_reads
def _by_code(vintage: str) -> dict[str, pd.DataFrame]:
    """Take a release apart by offence code, once for all counts."""
    return {
        str(code): rows for code, rows in tables.recorded_crime(vintage).groupby("offence_code")
    }


def bodies(forces: Sequence[str] = (), *, exclude_btp: bool = False) -> tuple[str, ...]:
    """Return the recording bodies to count, in the vocabulary's order: those named, or all.

    Raises
    ------
    InputError
        When a name is unknown, or the only body named is excluded.
    """
    whole = "for the whole of England and Wales, leave --force out"
    for force in forces:
        if canonical_force(force) is None:
            raise unknown("force", force, FORCES, where="--force", otherwise=whole)
    named = [canonical_force(force) for force in forces or FORCES]
    kept = tuple(force for force in FORCES if force in named and not (exclude_btp and force == BTP))
    if not kept:
        got, expected = ", ".join(forces), f"a force besides {BTP}"
        raise InputError("no force is left to count", where="--force", got=got, expected=expected)
    return kept


def refuse_unknown_codes(codes: Iterable[str], *, where: str = "codes") -> None:
    """Refuse a code that is in no release, saying where it was given.

    Raises
    ------
    InputError
        Naming the nearest code.
    """
    known = set(tables.offences()["code"])
    for code in codes:
        if code not in known:
            raise unknown("offence code", code, known, where=where)


def covers(vintage: str, period: Period) -> bool:
    """Say whether a release wholly covers a period."""
    held = tables.coverage(vintage)
    return period.first in held and period.last in held


def refuse_uncovered(period: Period, vintage: str) -> None:
    """Refuse a period that the vintage doesn't wholly cover.

    Raises
    ------
    InputError
        Naming the first and last whole quarter of the vintage, and the one that the period passes.
    """
    if not covers(vintage, period):
        held = tables.coverage(vintage)
        late = period.last > held.last
        end, passed = ("last", held.last) if late else ("first", held.first)
        raise InputError(
            f"a period that vintage {vintage} doesn't wholly cover",
            where="period",
            got=f"{period.label} ({period.first} to {period.last})",
            expected=f"quarters from {held.first} to {held.last}",
            hint=f"the {end} whole quarter of vintage {vintage} is {passed}",
        )


# Every way of counting that a published figure could mean.

TERRITORIES = {
    "all": "with British Transport Police",
    "without_btp": "without British Transport Police",
    "England": "the forces of England",
    "Wales": "the forces of Wales",
}
"""What to print for a territory."""


@dataclass(frozen=True)
class Specification:
    """One way to count."""

    definition: Definition
    period: Period
    territory: str
    vintage: str

    def within(self, codes: Iterable[str]) -> "Specification":
        """Return the same with those of its codes alone that are named."""
        inside = tuple(code for code in codes if code in self.definition.codes)
        return replace(self, definition=self.definition.model_copy(update={"codes": inside}))

    def total(self) -> int:
        """Count its offences."""
        return _total(self.definition, self.period, self.territory, self.vintage)


@cache
def _total(definition: Definition, period: Period, territory: str, vintage: str) -> int:
    refuse_uncovered(period, vintage)
    chosen = cells(definition, vintage=vintage, forces=forces_of(territory), period=period)
    return analysis.total(chosen).count


@cache
def forces_of(territory: str) -> tuple[str, ...]:
    """Return the recording bodies of a territory: `all`, `without_btp`, `England` or `Wales`."""
    if territory in ("all", "without_btp"):
        return bodies(exclude_btp=territory == "without_btp")
    forces = tables.load("forces")
    return tuple(forces.loc[forces["country"] == territory, "name"])


@cache
def reasons() -> dict[str, dict[str, str]]:
    """Return the reason for each choice: kind of choice → choice → reason."""
    return dict(shipped_yaml("derivations", "specifications.yaml"))


def specifications(
    periods: Iterable[str],
    names: Iterable[Definition | str] = (),
    *,
    territories: Iterable[str] = ("all", "without_btp"),
) -> tuple[Specification, ...]:
    """List the specifications for some periods, before anything is computed.

    Parameters
    ----------
    periods
        Periods the published figure could be for.
    names
        Names of definitions, or a reader's own; none means all that have a reason in
        `specifications.yaml`.
    territories
        Whose records to count. Every release held that wholly covers a period is tried, one that
        was fetched as well.

    Examples
    --------
    >>> {specification.vintage for specification in specifications(["2024"], ["child_specific"])}
    {'2026-04'}
    """
    chosen = [
        item if isinstance(item, Definition) else find_definition(item)
        for item in names or reasons()["definitions"]
    ]
    parsed = [Period.parse(period) for period in periods]
    every = product(chosen, parsed, territories, reversed(tables.vintages()))
    return tuple(Specification(*way) for way in every if covers(way[3], way[1]))


def listed(chosen: Iterable[Specification]) -> pd.DataFrame:
    """Return specifications as a table: definition, period, territory, vintage."""
    rows = [
        (spec.definition.name, spec.period.label, spec.territory, spec.vintage) for spec in chosen
    ]
    return pd.DataFrame(rows, columns=["definition", "period", "territory", "vintage"])


def in_words(row: "pd.Series[Any]") -> str:
    """Write a row of specifications as a reader would.

    Examples
    --------
    >>> in_words(listed(specifications(["2024"], ["child_contact"])).iloc[0])
    'contact offences among the eleven, 2024, with British Transport Police, release 2026-04'
    """
    part, of, name = str(row["definition"]).rpartition(" of ")
    held = (definitions() | groups()).get(name)
    title = held.title if held else name
    counted = f"{part}{of}{title[0].lower()}{title[1:]}"
    return f"{counted}, {row['period']}, {TERRITORIES[row['territory']]}, release {row['vintage']}"


def choices_fixed() -> list[dict[str, object]]:
    """Return the choices that specifications are made of: kind, choice, reason, fixed_in.

    Totals had been seen before they were listed.
    """
    return [
        {"kind": kind, "choice": choice, "reason": reason, "fixed_in": fixed_in}
        for kind, fixed_in in reasons()["fixed_in"].items()
        for choice, reason in reasons()[kind].items()
    ]


# The revisions that figures are judged by.

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
