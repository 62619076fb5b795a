"""Recomputed from one table by a rule that the report states: the census, assessments by social care."""

from typing import Literal

import pandas as pd

from replicate.analysis import assessments, counting
from replicate.derivations.kinds.base import Derivation
from replicate.ledger import Claim, Computed
from replicate.sources import tables
from replicate.vocabulary.uncertainty import RoundingRange


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
    beside
        Authorities that the figure could be of instead: their share is told beside it.
    """

    kind: Literal["census_share"] = "census_share"
    areas: tuple[str, ...]
    group: str = "White"
    column: Literal["broad_group", "ethnic_group"] = "broad_group"
    measure: Literal["percent", "residents", "total"] = "percent"
    beside: tuple[str, ...] = ()
    definition_stated: bool = True

    def tables(self) -> tuple[str, ...]:
        """Return the census table."""
        return ("census_ethnic_group",)

    def compute(self, claim: Claim) -> Computed:
        """Add up the residents of the authorities."""
        residents = tables.load("census_ethnic_group")
        frame = residents.assign(broad_group=residents[self.column])
        found = counting.residents(frame, self.areas, self.group)
        value = float(getattr(found, self.measure))
        counted = "All residents" if self.measure == "total" else f"{self.group} residents"
        allowed = (
            ""
            if self.measure == "percent"
            else ", with one resident either way for each cell, since the publisher perturbs them"
        )
        return Computed(
            value,
            claim.unit,
            uncertainty=self._perturbed(frame, value),
            description=f"{counted} of {', '.join(self.areas)}, Census 2021{allowed}",
            context=self._instead(frame),
            tables=self.tables(),
            definition_stated=self.definition_stated,
        )

    def _instead(self, frame: pd.DataFrame) -> str:
        if not self.beside:
            return ""
        found = counting.residents(frame, self.beside, self.group)
        return f"In {' and '.join(self.beside)} alone the share is {found.percent:.2f} %."

    def _perturbed(self, frame: pd.DataFrame, value: float) -> RoundingRange:
        """Return what the perturbation leaves open; none of it matters to a share."""
        rows = frame[frame["area"].isin(self.areas)]
        cells = len(rows if self.measure == "total" else rows[rows["broad_group"] == self.group])
        return (
            RoundingRange(value, value)
            if self.measure == "percent"
            else RoundingRange(value - cells, value + cells)
        )


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
        frame = tables.load("assessment_factors")
        rows = frame[
            (frame["year"] == self.year)
            & (frame["level"] == "National")
            & frame["factor"].isin(self.factors)
        ]
        total, half = float(rows["episodes"].sum()), 5.0 * len(rows)
        words = f"episodes with {' or '.join(self.factors)}, year ending 31 March {self.year}"
        possible = RoundingRange(total - half, total + half)
        return Computed(
            total,
            claim.unit,
            uncertainty=possible,
            description=words,
            tables=self.tables(),
            definition_stated=True,
        )


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
        found = assessments.change(
            tables.load("assessment_factors"), self.factor, self.start, self.end
        )
        ends = dict.fromkeys(
            f"{end:+.1f} %" for end in (found.possible.lower, found.possible.upper)
        )
        factor, span = self.factor.replace("_", " "), " to ".join(ends)
        words = f"Assessment episodes with '{factor}' changed by {span}, {self.start} to {self.end}; episodes are not children."
        return Computed(
            None, claim.unit, context=words, tables=self.tables(), definition_stated=False
        )
