"""Missing ethnicity, flags and assessments: by hand, and from the source files by other tools."""

import csv
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from replicate.derivations import missing_data
from replicate.derivations.kinds.published import ShareByEthnicity
from replicate.derivations.kinds.registry import derivations
from replicate.ledger import claims
from replicate.sources import tables
from replicate.vocabulary.parameters import MissingData

Rows = dict[str, dict[str, Any]]

FACTORS = "c3_factors_identified_at_end_of_assessment_2018_to_2025.csv"
ENDS = ["missing_lower", "missing_upper", "lower", "upper"]


def by(frame: pd.DataFrame, column: str) -> Rows:
    return {str(row[column]): row for row in frame.to_dict("records")}  # type: ignore[misc]


def test_completeness_is_what_the_ledger_publishes_as_missing() -> None:
    """34 % recorded to the nearest whole is 65.5 to 66.5 % missing."""
    found = by(missing_data.completeness(), "claim")
    case = Path(__file__).parents[1] / "cases/manski_bounds_ethnicity/inputs.csv"
    with case.open(encoding="utf-8") as file:
        (missing,) = [float(row["value"]) for row in csv.DictReader(file)]
    two_thirds = found.pop("C06")
    assert two_thirds["lower"] < missing < two_thirds["upper"]
    ends = {name: (round(row["lower"], 3), round(row["upper"], 3)) for name, row in found.items()}
    wanted = {"C11": (0.315, 0.325), "L11": (0.665, 0.675), "C07": (0.625, 0.635)}
    assert ends == wanted | {"H07": (0.655, 0.665)}
    assert found["H07"]["published"] == "34 percent recorded"
    assert found["H07"]["missing"] == "65.5 to 66.5\N{NO-BREAK SPACE}%"


def test_every_claim_on_how_complete_ethnicity_is_stands_in_the_table() -> None:
    said = ("ethnicity is recorded", "ethnicity is not recorded", "unknown ethnicity")
    wanted = {
        name
        for name, claim in claims().items()
        if any(words in claim.statement for words in said) and "of those" not in claim.statement
    }
    assert wanted == set(missing_data.COMPLETENESS)


@pytest.mark.parametrize(
    ("claim", "group", "lower", "upper"),
    [
        # Of those known: 0.825 x 0.335, and 0.835 + 0.665 x 0.165 of the 33.5 to 34.5 % recorded.
        ("H08a", "White", 0.825 * 0.335, 0.835 + 0.665 * 0.165),
        ("H08b", "Asian", 0.065 * 0.335, 0.075 + 0.665 * 0.925),
        # Of all: the share itself, and 31.5 to 32.5 % more.
        ("C10a", "Asian", 0.155, 0.165 + 0.325),
        ("C10b", "White", 0.435, 0.445 + 0.325),
    ],
)
def test_bounds_by_hand(claim: str, group: str, lower: float, upper: float) -> None:
    row = by(missing_data.shares(), "claim")[claim]
    assert (row["lower"], row["upper"]) == pytest.approx((lower, upper))
    assert row["bounds"].startswith(f"could be {100 * lower:.1f} to {100 * upper:.1f}")
    assert row["group"] == group


def test_no_share_stands_without_its_missing_share_and_bounds_or_the_reason() -> None:
    shares = missing_data.shares()
    kinds = {name for name, found in derivations().items() if isinstance(found, ShareByEthnicity)}
    assert set(shares["claim"]) == kinds
    assert not [name for name in map(str, shares) if "ratio" in name or "residents" in name]
    bounded = shares[ENDS].notna()
    assert bounded.all(axis=1).equals(bounded.any(axis=1))
    bare = shares[~bounded.all(axis=1)]
    assert len(bare) == len(shares) - 7
    assert bare["bounds"].str.startswith("cannot be bounded").all()
    assert bare["missing"].eq("not published").all()
    held = shares.drop(bare.index)
    width = held["upper"] - held["lower"]
    assert width.between(held["missing_lower"], held["missing_upper"] + 0.01 + 1e-12).all()


def test_the_missing_can_make_either_of_two_groups_the_larger_where_bounds_overlap() -> None:
    """Of 10 % missing, 80 and 5 % can't change places; 45 and 40 % can."""
    frame = pd.DataFrame(
        {
            "claim": ["A", "B", "C", "D", "E"],
            "population": ["one", "one", "two", "two", "two"],
            "lower": [0.80, 0.05, 0.45, 0.40, None],
            "upper": [0.90, 0.15, 0.55, 0.50, None],
        }
    )
    found = missing_data.pairs(frame)
    assert found.to_numpy().tolist() == [["A", "B", False], ["C", "D", True]]


@pytest.mark.parametrize(("lowest", "highest"), [(0.5, 2.0), (0.01, 100.0)])
def test_every_curve_lies_within_the_worst_case(lowest: float, highest: float) -> None:
    """At an odds ratio of 1 it is the share known: White 82.5 to 83.5 %."""
    worst = by(missing_data.shares(), "claim")
    found = missing_data.curve(MissingData(odds_lowest=lowest, odds_highest=highest))
    for row in found.to_dict("records"):
        ends = worst[row["claim"]]
        assert ends["lower"] - 1e-12 <= row["lower"] <= row["upper"] <= ends["upper"] + 1e-12
    at_one = by(found[found["odds_ratio"].sub(1).abs() < 1e-9], "name")
    assert list(at_one) == ["White", "Asian", "Black", "Mixed"]
    assert (at_one["White"]["lower"], at_one["White"]["upper"]) == pytest.approx((0.825, 0.835))


def test_both_readings_of_correctly_flagged_by_hand() -> None:
    """17,100 prints for 17,050 to 17,150 and 37 % for 36.5 to 37.5."""
    scenarios = missing_data.flag_scenarios()
    missed, wrong = scenarios[["lower", "upper"]].to_numpy().tolist()
    assert missed == pytest.approx([17_050 / 0.375, 17_150 / 0.365])
    assert wrong == pytest.approx([17_050 * 0.365, 17_150 * 0.375])
    whole = missing_data.implied(scenarios)
    assert (whole.lower, whole.upper) == pytest.approx((wrong[0], missed[1]))
    assert len(whole.assumptions) == 2 + len(missing_data.TAKEN_FOR_GRANTED)


@pytest.fixture(scope="module")
def england(source_data: Path) -> dict[int, dict[str, str]]:
    """Read England's rows of the publisher's file, by year."""
    with (source_data / "dfe" / FACTORS).open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["geographic_level"] == "National"]
    return {int(row["time_period"]): row for row in rows}


def test_england_by_year_is_the_publishers_with_its_rounding(
    england: dict[int, dict[str, str]],
) -> None:
    found = missing_data.episodes()
    expected = {year: int(row[missing_data.FACTOR]) for year, row in england.items()}
    assert dict(zip(found["year"], found["episodes"], strict=True)) == expected
    assert (found["upper"] - found["episodes"] == 5).all()
    assert (found["episodes"] - found["lower"] == 5).all()


def test_other_factors_stand_beside_it_over_the_years_that_they_were_counted(
    england: dict[int, dict[str, str]],
) -> None:
    found = by(missing_data.beside_other_factors(), "factor")
    for name, words in missing_data.BESIDE.items():
        cells = {year: row[name] for year, row in england.items() if row[name].isdigit()}
        if cells[2025] == "0":
            del cells[2025]  # the factor had ended
        row, (first, last) = found[words], (min(cells), max(cells))
        ends = [first, last, int(cells[first]), int(cells[last])]
        assert [row[column] for column in ("since", "until", "first", "last")] == ends
        assert row["lower"] < 100 * (ends[3] / ends[2] - 1) < row["upper"]


def test_the_tables_used_are_held() -> None:
    assert all(tables.table_path(name).is_file() for name in missing_data.tables_used())
