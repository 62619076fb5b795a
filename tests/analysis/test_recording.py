from datetime import date, timedelta
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate.analysis.recording import alternative_windows, audit_window, over, unrecorded
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.uncertainty import RoundingRange, SamplingInterval

PRINTED = RoundingRange(0.8945, 0.8955)
PUBLISHED = SamplingInterval(0.8786, 0.9114, 0.95, "the published half-width")


def test_a_rate_of_nine_in_ten_leaves_one_for_every_nine() -> None:
    assert unrecorded(90_000, 0.9).number == pytest.approx(10_000)
    assert (unrecorded(90_000, 0.9).rounding, unrecorded(90_000, 0.9).sampling) == (None, None)


def test_each_kind_of_uncertainty_is_carried_by_itself() -> None:
    """By hand, of 100,000: 10.45 / 89.55, 10.55 / 89.45, 8.86 / 91.14 and 12.14 / 87.86."""
    found = unrecorded(100_000, 0.895, rounding=PRINTED, sampling=PUBLISHED)
    assert found.rounding is not None
    assert found.sampling is not None
    assert (found.rounding.lower, found.rounding.upper) == pytest.approx(
        (11_669.46, 11_794.30), abs=0.01
    )
    assert (found.sampling.lower, found.sampling.upper) == pytest.approx(
        (9_721.31, 13_817.44), abs=0.01
    )
    assert (found.sampling.level, found.sampling.method) == (0.95, "the published half-width")


@given(st.floats(0.05, 1.0), st.integers(0, 10**7), st.floats(0, 0.04))
def test_what_was_reported_is_recorded_at_the_rate(rate: float, recorded: int, half: float) -> None:
    found = unrecorded(recorded, rate, rounding=RoundingRange(rate - half, rate + half))
    assert (recorded + found.number) * rate == pytest.approx(recorded)
    assert found.rounding is not None
    assert found.rounding.lower - 1e-6 <= found.number <= found.rounding.upper + 1e-6


def test_a_half_width_beyond_what_a_rate_can_be_stops_there() -> None:
    found = unrecorded(1000, 0.5, sampling=SamplingInterval(-0.1, 1.1, 0.95, "a very small sample"))
    assert found.sampling is not None
    assert (found.sampling.lower, found.sampling.upper) == (0, inf)


@pytest.mark.parametrize(
    ("recorded", "rate", "rounding"),
    [(-1, 0.9, None), (100, 0.0, None), (100, 89.5, None), (100, 0.9, RoundingRange(0.91, 0.92))],
)
def test_what_is_no_rate_of_recording_is_refused(
    recorded: int, rate: float, rounding: RoundingRange | None
) -> None:
    with pytest.raises(InputError):
        unrecorded(recorded, rate, rounding=rounding)


@pytest.mark.parametrize(
    ("recorded", "difference"), [(8999, -1 / 9), (9000, 0), (9450, 0), (9900, 0), (9909, 1)]
)
def test_over_a_thousand_is_a_floor_with_a_ceiling(recorded: int, difference: float) -> None:
    test = over(unrecorded(recorded, 0.9), 1000, 100)
    assert (test.floor, test.ceiling) == (1000, 1100)
    assert test.difference == pytest.approx(difference)
    assert (test.by_rounding, test.half_width) == (None, None)


@pytest.mark.parametrize(
    ("floor", "by_rounding"), [(11_500, False), (11_600, True), (11_700, True), (11_800, False)]
)
def test_the_rounding_of_the_rate_can_reach_what_the_number_does_not(
    floor: float, by_rounding: bool
) -> None:
    """Of 100,000 the rate leaves 11,732, its rounding 11,669 to 11,794."""
    assert over(unrecorded(100_000, 0.895, rounding=PRINTED), floor, 100).by_rounding is by_rounding


def test_the_half_width_is_a_part_of_the_number() -> None:
    """By hand: (13,817.44 - 9,721.31) / 2 / 11,731.84 is 0.17457; a part of nothing is infinite."""
    test = over(unrecorded(100_000, 0.895, sampling=PUBLISHED), 11_700, 100)
    assert test.half_width == pytest.approx(0.17457, abs=1e-5)
    all_recorded = unrecorded(1000, 1.0, sampling=SamplingInterval(0.9, 1.0, 0.95, "wald"))
    assert over(all_recorded, 100, 100).half_width == inf


def test_a_step_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="step"):
        over(unrecorded(1000, 0.9), 100, 0)


@pytest.mark.parametrize(
    ("audit_to", "label"),
    [
        (date(2017, 3, 31), "YE 2017-03"),
        (date(2017, 3, 30), "YE 2016-12"),
        (date(2017, 1, 31), "YE 2016-12"),
        (date(2017, 11, 30), "YE 2017-09"),
        (date(2017, 12, 6), "YE 2017-09"),
        (date(2017, 12, 31), "YE 2017-12"),
        (date(2018, 1, 1), "YE 2017-12"),
    ],
)
def test_the_year_ends_with_the_last_whole_quarter(audit_to: date, label: str) -> None:
    assert audit_window(audit_to).label == label


@given(st.dates(date(2000, 1, 1), date(2030, 12, 31)))
def test_the_window_has_passed_and_the_next_quarter_has_not(audit_to: date) -> None:
    last = audit_window(audit_to).last
    ended = date(last.year + (last.number == 4), last.number % 4 * 3 + 1, 1) - timedelta(days=1)
    assert ended <= audit_to < ended + timedelta(days=93)
    assert all(
        len(period.quarters) == 4
        for period in [audit_window(audit_to), *alternative_windows(audit_to).values()]
    )


def test_alternatives_in_january_start_from_the_financial_year_that_runs() -> None:
    windows = alternative_windows(date(2019, 1, 31))
    assert windows["the financial year the audit ended in"].label == "2018/19"
    assert windows["the financial year before"].label == "2017/18"
    assert windows["one quarter later"].label == "YE 2019-03"
