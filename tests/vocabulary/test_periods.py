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


@given(quarters, quarters, steps)
def test_quarters_are_read_back_ordered_by_time_and_shifted(
    quarter: Quarter, other: Quarter, step: int
) -> None:
    assert Quarter.parse(quarter.label) == quarter
    assert str(quarter) == quarter.label
    assert (quarter < other) == (quarter.ordinal < other.ordinal)
    assert quarter.shift(step).ordinal == quarter.ordinal + step
    assert quarter.shift(4) == Quarter(quarter.year + 1, quarter.number)
    year = Period.year_ending(quarter)
    assert len(year.quarters) == 4
    assert Period.parse(year.label) == year


@pytest.mark.parametrize(
    ("quarter", "label"),
    [(1, "2023-Q2"), (2, "2023-Q3"), (3, "2023-Q4"), (4, "2024-Q1")],
    ids=["April", "July", "October", "January"],
)
def test_financial_quarters_start_in_april(quarter: int, label: str) -> None:
    assert Quarter.from_financial("2023/24", quarter).label == label
    with pytest.raises(InputError, match="not a financial year"):
        Quarter.from_financial("2023-24", quarter)


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


@given(written_periods(), written_periods())
def test_a_range_of_periods_is_read_back_or_refused_as_backwards(one: str, other: str) -> None:
    a, b = Period.parse(one), Period.parse(other)
    text = f"{one}..{other}"
    if a.first <= b.first and a.last <= b.last:
        assert (Period.parse(text).first, Period.parse(text).last) == (a.first, b.last)
    else:
        with pytest.raises(InputError, match="runs backwards"):
            Period.parse(text)


@given(written_periods())
def test_a_period_is_read_back_with_its_quarters(text: str) -> None:
    period = Period.parse(text)
    assert (period.label, Period.parse(period.label)) == (text, period)
    ordinals = [quarter.ordinal for quarter in period.quarters]
    assert ordinals == list(range(period.first.ordinal, period.last.ordinal + 1))


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


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("12 months to 2016-03-31", "YE 2016-03"),
        ("12 months to 2017-12-31", "2017"),
        ("ye2024-03", "YE 2024-03"),
        ("Ye  2024-03", "YE 2024-03"),
    ],
)
def test_a_year_is_the_same_however_it_is_written(text: str, same: str) -> None:
    assert Period.parse(text).quarters == Period.parse(same).quarters
    assert Period.parse(text).label == (text if text.startswith("12") else same)


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
    assert window.earlier.last in (window.later.last, window.later.last.shift(-1))
