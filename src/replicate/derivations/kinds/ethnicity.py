"""Published shares by ethnicity: never shown without the share that is missing and the bounds it leaves."""

from typing import Literal

from replicate.analysis.missingness import Bounded, worst_case
from replicate.derivations.kinds.base import Derivation
from replicate.ledger import Claim, Computed, check, find_claim, identities
from replicate.vocabulary.uncertainty import RoundingRange


class ShareByEthnicity(Derivation):
    """What the missing part could make of a published share; the data behind the share itself are not public.

    Attributes
    ----------
    missing, recorded
        The claim that gives the share of suspects whose ethnicity is missing, or is recorded, in percent; neither where none is published.
    of
        Whether the published share is of all suspects or of those whose ethnicity is known.
    identity
        Arithmetic on published shares that gives the share, where there is any.
    """

    kind: Literal["share_by_ethnicity"] = "share_by_ethnicity"
    missing: str | None = None
    recorded: str | None = None
    of: Literal["known", "all"] = "known"
    identity: str = ""

    def compute(self, claim: Claim) -> Computed:
        """Put the missing share and the bounds beside the claim."""
        words = self.words(claim)
        if not self.identity:
            return Computed(None, claim.unit, context=words, definition_stated=True)
        found = check(identities()[self.identity])
        return Computed(
            found.value,
            claim.unit,
            uncertainty=found.range,
            description=f"{found.identity.about}: {found.identity.expression}",
            context=words,
            published=True,
            definition_stated=True,
        )

    def words(self, claim: Claim) -> str:
        """Say how much is missing, and what the share of all suspects could be."""
        lost, found = self.missing_share(), self.bounded(claim)
        if lost is None or found.bounds is None:
            return f"The share of all suspects {found.reason}."
        lower, upper = (f"{100 * end:.1f} %" for end in (found.bounds.lower, found.bounds.upper))
        missing = (
            f"{50 * (lost.lower + lost.upper):.0f} % of suspects ({self.missing or self.recorded})"
        )
        return f"Ethnicity is missing for {missing}: the share of all could be {lower} to {upper}, rounding allowed for."

    def bounded(self, claim: Claim) -> Bounded:
        """Return the worst-case bounds of the share of all, or why there are none."""
        return worst_case(as_parts(claim.range()), self.missing_share(), of=self.of)

    def missing_share(self) -> RoundingRange | None:
        """Return the share of suspects that is missing, between 0 and 1; None where none is published."""
        if self.missing:
            return as_parts(find_claim(self.missing).range())
        if self.recorded:
            known = as_parts(find_claim(self.recorded).range())
            return RoundingRange(1 - known.upper, 1 - known.lower)
        return None


def as_parts(percent: RoundingRange) -> RoundingRange:
    """Return percentages as shares between 0 and 1."""
    return RoundingRange(percent.lower / 100, percent.upper / 100)
