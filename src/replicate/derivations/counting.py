"""Count recorded offences as a person asks for it: a definition, a period, a vintage, a territory."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from replicate.analysis import counting as analysis
from replicate.sources import tables
from replicate.vocabulary.definitions import Definition, kinds
from replicate.vocabulary.errors import InputError, unknown
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
        Offences recorded, including non-recent; negative quarters (cancelled records) are in it as published.
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

    def as_json(self) -> dict[str, object]:
        """Return the object that `replicate count --json` prints."""
        return {
            "count": self.count,
            "definition": self.definition.name,
            "codes": list(self.definition.codes),
            "period": self.period.label,
            "vintage": self.vintage,
            "forces": list(self.forces),
            "missing_cells": self.missing_cells,
            "rows": self.records(),
        }

    def records(self) -> list[dict[str, object]]:
        """Return the rows as JSON knows them; a sum whose every cell is without a number is none."""
        rows = self.rows.to_dict(orient="records")
        return [
            {str(name): None if pd.isna(cell) else cell for name, cell in row.items()}
            for row in rows
        ]


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
        For an unknown code, force or vintage, a period the vintage doesn't wholly cover, or forces that leave nothing to count.

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
    quarters = [quarter.label for quarter in period.quarters]
    selected = cells(definition, vintage=resolved, forces=named, quarters=quarters)
    total = analysis.total(selected)
    return RecordedCount(
        total.count,
        total.missing_cells,
        definition,
        period,
        resolved,
        named,
        analysis.by(selected, by),
    )


def cells(
    definition: Definition,
    *,
    vintage: str,
    forces: Sequence[str],
    quarters: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Return what a release holds of a definition and some forces; no quarters means all it holds."""
    refuse_unknown_codes(definition.codes)
    every = _by_code(vintage)
    none = tables.recorded_crime(vintage).iloc[:0]
    rows = pd.concat([every.get(code, none) for code in definition.codes])
    rows = rows[rows["force"].isin(forces)]
    return rows if quarters is None else rows[rows["quarter"].isin(quarters)]


@cached_with_reads
def _by_code(vintage: str) -> dict[str, pd.DataFrame]:
    """Take a release apart by offence code, once for all counts."""
    return {
        str(code): rows for code, rows in tables.recorded_crime(vintage).groupby("offence_code")
    }


def by_offence(
    definition: Definition, period: Period, *, vintage: str, forces: Sequence[str]
) -> pd.DataFrame:
    """Return the offences of a definition: code, description, kind, count, missing_cells."""
    rows = count(definition, period, vintage=vintage, forces=forces, by="code").rows
    titles = tables.offences().set_index("code")["description"]
    named = rows.assign(description=rows["code"].map(titles), kind=rows["code"].map(kinds()))
    return named[["code", "description", "kind", "count", "missing_cells"]]


def recorded_table(period: str, vintage: str) -> str:
    """Return the name of the table of a release that wholly covers a period, `latest` resolved."""
    resolved = tables.resolve_vintage(vintage)
    refuse_uncovered(Period.parse(period), resolved)
    return f"recorded_crime_{resolved}"


def bodies(forces: Sequence[str] = (), *, exclude_btp: bool = False) -> tuple[str, ...]:
    """Return the recording bodies to count: those named, or all of them, in the vocabulary's order.

    Raises
    ------
    InputError
        When a name is unknown, or the only body named is excluded.
    """
    named = tuple(_body(force) for force in forces) or FORCES
    kept = tuple(force for force in FORCES if force in named and not (exclude_btp and force == BTP))
    if not kept:
        raise InputError(
            "no force is left to count",
            where="--force",
            got=", ".join(named),
            expected=f"a force besides {BTP}",
        )
    return kept


def _body(name: str) -> str:
    canonical = canonical_force(name)
    if canonical is None:
        whole = "for the whole of England and Wales, leave --force out"
        raise unknown("force", name, FORCES, where="--force", otherwise=whole)
    return canonical


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


def refuse_uncovered(period: Period, vintage: str) -> None:
    """Refuse a period that the vintage doesn't wholly cover.

    Raises
    ------
    InputError
        Naming the first and last whole quarter of the vintage, and the one of them that the period passes.
    """
    covered = tables.coverage(vintage)
    if period.first not in covered or period.last not in covered:
        end, passed = (
            ("last", covered.last) if period.last > covered.last else ("first", covered.first)
        )
        raise InputError(
            f"a period that vintage {vintage} doesn't wholly cover",
            where="period",
            got=f"{period.label} ({period.first} to {period.last})",
            expected=f"quarters from {covered.first} to {covered.last}",
            hint=f"the {end} whole quarter of vintage {vintage} is {passed}",
        )
