"""Recomputed from one table by a rule that the report states: all recorded crime, the census, assessments by social care."""

from typing import Literal

import pandas as pd

from replicate.analysis import census, factors
from replicate.derivations.base import Derivation
from replicate.derivations.counting import count
from replicate.derivations.revision_bands import group_of_code
from replicate.ledger import Claim, Computed, find_claim
from replicate.sources import tables
from replicate.vocabulary.definitions import custom_definition
from replicate.vocabulary.forces import BTP, TERRITORIAL
from replicate.vocabulary.periods import Period
from replicate.vocabulary.uncertainty import RoundingRange, SamplingInterval, Uncertainty

FRAUD = "Fraud offences"


class _AllCrime(Derivation):
    """All recorded crime without fraud; as a rule without British Transport Police, which HMICFRS's audits leave out.

    Attributes
    ----------
    period
        By the rule for audits: the year ending with the last whole quarter of the audit's own period.
    force
        One force; none means the 43 territorial forces.
    with_btp
        Count British Transport Police as well, as the Home Office's own totals do.
    """

    period: str
    vintage: str = "2026-04"
    force: str | None = None
    with_btp: bool = False

    def tables(self) -> tuple[str, ...]:
        """Return the tables counted in."""
        return f"recorded_crime_{self.vintage}", "offences"

    def total(self) -> int:
        """Count all offences but fraud."""
        definition = custom_definition(tuple(code for code, group in group_of_code().items() if group != FRAUD))
        forces = (self.force,) if self.force else (*TERRITORIAL, BTP) if self.with_btp else TERRITORIAL
        return count(definition, Period.parse(self.period), vintage=self.vintage, forces=forces).count

    def words(self) -> str:
        """Say what is counted."""
        territory = self.force or f"{'with' if self.with_btp else 'without'} {BTP}"
        return f"recorded crime without fraud, {territory}, {self.period}, vintage {self.vintage}"


class AllCrime(_AllCrime):
    """The offences themselves.

    Attributes
    ----------
    definition_stated
        Whether the report says what its total leaves out.
    """

    kind: Literal["all_crime"] = "all_crime"
    definition_stated: bool = False

    def compute(self, claim: Claim) -> Computed:
        """Count them."""
        return Computed(
            float(self.total()), claim.unit, description=self.words(), tables=self.tables(), definition_stated=self.definition_stated
        )


class Unrecorded(_AllCrime):
    """Reported crimes left unrecorded: recorded crime x (1 - rate) / rate, with the published rate's own uncertainty.

    Attributes
    ----------
    rate
        The claim that gives the recording rate, in percent.
    """

    kind: Literal["unrecorded"] = "unrecorded"
    rate: str

    def compute(self, claim: Claim) -> Computed:
        """Work out what the rate leaves unrecorded."""
        rate = find_claim(self.rate)
        recorded = self.total()
        words = f"{self.words()}, x (1 - rate) / rate with the rate of {self.rate}"
        value, uncertainty = _left_out(recorded, float(rate.value or 0)), self._uncertainty(rate, recorded)
        return Computed(
            value,
            claim.unit,
            uncertainty=uncertainty,
            description=words,
            tables=self.tables(),
            definition_stated=True,
        )

    @staticmethod
    def _uncertainty(rate: Claim, recorded: int) -> Uncertainty:
        if rate.lower is not None and rate.upper is not None:
            ends = _left_out(recorded, float(rate.upper)), _left_out(recorded, float(rate.lower))
            return SamplingInterval(*ends, level=0.95, method="the published interval of the rate, its level not stated and taken for 95 %")
        return RoundingRange(_left_out(recorded, rate.range().upper), _left_out(recorded, rate.range().lower))


class CensusShare(Derivation):
    """Residents of a broad ethnic group in some authorities, Census 2021.

    The publisher perturbs cells of small areas so that no resident can be told from them, and does not say by how much; one
    resident either way for each cell added up is allowed for.

    Attributes
    ----------
    areas
        Lower-tier authorities; together they are the area.
    group
        Asian, Black, Mixed, White or Other; with `column` ethnic_group, one of the publisher's own categories.
    measure
        `percent` of all residents, the `residents` of the group, or the `total` of all residents.
    """

    kind: Literal["census_share"] = "census_share"
    areas: tuple[str, ...]
    group: str = "White"
    column: Literal["broad_group", "ethnic_group"] = "broad_group"
    measure: Literal["percent", "residents", "total"] = "percent"
    definition_stated: bool = True

    def tables(self) -> tuple[str, ...]:
        """Return the census table."""
        return ("census_ethnic_group",)

    def compute(self, claim: Claim) -> Computed:
        """Add up the residents of the authorities."""
        residents = tables.census_ethnic_group()
        frame = residents.assign(broad_group=residents[self.column])
        found = census.share(frame, self.areas, self.group)
        value = float(getattr(found, self.measure))
        counted = "All residents" if self.measure == "total" else f"{self.group} residents"
        allowed = "" if self.measure == "percent" else ", with one resident either way for each cell, since the publisher perturbs them"
        return Computed(
            value,
            claim.unit,
            uncertainty=self._perturbed(frame, value),
            description=f"{counted} of {', '.join(self.areas)}, Census 2021{allowed}",
            tables=self.tables(),
            definition_stated=self.definition_stated,
        )

    def _perturbed(self, frame: pd.DataFrame, value: float) -> RoundingRange:
        """Return what the perturbation leaves open; none of it matters to a share."""
        rows = frame[frame["area"].isin(self.areas)]
        cells = len(rows if self.measure == "total" else rows[rows["broad_group"] == self.group])
        return RoundingRange(value, value) if self.measure == "percent" else RoundingRange(value - cells, value + cells)


class Assessments(Derivation):
    """Assessment episodes of England with any of some factors, added up; published to the nearest ten.

    Attributes
    ----------
    year
        Year ending 31 March.
    factors
        The publisher's names; an episode with two of them counts twice, as in the publisher's own sums.
    """

    kind: Literal["assessments"] = "assessments"
    year: int
    factors: tuple[str, ...]

    def tables(self) -> tuple[str, ...]:
        """Return the table of factors."""
        return ("assessment_factors",)

    def compute(self, claim: Claim) -> Computed:
        """Add the factors up."""
        frame = tables.assessment_factors()
        rows = frame[(frame["year"] == self.year) & (frame["level"] == "National") & frame["factor"].isin(self.factors)]
        total, half = float(rows["episodes"].sum()), 5.0 * len(rows)
        words = f"episodes with {' or '.join(self.factors)}, year ending 31 March {self.year}"
        possible = RoundingRange(total - half, total + half)
        return Computed(total, claim.unit, uncertainty=possible, description=words, tables=self.tables(), definition_stated=True)


class AssessmentChange(Derivation):
    """How the episodes with a factor changed over the years held: context for a published fall, never a value to compare it with.

    Attributes
    ----------
    factor
        The publisher's name.
    start, end
        Years ending 31 March.
    """

    kind: Literal["assessment_change"] = "assessment_change"
    factor: str
    start: int
    end: int

    def tables(self) -> tuple[str, ...]:
        """Return the table of factors."""
        return ("assessment_factors",)

    def compute(self, claim: Claim) -> Computed:
        """Put the change of the series held beside the claim."""
        found = factors.change(tables.assessment_factors(), self.factor, self.start, self.end)
        ends = dict.fromkeys(f"{end:+.1f} %" for end in (found.possible.lower, found.possible.upper))
        factor, span = self.factor.replace("_", " "), " to ".join(ends)
        words = f"Assessment episodes with '{factor}' changed by {span}, {self.start} to {self.end}; episodes are not children."
        return Computed(None, claim.unit, context=words, tables=self.tables(), definition_stated=False)


def _left_out(recorded: int, rate: float) -> float:
    return recorded * (100 - rate) / rate
