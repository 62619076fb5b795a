"""Recomputed from other published figures, from one published table, or by the calendar."""

from dataclasses import replace
from datetime import date
from math import inf
from typing import Literal

from replicate.analysis import assessments, counting
from replicate.analysis.missingness import Bounded, worst_case
from replicate.derivations.kinds.registry import Derivation
from replicate.ledger import Claim, Computed, find_claim
from replicate.ledger.arithmetic import check, identities
from replicate.sources import tables
from replicate.vocabulary.uncertainty import RoundingRange, WorstCaseBounds


class Arithmetic(Derivation, kind="arithmetic"):
    """What an identity of the ledger gives, with what the rounding of its figures leaves open."""

    identity: str

    def compute(self, claim: Claim) -> Computed:
        """Evaluate the identity's expression."""
        found = check(identities()[self.identity])
        return Computed(
            found.value,
            claim.unit,
            uncertainty=found.range,
            description=f"{found.identity.about}: {found.identity.expression}",
            context=found.identity.caveat,
            published=True,
            definition_stated=True,
        )


class PartOfYear(Derivation, kind="part_of_year"):
    """What a year leaves for a part of it, or a part for its year, if all months are alike.

    Attributes
    ----------
    months
        How many months the part has.
    whole, part
        The claim that gives the total of the year, or else that of the part.
    """

    months: int
    whole: str = ""
    part: str = ""
    level: float = 0.95

    def compute(self, claim: Claim) -> Computed:
        """Scale the other total, with the interval of a binomial count."""
        from replicate.analysis import intervals  # with scipy, which others need not

        other, fraction = self.whole or self.part, self.months / 12
        total, part = (int(find_claim(name).range().lower) for name in (other, claim.id))
        value = total * fraction if self.whole else total / fraction
        interval = (
            intervals.share_of_year(part, total, fraction, self.level)
            if self.whole
            else intervals.whole_of_year(total, fraction, self.level)
        )
        words = (
            f"held against {other}, not recomputed from data: {self.months} of 12 months, "
            "if recorded evenly over the year"
        )
        return Computed(
            value, claim.unit, uncertainty=interval, description=words, definition_stated=True
        )


class Between(Derivation, kind="between"):
    """What other figures leave open. It can refute a figure, never reproduce it.

    Attributes
    ----------
    least, most
        The claims that give the ends; without `most` there is no upper end.
    why
        What those claims are to the figure.
    """

    least: str
    most: str = ""
    why: str

    def compute(self, claim: Claim) -> Computed:
        """Return the bounds, as wide as the rounding of the other figures leaves them."""
        lower = find_claim(self.least).range().lower
        upper = find_claim(self.most).range().upper if self.most else inf
        no_more = f" and no more than {self.most}" if self.most else ""
        return Computed(
            None,
            claim.unit,
            uncertainty=WorstCaseBounds(lower, upper),
            description=f"no less than {self.least}{no_more}, {self.why}",
            published=True,
            definition_stated=True,
        )


class Weekday(Derivation, kind="weekday"):
    """The weekday of a date, numbered from Monday as 1 (ISO 8601)."""

    date: date

    def compute(self, claim: Claim) -> Computed:
        """Look the date up in the calendar."""
        words = f"the weekday of {self.date.day} {self.date:%B %Y}, by the calendar"
        day = float(self.date.isoweekday())
        return Computed(day, claim.unit, description=words, definition_stated=True)


class ShareByEthnicity(Derivation, kind="share_by_ethnicity"):
    """What the missing part could make of a published share, whose own data are not public.

    Attributes
    ----------
    missing, recorded
        The claim that gives the share of suspects whose ethnicity is missing, or is recorded, in
        percent; neither where none is published.
    of
        Whether the published share is of all suspects or of those whose ethnicity is known.
    identity
        Arithmetic on published shares that gives the share, where there is any.
    """

    missing: str | None = None
    recorded: str | None = None
    of: Literal["known", "all"] = "known"
    identity: str = ""

    def compute(self, claim: Claim) -> Computed:
        """Put the missing share and the bounds beside the claim."""
        context = self.words(claim)
        if self.identity:
            return replace(Arithmetic(identity=self.identity).compute(claim), context=context)
        return Computed(None, claim.unit, context=context, definition_stated=True)

    def words(self, claim: Claim) -> str:
        """Say how much is missing, and what the share of all suspects could be."""
        lost, found = self.missing_share(), self.bounded(claim)
        if lost is None or found.bounds is None:
            return f"The share of all suspects {found.reason}."
        share = f"{50 * (lost.lower + lost.upper):.0f} % of suspects"
        return (
            f"Ethnicity is missing for {share} ({self.missing or self.recorded}): the share of all "
            f"could be {100 * found.bounds.lower:.1f} % to {100 * found.bounds.upper:.1f} %, "
            "rounding allowed for."
        )

    def bounded(self, claim: Claim) -> Bounded:
        """Return the worst-case bounds of the share of all, or why there are none."""
        return worst_case(as_parts(claim.range()), self.missing_share(), of=self.of)

    def missing_share(self) -> RoundingRange | None:
        """Return the share of suspects that is missing, 0 to 1; None where none is published."""
        if self.missing:
            return as_parts(find_claim(self.missing).range())
        if self.recorded:
            known = as_parts(find_claim(self.recorded).range())
            return RoundingRange(1 - known.upper, 1 - known.lower)
        return None


def as_parts(percent: RoundingRange) -> RoundingRange:
    """Return percentages as shares between 0 and 1."""
    return RoundingRange(percent.lower / 100, percent.upper / 100)


class CensusShare(Derivation, kind="census_share"):
    """Residents of an ethnic group in some authorities, Census 2021.

    The publisher perturbs cells of small areas so that no resident can be told from them, and does
    not say by how much; one resident either way for each cell added up is allowed for.

    Attributes
    ----------
    areas
        Lower-tier authorities; together they are the area.
    group
        Asian, Black, Mixed, White or Other; with `column` ethnic_group, one of the publisher's own.
    measure
        `percent` of all residents, the `residents` of the group, or the `total` of all residents.
    beside
        Authorities that the figure could be of instead: their share is told beside it.
    """

    areas: tuple[str, ...]
    group: str = "White"
    column: Literal["broad_group", "ethnic_group"] = "broad_group"
    measure: Literal["percent", "residents", "total"] = "percent"
    beside: tuple[str, ...] = ()
    definition_stated: bool = True

    def compute(self, claim: Claim) -> Computed:
        """Add up the residents of the authorities."""
        held = tables.load("census_ethnic_group")
        frame = held.assign(broad_group=held[self.column])
        value = float(getattr(counting.residents(frame, self.areas, self.group), self.measure))
        added = frame["area"].isin(self.areas)
        who, words, cells, beside = f"{self.group} residents", "", 0, ""
        if self.measure == "total":
            who, cells = "All residents", int(added.sum())
        elif self.measure == "residents":
            cells = int((added & frame["broad_group"].eq(self.group)).sum())
        if cells:
            words = (
                ", with one resident either way for each cell, since the publisher perturbs them"
            )
        if self.beside:
            percent = counting.residents(frame, self.beside, self.group).percent
            beside = f"In {' and '.join(self.beside)} alone the share is {percent:.2f} %."
        return Computed(
            value,
            claim.unit,
            uncertainty=RoundingRange(value - cells, value + cells),
            description=f"{who} of {', '.join(self.areas)}, Census 2021{words}",
            context=beside,
            tables=("census_ethnic_group",),
            definition_stated=self.definition_stated,
        )


FACTORS = "assessment_factors"
"""The table of factors that assessments by children's social care found."""


class Assessments(Derivation, kind="assessments"):
    """Assessment episodes of England with some factors; published to the nearest ten.

    Attributes
    ----------
    year
        Year ending 31 March.
    factors
        The publisher's names; an episode with two of them counts twice, as in its own sums.
    """

    year: int
    factors: tuple[str, ...]

    def compute(self, claim: Claim) -> Computed:
        """Add the factors up."""
        rows = tables.load(FACTORS).query("year == @self.year and level == 'National'")
        rows = rows[rows["factor"].isin(self.factors)]
        total, half = float(rows["episodes"].sum()), 5.0 * len(rows)
        words = f"episodes with {' or '.join(self.factors)}, year ending 31 March {self.year}"
        return Computed(
            total,
            claim.unit,
            uncertainty=RoundingRange(total - half, total + half),
            description=words,
            tables=(FACTORS,),
            definition_stated=True,
        )


class AssessmentChange(Derivation, kind="assessment_change"):
    """How episodes with a factor changed: context for a published fall, and never compared with it.

    Attributes
    ----------
    factor
        The publisher's name.
    start, end
        Years ending 31 March.
    """

    factor: str
    start: int
    end: int

    def compute(self, claim: Claim) -> Computed:
        """Put the change of the series held beside the claim."""
        found = assessments.change(tables.load(FACTORS), self.factor, self.start, self.end).possible
        span = " to ".join(dict.fromkeys(f"{end:+.1f} %" for end in (found.lower, found.upper)))
        words = (
            f"Assessment episodes with '{self.factor.replace('_', ' ')}' changed by {span}, "
            f"{self.start} to {self.end}; episodes are not children."
        )
        return Computed(None, claim.unit, context=words, tables=(FACTORS,), definition_stated=False)
