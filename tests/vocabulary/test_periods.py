"""Quarter 1 is January to March; a financial year runs from April; a year is named by its end."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate.vocabulary.errors import InputError
from replicate.vocabulary.periods import Period, Quarter, Window

quarters = st.builds(Quarter, st.integers(1900, 2100), st.integers(1, 4))
steps = st.integers(-400, 400)


@st.composite
def written_periods(draw: st.DrawFn) -> str:
    """Any single period, as a person writes it."""
    year = draw(st.integers(1900, 2100))
    month = draw(st.sampled_from(["03", "06", "09", "12"]))
    financial = f"{year}/{(year + 1) % 100:02d}"
    return draw(
        st.sampled_from([f"{year}", financial, f"YE {year}-{month}", f"{year}-Q{int(month) // 3}"])
    )


@given(quarters)
def test_a_quarter_is_read_back_from_its_label(quarter: Quarter) -> None:
    assert Quarter.parse(quarter.label) == quarter
    assert str(quarter) == quarter.label


@given(quarters, steps)
def test_shifting_a_quarter_back_undoes_it(quarter: Quarter, step: int) -> None:
    assert quarter.shift(step).shift(-step) == quarter
    assert quarter.shift(step).ordinal == quarter.ordinal + step


@given(quarters, quarters)
def test_quarters_are_ordered_by_time(one: Quarter, other: Quarter) -> None:
    assert (one < other) == (one.ordinal < other.ordinal)


@given(quarters)
def test_four_quarters_are_a_year(quarter: Quarter) -> None:
    assert quarter.shift(4) == Quarter(quarter.year + 1, quarter.number)


@pytest.mark.parametrize(
    ("quarter", "label"),
    [(1, "2023-Q2"), (2, "2023-Q3"), (3, "2023-Q4"), (4, "2024-Q1")],
    ids=["April", "July", "October", "January"],
)
def test_financial_quarters_start_in_april(quarter: int, label: str) -> None:
    assert Quarter.from_financial("2023/24", quarter).label == label


@pytest.mark.parametrize(
    "label", ["2024", "2024-Q0", "2024-Q5", "2024Q1", "24-Q1", "2024-Q1 ", "2024-Q1\n", ""]
)
def test_what_is_not_a_quarter_is_refused(label: str) -> None:
    with pytest.raises(InputError, match="not a quarter"):
        Quarter.parse(label)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", "2024-Q1", "2024-Q4"),
        (2024, "2024-Q1", "2024-Q4"),
        ("2023/24", "2023-Q2", "2024-Q1"),
        ("1999/00", "1999-Q2", "2000-Q1"),
        ("YE 2024-03", "2023-Q2", "2024-Q1"),
        ("YE 2021-09", "2020-Q4", "2021-Q3"),
        ("YE 2024-12", "2024-Q1", "2024-Q4"),
        ("2024-Q2", "2024-Q2", "2024-Q2"),
        ("2013..2025", "2013-Q1", "2025-Q4"),
        ("2023/24..2024", "2023-Q2", "2024-Q4"),
        (" 2023 .. 2024-Q1 ", "2023-Q1", "2024-Q1"),
        ("2024-Q1..2024", "2024-Q1", "2024-Q4"),
    ],
)
def test_every_form_of_a_period(text: object, first: str, last: str) -> None:
    period = Period.parse(text)
    assert (period.first.label, period.last.label) == (first, last)


@given(written_periods())
def test_a_period_is_read_back_from_its_label(text: str) -> None:
    period = Period.parse(text)
    assert period.label == text
    assert Period.parse(period.label) == period


@given(written_periods(), written_periods())
def test_a_range_of_periods_is_read_back_or_refused_as_backwards(one: str, other: str) -> None:
    a, b = Period.parse(one), Period.parse(other)
    if a.first <= b.first and a.last <= b.last:
        assert Period.parse(f"{one}..{other}").quarters == Period(a.first, b.last, "").quarters
    else:
        with pytest.raises(InputError, match="runs backwards"):
            Period.parse(f"{one}..{other}")


@pytest.mark.parametrize("text", ["ye 2024-03", "YE2024-03", "Ye  2024-03"])
def test_a_year_ending_is_labelled_one_way(text: str) -> None:
    assert Period.parse(text).label == "YE 2024-03"


@given(written_periods())
def test_quarters_follow_one_another_and_are_those_contained(text: str) -> None:
    period = Period.parse(text)
    assert [
        later.ordinal - earlier.ordinal
        for earlier, later in zip(period.quarters, period.quarters[1:], strict=False)
    ] == [1] * (len(period.quarters) - 1)
    assert all(quarter in period for quarter in period.quarters)
    assert period.first.shift(-1) not in period
    assert period.last.shift(1) not in period


@given(written_periods(), steps)
def test_shifting_a_period_keeps_its_length_and_can_be_undone(text: str, step: int) -> None:
    period = Period.parse(text)
    moved = period.shift(step)
    assert len(moved.quarters) == len(period.quarters)
    assert moved.first.ordinal - period.first.ordinal == step
    assert moved.shift(-step).quarters == period.quarters
    assert Period.parse(moved.label) == moved


@given(quarters)
def test_a_year_ending_has_four_quarters(quarter: Quarter) -> None:
    period = Period.year_ending(quarter)
    assert len(period.quarters) == 4
    assert Period.parse(period.label) == period


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("2023/25", "not a financial year"),
        ("2023/22", "not a financial year"),
        ("YE 2024-04", "does not end with a quarter"),
        ("YE 2024-00", "does not end with a quarter"),
        ("2024..2023", "runs backwards"),
        ("2024..2024-Q1", "runs backwards"),
        ("2024-Q5", "not a period"),
        ("2024..", "not a period"),
        ("..2024", "not a period"),
        ("2023..2024..2025", "not a period"),
        ("last year", "not a period"),
        ("", "not a period"),
        (2024.0, "not a period"),
        (True, "not a period"),
        (None, "not a period"),
    ],
)
def test_what_is_not_a_period_is_refused(text: object, fault: str) -> None:
    with pytest.raises(InputError, match=fault) as caught:
        Period.parse(text)
    assert caught.value.expected
    assert caught.value.where == "period"


def test_a_financial_quarter_of_a_year_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="not a financial year"):
        Quarter.from_financial("2023-24", 1)


@pytest.mark.parametrize(
    ("text", "same"),
    [("12 months to 2016-03-31", "YE 2016-03"), ("12 months to 2017-12-31", "2017")],
)
def test_twelve_months_to_the_end_of_a_quarter_are_a_period(text: str, same: str) -> None:
    assert Period.parse(text).quarters == Period.parse(same).quarters
    assert Period.parse(text).label == text


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("12 months to 2016-11-30", "2016-09-30", "2016-12-31"),
        ("12 months to 2016-02-29", "2015-12-31", "2016-03-31"),
        ("12 months to 2016-12-30", "2016-09-30", "2016-12-31"),
    ],
)
def test_twelve_months_within_a_quarter_name_the_nearest_that_end_one(
    text: str, before: str, after: str
) -> None:
    with pytest.raises(InputError) as refused:
        Period.parse(text)
    assert f"expected: '12 months to {before}' or '12 months to {after}'" in str(refused.value)


@pytest.mark.parametrize("day", ["2016-11-31", "2016-13-01", "20161130", "2016", "November 2016"])
def test_twelve_months_to_no_day_are_refused(day: str) -> None:
    with pytest.raises(InputError, match="not a day"):
        Window.parse(f"12 months to {day}")


@given(st.dates(date(1950, 1, 1), date(2080, 1, 1)))
def test_a_window_weighs_the_years_either_side_by_days(day: date) -> None:
    assert Window.parse("2013").later == Window.parse("2013").earlier == Period.parse("2013")
    window = Window.parse(f"12 months to {day}")
    assert window.later.last.first_day <= day <= window.later.last.last_day
    days = (window.later.last.last_day - window.later.last.first_day).days + 1
    assert round(window.weight * days) == (day - window.later.last.first_day).days + 1
    assert (window.earlier == window.later) == (window.weight == 1)
    assert window.earlier.quarters in (window.later.quarters, window.later.shift(-1).quarters)
