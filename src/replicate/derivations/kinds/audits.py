"""Recomputed from recorded crime: totals, and what an audit's recording rate leaves unrecorded."""

from collections.abc import Callable, Collection
from functools import cache
from typing import Any

import pandas as pd

from replicate.derivations.counting import covers, reasons, refuse_uncovered
from replicate.derivations.kinds.registry import Derivation
from replicate.ledger import Claim, Computed, claims
from replicate.ledger.audits import (
    Judged,
    Population,
    Recomputed,
    YearTotal,
    judge,
    of_reports,
    rates_printed,
    recompute,
)
from replicate.ledger.terms import Wording
from replicate.sources import tables
from replicate.vocabulary.definitions import groups
from replicate.vocabulary.forces import TERRITORIAL
from replicate.vocabulary.periods import Period, Quarter, Window
from replicate.vocabulary.runs import cached_with_reads
from replicate.vocabulary.uncertainty import RevisionBand, RoundingRange

PUBLISHED: dict[Population, str] = {
    "all_crime": "Total recorded crime (excluding fraud)",
    "violence": "Violence against the person",
    "sexual_offences": "Sexual offences",
}
"""What the releases by offence group call each population."""

NOT_SEEN = "The audit period was not seen, so no 12 months can be counted: it settles nothing."


class Unrecorded(Derivation, kind="unrecorded"):
    """Reported crimes left unrecorded, judged by the rule for audits (`ledger.audits`).

    Attributes
    ----------
    window
        `12 months to 2016-11-30`, to the audit's last day; blank where that was not seen.
    rate
        The recording rate as printed, in percent, or the claim that gives it.
    force
        One force; none means the 43 that are inspected.
    population
        What the rate is of.
    vintage
        The release to count in; blank for the oldest that covers the twelve months.
    stated
        Whether the report states its twelve months; if not, no agreement is above `compatible`.
    """

    window: str
    rate: str
    force: str | None = None
    population: Population = "all_crime"
    vintage: str = ""
    stated: bool = True

    @property
    def months(self) -> Window:
        """The twelve months."""
        return Window.parse(self.window)

    @property
    def forces(self) -> tuple[str, ...]:
        """Whose records are counted."""
        return (self.force,) if self.force else TERRITORIAL

    @property
    def rates(self) -> RoundingRange:
        """The rates, as parts of one, that print as the published one."""
        held = claims().get(self.rate)
        return rates_printed(str(held.value) if held else self.rate)

    @property
    def releases(self) -> tuple[str, ...]:
        """The releases that cover the twelve months, the oldest first: verdicts go by that.

        Raises
        ------
        InputError
            When there is none.
        """
        months = self.months
        held = [self.vintage] if self.vintage else sorted(reasons()["vintages"])
        spanned = Period(months.earlier.first, months.later.last, months.label)
        covering = tuple(name for name in held if covers(name, spanned))
        if not covering:
            refuse_uncovered(spanned, held[-1])
        return covering

    def in_release(self, release: str) -> Derivation:
        """Return the same, counted in one release."""
        return self.model_copy(update={"vintage": release})

    def year(self, release: str, months: Window | None = None) -> YearTotal:
        """Count recorded crime of the twelve months in a release."""
        chosen = months or self.months
        earlier, later = (
            recorded(year, self.population, release, self.forces)
            for year in (chosen.earlier, chosen.later)
        )
        return YearTotal(earlier, later, chosen.weight)

    def revisions(self, release: str, *, inside: bool = False) -> dict[str, float]:
        """Return how far the force's totals were revised since first published, by September year.

        Parameters
        ----------
        release
            The later release.
        inside
            Only years of which a quarter lies wholly inside the twelve months.
        """
        earlier, later = self.months.earlier.quarters, self.months.later.quarters
        quarters = set(earlier) & set(later) if inside else {*earlier, *later}
        return revisions(self.population, release, self.forces, frozenset(quarters))

    def recompute(
        self,
        release: str = "",
        *,
        revised: Collection[float] | None = None,
        reading: Callable[[float, float], float] = of_reports,
        months: Window | None = None,
    ) -> Recomputed:
        """Work out the number in a release; without one, in the oldest that covers the months.

        Parameters
        ----------
        release, revised, reading, months
            What the verdict doesn't go by: another release, other revisions, another reading of the
            rate, other twelve months.
        """
        name = release or self.releases[0]
        seen = self.revisions(name).values() if revised is None else revised
        band = RoundingRange(min([0.0, *seen]), max([0.0, *seen]))
        return recompute(self.year(name, months), self.rates, band, reading)

    def judged(self, claim: Claim, release: str = "", **choices: Any) -> Judged:
        """Judge a claim's number, with choices of `recompute` where others are tried.

        The rule takes a number printed without "over" as if it had it.
        """
        exact = claim.wording is Wording.EXACT
        printed = claim.model_copy(update={"wording": Wording.OVER}) if exact else claim
        return judge(self.recompute(release, **choices), claim.number or 0.0, printed.range())

    def compute(self, claim: Claim) -> Computed:
        """Judge the claim's number by the oldest release, the newer one beside it."""
        if not self.window:
            return Computed(None, claim.unit, undecided=NOT_SEEN, definition_stated=True)
        oldest, *newer = self.releases
        judged, seen = self.judged(claim), self.revisions(oldest)
        words = f"the same totals as first published and in {oldest}: {', '.join(seen) or 'none'}"
        moved = [0.0, *seen.values()]
        return Computed(
            judged.found.value,
            claim.unit,
            uncertainty=judged.found.rounding,
            revision=RevisionBand(min(moved), max(moved), words),
            description=self.described(oldest),
            context=" ".join(self._beside(claim, release) for release in newer),
            tables=(*map("recorded_crime_{}".format, self.releases), "offences", "recorded_groups"),
            audit=judged,
            definition_stated=self.stated,
        )

    def arguments(self) -> dict[str, object]:
        """Return what the kind was given, and the release that it counts in."""
        return super().arguments() | ({"vintage": self.releases[0]} if self.window else {})

    def described(self, release: str) -> str:
        """Say what is counted, with the bracket that whole quarters leave."""
        year, found, months = self.year(release), self.recompute(release), self.months
        whole = (
            f" (weighted by days: {year.earlier:,.0f} in {months.earlier.label}, "
            f"{year.later:,.0f} in {months.later.label})"
        )
        return (
            f"{groups()[self.population].title}, {self.force or '43 forces'}, {months.label}, "
            f"release {release}: {year.value:,.0f} recorded{whole if months.weight < 1 else ''}; "
            f"at a rate of {50 * (self.rates.lower + self.rates.upper):.4g} %, "
            f"{found.value:,.0f} were left unrecorded, bracket {_ends(found.bracket)}"
        )

    def _beside(self, claim: Claim, release: str) -> str:
        judged = self.judged(claim, release)
        found, label = judged.found, judged.verdict.label.lower()
        return (
            f"By release {release}: {found.value:,.0f}, bracket {_ends(found.bracket)} ({label})."
        )


def _ends(bracket: RoundingRange) -> str:
    return f"{bracket.lower:,.0f} to {bracket.upper:,.0f}"


def recorded(
    period: Period, population: Population, release: str, forces: Collection[str]
) -> float:
    """Count what some forces recorded of a population; cells without a number add nothing.

    Raises
    ------
    InputError
        For a period that the release doesn't wholly cover.

    Examples
    --------
    >>> recorded(Period.parse("2024"), "all_crime", "2026-04", ["Kent"]) > 0
    True
    """
    refuse_uncovered(period, release)
    quarters = [quarter.label for quarter in period.quarters]
    return float(_by_quarter(population, release).loc[list(forces), quarters].to_numpy().sum())


@cache
def revisions(
    population: Population, release: str, forces: tuple[str, ...], quarters: frozenset[Quarter]
) -> dict[str, float]:
    """Return September year → signed revision, later ÷ first published - 1, as parts of one.

    Parameters
    ----------
    population, release, forces
        What is counted, the later release, and whose totals are added up.
    quarters
        Only years that hold one of them.
    """
    rows = tables.load("recorded_groups").query("edition == 'first published'")
    first = rows[rows["group"].eq(PUBLISHED[population]) & rows["area"].isin(forces)]
    found = {}
    for label, published in first.groupby("period", observed=True):
        year = Period.parse(label)
        whole = len(published) == len(forces) and bool(published["complete"].all())
        near = year.last.number == 3 and quarters & set(year.quarters)
        if whole and near and covers(release, year):
            later = recorded(year, population, release, forces)
            found[year.label] = later / float(published["count"].sum()) - 1
    return found


@cached_with_reads
def _by_quarter(population: Population, release: str) -> pd.DataFrame:
    rows = tables.recorded_crime(release)
    kept = rows[rows["offence_code"].isin(groups()[population].codes)]
    return kept.pivot_table(
        index="force", columns="quarter", values="count", aggfunc="sum", fill_value=0, observed=True
    )
