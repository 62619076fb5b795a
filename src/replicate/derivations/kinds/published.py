"""Recomputed from other published figures: arithmetic, parts of a year, parts of a whole, and the calendar."""

from datetime import date
from math import inf
from typing import Literal

from replicate.derivations.kinds.base import Derivation
from replicate.ledger import Claim, Computed, check, find_claim, identities
from replicate.vocabulary.uncertainty import WorstCaseBounds


class Arithmetic(Derivation):
    """What an identity of the ledger gives, with what the rounding of its figures leaves open."""

    kind: Literal["arithmetic"] = "arithmetic"
    identity: str

    def compute(self, claim: Claim) -> Computed:
        """Evaluate the identity's expression."""
        found = check(identities()[self.identity])
        return Computed(
            found.value,
            claim.unit,
            uncertainty=found.range,
            description=f"{found.identity.about}: {found.identity.expression}",
            published=True,
            definition_stated=True,
        )


class PartOfYear(Derivation):
    """What a part of a year should hold, given the year's total, if offences were recorded evenly over the year."""

    kind: Literal["part_of_year"] = "part_of_year"
    whole: str
    months: int
    level: float = 0.95

    def compute(self, claim: Claim) -> Computed:
        """Take the part of the year's total, with the interval of a binomial count."""
        from replicate.analysis.intervals import share_of_year  # with scipy, which others need not

        whole, fraction = int(_value(self.whole)), self.months / 12
        interval = share_of_year(int(_value(claim.id)), whole, fraction, self.level)
        words = f"held against {self.whole}, not recomputed from data: {self.months} of 12 months, if recorded evenly over the year"
        return Computed(
            whole * fraction,
            claim.unit,
            uncertainty=interval,
            description=words,
            definition_stated=True,
        )


class WholeOfYear(Derivation):
    """What a year should hold, given the count of a part of it, if offences were recorded evenly over the year."""

    kind: Literal["whole_of_year"] = "whole_of_year"
    part: str
    months: int
    level: float = 0.95

    def compute(self, claim: Claim) -> Computed:
        """Scale the part up, with the totals that the part is not too small or too large for."""
        from replicate.analysis.intervals import whole_of_year  # with scipy, which others need not

        part, fraction = int(_value(self.part)), self.months / 12
        words = f"held against {self.part}, not recomputed from data: {self.months} of 12 months, if recorded evenly over the year"
        interval = whole_of_year(part, fraction, self.level)
        return Computed(
            part / fraction,
            claim.unit,
            uncertainty=interval,
            description=words,
            definition_stated=True,
        )


class NoLowerThan(Derivation):
    """What follows from another figure that is published as the lowest on record: nothing earlier can be lower."""

    kind: Literal["no_lower_than"] = "no_lower_than"
    other: str

    def compute(self, claim: Claim) -> Computed:
        """Return everything from the other figure, as printed, upwards."""
        bounds = WorstCaseBounds(find_claim(self.other).range().lower, inf)
        return Computed(
            None,
            claim.unit,
            uncertainty=bounds,
            description=f"no lower than {self.other}, published as the lowest on record",
            published=True,
            definition_stated=True,
        )


class Between(Derivation):
    """What parts and wholes leave open: no part is larger than its whole. It can refute a figure, never reproduce it."""

    kind: Literal["between"] = "between"
    part: str
    whole: str

    def compute(self, claim: Claim) -> Computed:
        """Return the bounds."""
        bounds = WorstCaseBounds(_value(self.part), _value(self.whole))
        words = f"no less than its part {self.part} and no more than its whole {self.whole}"
        return Computed(
            None,
            claim.unit,
            uncertainty=bounds,
            description=words,
            published=True,
            definition_stated=True,
        )


class Weekday(Derivation):
    """The weekday of a date, numbered from Monday as 1 (ISO 8601)."""

    kind: Literal["weekday"] = "weekday"
    date: date

    def compute(self, claim: Claim) -> Computed:
        """Look the date up in the calendar."""
        words = f"the weekday of {self.date.day} {self.date:%B %Y}, by the calendar"
        return Computed(
            float(self.date.isoweekday()), claim.unit, description=words, definition_stated=True
        )


def _value(name: str) -> float:
    value = find_claim(name).value
    if value is None:
        raise ValueError(f"claim {name} has no published value to compute with")
    return float(value)
