"""Recomputed from all recorded crime: totals, and what a recording rate leaves unrecorded."""

from datetime import date
from decimal import Decimal
from typing import Literal

from replicate.analysis.recording import Unrecorded as NotRecorded
from replicate.analysis.recording import alternative_windows, audit_window, unrecorded
from replicate.derivations.all_crime import recorded_total, revision
from replicate.derivations.kinds.base import Derivation
from replicate.ledger import Claim, Computed, find_claim
from replicate.vocabulary.errors import unknown
from replicate.vocabulary.forces import BTP, TERRITORIAL
from replicate.vocabulary.parameters import RULE
from replicate.vocabulary.periods import Period
from replicate.vocabulary.uncertainty import RoundingRange, SamplingInterval

LEVEL = 0.95
"""The level that the published intervals are taken for; the excerpts seen do not state it."""

UNSTATED = "The report states neither which twelve months nor which release it counted in, so that to miss its number settles nothing."
"""Why a number that is missed is inconclusive; how it moves with other choices is shown apart, in notebook 02."""


class _AllCrime(Derivation):
    """All recorded crime without fraud; as a rule without British Transport Police, which HMICFRS's audits leave out.

    Attributes
    ----------
    force
        One force; none means the 43 territorial forces.
    with_btp
        Count British Transport Police as well, as the Home Office's own totals do.
    """

    vintage: str = "2026-04"
    force: str | None = None
    with_btp: bool = False

    def tables(self) -> tuple[str, ...]:
        """Return the tables counted in."""
        return f"recorded_crime_{self.vintage}", "offences"

    def forces(self) -> tuple[str, ...]:
        """Return whose records are counted."""
        return (
            (self.force,) if self.force else (*TERRITORIAL, BTP) if self.with_btp else TERRITORIAL
        )

    def words(self, period: Period) -> str:
        """Say what is counted."""
        territory = self.force or f"{'with' if self.with_btp else 'without'} {BTP}"
        return f"recorded crime without fraud, {territory}, {period.label}, vintage {self.vintage}"


class AllCrime(_AllCrime):
    """The offences themselves; what a report's total leaves out is not stated.

    Attributes
    ----------
    period
        As the report states it.
    """

    kind: Literal["all_crime"] = "all_crime"
    period: str

    def compute(self, claim: Claim) -> Computed:
        """Count them."""
        period = Period.parse(self.period)
        total = recorded_total(period, vintage=self.vintage, forces=self.forces())
        return Computed(
            float(total),
            claim.unit,
            description=self.words(period),
            tables=self.tables(),
            definition_stated=False,
        )


class Unrecorded(_AllCrime):
    """Reported crimes left unrecorded: recorded crime x (1 - rate) / rate.

    The inspectorate worked its number out from the same rate, so the rate's sampling error is in both and cancels: the number is judged
    by the rounding of the printed rate alone, and by the revision of recorded crime since. What the sampling error leaves open is told
    beside it, and is so wide that hardly any number could have failed it. Which twelve months the inspectorate took is not stated.

    Attributes
    ----------
    rate
        The claim that gives the recording rate, in percent.
    audit_to
        The last day of the audit's own period.
    window
        Which twelve months are counted: by the rule, `analysis.recording.audit_window`, or one of `alternative_windows`.
    """

    kind: Literal["unrecorded"] = "unrecorded"
    rate: str
    audit_to: date
    window: str = RULE

    def tables(self) -> tuple[str, ...]:
        """Return the tables counted in, and the one that revisions are seen in."""
        return (*super().tables(), "recorded_groups")

    def period(self) -> Period:
        """Return the twelve months counted.

        Raises
        ------
        InputError
            For an unknown window; the nearest is named.
        """
        windows = {RULE: audit_window(self.audit_to), **alternative_windows(self.audit_to)}
        if self.window not in windows:
            raise unknown("window", self.window, windows, where="window")
        return windows[self.window]

    def recorded(self) -> int:
        """Count the crimes recorded in the twelve months."""
        return recorded_total(self.period(), vintage=self.vintage, forces=self.forces())

    def unrecorded(self) -> NotRecorded:
        """Work out what the rate leaves unrecorded."""
        rate = find_claim(self.rate)
        return unrecorded(
            self.recorded(), _parts(rate.value), rounding=_rounding(rate), sampling=_sampling(rate)
        )

    def compute(self, claim: Claim) -> Computed:
        """Work out what the rate leaves unrecorded, with what is known of its uncertainty."""
        found = self.unrecorded()
        return Computed(
            found.number,
            claim.unit,
            uncertainty=found.rounding,
            revision=revision(self.forces(), self.period(), self.vintage),
            description=f"{self.words(self.period())}, times the part not recorded over the part recorded, by the rate of {self.rate}",
            context=_beside(found),
            tables=self.tables(),
            unstated=UNSTATED,
            definition_stated=False,
        )


def _beside(found: NotRecorded) -> str:
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
    return SamplingInterval(
        _parts(rate.lower), _parts(rate.upper), LEVEL, "the published interval of the rate"
    )


def _parts(percent: Decimal | None) -> float:
    return float(percent or 0) / 100
