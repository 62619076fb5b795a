"""Arithmetic that links published figures to one another: what they imply, and where they contradict one another."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from replicate.ledger.claim import Claim
from replicate.ledger.comparison import compare
from replicate.ledger.expressions import evaluate
from replicate.ledger.rows import claims
from replicate.ledger.terms import Basis
from replicate.ledger.verdict import Computed, Verdict
from replicate.ledger.wording import digits, with_unit
from replicate.vocabulary.documents import read_yaml
from replicate.vocabulary.errors import unknown
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
        Over claim ids and the constants of `identities.yaml`.
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
            raise ValueError(
                f"identity {self.id}: either a published counterpart or a unit of its own"
            )
        if self.comparable == bool(self.why):
            raise ValueError(
                f"identity {self.id}: what is not comparable says why, and nothing else does"
            )
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
def _document() -> dict[str, Any]:
    text = files("replicate.ledger").joinpath("identities.yaml").read_text(encoding="utf-8")
    document: dict[str, Any] = read_yaml(text)
    return document


@cache
def constants() -> dict[str, Fraction]:
    """Return the named numbers that are no claims: conversions of units.

    Examples
    --------
    >>> int(constants()["months_in_a_year"])
    12
    """
    return {name: Fraction(str(body["value"])) for name, body in _document()["constants"].items()}


@cache
def identities() -> dict[str, Identity]:
    """Return every identity by id.

    Examples
    --------
    >>> identities()["H03_share"].expression
    'H01 / V05 * 100'
    """
    return {
        name: Identity.model_validate({"id": name, **body})
        for name, body in _document()["identities"].items()
    }


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
    value, possible = evaluate(identity.expression, claims(), constants())
    published = _counterpart(identity)
    unit = identity.unit if published is None else str(published.unit)
    verdict, reason = _judged(
        identity, published, Computed(value, unit, definition_stated=True, uncertainty=possible)
    )
    words = " ".join(part for part in (reason, identity.caveat) if part)
    return IdentityResult(
        identity.id,
        identity.about,
        identity.expression,
        value,
        possible,
        unit,
        published,
        verdict,
        words,
    )


def check_all() -> tuple[IdentityResult, ...]:
    """Check every identity, in the order of the file."""
    return tuple(check(identity) for identity in identities().values())


def _counterpart(identity: Identity) -> Claim | None:
    if not identity.equals:
        return None
    if identity.equals not in claims():
        raise unknown("claim", identity.equals, claims(), where=identity.id)
    return claims()[identity.equals]


def _judged(
    identity: Identity, published: Claim | None, computed: Computed
) -> tuple[Verdict | None, str]:
    shown = with_unit(digits(computed.value or 0.0), computed.unit)
    if published is None:
        return None, f"Published figures imply {shown}."
    if not identity.comparable:
        return (
            None,
            f"Published figures imply {shown}, which is not compared with {identity.equals}: {identity.why}",
        )
    comparison = compare(published.model_copy(update={"basis": Basis.ARITHMETIC}), computed)
    return comparison.verdict, comparison.reason
