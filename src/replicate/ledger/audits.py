"""The inspectorate's audits of crime recording by force: what was published of each."""

import re
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from replicate.ledger.audit_rule import rates_printed
from replicate.ledger.claims import claims, inputs
from replicate.ledger.terms import Seen
from replicate.vocabulary.files import shipped_rows
from replicate.vocabulary.forces import TERRITORIAL
from replicate.vocabulary.uncertainty import RoundingRange

Population = Literal["all_crime", "violence", "sexual_offences"]

_WINDOW = re.compile(r"(?:12 months to )?(\d{4}(?:-\d\d-\d\d)?)")


class ForceAudit(BaseModel):
    """What one audit of a force found of one population of offences.

    Attributes
    ----------
    force, inspection
        One of the 43 territorial forces, and whether it was inspected for the first time.
    audit_from, audit_to
        The audit's own period; none where it was not seen.
    window
        The twelve months that the numbers are of, `12 months to 2017-11-30`; a year, `2019`,
        where only that is known; blank where nothing is.
    population
        All crime but fraud, or a whole group of offences.
    rate, half_width
        The recording rate in percent as printed, and the published half-width of its interval.
    number
        Reported crimes left unrecorded a year, as printed.
    rate_in, number_in
        The claim or the input that carries the rate, and the claim that carries the number, where
        the ledger has them already: a figure stands once.
    sample
        Reports audited, where printed.
    seen, source_url, remark
        How it was read, where, and what a reader should know, slips on the page among it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    force: str
    inspection: Literal["first", "re-inspection"]
    audit_from: date | None = None
    audit_to: date | None = None
    window: str = ""
    population: Population
    rate: str = Field(pattern=r"^((around|nearly|over) )?\d+(\.\d+)?$")
    rate_in: str = ""
    half_width: Decimal | None = Field(default=None, gt=0)
    number: str = Field(default="", pattern=r"^(((over|around|approximately) )?[\d,]+)?$")
    number_in: str = ""
    sample: int | None = Field(default=None, gt=0)
    seen: Seen
    source_url: str = Field(pattern=r"^https?://")
    remark: str = ""

    @field_validator("force")
    @classmethod
    def _inspected(cls, force: str) -> str:
        if force not in TERRITORIAL:
            raise ValueError("not one of the 43 forces that are inspected")
        return force

    @model_validator(mode="after")
    def _one_last_day(self) -> Self:
        if self.window and not _WINDOW.fullmatch(self.window):
            raise ValueError(f"a window written as {self.window!r}")
        if self.audit_to and self.last_day != self.audit_to:
            raise ValueError("the window does not end with the audit's last day")
        return self

    @property
    def last_day(self) -> date | None:
        """The last day of the window; none where the window was not seen."""
        found = _WINDOW.fullmatch(self.window)
        if not found:
            return None
        return date.fromisoformat(found[1] if "-" in found[1] else f"{found[1]}-12-31")

    @property
    def rate_range(self) -> RoundingRange:
        """The rates, between 0 and 1, that print as the published one; trailing zeros count.

        Examples
        --------
        >>> audits()[0].rate, audits()[0].rate_range
        ('89.56', RoundingRange(lower=0.89555, upper=0.89565))

        Raises
        ------
        InputError
            When the rate is worded in a way that sets one end only.
        """
        return rates_printed(self.rate)


def _filled(row: dict[str, str]) -> dict[str, object]:
    """Take the rate and the number from where the ledger has them."""
    filled: dict[str, object] = dict(row)
    if name := row.get("rate_in"):
        held = claims()[name] if name in claims() else inputs()[name]
        filled["rate"] = str(held.value)
        if held.lower is not None and held.upper is not None:
            filled["half_width"] = (held.upper - held.lower) / 2
    if name := row.get("number_in"):
        filled["number"] = claims()[name].published
    return filled


@cache
def audits() -> tuple[ForceAudit, ...]:
    """Return every audit by force, in the order of the alphabet and of time.

    Examples
    --------
    >>> [audit.rate for audit in audits() if audit.force == "Kent"]
    ['83.6', '79.2', '96.6']
    """
    rows = shipped_rows("ledger", "audits.csv")
    return tuple(ForceAudit.model_validate(_filled(row)) for row in rows)


def rates_by_force(population: Population) -> dict[str, tuple[ForceAudit, ...]]:
    """Return the audits of a population whose window is known: by force, the oldest first.

    Examples
    --------
    >>> [audit.rate for audit in rates_by_force("sexual_offences")["Dyfed-Powys"]]
    ['93', '98.8']
    """
    dated = [audit for audit in audits() if audit.population == population and audit.last_day]
    dated.sort(key=lambda audit: str(audit.last_day))
    forces = sorted({audit.force for audit in dated})
    return {force: tuple(each for each in dated if each.force == force) for force in forces}
