"""Figures recomputed from other published figures, against arithmetic that stands in the test."""

import calendar
import math
from datetime import date
from fractions import Fraction
from math import inf

import pytest

from replicate.derivations.kinds.published import (
    Arithmetic,
    Between,
    NoLowerThan,
    PartOfYear,
    Weekday,
    WholeOfYear,
)
from replicate.derivations.verification import Verification
from replicate.ledger import Verdict, claims, compare
from replicate.vocabulary.uncertainty import RoundingRange, SamplingInterval, WorstCaseBounds

Results = dict[str, Verification]

ARITHMETIC = [
    ("H03", 4_228 / 115_489 * 100, Verdict.WITHIN_ROUNDING),  # printed 3.7 %
    ("H02a", 717 / 4_228 * 100, Verdict.WITHIN_ROUNDING),  # 17 %
    ("H02b", 717 / 365, Verdict.WITHIN_ROUNDING),  # 1.96 a day
    ("H05", 1_125 / 4_228 * 100, Verdict.INCONSISTENT),  # 26 %
    ("C29", 4_228 / 115_489 * 100, Verdict.INCONSISTENT),  # 3.5 %
    ("C04", 717, Verdict.WITHIN_ROUNDING),  # around 700
    ("V09a", (122_768 / 115_489 - 1) * 100, Verdict.WITHIN_ROUNDING),  # 6 %
    ("V10a", 51_672 / 122_768 * 100, Verdict.WITHIN_ROUNDING),  # 42 %
    ("S23b", (19_125 / 16_990 - 1) * 100, Verdict.WITHIN_ROUNDING),  # 13 %
    ("S23c", 4_441, Verdict.INCONSISTENT),  # 4,411
    ("S24", 567_000 + 102_000, Verdict.WITHIN_ROUNDING),  # 669,000
    ("L06", 151 + 275, Verdict.EXACT),  # 426
]
"""Claim, what the figures its publishers print give, and what that makes of the figure printed for it."""


@pytest.mark.parametrize(("claim", "value", "verdict"), ARITHMETIC)
def test_published_figures_are_held_against_one_another(
    results: Results, claim: str, value: float, verdict: Verdict
) -> None:
    found = results[claim].comparison
    assert found.computed is not None
    assert found.computed.value == pytest.approx(value, rel=1e-12)
    assert found.verdict is verdict
    assert isinstance(results[claim].derivation, Arithmetic)


def test_parts_that_add_up_are_exact(results: Results) -> None:
    """The decisions that no crime had been committed, by kind, against their total of 3,246."""
    parts = [claims()[name].value for name in ("R05a", "R05b", "R05c")]
    assert sum(part for part in parts if part is not None) == 3_246 == claims()["R05"].value
    assert results["R05"].comparison.verdict is Verdict.EXACT


def test_a_share_cut_off_where_it_should_have_been_rounded_is_inconsistent(
    results: Results,
) -> None:
    assert round(1_125 / 4_228 * 100) == 27
    reason = results["H05"].comparison.reason
    assert reason.startswith(
        "Published figures (offences in the family as a share of group-based offences, 2023: H04 / H01 * 100) give 26.61 %"
    )
    assert reason.endswith("0.608 percentage points above the published 26 %.")


def at_most(count: int, total: int) -> Fraction:
    """Return the chance of at most so many of a total in nine of twelve months, by adding up the binomial's terms as whole numbers."""
    return Fraction(sum(math.comb(total, part) * 3**part for part in range(count + 1)), 4**total)


TAIL = Fraction(1, 40)


def test_nine_months_of_a_year_are_binomial_given_the_year(results: Results) -> None:
    """761 offences in 2024, 572 of them by September."""
    computed = results["H13"].comparison.computed
    assert computed is not None
    assert computed.value == 761 * 9 / 12
    interval = computed.uncertainty
    assert isinstance(interval, SamplingInterval)
    lower, upper = int(interval.lower), int(interval.upper)
    assert at_most(lower - 1, 761) <= TAIL < at_most(lower, 761)
    assert 1 - at_most(upper, 761) <= TAIL < 1 - at_most(upper - 1, 761)
    assert lower <= 572 <= upper
    assert results["H13"].comparison.verdict is Verdict.WITHIN_UNCERTAINTY


def test_a_year_holds_all_totals_that_nine_months_could_belong_to(results: Results) -> None:
    computed = results["H10"].comparison.computed
    assert computed is not None
    assert computed.value == pytest.approx(572 * 12 / 9)
    interval = computed.uncertainty
    assert isinstance(interval, SamplingInterval)
    lower, upper = int(interval.lower), int(interval.upper)
    assert 1 - at_most(571, lower) > TAIL >= 1 - at_most(571, lower - 1)
    assert at_most(572, upper) > TAIL >= at_most(572, upper + 1)
    assert lower <= 761 <= upper


def test_a_total_that_nine_months_do_not_fit_differs() -> None:
    claim = claims()["H10"].model_copy(update={"value": 900})
    assert (
        compare(claim, WholeOfYear(part="H13", months=9).compute(claim)).verdict is Verdict.DIFFERS
    )


def test_a_part_that_a_year_does_not_fit_differs() -> None:
    claim = claims()["H13"]
    assert (
        compare(claim, PartOfYear(whole="H10", months=6).compute(claim)).verdict is Verdict.DIFFERS
    )


def test_what_lies_between_a_part_and_its_whole_is_neither_reproduced_nor_refuted(
    results: Results,
) -> None:
    found = results["H09"].comparison
    assert found.computed is not None
    assert found.computed.uncertainty == WorstCaseBounds(761, 122_768)
    assert found.verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
    ("value", "verdict"),
    [(760, Verdict.INCONSISTENT), (761, Verdict.INCONCLUSIVE), (122_769, Verdict.INCONSISTENT)],
)
def test_what_is_smaller_than_its_part_or_larger_than_its_whole_is_refuted(
    value: int, verdict: Verdict
) -> None:
    claim = claims()["H09"].model_copy(update={"value": value})
    assert compare(claim, Between(part="H10", whole="V09").compute(claim)).verdict is verdict


def test_nothing_is_lower_than_the_lowest_on_record(results: Results) -> None:
    """2,190 to the nearest ten is at least 2,185; 2,160 was printed for the year before."""
    found = results["S14a"].comparison
    assert found.computed is not None
    assert found.computed.uncertainty == WorstCaseBounds(2_185, inf)
    assert found.verdict is Verdict.INCONSISTENT
    claim = claims()["S14a"].model_copy(update={"value": 2_180})
    assert compare(claim, NoLowerThan(other="S21").compute(claim)).verdict is Verdict.INCONCLUSIVE


def test_the_statements_date_was_another_weekday(results: Results) -> None:
    found = results["D02"].comparison
    assert found.computed is not None
    assert calendar.day_name[calendar.weekday(2025, 5, 17)] == "Saturday"
    assert found.computed.value == 6
    assert (found.verdict, claims()["D02"].published) == (Verdict.INCONSISTENT, "2")
    assert found.reason.endswith("Saturday, on another day the published Tuesday.")


def test_a_weekday_that_fits_is_exact() -> None:
    claim = claims()["D02"]
    found = Weekday(date=date(2025, 6, 17)).compute(claim)
    assert found.description == "the weekday of 17 June 2025, by the calendar"
    assert compare(claim, found).verdict is Verdict.EXACT


def test_rounding_is_carried_through_arithmetic(results: Results) -> None:
    """Two figures to the nearest thousand: their sum is known to a thousand either way."""
    computed = results["S24"].comparison.computed
    assert computed is not None
    assert computed.uncertainty == RoundingRange(668_000, 670_000)


def test_a_figure_that_was_not_seen_can_not_be_computed_with() -> None:
    with pytest.raises(ValueError, match="claim C03 has no published value"):
        Between(part="C03", whole="V09").compute(claims()["H09"])


@pytest.mark.parametrize(
    "derivation",
    [Arithmetic(identity="H03_share"), Between(part="H10", whole="V09"), NoLowerThan(other="S21")],
)
def test_published_figures_need_no_table_and_say_so(
    derivation: Arithmetic | Between | NoLowerThan,
) -> None:
    assert derivation.tables() == ()
    assert derivation.compute(claims()["H09"]).published
