"""The inspectorate's audits of recording: what was published of each, as the ledger has it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from pydantic import BaseModel, ConfigDict

from replicate.analysis.recording import Unrecorded as NotRecorded
from replicate.analysis.recording import alternative_windows, audit_window, unrecorded
from replicate.derivations.all_crime import recorded_total
from replicate.derivations.kinds.audits import Unrecorded
from replicate.derivations.kinds.registry import derivations
from replicate.ledger import (
    Basis,
    Claim,
    IntervalKind,
    audits,
    claims,
    find_claim,
)
from replicate.vocabulary.errors import unknown
from replicate.vocabulary.forces import TERRITORIAL
from replicate.vocabulary.parameters import RULE, RecordingRates
from replicate.vocabulary.periods import Period
from replicate.vocabulary.uncertainty import RoundingRange, SamplingInterval

LEVEL = 0.95
"""The level that the published intervals are taken for; the excerpts seen do not state it."""

NOT_RANDOM = "The forces are those whose page could be read; they are not a random sample of forces, and what is pooled describes them alone."
"""Said wherever forces are pooled."""

ASSUMED = f"The level of the published half-widths is not stated in what was seen; {100 * LEVEL:.4g} % is assumed, from the methods of 2014."
"""Said wherever a published half-width is used."""


class ByWindow(BaseModel):
    """Reported crimes left unrecorded: recorded crime x (1 - rate) / rate.

    Shown beside the rule's own numbers; no verdict rests on it.

    Attributes
    ----------
    rate
        The claim that gives the recording rate, in percent.
    audit_to
        The last day of the audit's own period.
    window
        Which twelve months are counted: by the rule, `analysis.recording.audit_window`, or one of `alternative_windows`.
    """

    model_config = ConfigDict(frozen=True)

    vintage: str = "2026-04"
    force: str | None = None
    rate: str
    audit_to: date
    window: str = RULE

    def forces(self) -> tuple[str, ...]:
        """Return whose records are counted."""
        return (self.force,) if self.force else TERRITORIAL

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


@dataclass(frozen=True)
class Audit:
    """One audit of a force, or of England and Wales.

    Attributes
    ----------
    number
        The claim that gives the crimes left unrecorded.
    rate
        The claim that gives the recording rate of all crime.
    violence
        The claim that gives the rate of violence, where one was printed.
    derivation
        How the number is recomputed.
    """

    number: Claim
    rate: Claim
    violence: Claim | None
    derivation: ByWindow

    @property
    def area(self) -> str:
        """The force, or England and Wales."""
        return self.derivation.force or "England and Wales"

    @property
    def audit_to(self) -> date:
        """The last day of the audit's own period."""
        return self.derivation.audit_to


@cache
def all_audits() -> tuple[Audit, ...]:
    """Return every audit with a number left unrecorded, in the order of the audits' last days, England and Wales last."""
    rates = {audit.number_in: audit.rate_in for audit in audits()}
    found = []
    for name, derivation in derivations().items():
        rate = rates.get(name) or getattr(derivation, "rate", "")
        if isinstance(derivation, Unrecorded) and rate in claims():
            day = date.fromisoformat(derivation.window[-10:])
            counted = ByWindow(rate=rate, audit_to=day, force=derivation.force)
            found.append(Audit(find_claim(name), find_claim(rate), _violence(rate), counted))
    return tuple(
        sorted(
            found, key=lambda audit: (audit.derivation.force is None, audit.audit_to, audit.area)
        )
    )


def audits_of_forces(parameters: RecordingRates | None = None) -> tuple[Audit, ...]:
    """Return the audits of the forces asked for; of all forces where none are."""
    forces = parameters.forces if parameters else ()
    return tuple(
        audit
        for audit in all_audits()
        if audit.derivation.force and audit.derivation.force in (forces or {audit.derivation.force})
    )


def national_audits() -> tuple[Audit, ...]:
    """Return the audits of England and Wales."""
    return tuple(audit for audit in all_audits() if audit.derivation.force is None)


def published_rates(audits: Iterable[Audit]) -> list[tuple[Audit, Claim, str]]:
    """Return every rate with a published half-width: audit, claim, and `all crime` or `violence`; all crime first."""
    listed = list(audits)
    whole = [(audit, audit.rate, "all crime") for audit in listed]
    return whole + [(audit, audit.violence, "violence") for audit in listed if audit.violence]


def share(claim: Claim) -> float:
    """Return a published percentage as a share."""
    return float(claim.value or 0) / 100


def half_width(claim: Claim) -> float:
    """Return the published half-width of a percentage, as a share."""
    return float((claim.upper or 0) - (claim.lower or 0)) / 200


def source(name: str = "") -> str:
    """Return one line naming where published rates stand: the pages of the audits, or the publication of one claim."""
    if name:
        return f"{find_claim(name).dataset}; {find_claim(name).attribution}"
    years = sorted(audit.number.report.value[-4:] for audit in audits_of_forces())
    return f"{audits_of_forces()[0].rate.dataset} reports, {years[0]} to {years[-1]}, read on their pages"


def _violence(rate: str) -> Claim | None:
    """Return the second rate with a half-width of the same audit, which is that of violence."""
    parts = [
        claim for claim in claims().values() if claim.part_of == rate and claim.basis is Basis.DATA
    ]
    return next((claim for claim in parts if claim.interval_kind is IntervalKind.SAMPLING), None)


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
