"""Recomputed from all recorded crime: totals, and what a recording rate leaves unrecorded."""

from decimal import Decimal
from typing import Literal

from replicate.analysis.recording import Unrecorded as Left
from replicate.analysis.recording import unrecorded
from replicate.derivations.counting import count
from replicate.derivations.kinds.base import Derivation
from replicate.derivations.revision_bands import group_of_code
from replicate.ledger import Claim, Computed, find_claim
from replicate.vocabulary.definitions import custom_definition
from replicate.vocabulary.forces import BTP, TERRITORIAL
from replicate.vocabulary.periods import Period
from replicate.vocabulary.uncertainty import RoundingRange, SamplingInterval

LEVEL = 0.95
"""The level that the published intervals are taken for; the excerpts seen do not state it."""

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
    """The offences themselves; what a report's total leaves out is not stated."""

    kind: Literal["all_crime"] = "all_crime"

    def compute(self, claim: Claim) -> Computed:
        """Count them."""
        return Computed(float(self.total()), claim.unit, description=self.words(), tables=self.tables(), definition_stated=False)


class Unrecorded(_AllCrime):
    """Reported crimes left unrecorded: recorded crime x (1 - rate) / rate.

    The inspectorate worked its number out from the same rate, so the rate's sampling error is in both and cancels: the number is judged
    by the rounding of the printed rate alone. What the sampling error leaves open is told beside it, and is so wide that hardly any
    number could have failed it. Which twelve months the inspectorate took is not stated.

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
        found = unrecorded(self.total(), _parts(rate.value), rounding=_rounding(rate), sampling=_sampling(rate))
        return Computed(
            found.number,
            claim.unit,
            uncertainty=found.rounding,
            description=f"{self.words()}, x (1 - rate) / rate with the rate of {self.rate}",
            context=_beside(found),
            tables=self.tables(),
            definition_stated=False,
        )


def _beside(found: Left) -> str:
    if found.sampling is None:
        return ""
    half = 50 * found.sampling.width / found.number
    ends = f"{found.sampling.lower:,.0f} to {found.sampling.upper:,.0f}"
    return f"By the sampling error of the rate alone the true number could be {ends} (half-width {half:.0f} % of it)."


def _rounding(rate: Claim) -> RoundingRange:
    printed = rate.range()
    return RoundingRange(printed.lower / 100, printed.upper / 100)


def _sampling(rate: Claim) -> SamplingInterval | None:
    if rate.lower is None or rate.upper is None:
        return None
    return SamplingInterval(_parts(rate.lower), _parts(rate.upper), LEVEL, "the published interval of the rate")


def _parts(percent: Decimal | None) -> float:
    return float(percent or 0) / 100
