import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate.vocabulary.numbers import (
    MISSING,
    gap,
    interval,
    number,
    percent,
    signed,
    significant_decimals,
)
from replicate.vocabulary.uncertainty import (
    RoundingRange,
    SamplingInterval,
    ScenarioRange,
    Uncertainty,
    WorstCaseBounds,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1, "1"),
        (999, "999"),
        (102878, "102,878"),
        (-1234567, "−1,234,567"),
        (3.0, "3"),
        (1.25, "1.25"),
        (1.20, "1.2"),
        (14.25, "14.2"),  # half to even
        (1234.5, "1,234"),
        (0.01234, "0.0123"),
        (-0.5, "−0.5"),
        (None, "not available"),
        (math.nan, "not available"),
        (math.inf, "not available"),
    ],
)
def test_number(value: float | None, text: str) -> None:
    assert number(value) == text


def test_units_decimals_and_shares() -> None:
    assert (number(7, "offences"), number(7, "")) == ("7 offences", "7")
    assert number(7, "%") == number(7, "percent") == "7\u00a0%"
    assert (number(2, decimals=2), number(-0.04, decimals=1)) == ("2.00", "0.0")
    assert (percent(0.5), percent(0), percent(None)) == ("50.0\u00a0%", "0.0\u00a0%", MISSING)
    # 4,228 of 115,489 offences in 2023, published as 3.7 % (claims H01 and H03 of the ledger)
    assert percent(4228 / 115489) == "3.7\u00a0%"


@given(st.floats(min_value=1e-6, max_value=1e12, allow_nan=False))
def test_digits_before_the_point_are_never_rounded_away(value: float) -> None:
    back = float(number(value).replace(",", ""))
    assert math.isclose(
        back, value, rel_tol=0.005
    )  # three significant digits: half a unit of the third is 0.5 % at most
    assert abs(back - value) <= max(0.5, 0.005 * value) if value >= 1 else True


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_a_whole_number_survives(value: int) -> None:
    assert int(number(value).replace(",", "").replace("−", "-")) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (177, "+177"),
        (-177, "−177"),
        (0, "0"),
        (0.44, "+0.44"),
        (-0.44, "−0.44"),
        (None, "not available"),
    ],
)
def test_signed(value: float | None, text: str) -> None:
    assert signed(value) == text
    assert signed(0.04, "%", decimals=1) == "0.0\u00a0%"
    assert signed(-0.04, "%", decimals=1) == "0.0\u00a0%"
    assert signed(0.06, "points", decimals=1) == "+0.1 points"


SAMPLING = SamplingInterval(1.2, 1.4, level=0.95, method="Wilson")
BOUNDS = WorstCaseBounds(2.4, 68.4)
SCENARIOS = ScenarioRange(5.6, 14.3, assumptions=("adults' recall",))
ROUNDING = RoundingRange(102500, 103500)


@pytest.mark.parametrize(
    ("value", "uncertainty", "unit", "text"),
    [
        (1.3, SAMPLING, "per 1,000", "1.30 per 1,000 (95\u00a0% interval 1.20 to 1.40)"),
        (None, SAMPLING, None, "95\u00a0% interval 1.20 to 1.40"),
        (
            37.0,
            BOUNDS,
            "%",
            "37.0\u00a0% (could be anything from 2.4\u00a0% to 68.4\u00a0%, "
            "since the missing part is not known)",
        ),
        (None, SCENARIOS, None, "range over the scenarios 5.6 to 14.3, assuming adults' recall"),
        (
            103000,
            ROUNDING,
            "offences",
            "103,000 offences (anything from 102,500 to 103,500 is printed so, once rounded)",
        ),
    ],
)
def test_interval(
    value: float | None, uncertainty: Uncertainty, unit: str | None, text: str
) -> None:
    assert interval(value, uncertainty, unit) == text


def test_an_end_without_limit_is_no_number_and_sets_no_digits() -> None:
    open_ended = SamplingInterval(0.012, math.inf, level=0.95, method="profile likelihood")
    assert interval(0.0345, open_ended) == "0.0345 (95\u00a0% interval 0.0120 to no limit)"
    assert interval(None, open_ended, "%") == "95\u00a0% interval 0.0120\u00a0% to no limit"


def test_each_kind_has_words_that_no_other_kind_has() -> None:
    words = [interval(None, kind) for kind in (SAMPLING, BOUNDS, SCENARIOS, ROUNDING)]
    marks = ("\u00a0% interval", "missing part", "scenarios", "rounded")
    assert [[mark in text for mark in marks] for text in words] == [
        [row == column for column in range(4)] for row in range(4)
    ]


def test_levels_are_printed_as_they_are_and_decimals_come_from_the_largest() -> None:
    for level, text in ((0.9, "90\u00a0% interval"), (0.999, "99.9\u00a0% interval")):
        found = SamplingInterval(9.5, 10.21, level=level, method="exact")
        assert interval(None, found).startswith(text)
        assert interval(9.87, found, decimals=2) == f"9.87 ({text} 9.50 to 10.21)"
    cases = {(0.001, 12.5): 1, (0.0, 0.0): 0, (1234.5,): 0, (math.inf,): 0}
    assert {values: significant_decimals(*values) for values in cases} == cases


def test_a_day_of_the_week_is_another_and_not_so_many_away() -> None:
    assert gap(1.0, 50.0, "weekday") == "on another day"
