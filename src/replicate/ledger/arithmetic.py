"""Arithmetic on published figures: what they imply, and where they contradict one another.

The precision of each figure is carried through. One row of the list of arithmetic that the project
began with is left out: Asian suspects in Greater Manchester set against Asian residents, on the
census of the city and on that of the county (C08, X01, X02). No ratio of suspects to residents is
computed.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import product
from typing import NamedTuple, Self

from pydantic import Field, model_validator

from replicate.ledger.claims import Claim, claims, find_claim, inputs
from replicate.ledger.comparison import Computed, compare
from replicate.ledger.terms import Basis, Verdict
from replicate.vocabulary.errors import InputError, unknown
from replicate.vocabulary.files import Row, read_rows
from replicate.vocabulary.numbers import digits, with_unit
from replicate.vocabulary.uncertainty import RoundingRange

CONSTANTS = {
    "days_in_2023": Fraction(365),  # 2023 was no leap year
    "months_in_a_year": Fraction(12),
    "months_to_september": Fraction(9),  # January to September
}
"""Numbers that are no claims: conversions of units."""

_OPERATIONS: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


class _Interval(NamedTuple):
    """A value with the least and the greatest it may be, exact."""

    value: Fraction
    lower: Fraction
    upper: Fraction


def evaluate(
    expression: str, claims: Mapping[str, Claim], constants: Mapping[str, Fraction] | None = None
) -> tuple[float, RoundingRange]:
    """Compute an expression over claims: ids, constants, numbers, `+ - * /` and parentheses.

    By interval arithmetic (Moore 1966): the ends of a result are among the results for the ends.

    Parameters
    ----------
    expression
        Such as `H01 / V05 * 100`.
    claims
        The claims that ids are looked up in.
    constants
        Named numbers that are no claims, such as the days of a year.

    Returns
    -------
    tuple of float and RoundingRange
        The value from the figures as printed, and the values possible given what prints as each of
        them. Interval arithmetic takes a claim named twice for two figures, so name each one once
        where it has been rounded.

    Raises
    ------
    InputError
        When the expression is not such an expression, names what is neither claim nor constant or
        a claim without a figure, or divides by what may be zero.

    Examples
    --------
    >>> from replicate.ledger import claims
    >>> value, possible = evaluate("H01 / V05 * 100", claims())
    >>> round(value, 3), round(possible.width, 3)
    (3.661, 0.0)
    """
    try:
        tree = ast.parse(expression, mode="eval").body
    except SyntaxError:
        tree = None
    found = _of(tree, expression, claims, constants or {})
    return float(found.value), RoundingRange(float(found.lower), float(found.upper))


def _of(
    node: ast.AST | None,
    expression: str,
    claims: Mapping[str, Claim],
    named: Mapping[str, Fraction],
) -> _Interval:
    """Compute a part of an expression."""
    match node:
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATIONS:
            one, other = (_of(part, expression, claims, named) for part in (left, right))
            if isinstance(op, ast.Div) and other.lower <= 0 <= other.upper:
                raise InputError("division by what may be zero", where=expression)
            act = _OPERATIONS[type(op)]
            ends = [act(*pair) for pair in product(one[1:], other[1:])]
            return _Interval(act(one.value, other.value), min(ends), max(ends))
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return _Interval(*[Fraction(str(number))] * 3)
        case ast.Name(id=name) if name in named:
            return _Interval(*[named[name]] * 3)
        case ast.Name(id=name):
            return _figure(name, claims, [*claims, *named], expression)
    raise InputError(
        "not arithmetic on claims",
        where="expression",
        got=expression,
        expected="claim ids, numbers, + - * / and parentheses, such as 'H01 / V05 * 100'",
    )


def _figure(name: str, claims: Mapping[str, Claim], known: list[str], expression: str) -> _Interval:
    if name not in claims:
        raise unknown("claim or constant", name, known, where=expression)
    claim = claims[name]
    if claim.value is None:
        expected = "a claim whose figure was seen"
        raise InputError(
            "a claim without one figure", where=expression, got=name, expected=expected
        )
    return _Interval(*map(Fraction, (claim.value, *claim.bounds())))


class Identity(Row):
    """An expression over claims, and the claim it should equal, where one does.

    Attributes
    ----------
    id
        The claim it is about and a word.
    about
        What the expression gives.
    expression
        Over claim ids, `CONSTANTS` and the names of inputs, as printed.
    equals
        The claim with the published counterpart; none for a value that is only implied.
    unit
        Of an implied value; a counterpart has its own.
    comparable, why
        Whether the two are the same quantity; if not, why there is no verdict.
    caveat
        What a reader must be told beside the value.
    """

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
    identity
        What was computed.
    value, range, unit
        From the figures as printed, and from everything that prints as they do.
    published
        The claim it should equal, if any.
    verdict
        `exact`, `within_rounding` or `inconsistent`; none for an implied value or one that is not
        comparable.
    reason
        Why, made from the numbers, with the identity's caveat.
    """

    identity: Identity
    value: float
    range: RoundingRange
    unit: str
    published: Claim | None
    verdict: Verdict | None
    reason: str


@cache
def identities() -> dict[str, Identity]:
    """Return every identity by id.

    Examples
    --------
    >>> identities()["H03_share"].expression
    'H01 / V05 * 100'
    """
    return {row.id: row for row in read_rows("ledger", "identities.csv", Identity)}


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
    value, possible = evaluate(identity.expression, claims(), CONSTANTS | printed)
    published = find_claim(identity.equals, where=identity.id) if identity.equals else None
    unit = str(published.unit) if published else identity.unit
    verdict, implied = None, f"Published figures imply {with_unit(digits(value), unit)}"
    if published is None:
        reason = f"{implied}."
    elif not identity.comparable:
        reason = f"{implied}, which is not compared with {identity.equals}: {identity.why}"
    else:
        computed = Computed(value, unit, definition_stated=True, uncertainty=possible)
        settled = published.model_copy(update={"basis": Basis.ARITHMETIC})
        comparison = compare(settled, computed)
        verdict, reason = comparison.verdict, comparison.reason
    reason = f"{reason} {identity.caveat}".strip()
    return IdentityResult(identity, value, possible, unit, published, verdict, reason)


def check_all() -> tuple[IdentityResult, ...]:
    """Check every identity, in the order of the file."""
    return tuple(check(identity) for identity in identities().values())
