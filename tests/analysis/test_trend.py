"""How far a rise in records can be better recording: formulas, bounds, properties, refusals.

Published expectations are those of the notes on HMICFRS's audits, section "Trends and bounds"
(AUDITS.md), where they were printed before this module was written.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import pairwise, product
from math import ceil, floor, isnan, log
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from replicate.analysis import trend
from replicate.analysis.trend import Comparison, Setting, Year
from replicate.vocabulary.definitions import custom_definition, find_definition
from replicate.vocabulary.errors import InputError
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
    assert (CASE.worst_case().share or P0).lower < 0 < (CASE.worst_case().share or P0).upper


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


def test_kinds_of_range_are_kept() -> None:
    assert isinstance(CASE.worst_case().times, WorstCaseBounds)
    assert isinstance(CASE.worst_case().share, WorstCaseBounds)
    for found in (CASE.equal_rate(), CASE.monotone(), CASE.k_apart(1, 2)):
        assert isinstance(found.times, ScenarioRange)
        assert found.times.assumptions


@pytest.mark.parametrize(
    ("day", "earlier", "later", "weight"),
    [
        (date(2013, 10, 31), "YE 2013-09", "YE 2013-12", 31 / 92),
        (date(2017, 2, 28), "YE 2016-12", "YE 2017-03", 59 / 90),
        (date(2016, 2, 29), "YE 2015-12", "YE 2016-03", 60 / 91),
        (date(2018, 5, 31), "YE 2018-03", "YE 2018-06", 61 / 91),
        (date(2016, 3, 31), "YE 2016-03", "YE 2016-03", 1),
        (date(2019, 12, 31), "YE 2019-12", "YE 2019-12", 1),
    ],
)
def test_twelve_months_are_weighted_by_days(
    day: date, earlier: str, later: str, weight: float
) -> None:
    found = Window.parse(f"12 months to {day}")
    assert (found.earlier.label, found.later.label) == (earlier, later)
    assert found.weight == pytest.approx(weight)


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


FALLING = Comparison(Year(100, 200), Year(50, 300), P0, P1)


def test_a_fall_has_ratios_and_no_share() -> None:
    assert FALLING.equal_rate().share is None
    assert FALLING.equal_rate().times.upper == pytest.approx(0.5 * 0.745 / 0.8915)


def _setting(codes: str, last: str = "2024") -> Setting:
    group = frozenset({"17A", "20A", "88A", "88C", "19D", "71", "73"})
    return Setting(frozenset(codes.split()), group, trend.FIRST_YEAR, Window.parse(last), P0, P1)


def test_what_is_varied_is_listed_without_what_changes_nothing() -> None:
    found = trend.variants(_setting("19D 71 88A"), {"pooled": P0}, Quarter(2025, 4))
    cases = {varied: {case for name, case in found if name == varied} for varied, _ in found}
    assert cases == {
        "first year's rate": {"± 3 points of sampling error", "± 5 points of sampling error"},
        "last year's rate": {"0.94 to 0.98", "pooled"},
        "first year": {"12 months to 2013-10-31", "YE 2013-09"},
        "last year": {"2017", "2018"},
        "years": {"2013/14 and 2024/25"},
        "one code left out": {"19D", "71", "88A"},
        "codes": {"rape only", "with 17A and 20A", "without 88C"},
        "forces": {"without Greater Manchester", "without Metropolitan Police"},
    }


def test_a_single_code_cannot_be_left_out_and_the_last_whole_financial_year_is_taken() -> None:
    found = trend.variants(_setting("71", "2018"), {}, Quarter(2018, 4))
    assert not [case for varied, case in found if varied == "one code left out"]
    assert ("codes", "rape only") not in found
    assert ("last year", "2018") not in found
    assert ("years", "2013/14 and 2017/18") in found


def test_a_row_of_the_robustness_table_is_the_result_of_its_setting() -> None:
    frame = pd.concat(
        [
            cells(force, code, start=start)
            for force, start in (("Kent", 1), ("Metropolitan Police", 50))
            for code in ("19D", "71", "88A", "88C", "17A", "20A", "73")
        ]
    )
    base = _setting("19D 71 88A", "2025")
    counts = trend.by_quarter(frame, base.group)
    records: list[Any] = trend.robustness(counts, base, {}).to_dict("records")
    row = next(each for each in records if each["case"] == "without Metropolitan Police")
    first, last = sum(range(5, 9)), sum(range(53, 57))
    assert row["ratio"] == pytest.approx(last / first)
    assert row["upper"] == pytest.approx(last / first * 0.745 / 0.8915)
    assert row["share_lower"] == pytest.approx(1 - log(row["upper"]) / log(last / first))
    left = 7 * first * (1 / 0.735 - 1)
    assert row["worst_lower"] == pytest.approx(3 * last / (3 * first + left))
    assert all(isnan(each["share_lower"]) == (each["ratio"] < 2) for each in records)


def test_a_force_s_bounds() -> None:
    """By hand: of 270 recorded at 90 %, 30 went unrecorded; a third of the records is 90."""
    found = trend.force_bounds(Year(90, 270), RoundingRange(0.9, 0.9))
    assert (found.equal_rate.lower, found.equal_rate.upper) == pytest.approx((10, 10))
    assert (found.worst_case.lower, found.worst_case.upper) == pytest.approx((0, 30))
    assert found.least_rate == pytest.approx(0.75)


@given(years(), rates())
def test_a_force_s_equal_rate_lies_within_its_worst_case(year: Year, rate: RoundingRange) -> None:
    found = trend.force_bounds(year, rate)
    assert found.equal_rate.upper <= found.worst_case.upper * (1 + 1e-9)
    assert found.least_rate <= rate.lower * (1 + 1e-9)


def _mix(child: tuple[int, int], adult: tuple[int, int]) -> trend.Mix:
    """Count rape and other offences, of children and of adults, in the last quarter of 2013."""
    codes = {"19D": child[0], "71": child[1], "19C": adult[0], "88C": adult[1]}
    rows = [("Kent", code, "2013-Q4", count) for code, count in codes.items()]
    rows += [("Kent", "71", f"2013-Q{number}", 0) for number in (1, 2, 3)]
    frame = pd.DataFrame(rows, columns=["force", "offence_code", "quarter", "count"])
    setting = Setting(
        frozenset({"19D", "71"}),
        frozenset(codes),
        trend.FIRST_YEAR,
        trend.FIRST_YEAR,
        RoundingRange(0.74, 0.74),
        P1,
    )
    return trend.implied_by_mix(trend.by_quarter(frame, codes), setting, 0.1)


def test_the_mix_implies_the_group_s_rate_where_it_is_the_group_s_mix() -> None:
    found = _mix((30, 70), (270, 630))
    assert (found.child.lower, found.child.upper) == pytest.approx((0.26, 0.26))


def test_more_rape_among_child_offences_means_fewer_left_unrecorded() -> None:
    """By hand: 270 of 300 rapes recorded, 470 of 700 others; the child offences are half rape."""
    found = _mix((45, 45), (225, 425))
    assert found.rest.upper == pytest.approx(230 / 700)
    assert found.child.upper == pytest.approx(1 - 90 / (45 / 0.9 + 45 / (470 / 700)))


REFUSED: list[tuple[Callable[[], None], str, str]] = [
    (
        lambda: trend.refuse_years("2014", "2024", Quarter(2025, 4)),
        "--from",
        "12 months to 2013-10-31",
    ),
    (lambda: trend.refuse_years("2013", "2015", Quarter(2025, 4)), "--to", "from 2016 to 2025"),
    (lambda: trend.refuse_years("2013", "2026", Quarter(2025, 4)), "--to", "from 2016 to 2025"),
    (lambda: trend.refuse_years("2013", "2023/24", Quarter(2025, 4)), "--to", "from 2016 to 2025"),
    (lambda: trend.refuse_years("2013", "2025", Quarter(2025, 3)), "--to", "from 2016 to 2024"),
    (
        lambda: trend.refuse_codes(find_definition("images_and_grooming"), ["88A", "71"]),
        "--definition",
        "images_and_grooming, with 86",
    ),
    (
        lambda: trend.refuse_codes(custom_definition(("71", "88A")), ["88A", "71"]),
        "--definition",
        "every code of the group",
    ),
]


@pytest.mark.parametrize(("refuse", "where", "said"), REFUSED)
def test_what_no_rate_stands_for_is_refused(
    refuse: Callable[[], None], where: str, said: str
) -> None:
    with pytest.raises(InputError, match=said) as caught:
        refuse()
    assert caught.value.where == where
    assert caught.value.hint


def test_what_a_rate_stands_for_is_not_refused() -> None:
    for first in ("2013", "12 months to 2013-10-31"):
        for last in ("2016", "2025"):
            trend.refuse_years(first, last, Quarter(2025, 4))
    trend.refuse_codes(find_definition("child_exploitation"), ["71", "88A"])


def test_scenarios_span_the_forces_rates() -> None:
    found = trend.spanned([RoundingRange(0.9, 0.95), RoundingRange(0.85, 0.86)])
    assert (found.lower, found.upper) == (0.85, 0.95)


def test_the_setting_loses_the_forces_left_out() -> None:
    base = replace(_setting("71"), forces=("Kent", "Essex"))
    assert base.without("Kent").forces == ("Essex",)


def test_the_nation_and_a_pooled_rate_by_hand() -> None:
    """Kent and Essex record 18 + 22 of the group in the first year, 226 each in the last."""
    frame = pd.concat([cells("Kent", "71"), cells("Essex", "88A", start=1)])
    base = Setting(
        frozenset({"71"}), frozenset({"71", "88A"}), trend.FIRST_YEAR, Window.parse("2024"), P0, P1
    )
    counts = trend.by_quarter(frame, base.group)
    first, last, newest = (
        2 * sum(QUARTERS.index(f"{year}-Q{n}") for n in (1, 2, 3, 4)) + 4
        for year in (2013, 2024, 2025)
    )
    found = trend.nation(counts, base)
    assert {year: recorded for year, (recorded, _) in found.items()} == {
        "2013": first,
        "2024": last,
        "2025": newest,
    }
    ends = {year: (reported.lower, reported.upper) for year, (_, reported) in found.items()}
    assert ends["2013"] == pytest.approx((first / 0.745, first / 0.735))
    assert ends["2025"] == pytest.approx((newest / 0.9885, newest / 0.8915))
    kent, essex = last / 2 - 2, last / 2 + 2
    rates = {"Kent": RoundingRange(0.9, 0.92), "Essex": RoundingRange(0.8, 0.8)}
    pooled = trend.pooled_rate(counts, base, rates)
    assert pooled.lower == pytest.approx(last / (kent / 0.9 + essex / 0.8))
    assert pooled.upper == pytest.approx(last / (kent / 0.92 + essex / 0.8))
