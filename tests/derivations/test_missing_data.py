"""Missing ethnicity, flags and assessments: by hand, and from the source files by other tools."""

import csv
from collections.abc import Callable, Iterable
from decimal import Decimal
from itertools import combinations
from math import isnan
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from replicate.derivations import missing_data
from replicate.derivations.kinds.published import ShareByEthnicity
from replicate.derivations.kinds.registry import derivations
from replicate.ledger import claims
from replicate.sources import tables
from replicate.vocabulary.definitions import find_definition
from replicate.vocabulary.parameters import MissingData

Counter = Callable[..., int]
Rows = dict[str, dict[str, Any]]

FACTORS = "c3_factors_identified_at_end_of_assessment_2018_to_2025.csv"
YEAR = [f"2024-Q{quarter}" for quarter in (1, 2, 3, 4)]


def by(frame: pd.DataFrame, column: str) -> Rows:
    rows: list[dict[str, Any]] = [
        {str(name): cell for name, cell in row.items()} for row in frame.to_dict("records")
    ]
    return {row[column]: row for row in rows}


@pytest.fixture(scope="module")
def shares() -> Rows:
    return by(missing_data.shares(), "claim")


@pytest.fixture(scope="module")
def factors(source_data: Path) -> list[dict[str, str]]:
    with (source_data / "dfe" / FACTORS).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_completeness_is_what_the_ledger_publishes_as_missing() -> None:
    """34 % recorded to the nearest whole is 65.5 to 66.5 % missing."""
    found = by(missing_data.completeness(), "claim")
    two_thirds = found.pop("C06")
    assert two_thirds["lower"] < 2 / 3 < two_thirds["upper"]
    assert {
        name: (round(row["lower"], 3), round(row["upper"], 3)) for name, row in found.items()
    } == {
        "C11": (0.315, 0.325),
        "L11": (0.665, 0.675),
        "C07": (0.625, 0.635),
        "H07": (0.655, 0.665),
    }
    assert found["H07"]["published"] == "34 percent recorded"
    assert found["H07"]["missing"] == "65.5 to 66.5\N{NO-BREAK SPACE}%"


def test_every_claim_on_ethnicity_is_in_the_tables() -> None:
    said = ("ethnicity is recorded", "ethnicity is not recorded", "unknown ethnicity")
    wanted = {
        name
        for name, claim in claims().items()
        if any(words in claim.statement for words in said) and "of those" not in claim.statement
    }
    assert wanted == set(missing_data.COMPLETENESS)
    kinds = {name for name, found in derivations().items() if isinstance(found, ShareByEthnicity)}
    assert kinds == set(missing_data.GROUPS)
    assert all(group in claims()[name].statement for name, group in missing_data.GROUPS.items())


@pytest.mark.parametrize(
    ("claim", "lower", "upper"),
    [
        # Of those known: 0.825 x 0.335, and 0.835 + 0.665 x 0.165 of the 33.5 to 34.5 % recorded.
        ("H08a", 0.825 * 0.335, 0.835 + 0.665 * 0.165),
        ("H08b", 0.065 * 0.335, 0.075 + 0.665 * 0.925),
        # Of all: the share itself, and 31.5 to 32.5 % more.
        ("C10a", 0.155, 0.165 + 0.325),
        ("C10b", 0.435, 0.445 + 0.325),
    ],
)
def test_bounds_by_hand(shares: Rows, claim: str, lower: float, upper: float) -> None:
    row = shares[claim]
    assert (row["lower"], row["upper"]) == pytest.approx((lower, upper))
    assert row["bounds"].startswith(f"could be {100 * lower:.1f} to {100 * upper:.1f}")


def test_no_share_stands_without_its_missing_share_and_bounds_or_the_reason(shares: Rows) -> None:
    bare = {name for name, row in shares.items() if isnan(row["lower"])}
    assert len(shares) - len(bare) == 7
    for name, row in shares.items():
        numbers = [row[column] for column in ("missing_lower", "missing_upper", "lower", "upper")]
        assert all(map(isnan, numbers)) or not any(map(isnan, numbers))
        assert row["bounds"].startswith("cannot be bounded") == (name in bare)
        assert row["missing"].endswith("not published" if name in bare else "missing")
        assert row["published"].endswith("as published") == (name in bare)
        if name not in bare:
            width = row["upper"] - row["lower"]
            assert row["missing_lower"] <= width <= row["missing_upper"] + 0.01 + 1e-12


def test_nothing_is_a_ratio_of_suspects_to_residents() -> None:
    numbers = missing_data.residents().select_dtypes("number")
    assert set(numbers) == {"quoted", "county", "county_published", "city", "city_published"}
    assert not [
        name for name in map(str, missing_data.shares()) if "ratio" in name or "residents" in name
    ]


def test_a_curve_is_the_share_known_where_recording_is_as_complete_for_all() -> None:
    found = missing_data.curve(MissingData())
    at_one = by(found[found["odds_ratio"].sub(1).abs() < 1e-9], "claim")
    assert (at_one["H08a"]["lower"], at_one["H08a"]["upper"]) == pytest.approx((0.825, 0.835))
    assert list(dict.fromkeys(found["name"])) == ["White", "Asian", "Black", "Mixed"]
    assert (found["odds_ratio"].min(), found["odds_ratio"].max()) == pytest.approx((0.5, 2))


@pytest.mark.parametrize(("lowest", "highest"), [(0.5, 2.0), (0.01, 100.0), (3.0, 3.0)])
@pytest.mark.parametrize("names", missing_data.ORDERED[:2])
def test_every_curve_lies_within_the_worst_case(
    shares: Rows, names: tuple[str, ...], lowest: float, highest: float
) -> None:
    asked = MissingData(odds_lowest=lowest, odds_highest=highest)
    for row in missing_data.curve(asked, names).to_dict("records"):
        worst = shares[row["claim"]]
        assert worst["lower"] - 1e-12 <= row["lower"] <= row["upper"] <= worst["upper"] + 1e-12


def test_a_curve_of_shares_of_all_by_hand() -> None:
    """C10a, odds ratio 2: p is 16/68 of those known, and u = p / (p + 2 (1 - p))."""
    rows = missing_data.curve(MissingData(odds_lowest=2.0, odds_highest=2.0), ("C10a",))
    ends = [
        share + lost * (p := share / (1 - lost)) / (p + 2 * (1 - p))
        for share, lost in ((0.155, 0.315), (0.165, 0.325))
    ]
    assert (rows["lower"].iloc[0], rows["upper"].iloc[0]) == pytest.approx(tuple(ends))


def test_how_complete_recording_would_have_to_be() -> None:
    """White 82.5 to 83.5 %, Asian 6.5 to 7.5 %: 1 / (1 + 0.77) to 1 / (1 + 0.75)."""
    found = by(missing_data.ordering(), "claims")
    assert list(found) == [
        ", ".join(pair) for names in missing_data.ORDERED for pair in combinations(names, 2)
    ]
    row = found["H08a, H08b"]
    assert row["needed"].startswith(f"above {100 / 1.77:.1f} to {100 / 1.75:.1f}")
    assert row["recorded"].startswith("33.5 to 34.5")
    assert row["recorded"].endswith("missing): the bounds overlap")
    assert row["enough"] == "no"
    assert found["C10a, C10b"]["pair"] == "Asian and White"
    unknown = found["H11a, H11b"]
    assert (unknown["enough"], "not published" in unknown["recorded"]) == ("cannot be told", True)


@pytest.mark.parametrize(
    ("asian", "white", "enough", "said"),
    [
        # Of 68 % known: 95 against 3 of those known needs 52 %; 46 against 1 needs 67 to 70 %.
        ("65", "2", "yes", "do not overlap"),
        ("33", "1", "cannot be told", "may overlap"),
        ("33", "33", "cannot be told", "may overlap"),
    ],
)
def test_recording_can_be_complete_enough_or_leave_it_open(
    monkeypatch: pytest.MonkeyPatch, asian: str, white: str, enough: str, said: str
) -> None:
    changed = {
        name: claims()[name].model_copy(update={"value": Decimal(value)})
        for name, value in (("C10a", asian), ("C10b", white))
    }
    monkeypatch.setattr(missing_data, "find_claim", lambda name: {**claims(), **changed}[name])
    row = by(missing_data.ordering(), "claims")["C10a, C10b"]
    assert (row["enough"], row["recorded"].endswith(f"the bounds {said}")) == (enough, True)
    assert row["needed"].startswith("above") == (asian != white)


def test_the_denominators_quoted_are_those_of_the_city() -> None:
    """The county is the sum of its ten districts, read from the shipped file with Arrow alone."""
    rows = pq.read_table(
        Path(tables.__file__).with_name("tables") / "census_ethnic_group.parquet"
    ).to_pylist()
    districts = (
        *("Bolton", "Bury", "Manchester", "Oldham", "Rochdale"),
        *("Salford", "Stockport", "Tameside", "Trafford", "Wigan"),
    )
    everyone = {"Asian", "Black", "Mixed", "White", "Other"}

    def residents(areas: Iterable[str], groups: set[str]) -> int:
        inside = [row for row in rows if row["area"] in areas and row["broad_group"] in groups]
        return sum(int(row["residents"]) for row in inside)

    def share(areas: tuple[str, ...], group: str) -> float:
        return 100 * residents(areas, {group}) / residents(areas, everyone)

    found = by(missing_data.residents(), "group")
    for group, (quoted, published) in {"White": (57, 76.4), "Asian": (21, 13.6)}.items():
        row = found[group]
        assert row["county"] == pytest.approx(share(districts, group))
        assert row["city"] == pytest.approx(share(("Manchester",), group))
        assert (row["quoted"], row["county_published"]) == (quoted, published)
        assert round(row["city"]) == row["quoted"] == row["city_published"]
        assert row["verdict"] == "differs"


def test_the_case_of_two_thirds_missing_holds_for_every_share_with_as_much_missing(
    shares: Rows,
) -> None:
    case = Path(__file__).parents[1] / "cases/manski_bounds_ethnicity/inputs.csv"
    with case.open(encoding="utf-8") as file:
        (missing,) = [float(row["value"]) for row in csv.DictReader(file)]
    found = by(missing_data.completeness(), "claim")["C06"]
    assert found["lower"] <= missing <= found["upper"]
    national = [row for row in shares.values() if row["missing_upper"] > 0.6]
    assert len(national) == 5
    assert all(0.66 <= round(row["upper"] - row["lower"], 2) <= 0.68 for row in national)


def test_both_readings_of_correctly_flagged_by_hand() -> None:
    """17,100 prints for 17,050 to 17,150 and 37 % for 36.5 to 37.5."""
    scenarios = missing_data.flag_scenarios()
    missed, wrong = scenarios[["lower", "upper"]].to_numpy().tolist()
    assert missed == pytest.approx([17_050 / 0.375, 17_150 / 0.365])
    assert wrong == pytest.approx([17_050 * 0.365, 17_150 * 0.375])
    whole = missing_data.implied(scenarios)
    assert (whole.lower, whole.upper) == pytest.approx((wrong[0], missed[1]))
    assert len(whole.assumptions) == 2 + len(missing_data.TAKEN_FOR_GRANTED)


def test_the_flagged_offences_beside_each_denominator(arrow: Counter) -> None:
    """102,878 in all, 40 % of them online by one document; sums of codes by Arrow alone."""
    rows = missing_data.denominators()
    whole, rest, *sums = rows.to_dict("records")
    assert (whole["number"], whole["share"]) == pytest.approx((102_878, 100 * 17_100 / 102_878))
    assert (rest["number"], rest["share"]) == pytest.approx(
        (102_878 * 0.6, 100 * 17_100 / (102_878 * 0.6))
    )
    for row, name in zip(sums, missing_data.STAND_INS, strict=True):
        codes = find_definition(name).codes
        counted = arrow("2026-04", codes, YEAR)
        assert row["given_by"].endswith(f"codes {', '.join(codes)}")
        assert [row[column] for column in ("number", "share", "lower", "upper")] == pytest.approx(
            [counted, *(100 * flagged / counted for flagged in (17_100, 17_050, 17_150))]
        )
    assert rows["caveat"].str.len().min() > 20


def test_cases_are_counted_and_get_no_interval() -> None:
    """More than half of 43 is 22; 3 of 8 is 37.5 %, the fewest that may print as 37 %."""
    assert (missing_data.least_forces(), missing_data.least_cases()) == (22, 8)
    small = ((part, whole) for whole in range(1, 8) for part in range(whole + 1))
    assert not [1 for part, whole in small if 36.5 <= 100 * part / whole <= 37.5]
    rows = by(missing_data.cases_read(), "claim")
    assert rows["I02b"]["counted"] == "27 of 52 cases read; the other 25 were not group-based"
    assert rows["I08"]["counted"].startswith("at least 22 of 43 forces")
    assert rows["I02b"]["warning"] == rows["I09"]["warning"] == missing_data.PURPOSIVE
    assert "at random" not in rows["I08"]["warning"]
    assert {row["verdict"] for row in rows.values()} == {"not_public"}


def test_england_by_year_is_the_publishers_with_its_rounding(
    factors: list[dict[str, str]],
) -> None:
    found = missing_data.episodes()
    assert dict(zip(found["year"], found["episodes"], strict=True)) == {
        int(row["time_period"]): int(row[missing_data.FACTOR])
        for row in factors
        if row["geographic_level"] == "National"
    }
    assert (found["upper"] - found["episodes"] == 5).all()
    assert (found["episodes"] - found["lower"] == 5).all()


def test_regions_by_hand() -> None:
    """East Midlands, 1,720 to 1,010 to the nearest ten: from 1005 / 1725 to 1015 / 1715."""
    found = by(missing_data.by_region(), "area")
    assert list(found)[:2] == ["England", "East Midlands"]
    assert len(found) == 1 + 11
    row = found["East Midlands"]
    wanted = (1720, 1010, *(100 * (part - 1) for part in (1010 / 1720, 1005 / 1725, 1015 / 1715)))
    columns = ("first", "last", "percent", "lower", "upper")
    assert [row[column] for column in columns] == pytest.approx(wanted)


def test_authorities_without_a_number_are_those_with_the_publishers_marks(
    factors: list[dict[str, str]],
) -> None:
    marks = [row[missing_data.FACTOR] for row in factors if row["la_name"]]
    bare = sum(mark in ("c", "x", "u") for mark in marks)
    assert missing_data.without_number() == (bare, len(marks))


def test_other_factors_stand_beside_it_over_the_years_that_they_were_counted(
    factors: list[dict[str, str]],
) -> None:
    england = {
        int(row["time_period"]): row for row in factors if row["geographic_level"] == "National"
    }
    found = by(missing_data.beside_other_factors(), "factor")
    for name, words in missing_data.BESIDE.items():
        counted = [
            year
            for year, row in england.items()
            if row[name].isdigit() and not (row[name] == "0" and year == 2025)
        ]
        first, last = min(counted), max(counted)
        row = found[words]
        assert (row["since"], row["until"]) == (first, last)
        assert (row["first"], row["last"]) == (int(england[first][name]), int(england[last][name]))


def test_what_is_published_of_children_is_not_held_and_the_series_is_context_only() -> None:
    found = by(missing_data.children_assessed(), "claim")
    assert {row["verdict"] for row in found.values()} == {"not_held"}
    assert found["S20a"]["context"].endswith("episodes are not children.")
    assert found["S20a"]["published"] == "29 %"
    assert found["S19"]["context"] == ""
    assert all(claims()[name].table for name in found)


def test_the_tables_used_are_held() -> None:
    assert all(tables.table_path(name).is_file() for name in missing_data.tables_used())
