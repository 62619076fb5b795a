from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate.ledger import Claim, claims, evaluate
from replicate.ledger.expressions import names
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.uncertainty import RoundingRange


@pytest.mark.parametrize(
    ("expression", "value", "lower", "upper"),
    [
        ("H02", 717, 717, 717),
        ("H05", 26, 25.5, 26.5),
        ("100 - R01", 19.5, 19.45, 19.55),
        ("-H05", -26, -26.5, -25.5),
        ("H05 + 1", 27, 26.5, 27.5),
        ("H05 * 2", 52, 51, 53),
        ("H05 * -2", -52, -53, -51),
        ("1 / (H05 + H05)", 1 / 52, 1 / 53, 1 / 51),
        ("(H05 - 30) * (H05 - 20)", -24, -29.25, -19.25),
        ("0.1 + 0.2", 0.3, 0.3, 0.3),
        ("H02 / days", 1.434, 1.434, 1.434),
    ],
)
def test_values_and_the_range_they_may_have(
    expression: str, value: float, lower: float, upper: float
) -> None:
    """By hand; -29.25 is -4.5 times 6.5, and -19.25 is -3.5 times 5.5."""
    assert evaluate(expression, claims(), {"days": Fraction(500)}) == (
        value,
        RoundingRange(lower, upper),
    )


def test_arithmetic_is_exact() -> None:
    """In floating point 0.1 + 0.2 - 0.3 is not zero."""
    assert evaluate("0.1 + 0.2 - 0.3", claims())[0] == 0


@pytest.mark.parametrize(
    "expression",
    [
        "H01 +",
        "H01; H02",
        "H01 ** 2",
        "H01 % 2",
        "H01 // 2",
        "+H01",
        "not H01",
        "H01 > 2",
        "abs(H01)",
        "H01.value",
        "claims['H01']",
        "__import__('os')",
        "(lambda: 1)()",
        "[H01]",
        "'H01'",
        "True",
        "1j",
        "x := 1",
        "",
    ],
)
def test_nothing_but_arithmetic_is_read(expression: str) -> None:
    with pytest.raises(InputError, match="not arithmetic on claims"):
        evaluate(expression, claims())


def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'H02b'"):
        evaluate("h02b * 2", claims())


@pytest.mark.parametrize("name", ["C03", "C17"])
def test_a_claim_without_one_figure_cannot_be_used(name: str) -> None:
    with pytest.raises(InputError, match="without one figure") as caught:
        evaluate(f"{name} / 100", claims())
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("expression", ["1 / 0", "1 / (H05 - 26)", "1 / (H05 - 25.5)"])
def test_division_by_what_may_be_zero_is_refused(expression: str) -> None:
    with pytest.raises(InputError, match="division by what may be zero"):
        evaluate(expression, claims())


def test_names_come_in_order_with_repeats() -> None:
    assert names("S23 / S23a * 100 - S23") == ("S23", "S23a", "S23")


FIGURES = [claim for claim in claims().values() if claim.value is not None and claim.value > 0]


share = st.fractions(0, 1)


def within(claim: Claim, at: Fraction) -> Fraction:
    lower, upper = (Fraction(end) for end in claim.bounds())
    return lower + at * (upper - lower)


@given(st.sampled_from(FIGURES), st.sampled_from(FIGURES), st.sampled_from("+-*/"), share, share)
def test_whatever_prints_as_the_figures_gives_a_value_in_the_range(
    one: Claim, two: Claim, sign: str, at: Fraction, by: Fraction
) -> None:
    value, possible = evaluate(f"{one.id} {sign} {two.id}", claims())
    left, right = within(one, at), within(two, by)
    result = {"+": left + right, "-": left - right, "*": left * right, "/": left / right}[sign]
    assert value in possible
    assert float(result) in possible
