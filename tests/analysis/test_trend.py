"""How far a rise in records can be better recording: formulas, bounds, properties, refusals.

Published expectations are those of the notes on HMICFRS's audits, section "Trends and bounds"
(AUDITS.md), where they were printed before this module was written.
"""

from itertools import pairwise, product
from math import ceil, floor, log

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from replicate.analysis import trend
from replicate.analysis.trend import Comparison, Setting, Year
from replicate.vocabulary.periods import Period, Quarter, Window
from replicate.vocabulary.uncertainty import RoundingRange, ScenarioRange, WorstCaseBounds

P0, P1 = RoundingRange(0.735, 0.745), RoundingRange(0.8915, 0.9885)
CASE = Comparison(Year(22393, 60077), Year(53202, 202354), P0, P1)
"""The nine contact codes and their group in 2013 and 2024; derivations hold them to the table."""


def outward(found: ScenarioRange | WorstCaseBounds | None, scale: int) -> tuple[int, int]:
    assert found
    return floor(found.lower * scale), ceil(found.upper * scale)


def test_ratios_and_shares_are_those_settled_beforehand() -> None:
    """AUDITS.md: equal rate 1.76 to 1.99, worst case 1.20 to 3.48, share 20 to 35 %."""
    assert outward(CASE.equal_rate().times, 100) == (176, 199)
    assert outward(CASE.worst_case().times, 100) == (120, 348)
    assert outward(CASE.equal_rate().share, 100) == (20, 35)
    assert outward(CASE.monotone().times, 100) == (120, 238)
    assert outward(CASE.worst_case().share, 100) == (-44, 79)
    kinds = [type(found.times) for found in CASE.results().values()]
    assert kinds == [ScenarioRange, ScenarioRange, WorstCaseBounds]


def test_in_offences_the_share_depends_on_which_change_comes_first() -> None:
    """The two orders of one identity: both parts add up to the rise."""
    rise = 53202 - 22393
    recording, reports = CASE.shares_in_offences()
    for p0, p1, first, second in (
        (0.745, 0.8915, recording.lower, reports.lower),
        (0.735, 0.9885, recording.upper, reports.upper),
    ):
        reported0, reported1 = 22393 / p0, 53202 / p1
        assert first == pytest.approx((reported0 * p1 - 22393) / rise)
        assert second == pytest.approx((53202 - reported1 * p0) / rise)
    assert outward(CASE.at_later_rates(), 1) == (26796, 30117)


@pytest.mark.parametrize(("k0", "k1"), list(product((0, 0.5, 1, 2, 5), repeat=2)))
def test_k_is_the_root_of_its_condition(k0: float, k1: float) -> None:
    """The condition solved by Brent's method, at every corner of the two rates."""

    def reports(year: Year, rate: float, k: float) -> float:
        others, left = year.group - year.child, year.group * (1 / rate - 1)

        def gap(q: float) -> float:
            return year.child * k * q / (1 - k * q) + others * q / (1 - q) - left

        q = brentq(gap, 0, (1 - 1e-12) / max(k, 1), xtol=1e-15)
        return year.child / (1 - k * q)

    times = [
        reports(CASE.last, p1, k1) / reports(CASE.first, p0, k0)
        for p0, p1 in product((P0.lower, P0.upper), (P1.lower, P1.upper))
    ]
    found = CASE.k_apart(k0, k1)
    assert (found.times.lower, found.times.upper) == pytest.approx((min(times), max(times)))
    assert found.share
    assert found.share.lower == pytest.approx(1 - log(max(times)) / log(53202 / 22393))


def rates() -> st.SearchStrategy[RoundingRange]:
    ends = st.tuples(st.floats(0.3, 1), st.floats(0.3, 1))
    return ends.map(lambda pair: RoundingRange(min(pair), max(pair)))


def years() -> st.SearchStrategy[Year]:
    counts = st.tuples(st.integers(1, 10**6), st.integers(1, 10**6))
    return counts.map(lambda pair: Year(pair[0], pair[0] + pair[1]))


def comparisons() -> st.SearchStrategy[Comparison]:
    return st.builds(Comparison, years(), years(), rates(), rates())


def within(inner: trend.Change, outer: trend.Change) -> bool:
    slack = 1e-9 * outer.times.upper
    low, high = outer.times.lower - slack, outer.times.upper + slack
    return low <= inner.times.lower <= inner.times.upper <= high


@given(comparisons())
def test_bounds_nest(found: Comparison) -> None:
    equal, worst, monotone = found.equal_rate(), found.worst_case(), found.monotone()
    assert within(equal, worst)
    assert within(monotone, worst)
    if found.p1.lower >= found.p0.upper:
        assert within(equal, monotone)


@given(comparisons(), st.floats(0, 6), st.floats(0, 6))
def test_every_k_lies_within_the_worst_case(found: Comparison, k0: float, k1: float) -> None:
    assert within(found.k_apart(k0, k1), found.worst_case())


@given(comparisons())
def test_one_k_for_all_offences_is_the_equal_rate_and_none_is_what_was_recorded(
    found: Comparison,
) -> None:
    one, equal = found.k_apart(1, 1).times, found.equal_rate().times
    assert (one.lower, one.upper) == pytest.approx((equal.lower, equal.upper))
    none = found.k_apart(0, 0).times
    assert (none.lower, none.upper) == pytest.approx((found.ratio, found.ratio))


@given(years(), st.floats(0.3, 0.999))
def test_a_larger_k_means_more_child_offences_reported(year: Year, rate: float) -> None:
    reports = [year.reported(rate, k) for k in (0, 0.5, 1, 2, 3, 5, 20)]
    assert reports[0] == year.child
    assert all(low <= high * (1 + 1e-12) for low, high in pairwise(reports))
    assert reports[-1] <= year.child + year.group * (1 / rate - 1) * (1 + 1e-9)


@given(comparisons())
def test_a_share_is_given_only_where_records_doubled(found: Comparison) -> None:
    results = [
        *(found.equal_rate(), found.monotone(), found.worst_case()),
        *(found.k_apart(k0, k1) for k0 in trend.APART for k1 in trend.APART),
    ]
    for change in results:
        assert (change.share is None) == (found.ratio < 2)
        if change.share:
            assert found.ratio ** (1 - change.share.upper) == pytest.approx(change.times.lower)
            assert found.ratio ** (1 - change.share.lower) == pytest.approx(change.times.upper)


QUARTERS = [quarter.label for quarter in Period.parse("2012..2025").quarters]


def cells(force: str, code: str, *, start: int = 0) -> pd.DataFrame:
    """Return cells that count up by one a quarter."""
    counts = range(start, start + len(QUARTERS))
    return pd.DataFrame(
        {"force": force, "offence_code": code, "quarter": QUARTERS, "count": counts}
    )


def test_counts_are_the_days_mean_of_two_years_of_territorial_forces() -> None:
    missing = pd.DataFrame(
        {"force": ["Kent"], "offence_code": ["21"], "quarter": ["2013-Q4"], "count": [None]}
    ).astype({"count": "Int64"})
    frame = pd.concat(
        [
            cells("Kent", "71").astype({"count": "Int64"}),
            cells("Essex", "71").astype({"count": "Int64"}),
            cells("British Transport Police", "71").astype({"count": "Int64"}),
            cells("Kent", "86").astype({"count": "Int64"}),
            missing,
        ]
    )
    counts = trend.by_quarter(frame, ["71", "21"])
    october = Window.parse("12 months to 2013-10-31")
    # Quarters 2012-Q4 to 2013-Q3 are 3 to 6, a sum of 18; a quarter later it is 22.
    found = trend.count(counts, ["71"], october)
    assert (found.lower, found.upper) == (36, 44)
    assert found.value == pytest.approx(36 + 8 * 31 / 92)
    assert trend.count(counts, ["71", "21"], october, ["Kent"]).upper == 22


def _setting(codes: str, last: str = "2024") -> Setting:
    group = frozenset({"17A", "20A", "88A", "88C", "19D", "71", "73"})
    return Setting(frozenset(codes.split()), group, trend.FIRST_YEAR, Window.parse(last), P0, P1)


def test_a_single_code_cannot_be_left_out_and_the_last_whole_financial_year_is_taken() -> None:
    found = trend.variants(_setting("71", "2018"), {}, Quarter(2018, 4))
    assert not [case for varied, case in found if varied == "one code left out"]
    assert ("codes", "rape only") not in found
    assert ("last year", "2018") not in found
    assert ("years", "2013/14 and 2017/18") in found
