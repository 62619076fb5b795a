"""Figures recomputed from one table, against the publishers' own files, or Arrow alone in the shipped ones."""

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from replicate.derivations.kinds.tabled import AssessmentChange, Assessments, CensusShare
from replicate.derivations.verification import Verification
from replicate.ledger import Computed, Verdict, claims, compare
from replicate.sources import tables
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.uncertainty import RoundingRange

Results = dict[str, Verification]

COUNTY = (
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
)
"""The ten metropolitan districts of Greater Manchester (Local Government Act 1972, schedule 1)."""


def computed_for(results: Results, claim: str) -> Computed:
    found = results[claim].comparison.computed
    assert found is not None
    return found


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
    (
        "C14a",
        ("Rotherham",),
        "Asian, Asian British or Asian Welsh: Pakistani",
        "percent",
        Verdict.INCONCLUSIVE,
    ),
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
    results: Results,
    census: pd.DataFrame,
    claim: str,
    areas: tuple[str, ...],
    group: str,
    measure: str,
    verdict: Verdict,
) -> None:
    residents, everybody = among(census, areas, group), among(census, areas, "")
    expected = residents if measure == "residents" else 100 * residents / everybody
    assert computed_for(results, claim).value == pytest.approx(expected, rel=1e-12)
    assert results[claim].comparison.verdict is verdict


def test_the_shares_given_for_greater_manchester_are_those_of_the_city(
    census: pd.DataFrame,
) -> None:
    """57 % White and 21 % Asian are printed for Greater Manchester; they round from the city's counts and not from the county's."""
    for group, printed in (("White", 57), ("Asian", 21)):
        city, county = (
            100 * among(census, areas, group) / among(census, areas, "")
            for areas in (("Manchester",), COUNTY)
        )
        assert round(city) == printed != round(county)


@pytest.mark.parametrize(("claim", "group"), [("C12a", "White"), ("C12b", "Asian")])
def test_the_verdict_on_those_shares_says_what_the_citys_is(
    results: Results, census: pd.DataFrame, claim: str, group: str
) -> None:
    city = 100 * among(census, ("Manchester",), group) / among(census, ("Manchester",), "")
    assert results[claim].comparison.reason.endswith(
        f"In Manchester alone the share is {city:.2f} %."
    )
    assert "City of Manchester" in results[claim].claim.conflict_note
    assert computed_for(results, "X01e").context == ""


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
    frame = pd.read_csv(
        source_data / "dfe" / "c3_factors_identified_at_end_of_assessment_2018_to_2025.csv",
        low_memory=False,
    )
    return frame[frame["geographic_level"] == "National"].set_index("time_period")


def test_assessments_with_a_concern_of_sexual_abuse_are_the_sum_of_the_publishers_factors(
    results: Results, england: pd.DataFrame
) -> None:
    cells = [str(england.loc[2022, name]) for name in FACTORS]
    total = sum(int(cell) for cell in cells if cell.isdecimal())
    found = computed_for(results, "S16")
    assert found.value == total == 33_990
    assert results["S16"].comparison.verdict is Verdict.WITHIN_ROUNDING
    assert isinstance(found.uncertainty, RoundingRange)
    assert found.uncertainty.lower == total - 5 * len(FACTORS)


@pytest.mark.parametrize("claim", ["C22", "S20a"])
def test_a_fall_in_episodes_is_context_and_no_value(
    results: Results, england: pd.DataFrame, claim: str
) -> None:
    first, last = (
        int(str(england.loc[year, "Child_sexual_exploitation"])) for year in (2018, 2025)
    )
    found = results[claim].comparison
    assert found.computed is not None
    assert found.verdict is Verdict.NOT_HELD
    assert (found.computed.value, found.difference) == (None, None)
    assert f"changed by {100 * (last / first - 1):+.1f} %" in found.computed.context
    assert found.computed.context.endswith("2018 to 2025; episodes are not children.")
    assert "Child sexual exploitation" in found.computed.context


def test_a_change_that_rounding_leaves_open_is_given_by_its_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """10 and 20, each to the nearest ten: from 15/15 to 25/5."""
    cells = {"level": "National", "area": "England", "factor": "Gangs", "state": "value"}
    frame = pd.DataFrame(
        [cells | {"year": 2018, "episodes": 10}, cells | {"year": 2019, "episodes": 20}]
    )
    monkeypatch.setattr(tables, "load", lambda name: {"assessment_factors": frame}[name])
    found = AssessmentChange(factor="Gangs", start=2018, end=2019).compute(claims()["C22"])
    assert "changed by +0.0 % to +400.0 %, 2018 to 2019" in found.context


def test_assessments_are_those_of_england(results: Results) -> None:
    rows = pq.read_table(
        Path(tables.__file__).with_name("tables") / "assessment_factors.parquet"
    ).to_pylist()
    cells = [
        row["episodes"]
        for row in rows
        if row["year"] == 2022 and row["level"] == "National" and row["factor"] in FACTORS
    ]
    assert computed_for(results, "S16").value == sum(cells)
    one = Assessments(year=2022, factors=FACTORS[:1]).compute(claims()["S16"])
    assert compare(claims()["S16"], one).verdict is Verdict.DIFFERS


def test_every_table_named_is_there(results: Results) -> None:
    for name in ("X01a", "S16", "C22"):
        found = results[name].derivation
        assert found is not None
        assert found.tables() == computed_for(results, name).tables != ()
