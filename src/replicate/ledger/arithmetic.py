"""Arithmetic on published figures: what they imply, and where they contradict one another.

The precision of each figure is carried through.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import product
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from replicate.ledger.claims import Claim, claims, find_claim, inputs
from replicate.ledger.comparison import Computed, compare
from replicate.ledger.terms import Basis, Verdict
from replicate.vocabulary.errors import InputError, unknown
from replicate.vocabulary.files import shipped_yaml
from replicate.vocabulary.numbers import digits, with_unit
from replicate.vocabulary.uncertainty import RoundingRange

_OPERATIONS: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


@dataclass(frozen=True)
class _Interval:
    """A value with the least and the greatest it may be, exact."""

    value: Fraction
    lower: Fraction
    upper: Fraction

    @classmethod
    def of(cls, value: Fraction) -> "_Interval":
        return cls(value, value, value)

    def combine(
        self, operation: Callable[[Fraction, Fraction], Fraction], other: "_Interval"
    ) -> "_Interval":
        """Apply an operation by interval arithmetic (Moore 1966): the ends are among the results for the ends."""
        results = [
            operation(one, two)
            for one, two in product((self.lower, self.upper), (other.lower, other.upper))
        ]
        return _Interval(operation(self.value, other.value), min(results), max(results))


def evaluate(
    expression: str, claims: Mapping[str, Claim], constants: Mapping[str, Fraction] | None = None
) -> tuple[float, RoundingRange]:
    """Compute an expression over claims: their ids, named constants, numbers, `+ - * /` and parentheses.

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
        The value from the figures as printed, and the values possible given what prints as each of them. Interval arithmetic takes a
        claim named twice for two figures, so name each one once where it has been rounded.

    Raises
    ------
    InputError
        When the expression is not such an expression, names what is neither claim nor constant or a claim without a figure, or
        divides by what may be zero.

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
        raise _not_an_expression(expression) from None
    found = _Evaluation(expression, claims, constants or {}).of(tree)
    return float(found.value), RoundingRange(float(found.lower), float(found.upper))


def names(expression: str) -> tuple[str, ...]:
    """Return the names that an expression uses, in order, with repeats.

    Examples
    --------
    >>> names("H02 / days_in_2023")
    ('H02', 'days_in_2023')
    """
    found = [
        node for node in ast.walk(ast.parse(expression, mode="eval")) if isinstance(node, ast.Name)
    ]
    return tuple(node.id for node in sorted(found, key=lambda node: node.col_offset))


@dataclass(frozen=True)
class _Evaluation:
    expression: str
    claims: Mapping[str, Claim]
    constants: Mapping[str, Fraction]

    def of(self, node: ast.expr) -> _Interval:
        match node:
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATIONS:
                return self._combined(self.of(left), op, self.of(right))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return _Interval.of(Fraction(0)).combine(operator.sub, self.of(operand))
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                return _Interval.of(Fraction(str(number)))
            case ast.Name(id=name):
                return self._named(name)
            case _:
                raise _not_an_expression(self.expression)

    def _combined(self, left: _Interval, op: ast.operator, right: _Interval) -> _Interval:
        if isinstance(op, ast.Div) and right.lower <= 0 <= right.upper:
            raise InputError("division by what may be zero", where=self.expression)
        return left.combine(_OPERATIONS[type(op)], right)

    def _named(self, name: str) -> _Interval:
        if name in self.constants:
            return _Interval.of(self.constants[name])
        if name not in self.claims:
            raise unknown(
                "claim or constant", name, [*self.claims, *self.constants], where=self.expression
            )
        claim = self.claims[name]
        if claim.value is None:
            raise InputError(
                "a claim without one figure",
                where=self.expression,
                got=name,
                expected="a claim whose figure was seen",
            )
        lower, upper = claim.bounds()
        return _Interval(Fraction(claim.value), Fraction(lower), Fraction(upper))


def _not_an_expression(expression: str) -> InputError:
    return InputError(
        "not arithmetic on claims",
        where="expression",
        got=expression,
        expected="claim ids, numbers, + - * / and parentheses, such as 'H01 / V05 * 100'",
    )


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
