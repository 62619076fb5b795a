"""Figures recomputed from one table, against the publishers' own files, or Arrow alone in the shipped ones."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from replicate.derivations import audits
from replicate.derivations.audits import AllCrime, Unrecorded
from replicate.derivations.registry import derivations
from replicate.derivations.tabled import AssessmentChange, Assessments, CensusShare
from replicate.derivations.verification import Verification
from replicate.ledger import Computed, Verdict, claims, compare, find_claim
from replicate.sources import home, tables
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.forces import BTP, TERRITORIAL
from replicate.vocabulary.uncertainty import RoundingRange

Counter = Callable[..., int]
Results = dict[str, Verification]

COUNTY = ("Bolton", "Bury", "Manchester", "Oldham", "Rochdale", "Salford", "Stockport", "Tameside", "Trafford", "Wigan")
"""The ten metropolitan districts of Greater Manchester (Local Government Act 1972, schedule 1)."""


def computed_for(results: Results, claim: str) -> Computed:
    found = results[claim].comparison.computed
    assert found is not None
    return found


# All recorded crime.


def all_crime(raw: pd.DataFrame, *quarters: tuple[str, int], force: str | None = None) -> float:
    """Add up the publisher's file: all but fraud, in the 43 territorial forces or one of them."""
    rows = raw[(raw["Group"] != "Fraud offences") & raw["territorial"]]
    rows = rows if force is None else rows[rows["Force"] == force]
    return float(sum(rows.loc[(rows["year"] == year) & (rows["quarter"] == quarter), "n"].sum() for year, quarter in quarters))


def test_the_total_of_recorded_crime_is_that_of_the_publishers_table_of_outcomes(results: Results, source_data: Path) -> None:
    """The Home Office's outcomes of 2024/25 are of the same offences, in another table: all forces, no fraud."""
    outcomes = pd.read_parquet(source_data / "outcomes" / "outcomes_2024_25.parquet")
    assert computed_for(results, "R08b").value == outcomes["n"].sum()
    assert results["R08b"].comparison.verdict is Verdict.COMPATIBLE
    assert "with British Transport Police" in computed_for(results, "R08b").description


def test_crimes_left_unrecorded_nationally(results: Results, raw: pd.DataFrame) -> None:
    """94.8 % recorded (printed to a tenth), year ending March 2025: 'an estimated 285,000' were not."""
    recorded = all_crime(raw, *(("2024/25", quarter) for quarter in (1, 2, 3, 4)))
    found = computed_for(results, "R08a")
    assert found.value == pytest.approx(recorded * 5.2 / 94.8, rel=1e-12)
    assert isinstance(found.uncertainty, RoundingRange)
    assert found.uncertainty.lower == pytest.approx(recorded * 5.15 / 94.85, rel=1e-12)
    assert found.uncertainty.upper == pytest.approx(recorded * 5.25 / 94.75, rel=1e-12)
    assert found.uncertainty.lower < 285_500
    assert results["R08a"].comparison.verdict is Verdict.COMPATIBLE


def test_crimes_left_unrecorded_in_2013(results: Results, raw: pd.DataFrame) -> None:
    """80.5 % recorded, audits of November 2012 to October 2013: 'over 800,000' were not."""
    recorded = all_crime(raw, ("2012/13", 3), ("2012/13", 4), ("2013/14", 1), ("2013/14", 2))
    found = computed_for(results, "R02a")
    assert found.value == pytest.approx(recorded * 19.5 / 80.5, rel=1e-12)
    assert 800_000 < recorded * 19.5 / 80.5 < 900_000
    assert results["R02a"].comparison.verdict is Verdict.COMPATIBLE


def test_crimes_left_unrecorded_in_one_force(results: Results, raw: pd.DataFrame) -> None:
    """89.5 % recorded in South Yorkshire, give or take 1.64 points, June to November 2017: 'over 17,000' a year were not."""
    year = (("2016/17", 3), ("2016/17", 4), ("2017/18", 1), ("2017/18", 2))
    recorded = all_crime(raw, *year, force="South Yorkshire")
    found = computed_for(results, "R09a")
    assert found.value == pytest.approx(recorded * 10.5 / 89.5, rel=1e-12)
    assert isinstance(found.uncertainty, RoundingRange)
    assert found.uncertainty.lower == pytest.approx(recorded * (100 - 89.55) / 89.55, rel=1e-12)
    assert found.uncertainty.upper == pytest.approx(recorded * (100 - 89.45) / 89.45, rel=1e-12)
    ends = (recorded * (100 - 91.14) / 91.14, recorded * (100 - 87.86) / 87.86)
    assert found.context.startswith(f"By the sampling error of the rate alone the true number could be {ends[0]:,.0f} to {ends[1]:,.0f} (")
    assert found.description.startswith("recorded crime without fraud, South Yorkshire, YE 2017-09, vintage 2026-04")
    assert recorded * 10.55 / 89.45 < 17_000
    assert results["R09a"].comparison.verdict is Verdict.DIFFERS


UNRECORDED = {name: found for name, found in derivations().items() if isinstance(found, Unrecorded)}


@pytest.mark.parametrize("claim", UNRECORDED)
def test_what_is_left_unrecorded_follows_from_the_rate_and_what_was_recorded(claim: str, arrow: Counter, results: Results) -> None:
    """Recorded and unrecorded together are what was reported, of which the published rate was recorded."""
    derivation, value = UNRECORDED[claim], computed_for(results, claim).value
    assert value is not None
    rate = find_claim(derivation.rate).value
    assert rate is not None
    codes = tables.offences().query("group != 'Fraud offences'")["code"].tolist()
    year, month = (int(part) for part in derivation.period.removeprefix("YE ").split("-"))
    quarters = [f"{year - (quarter > month // 3)}-Q{quarter}" for quarter in (1, 2, 3, 4)]
    recorded = arrow("2026-04", codes, quarters, forces=[derivation.force] if derivation.force else TERRITORIAL)
    assert 100 * recorded / (recorded + value) == pytest.approx(float(rate), rel=1e-12)


def test_fraud_and_british_transport_police_are_left_out_unless_asked_for(arrow: Counter) -> None:
    codes = tables.offences().query("group != 'Fraud offences'")["code"].tolist()
    quarters = ["2024-Q1"]
    with_btp, without = (AllCrime(period="2024-Q1", with_btp=asked).compute(find_claim("R08b")).value for asked in (True, False))
    assert without == arrow("2026-04", codes, quarters, forces=TERRITORIAL)
    assert with_btp == arrow("2026-04", codes, quarters, forces=[*TERRITORIAL, BTP])


def test_the_period_must_be_covered() -> None:
    with pytest.raises(InputError, match="doesn't wholly cover"):
        AllCrime(period="2026").compute(find_claim("R08b"))


# The census of 2021.


@pytest.fixture(scope="module")
def census(source_data: Path) -> pd.DataFrame:
    frame = pd.read_csv(source_data / "census" / "TS021-2021-2.csv")
    return frame.set_axis(["code", "area", "group_code", "group", "residents"], axis=1)


def among(census: pd.DataFrame, areas: tuple[str, ...], group: str) -> int:
    rows = census[census["area"].isin(areas) & census["group"].str.startswith(group)]
    return int(rows["residents"].sum())


CENSUS = [
    ("C12a", COUNTY, "White", "percent", Verdict.DIFFERS),
    ("C12b", COUNTY, "Asian", "percent", Verdict.DIFFERS),
    ("C14a", ("Rotherham",), "Asian, Asian British or Asian Welsh: Pakistani", "percent", Verdict.COMPATIBLE),
    ("X01a", COUNTY, "White", "residents", Verdict.WITHIN_ROUNDING),
    ("X01b", COUNTY, "Asian", "residents", Verdict.WITHIN_ROUNDING),
    ("X01c", COUNTY, "Black", "residents", Verdict.DIFFERS),
    ("X01e", COUNTY, "White", "percent", Verdict.WITHIN_ROUNDING),
    ("X01f", COUNTY, "Asian", "percent", Verdict.WITHIN_ROUNDING),
    ("X02a", ("Manchester",), "White", "residents", Verdict.WITHIN_ROUNDING),
    ("X02b", ("Manchester",), "Asian", "residents", Verdict.WITHIN_ROUNDING),
    ("X02c", ("Manchester",), "", "residents", Verdict.WITHIN_ROUNDING),
    ("X02d", ("Manchester",), "White", "percent", Verdict.WITHIN_ROUNDING),
    ("X02e", ("Manchester",), "Asian", "percent", Verdict.WITHIN_ROUNDING),
]


@pytest.mark.parametrize(("claim", "areas", "group", "measure", "verdict"), CENSUS)
def test_residents_are_those_of_the_publishers_file(
    results: Results, census: pd.DataFrame, claim: str, areas: tuple[str, ...], group: str, measure: str, verdict: Verdict
) -> None:
    residents, everybody = among(census, areas, group), among(census, areas, "")
    expected = residents if measure == "residents" else 100 * residents / everybody
    assert computed_for(results, claim).value == pytest.approx(expected, rel=1e-12)
    assert results[claim].comparison.verdict is verdict


def test_the_shares_given_for_greater_manchester_are_those_of_the_city(census: pd.DataFrame) -> None:
    """57 % White and 21 % Asian are printed for Greater Manchester; they round from the city's counts and not from the county's."""
    for group, printed in (("White", 57), ("Asian", 21)):
        city, county = (100 * among(census, areas, group) / among(census, areas, "") for areas in (("Manchester",), COUNTY))
        assert round(city) == printed != round(county)


def test_each_cell_added_up_leaves_one_resident_open_and_a_share_nothing(results: Results) -> None:
    """The publisher has five categories of White; those of ten districts are fifty cells, and all residents of one district twenty."""
    white, share, everybody = (computed_for(results, claim) for claim in ("X01a", "X01e", "X02c"))
    assert isinstance(white.uncertainty, RoundingRange)
    assert isinstance(share.uncertainty, RoundingRange)
    assert isinstance(everybody.uncertainty, RoundingRange)
    assert white.uncertainty.width == 2 * 50
    assert share.uncertainty.width == 0
    assert everybody.uncertainty.width <= 2 * 20
    assert "the publisher perturbs them" in white.description
    assert "perturbs" not in share.description
    assert everybody.description.startswith("All residents of Manchester")


def test_an_authority_or_group_that_is_not_there_is_refused() -> None:
    claim = claims()["X01e"]
    with pytest.raises(InputError, match="did you mean 'Manchester'"):
        CensusShare(areas=("Manchster",)).compute(claim)
    with pytest.raises(InputError, match="did you mean 'White'"):
        CensusShare(areas=COUNTY, group="Whit").compute(claim)


# Assessments by children's social care.

FACTORS = ("Sexual_Abuse_unknown", "Sexual_Abuse_child_on_child", "Sexual_Abuse_adult_on_child")


@pytest.fixture(scope="module")
def england(source_data: Path) -> pd.DataFrame:
    frame = pd.read_csv(source_data / "dfe" / "c3_factors_identified_at_end_of_assessment_2018_to_2025.csv", low_memory=False)
    return frame[frame["geographic_level"] == "National"].set_index("time_period")


def test_assessments_with_a_concern_of_sexual_abuse_are_the_sum_of_the_publishers_factors(results: Results, england: pd.DataFrame) -> None:
    cells = [str(england.loc[2022, name]) for name in FACTORS]
    total = sum(int(cell) for cell in cells if cell.isdecimal())
    found = computed_for(results, "S16")
    assert found.value == total == 33_990
    assert results["S16"].comparison.verdict is Verdict.WITHIN_ROUNDING
    assert isinstance(found.uncertainty, RoundingRange)
    assert found.uncertainty.lower == total - 5 * len(FACTORS)


@pytest.mark.parametrize("claim", ["C22", "S20a"])
def test_a_fall_in_episodes_is_context_and_no_value(results: Results, england: pd.DataFrame, claim: str) -> None:
    first, last = (int(str(england.loc[year, "Child_sexual_exploitation"])) for year in (2018, 2025))
    found = results[claim].comparison
    assert found.computed is not None
    assert found.verdict is Verdict.NOT_HELD
    assert (found.computed.value, found.difference) == (None, None)
    assert f"changed by {100 * (last / first - 1):+.1f} %" in found.computed.context
    assert found.computed.context.endswith("2018 to 2025; episodes are not children.")
    assert "Child sexual exploitation" in found.computed.context


def test_a_change_that_rounding_leaves_open_is_given_by_its_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """10 and 20, each to the nearest ten: from 15/15 to 25/5."""
    cells = {"level": "National", "area": "England", "factor": "Gangs", "state": "value"}
    frame = pd.DataFrame([cells | {"year": 2018, "episodes": 10}, cells | {"year": 2019, "episodes": 20}])
    monkeypatch.setattr(tables, "assessment_factors", lambda: frame)
    found = AssessmentChange(factor="Gangs", start=2018, end=2019).compute(claims()["C22"])
    assert "changed by +0.0 % to +400.0 %, 2018 to 2019" in found.context


def test_assessments_are_those_of_england(results: Results) -> None:
    rows = pq.read_table(Path(home.__file__).with_name("tables") / "assessment_factors.parquet").to_pylist()
    cells = [row["episodes"] for row in rows if row["year"] == 2022 and row["level"] == "National" and row["factor"] in FACTORS]
    assert computed_for(results, "S16").value == sum(cells)
    one = Assessments(year=2022, factors=FACTORS[:1]).compute(claims()["S16"])
    assert compare(claims()["S16"], one).verdict is Verdict.DIFFERS


def test_every_table_named_is_there(results: Results) -> None:
    for name in ("R08b", "X01a", "S16", "C22"):
        found = results[name].derivation
        assert found is not None
        assert found.tables() == computed_for(results, name).tables != ()
    assert audits.FRAUD in set(tables.offences()["group"])
