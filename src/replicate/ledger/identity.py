"""Arithmetic that links published figures to one another: what they imply, and where they contradict one another."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from replicate.ledger.claims import Claim, claims, find_claim, inputs
from replicate.ledger.comparison import Computed, compare
from replicate.ledger.expressions import evaluate
from replicate.ledger.terms import Basis, Verdict
from replicate.vocabulary.files import shipped_yaml
from replicate.vocabulary.numbers import digits, with_unit
from replicate.vocabulary.uncertainty import RoundingRange


class Identity(BaseModel):
    """An expression over claims, and the claim it should equal, where one does.

    Attributes
    ----------
    id
        The claim it is about and a word.
    about
        What the expression gives.
    expression
        Over claim ids, the constants of `identities.yaml` and the names of inputs, as printed.
    equals
        The claim with the published counterpart; none for a value that is only implied.
    unit
        Of an implied value; a counterpart has its own.
    comparable, why
        Whether the two are the same quantity; if not, why there is no verdict.
    caveat
        What a reader must be told beside the value.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[A-Z]\d{2}[a-z]?_[a-z_]+$")
    about: str
    expression: str
    equals: str = ""
    unit: str = ""
    comparable: bool = True
    why: str = ""
    caveat: str = ""

    @model_validator(mode="after")
    def _explained(self) -> Self:
        if bool(self.equals) == bool(self.unit):
            fault = "either a published counterpart or a unit of its own"
            raise ValueError(f"identity {self.id}: {fault}")
        if self.comparable == bool(self.why):
            fault = "what is not comparable says why, and nothing else does"
            raise ValueError(f"identity {self.id}: {fault}")
        return self


@dataclass(frozen=True)
class IdentityResult:
    """What an identity gives.

    Attributes
    ----------
    value, range, unit
        From the figures as printed, and from everything that prints as they do.
    published
        The claim it should equal, if any.
    verdict
        `exact`, `within_rounding` or `inconsistent`; none for an implied value or one that is not comparable.
    reason
        Why, made from the numbers, with the identity's caveat.
    """

    id: str
    about: str
    expression: str
    value: float
    range: RoundingRange
    unit: str
    published: Claim | None
    verdict: Verdict | None
    reason: str


@cache
def constants() -> dict[str, Fraction]:
    """Return the named numbers that are no claims: conversions of units.

    Examples
    --------
    >>> int(constants()["months_in_a_year"])
    12
    """
    rows = shipped_yaml("ledger", "identities.yaml")["constants"]
    return {name: Fraction(str(body["value"])) for name, body in rows.items()}


@cache
def identities() -> dict[str, Identity]:
    """Return every identity by id.

    Examples
    --------
    >>> identities()["H03_share"].expression
    'H01 / V05 * 100'
    """
    rows = shipped_yaml("ledger", "identities.yaml")["identities"]
    return {name: Identity(id=name, **body) for name, body in rows.items()}


def check(identity: Identity) -> IdentityResult:
    """Compute an identity and say whether published figures agree.

    Raises
    ------
    InputError
        When it names a claim that is not in the ledger.

    Examples
    --------
    >>> check(identities()["H05_share"]).verdict
    <Verdict.INCONSISTENT: 'inconsistent'>
    """
    printed = {name: Fraction(one.value) for name, one in inputs().items() if one.value is not None}
    value, possible = evaluate(identity.expression, claims(), constants() | printed)
    published = find_claim(identity.equals, where=identity.id) if identity.equals else None
    unit = identity.unit if published is None else str(published.unit)
    computed = Computed(value, unit, definition_stated=True, uncertainty=possible)
    verdict, reason = _judged(identity, published, computed)
    return IdentityResult(
        id=identity.id,
        about=identity.about,
        expression=identity.expression,
        value=value,
        range=possible,
        unit=unit,
        published=published,
        verdict=verdict,
        reason=f"{reason} {identity.caveat}".strip(),
    )


def check_all() -> tuple[IdentityResult, ...]:
    """Check every identity, in the order of the file."""
    return tuple(check(identity) for identity in identities().values())


def _judged(
    identity: Identity, published: Claim | None, computed: Computed
) -> tuple[Verdict | None, str]:
    shown = with_unit(digits(computed.value or 0.0), computed.unit)
    if published is None:
        return None, f"Published figures imply {shown}."
    if not identity.comparable:
        words = f"which is not compared with {identity.equals}: {identity.why}"
        return None, f"Published figures imply {shown}, {words}"
    comparison = compare(published.model_copy(update={"basis": Basis.ARITHMETIC}), computed)
    return comparison.verdict, comparison.reason
