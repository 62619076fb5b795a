"""Figures recomputed from other published ones, from one table, or by the calendar."""

import math
from datetime import date
from fractions import Fraction
from math import inf
from pathlib import Path

import pandas as pd
import pytest
import yaml
from pydantic import ValidationError

from replicate.derivations.kinds import registry
from replicate.derivations.kinds.published import (
    AssessmentChange,
    Assessments,
    Between,
    CensusShare,
    PartOfYear,
    Weekday,
)
from replicate.derivations.kinds.registry import KINDS, derivations
from replicate.derivations.verification import Verification, verify_by
from replicate.ledger import Computed, Verdict, claims
from replicate.ledger.arithmetic import identities
from replicate.ledger.terms import Availability, Basis
from replicate.sources import tables
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.uncertainty import RoundingRange, SamplingInterval, WorstCaseBounds

Results = dict[str, Verification]
WRITTEN = yaml.safe_load(
    Path(registry.__file__).with_name("derivations.yaml").read_text(encoding="utf-8")
)


def computed_for(results: Results, claim: str) -> Computed:
    found = results[claim].computed
    assert found is not None
    return found


# Which claim is recomputed how.


def test_every_claim_whose_evidence_is_held_and_no_statement_in_words_has_a_derivation() -> None:
    held = {one.figure_id for one in claims().values() if one.availability is Availability.HELD}
    assert held <= set(derivations()) <= set(claims())
    recomputed = [claims()[name] for name in derivations()]
    assert not any(claim.shows or claim.basis is Basis.TEXT for claim in recomputed)
    assert {one.kind for one in derivations().values()} == set(KINDS)


def test_arithmetic_comes_from_the_identities_and_what_is_written_goes_before_it() -> None:
    comparable = {one.equals for one in identities().values() if one.equals and one.comparable}
    arithmetic = {name for name, one in derivations().items() if one.kind == "arithmetic"}
    assert arithmetic == comparable - set(WRITTEN)
    assert {"C06a", "C12a"} <= comparable & set(WRITTEN)
    with pytest.raises(ValidationError):
        KINDS["recorded_total"].model_validate({"period": "2024"})


# Other published figures.

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
    ("R05", 3_246, Verdict.EXACT),  # decisions that no crime had been committed, by kind
]
"""Claim, what the figures its publishers print give, and what that makes of the one printed."""


@pytest.mark.parametrize(("claim", "value", "verdict"), ARITHMETIC)
def test_published_figures_are_held_against_one_another(
    results: Results, claim: str, value: float, verdict: Verdict
) -> None:
    assert computed_for(results, claim).value == pytest.approx(value, rel=1e-12)
    assert results[claim].verdict is verdict


def at_most(count: int, total: int) -> Fraction:
    """Return the chance of at most so many of a total in nine months, by whole numbers alone."""
    return Fraction(sum(math.comb(total, part) * 3**part for part in range(count + 1)), 4**total)


TAIL = Fraction(1, 40)


def test_nine_months_of_a_year_are_binomial_given_the_year(results: Results) -> None:
    """761 offences in 2024, 572 of them by September."""
    found = computed_for(results, "H13")
    assert found.value == 761 * 9 / 12
    assert isinstance(found.uncertainty, SamplingInterval)
    lower, upper = int(found.uncertainty.lower), int(found.uncertainty.upper)
    assert at_most(lower - 1, 761) <= TAIL < at_most(lower, 761)
    assert 1 - at_most(upper, 761) <= TAIL < 1 - at_most(upper - 1, 761)
    assert results["H13"].verdict is Verdict.WITHIN_UNCERTAINTY
    assert verify_by(PartOfYear(whole="H10", months=6), claims()["H13"]).verdict == "differs"


def test_a_year_holds_all_totals_that_nine_months_could_belong_to(results: Results) -> None:
    found = computed_for(results, "H10")
    assert found.value == pytest.approx(572 * 12 / 9)
    assert isinstance(found.uncertainty, SamplingInterval)
    lower, upper = int(found.uncertainty.lower), int(found.uncertainty.upper)
    assert 1 - at_most(571, lower) > TAIL >= 1 - at_most(571, lower - 1)
    assert at_most(572, upper) > TAIL >= at_most(572, upper + 1)
    assert lower <= 761 <= upper


def test_what_a_part_and_its_whole_leave_open_can_refute_and_never_reproduce() -> None:
    derivation = Between(least="H10", most="V09", why="its part and its whole")
    ends = WorstCaseBounds(761, 122_768)
    assert derivation.compute(claims()["H09"]).uncertainty == ends
    for value in (760, 761, 122_768, 122_769):
        claim = claims()["H09"].model_copy(update={"value": value})
        verdict = "inconclusive" if value in ends else "inconsistent"
        assert derivation.kind == "between"
        assert verify_by(derivation, claim).verdict == verdict
    with pytest.raises(ValueError, match="no figure was seen for claim C03"):
        Between(least="C03", why="unseen").compute(claims()["H09"])


def test_nothing_is_lower_than_the_lowest_on_record(results: Results) -> None:
    """2,190 to the nearest ten is at least 2,185; 2,160 was printed for the year before."""
    assert computed_for(results, "S14a").uncertainty == WorstCaseBounds(2_185, inf)
    assert results["S14a"].verdict is Verdict.INCONSISTENT
    assert results["S14a"].others == ("S21",)


def test_the_statements_date_was_another_weekday(results: Results) -> None:
    """17 May 2025 was a Saturday, 17 June a Tuesday, which was printed."""
    assert computed_for(results, "D02").value == 6
    assert (results["D02"].verdict, results["D02"].others) == (Verdict.INCONSISTENT, ())
    assert verify_by(Weekday(date=date(2025, 6, 17)), claims()["D02"]).verdict is Verdict.EXACT


# The census of 2021.

COUNTY = [
    "Bolton",
    "Bury",
    "Manchester",
    "Oldham",
    "Rochdale",
    "Salford",
    "Stockport",
    "Tameside",
    "Trafford",
    "Wigan",
]
"""The metropolitan districts of Greater Manchester (Local Government Act 1972, schedule 1)."""
CITY = ["Manchester"]
PAKISTANI = "Asian, Asian British or Asian Welsh: Pakistani"
CENSUS = [
    ("C12a", COUNTY, "White", "percent", Verdict.DIFFERS),
    ("C12b", COUNTY, "Asian", "percent", Verdict.DIFFERS),
    ("C14a", ["Rotherham"], PAKISTANI, "percent", Verdict.INCONCLUSIVE),
    ("X01a", COUNTY, "White", "residents", Verdict.WITHIN_ROUNDING),
    ("X01c", COUNTY, "Black", "residents", Verdict.DIFFERS),
    ("X01f", COUNTY, "Asian", "percent", Verdict.WITHIN_ROUNDING),
    ("X02b", CITY, "Asian", "residents", Verdict.WITHIN_ROUNDING),
    ("X02c", CITY, "", "residents", Verdict.WITHIN_ROUNDING),
    ("X02d", CITY, "White", "percent", Verdict.WITHIN_ROUNDING),
]


@pytest.fixture(scope="module")
def census(source_data: Path) -> pd.DataFrame:
    frame = pd.read_csv(source_data / "census" / "TS021-2021-2.csv")
    return frame.set_axis(["code", "area", "group_code", "group", "residents"], axis=1)


@pytest.mark.parametrize(("claim", "areas", "group", "measure", "verdict"), CENSUS)
def test_residents_are_those_of_the_publishers_file(
    results: Results,
    census: pd.DataFrame,
    claim: str,
    areas: list[str],
    group: str,
    measure: str,
    verdict: Verdict,
) -> None:
    rows = census[census["area"].isin(areas)]
    residents = int(rows.loc[rows["group"].str.startswith(group), "residents"].sum())
    expected = residents if measure == "residents" else 100 * residents / rows["residents"].sum()
    assert computed_for(results, claim).value == pytest.approx(expected, rel=1e-12)
    assert results[claim].verdict is verdict


def test_the_verdict_on_the_countys_shares_says_what_the_citys_is(results: Results) -> None:
    """57 % White and 21 % Asian are printed for Greater Manchester."""
    for claim, printed in (("C12a", 57), ("C12b", 21)):
        context = computed_for(results, claim).context
        assert round(float(context.split()[-2])) == printed
        assert context in results[claim].comparison.reason


def test_each_cell_added_up_leaves_one_resident_open_and_a_share_nothing(results: Results) -> None:
    """The publisher has five categories of White; those of ten districts are fifty cells."""
    widths = {}
    for claim in ("X01a", "X01e", "X02c"):
        found = computed_for(results, claim).uncertainty
        assert isinstance(found, RoundingRange)
        widths[claim] = found.width
    assert (widths["X01a"], widths["X01e"]) == (2 * 50, 0)
    assert 0 < widths["X02c"] <= 2 * 20
    with pytest.raises(InputError, match="did you mean 'Manchester'"):
        CensusShare(areas=("Manchster",)).compute(claims()["X01e"])


# Assessments by children's social care.

FACTORS = ("Sexual_Abuse_unknown", "Sexual_Abuse_child_on_child", "Sexual_Abuse_adult_on_child")


@pytest.fixture(scope="module")
def england(source_data: Path) -> pd.DataFrame:
    file = "c3_factors_identified_at_end_of_assessment_2018_to_2025.csv"
    frame = pd.read_csv(source_data / "dfe" / file, low_memory=False)
    return frame[frame["geographic_level"] == "National"].set_index("time_period")


def test_assessments_are_the_sum_of_the_publishers_factors(
    results: Results, england: pd.DataFrame
) -> None:
    cells = [str(england.loc[2022, name]) for name in FACTORS]
    total = sum(int(cell) for cell in cells if cell.isdecimal())
    found = computed_for(results, "S16")
    assert found.value == total == 33_990
    assert found.uncertainty == RoundingRange(total - 15, total + 15)
    assert results["S16"].verdict is Verdict.WITHIN_ROUNDING
    one = Assessments(year=2022, factors=FACTORS[:1])
    assert verify_by(one, claims()["S16"]).verdict is Verdict.DIFFERS


def test_a_fall_in_episodes_is_context_and_no_value(
    results: Results, england: pd.DataFrame
) -> None:
    first, last = (
        int(str(england.loc[year, "Child_sexual_exploitation"])) for year in (2018, 2025)
    )
    found = results["C22"]
    assert (found.verdict, found.ours) == (Verdict.NOT_HELD, "not computed")
    assert f"changed by {100 * (last / first - 1):+.1f} %" in computed_for(results, "C22").context


def test_a_change_that_rounding_leaves_open_is_given_by_its_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """10 and 20, each to the nearest ten: from 15/15 to 25/5."""
    cells = {"level": "National", "area": "England", "factor": "Gangs", "state": "value"}
    frame = pd.DataFrame(cells | {"year": [2018, 2019], "episodes": [10, 20]})
    monkeypatch.setattr(tables, "load", lambda _: frame)
    found = AssessmentChange(factor="Gangs", start=2018, end=2019).compute(claims()["C22"])
    assert "changed by +0.0 % to +400.0 %, 2018 to 2019" in found.context
