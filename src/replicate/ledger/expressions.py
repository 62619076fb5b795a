"""Arithmetic on published figures, with the precision of each carried through."""

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from replicate.ledger.claims import Claim
from replicate.vocabulary.errors import InputError, unknown
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
