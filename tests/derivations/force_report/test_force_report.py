from collections.abc import Callable
from math import exp, sqrt

import pytest

from replicate.derivations import force_report, offence_counts
from replicate.sources import tables
from replicate.vocabulary.definitions import definitions
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.forces import CITY_OF_LONDON, TERRITORIAL
from replicate.vocabulary.parameters import ForceReport, OffenceCounts
from replicate.vocabulary.uncertainty import SamplingInterval

Counter = Callable[..., int]
QUARTERS = [f"2024-Q{number}" for number in range(1, 5)]
NORMAL_975 = 1.959963984540054
"""The normal distribution's point for a 95 % interval."""


def test_offences_of_a_force_are_those_of_the_file(arrow: Counter) -> None:
    kent = ForceReport(force="Kent")
    rows = force_report.by_offence(kent)
    codes = definitions()[kent.definition].codes
    assert list(rows.columns) == ["code", "description", "kind", "count", "missing_cells"]
    assert set(rows["code"]) <= set(codes)
    assert int(rows["count"].sum()) == arrow("2026-04", codes, QUARTERS, forces=["Kent"])


def test_a_series_holds_whole_calendar_years_of_one_force(arrow: Counter) -> None:
    rows = force_report.series(ForceReport(force="Durham", vintage="2023-10", period="2022"))
    assert set(rows["year"]) == set(range(2013, 2023))
    assert rows["complete"].all()
    images = rows[(rows["year"] == 2022) & (rows["kind"] == "images")]["count"].item()
    assert images == arrow(
        "2023-10", ["86"], [f"2022-Q{number}" for number in range(1, 5)], forces=["Durham"]
    )


def test_a_period_that_the_release_does_not_cover_is_refused(oldest: str, newest: str) -> None:
    with pytest.raises(InputError, match="doesn't wholly cover"):
        force_report.recorded_table(ForceReport(vintage=oldest))
    named = force_report.recorded_table(ForceReport(vintage="latest"))
    assert named == f"recorded_crime_{newest}"


def test_a_rate_has_the_interval_and_ranks_of_notebook_01() -> None:
    found = force_report.standing(ForceReport(force="Kent"))
    everywhere = offence_counts.areas(OffenceCounts())
    row = everywhere.rates.set_index("force").loc["Kent"]
    assert found.rate == pytest.approx(1000 * found.count / found.children)
    assert found.rate is not None
    factor = exp(NORMAL_975 * sqrt(found.dispersion / found.count))
    assert isinstance(found.interval, SamplingInterval)
    assert (found.interval.lower, found.interval.upper) == pytest.approx(
        (found.rate / factor, found.rate * factor)
    )
    assert found.ranks == (row["rank_lower"], row["rank_upper"])
    assert (found.ranked, found.years, found.why_none) == (42, (2013, 2024), "")


def test_all_areas_together_stand_beside_the_force(arrow: Counter) -> None:
    table = force_report.standing(ForceReport(force="Kent")).table
    codes = definitions()[ForceReport().definition].codes
    whole = table.set_index("force").loc["All 43 areas"]
    assert whole["count"] == arrow("2026-04", codes, QUARTERS, forces=TERRITORIAL)
    children = tables.children().query("year == 2024 and age_to == 17")["children"].sum()
    assert whole["rate"] == pytest.approx(1000 * whole["count"] / children)
    assert (
        table.set_index("force")
        .loc["All 43 areas", ["lower", "upper", "rank_lower", "rank_upper"]]
        .isna()
        .all()
    )


@pytest.mark.parametrize(
    ("parameters", "why"),
    [
        (ForceReport(force=CITY_OF_LONDON), "hardly any children live"),
        (ForceReport(force="Dyfed-Powys", definition="child_exploitation"), "too few offences"),
    ],
)
def test_a_count_without_a_rate_has_no_rank_and_says_why(parameters: ForceReport, why: str) -> None:
    found = force_report.standing(parameters)
    assert (found.rate, found.interval, found.ranks) == (None, None, None)
    assert why in found.why_none
    assert found.table["rate"].isna().tolist() == [True, False]
    assert found.table["why"].iloc[0] == found.why_none


def test_an_inspected_force_has_its_rate_its_number_and_its_verdict() -> None:
    wiltshire = ForceReport(force="Wiltshire")
    rows = force_report.recording(wiltshire).set_index("claim")
    assert force_report.inspected(wiltshire)
    assert list(rows.index) == ["F01", "F01a", "R01", "R07"]
    assert (
        rows.loc["F01", "published"] == "90.9 % (89.28 to 92.52)"
    )  # tests/cases/cdi_force_audits: 90.9 +/- 1.62
    assert rows.loc["F01", "computed"] == "not computed"
    assert rows.loc["F01a", "published"] == "over 4,100 offences"
    assert rows.loc["F01a", "verdict"] == "inconclusive"
    assert rows["reason"].str.len().gt(0).all()


def test_a_force_that_was_not_inspected_has_what_was_said_of_all() -> None:
    city = ForceReport(force="London, City of")
    assert not force_report.inspected(city)
    assert force_report.recording(city)["place"].tolist() == ["England and Wales"] * 2
    forces = {claim.geography for claim in force_report.inspections()}
    assert forces <= set(TERRITORIAL)
    assert len(forces) == 39  # AUDITS.md: 39 forces have a first audit


def test_assessments_are_added_up_where_authorities_are_those_of_the_area() -> None:
    found = force_report.assessed(ForceReport(force="Merseyside"))
    assert found.authorities == ("Knowsley", "Liverpool", "Sefton", "St. Helens", "Wirral")
    factors = tables.assessment_factors().query(
        "year == 2024 and factor == 'Child_sexual_exploitation'"
    )
    boroughs = factors[
        factors["area"].isin(["Knowsley", "Liverpool", "Sefton", "St. Helens", "Wirral"])
    ]
    row = found.years.set_index("year").loc[2024]
    assert row["episodes"] == boroughs["episodes"].sum()
    assert (row["lower"], row["upper"], row["state"]) == (row["episodes"], row["episodes"], "value")


def test_a_suppressed_number_leaves_bounds_and_a_year_without_a_number_is_left_out() -> None:
    years = force_report.assessed(ForceReport(force="Metropolitan Police")).years.set_index("year")
    assert 2021 not in years.index  # Hackney published none
    assert years.loc[2024, "state"] == "suppressed"
    assert years["episodes"].isna()[2024]
    assert (years["upper"] - years["lower"])[2024] == 4  # one number of 1 to 5


@pytest.mark.parametrize(
    ("force", "why"), [("Gwent", "England alone"), ("Kent", "county councils")]
)
def test_elsewhere_the_reason_is_given(force: str, why: str) -> None:
    found = force_report.assessed(ForceReport(force=force))
    assert found.years.empty
    assert list(found.years.columns) == ["year", "episodes", "lower", "upper", "state"]
    assert why in found.reason
