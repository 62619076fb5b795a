"""The inspectorate's audits of recording: what was published of each, as the ledger has it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from replicate.derivations.kinds.audits import LEVEL, Unrecorded
from replicate.derivations.kinds.registry import derivations
from replicate.ledger import Basis, Claim, IntervalKind, claims, find_claim
from replicate.vocabulary.parameters import RecordingRates

NOT_RANDOM = "The forces are those whose page could be read; they are not a random sample of forces, and what is pooled describes them alone."
"""Said wherever forces are pooled."""

ASSUMED = f"The level of the published half-widths is not stated in what was seen; {100 * LEVEL:.4g} % is assumed, from the methods of 2014."
"""Said wherever a published half-width is used."""


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
    derivation: Unrecorded

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
    found = [
        Audit(find_claim(name), find_claim(derivation.rate), _violence(derivation.rate), derivation)
        for name, derivation in derivations().items()
        if isinstance(derivation, Unrecorded)
    ]
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
