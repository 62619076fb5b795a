"""Arithmetic on published figures: expressions, and the identities of the ledger."""

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from replicate.ledger import Claim, Verdict, claims
from replicate.ledger.arithmetic import CONSTANTS, Identity, check, check_all, evaluate, identities
from replicate.ledger.claims import inputs
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.uncertainty import RoundingRange


@pytest.mark.parametrize(
    ("expression", "value", "lower", "upper"),
    [
        ("H02", 717, 717, 717),
        ("H05", 26, 25.5, 26.5),
        ("100 - R01", 19.5, 19.45, 19.55),
        ("H05 + 1", 27, 26.5, 27.5),
        ("H05 * 2", 52, 51, 53),
        ("H05 * (0 - 2)", -52, -53, -51),
        ("1 / (H05 + H05)", 1 / 52, 1 / 53, 1 / 51),
        ("(H05 - 30) * (H05 - 20)", -24, -29.25, -19.25),
        ("0.1 + 0.2", 0.3, 0.3, 0.3),
        ("0.1 + 0.2 - 0.3", 0, 0, 0),  # in floating point it is not
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


@pytest.mark.parametrize(
    "expression",
    [
        "H01 +",
        "H01; H02",
        "H01 ** 2",
        "H01 % 2",
        "H01 // 2",
        "+H01",
        "-H01",
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


@pytest.mark.parametrize(
    ("expression", "fault"),
    [
        ("h02b * 2", "did you mean 'H02b'"),
        ("C03 / 100", "without one figure"),
        ("C17 / 100", "without one figure"),
        ("1 / 0", "division by what may be zero"),
        ("1 / (H05 - 26)", "division by what may be zero"),
        ("1 / (H05 - 25.5)", "division by what may be zero"),
    ],
)
def test_what_cannot_be_computed_is_refused(expression: str, fault: str) -> None:
    with pytest.raises(InputError, match=fault) as caught:
        evaluate(expression, claims())
    assert caught.value.where == expression


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


ROUNDING, EXACT, AGAINST = Verdict.WITHIN_ROUNDING, Verdict.EXACT, Verdict.INCONSISTENT

COMPUTED: list[tuple[str, float, Verdict | None]] = [
    ("H03_share", 3.661, ROUNDING),
    ("H02_share", 16.958, ROUNDING),
    ("H02_daily", 1.964, ROUNDING),
    ("H05_share", 26.608, AGAINST),
    ("C02_of_all", 16.622, None),
    ("C02_of_contact", 27.703, None),
    ("C01_of_vkpp", 83.799, None),
    ("H09_share", 3.625, None),
    ("H10_share", 17.101, None),
    ("H10_annualised", 762.667, None),
    ("H10_rise", 6.137, None),
    ("V09_rise", 6.303, ROUNDING),
    ("V05_rise", 7.934, None),
    ("V02_base", 99442.379, None),
    ("V10_share", 42.089, ROUNDING),
    ("V10_before", 35.509, None),
    ("S06_without_images", 68016.3, None),
    ("S07_sum", 614, ROUNDING),
    ("S08_difference", 101, ROUNDING),
    ("R05_sum", 3246, EXACT),
    ("R08_unrecorded", 290717.3, None),
    ("S01_population", 41333333.333, None),
    ("S01b_sum", 3109000, ROUNDING),
    ("S23_difference", 2135, None),
    ("S23_rise", 12.566, ROUNDING),
    ("B01_rape", 18.539, None),
    ("B03_sum", 1147, ROUNDING),
    ("B05_product", 9000, ROUNDING),
    ("B06_in_scope", 54.545, None),
    ("L03_contact", 17.219, ROUNDING),
    ("L06_sum", 426, EXACT),
    ("L07_contact", 19.435, ROUNDING),
    ("L08_of_estimate", 81.643, None),
    ("L10_share", 66.667, None),
    ("C12_white", 76.395, AGAINST),
    ("C12_asian", 13.575, AGAINST),
    ("X02_white", 56.823, ROUNDING),
    ("X02_asian", 20.856, ROUNDING),
    ("H08_white_least", 28.22, None),
    ("H08_asian_least", 2.38, None),
    ("C10_of_known", 23.529, None),
    ("S14_change", -5.677, None),
    ("S20_base", 17070.423, None),
    ("S21_base", 2959.459, None),
    ("S19_base", 28152.381, None),
    ("S10_rise", 34.684, None),
    ("C16_per_offence", 4.329, None),
    ("I02_group_based", 51.923, None),
    ("I09_multiplier", 2.703, None),
    ("I11_suspects", 18.627, None),
]
"""The computed column of the list of arithmetic that the identities were transcribed from (millions
written out), to three places."""

ADDED: list[tuple[str, float, Verdict | None]] = [
    ("C04_rounded", 717, ROUNDING),  # the count that "around 700" rounds
    ("C29_share", 3.661, AGAINST),  # 4,228 of 115,489 against the newspaper's 3.5 %
    ("H08_white_most", 94.22, None),  # 28.22 + 66
    ("H08_asian_most", 68.38, None),  # 2.38 + 66
    ("C10_asian_most", 48, None),  # 16 + 32
    ("R02_rest", 19.5, ROUNDING),  # 100 - 80.5; half a point rounds down too
    ("R09_rest", 10.5, ROUNDING),  # 100 - 89.5
    ("S23_uk_nationals", 4441, AGAINST),  # against 4,411 in the same annex
    ("S23_uk_rise", 3.592, ROUNDING),  # 4,441 on 4,287
    ("S23_uk_rise_first", 2.892, None),  # 4,411 on 4,287
    ("S12_plans", 2230, EXACT),
    ("S13_share", 3.585, ROUNDING),  # 2,290 of 63,870
    ("S14_share", 3.478, ROUNDING),  # 2,160 of 62,110
    ("C06a_white", 28.22, ROUNDING),  # 34 % of 83 %
    ("S24_sum", 669000, ROUNDING),  # 567,000 + 102,000
    ("X01_white", 76.395, ROUNDING),
    ("X01_asian", 13.575, ROUNDING),
    # 3,100,000 / 7.5 x 20 against 8,500,000: one in five is between 18.35 and 21.65 %
    ("S01_any_kind", 8266666.667, ROUNDING),
    # 50,000 of 450,000, one in nine; 45,000 to 55,000 of 440,000 to 450,000 reach one in eight
    ("S04_share", 11.111, ROUNDING),
    ("S04_per_known", 9, None),
    ("S04_implied", 400000, None),
    ("V11_beside_told", 7, None),
    ("V11_beside_known", 12.5, None),
    ("V09_if_reported", 1227680, None),
    ("C16_beside_two_years", 90, None),
]
"""Computed by hand."""


@pytest.mark.parametrize(("name", "value", "verdict"), COMPUTED + ADDED)
def test_what_published_figures_give(name: str, value: float, verdict: Verdict | None) -> None:
    result = check(identities()[name])
    assert round(result.value, 3) == value
    assert result.verdict is verdict
    assert result.value in result.range


def test_every_row_of_the_list_is_here() -> None:
    """The list has 52 rows; two set suspects against residents, and are left out."""
    assert len(COMPUTED) == 52 - 2
    assert {result.identity.id for result in check_all()} == {name for name, *_ in COMPUTED + ADDED}


def test_expressions_name_what_is_printed_and_hold_no_figure_of_their_own() -> None:
    """A rounded claim is named once: interval arithmetic would take it for two figures."""
    for identity in identities().values():
        names = re.findall(r"[A-Za-z]\w*", identity.expression)
        assert set(names) <= {*claims(), *CONSTANTS, *inputs()}, identity.id
        numbers = re.findall(r"(?<!\w)\d+\.?\d*", identity.expression)
        assert set(numbers) <= {"1", "100"}, identity.id
        repeated = {name for name in names if names.count(name) > 1}
        assert all(len(set(claims()[name].bounds())) == 1 for name in repeated), identity.id


def test_a_result_shows_both_figures_or_says_why_there_is_one() -> None:
    against, apart, implied, summed = (
        check(identities()[name])
        for name in ("H05_share", "V10_before", "C16_per_offence", "B03_sum")
    )
    assert against.published is claims()["H05"]
    assert against.reason == (
        "Published figures give 26.61 %, 0.608 percentage points above the published 26 %."
    )
    assert apart.published is claims()["V06a"]
    assert apart.reason.startswith(
        "Published figures imply 35.51 %, which is not compared with V06a: online and contact are"
    )
    assert (implied.published, implied.unit) == (None, "children per recorded offence")
    assert "Not a reporting rate" in implied.reason
    assert (summed.range.lower, summed.range.upper) == (1147, 1157)  # 550 to 560, and 597


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"unit": "percent"}, "either a published counterpart or a unit"),
        ({"equals": ""}, "either a published counterpart or a unit"),
        ({"comparable": False}, "says why"),
        ({"why": "another year"}, "says why"),
        ({"id": "share"}, "pattern"),
        ({"sources": "none"}, "Extra inputs"),
    ],
)
def test_an_identity_that_is_not_whole_is_refused(changes: dict[str, object], fault: str) -> None:
    whole: dict[str, object] = {
        "id": "H03_share",
        "about": "a share",
        "expression": "H01 / V05 * 100",
        "equals": "H03",
    }
    with pytest.raises(ValidationError, match=fault):
        Identity.model_validate(whole | changes)


def test_a_counterpart_that_is_no_claim_is_refused() -> None:
    astray = Identity(id="H03_share", about="a share", expression="H01 / V05 * 100", equals="h12")
    with pytest.raises(InputError, match="did you mean 'H12'"):
        check(astray)
