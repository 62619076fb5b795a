"""Shares of suspects by ethnicity: expected values by hand from the published figures, and the rules that no row may break."""

import csv
from decimal import Decimal
from itertools import combinations
from math import isnan
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from replicate.derivations.kinds.ethnicity import ShareByEthnicity
from replicate.derivations.kinds.registry import derivations
from replicate.derivations.recording_rates import ethnicity
from replicate.ledger import claims
from replicate.sources import tables
from replicate.vocabulary.parameters import RecordingRates

Rows = dict[str, dict[str, Any]]


ALL = ("Asian", "Black", "Mixed", "White", "Other")


def by(frame: pd.DataFrame, column: str) -> Rows:
    """Name the rows of a frame by a column."""
    return {
        str(row[column]): {str(name): cell for name, cell in row.items()}
        for row in frame.to_dict("records")
    }


@pytest.fixture(scope="module")
def shares() -> Rows:
    return by(ethnicity.shares(), "claim")


def test_completeness_is_what_the_ledger_publishes_as_missing() -> None:
    """34 % recorded to the nearest whole is 65.5 to 66.5 % missing; two thirds in words are a twentieth of the whole either way."""
    found = by(ethnicity.completeness(), "claim")
    assert {
        name: (round(row["lower"], 3), round(row["upper"], 3))
        for name, row in found.items()
        if name != "C06"
    } == {
        "C11": (0.315, 0.325),
        "L11": (0.665, 0.675),
        "C07": (0.625, 0.635),
        "H07": (0.655, 0.665),
    }
    assert found["C06"]["lower"] < 2 / 3 < found["C06"]["upper"]
    assert found["H07"]["published"] == "34 percent recorded"
    assert found["C11"]["attribution"].startswith("attributed to the audit by")


def test_every_claim_on_ethnicity_missing_or_recorded_is_in_it() -> None:
    said = ("ethnicity is recorded", "ethnicity is not recorded", "unknown ethnicity")
    wanted = {
        name
        for name, claim in claims().items()
        if any(words in claim.statement for words in said) and "of those" not in claim.statement
    }
    assert wanted == {*ethnicity.MISSING, *ethnicity.RECORDED}


def test_every_published_share_is_in_it() -> None:
    kinds = {name for name, found in derivations().items() if isinstance(found, ShareByEthnicity)}
    assert kinds == set(ethnicity.GROUPS)
    assert all(group in claims()[name].statement for name, group in ethnicity.GROUPS.items())


@pytest.mark.parametrize(
    ("claim", "lower", "upper"),
    [
        # of those known: 82.5 to 83.5 % of the 33.5 to 34.5 % recorded; 0.825 x 0.335, and 0.835 + 0.665 x 0.165
        ("H08a", 0.825 * 0.335, 0.835 + 0.665 * 0.165),
        ("H08b", 0.065 * 0.335, 0.075 + 0.665 * 0.925),
        # of all: the share itself, and 31.5 to 32.5 % more
        ("C10a", 0.155, 0.165 + 0.325),
        ("C10b", 0.435, 0.445 + 0.325),
    ],
)
def test_bounds_by_hand(shares: Rows, claim: str, lower: float, upper: float) -> None:
    assert (shares[claim]["lower"], shares[claim]["upper"]) == pytest.approx((lower, upper))


def test_no_share_stands_without_its_missing_share_and_bounds_or_the_reason(shares: Rows) -> None:
    for name, row in shares.items():
        numbers = [row[column] for column in ("missing_lower", "missing_upper", "lower", "upper")]
        assert all(map(isnan, numbers)) or not any(map(isnan, numbers))
        assert row["reason"].startswith("cannot be bounded") == isnan(row["lower"]), name
    assert {name for name, row in shares.items() if isnan(row["lower"])} == {
        "C08",
        "C09",
        "C14",
        "H11a",
        "H11b",
        "H12",
        "L05a",
    }


def test_bounds_are_as_wide_as_what_is_missing_and_hold_the_published_share_of_all(
    shares: Rows,
) -> None:
    """But for rounding: the width lies between the share missing and that plus the step of the printed share."""
    bounded = [row for row in shares.values() if not isnan(row["lower"])]
    assert len(bounded) == 6
    for row in bounded:
        assert (
            row["missing_lower"]
            <= row["upper"] - row["lower"]
            <= row["missing_upper"] + 0.01 + 1e-12
        )
        figure = float(row["published"].split()[0]) / 100
        known = 1 - (row["missing_lower"] + row["missing_upper"]) / 2
        assert row["lower"] <= (figure * known if row["of"] == "known" else figure) <= row["upper"]


def test_nothing_is_a_ratio_of_suspects_to_residents() -> None:
    numbers = ethnicity.denominators().select_dtypes("number")
    assert set(numbers) == {"quoted", "county", "county_published", "city", "city_published"}
    assert not [
        name for name in map(str, ethnicity.shares()) if "ratio" in name or "residents" in name
    ]


def test_a_curve_is_the_share_known_where_recording_is_as_complete_for_all() -> None:
    found = ethnicity.curve(RecordingRates())
    at_one = by(found[found["odds_ratio"].sub(1).abs() < 1e-9], "claim")
    assert (at_one["H08a"]["lower"], at_one["H08a"]["upper"]) == pytest.approx((0.825, 0.835))
    assert list(dict.fromkeys(found["name"])) == ["White", "Asian", "Black", "Mixed"]
    assert (found["odds_ratio"].min(), found["odds_ratio"].max()) == pytest.approx((0.5, 2))


@pytest.mark.parametrize("odds", [(0.5, 2.0), (0.01, 100.0), (3.0, 3.0)])
@pytest.mark.parametrize("names", ethnicity.ORDERED[:2])
def test_every_curve_lies_within_the_worst_case(
    shares: Rows, names: tuple[str, ...], odds: tuple[float, float]
) -> None:
    for row in ethnicity.curve(RecordingRates(odds_ratios=odds), names).to_dict("records"):
        worst = shares[row["claim"]]
        assert worst["lower"] - 1e-12 <= row["lower"] <= row["upper"] <= worst["upper"] + 1e-12


def test_a_curve_of_shares_of_all_by_hand() -> None:
    """C10a, odds ratio 2, no rounding: 16 % of all and 32 % missing are 16/68 of those known, u = p / (p + 2 (1 - p))."""
    known = 16 / 68
    wanted = 0.16 + 0.32 * known / (known + 2 * (1 - known))
    rows = ethnicity.curve(RecordingRates(odds_ratios=(2.0, 2.0)), ("C10a",))
    assert (rows["lower"] < wanted).all()
    assert (wanted < rows["upper"]).all()
    ends = [
        share + lost * (p := share / (1 - lost)) / (p + 2 * (1 - p))
        for share, lost in ((0.155, 0.315), (0.165, 0.325))
    ]
    assert (rows["lower"].iloc[0], rows["upper"].iloc[0]) == pytest.approx(tuple(ends))


def test_how_complete_recording_would_have_to_be() -> None:
    """White 82.5 to 83.5 %, Asian 6.5 to 7.5 %: 1 / (1 + 0.77) to 1 / (1 + 0.75)."""
    found = by(ethnicity.ordering(), "claims")
    row = found["H08a, H08b"]
    assert (row["needed_lower"], row["needed_upper"]) == pytest.approx((1 / 1.77, 1 / 1.75))
    assert (row["recorded_lower"], row["recorded_upper"], row["enough"]) == (
        pytest.approx(0.335),
        pytest.approx(0.345),
        "no",
    )
    assert found["C10a, C10b"]["pair"] == "Asian and White"
    unknown = found["H11a, H11b"]
    assert isnan(unknown["recorded_lower"])
    assert (
        unknown["enough"],
        unknown["reason"].endswith("the share recorded is not published"),
    ) == ("cannot be told", True)
    assert list(found) == [
        ", ".join(pair) for names in ethnicity.ORDERED for pair in combinations(names, 2)
    ]


def test_recording_can_be_complete_enough_or_leave_it_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 68 % known to the nearest whole: 95 against 3 of those known needs 52 %; 46 against 1 needs 67 to 70 %, and 68 may be enough."""
    base = claims()

    def held(name: str, **_: str) -> object:
        figures = {"C10a": "65", "C10b": "2"} if clear else {"C10a": "33", "C10b": "1"}
        return base[name].model_copy(
            update={"value": Decimal(figures.get(name, str(base[name].value)))}
        )

    monkeypatch.setattr(ethnicity, "find_claim", held)
    clear = True
    assert by(ethnicity.ordering(), "claims")["C10a, C10b"]["enough"] == "yes"
    clear = False
    row = by(ethnicity.ordering(), "claims")["C10a, C10b"]
    assert row["needed_lower"] < row["recorded_upper"]
    assert row["recorded_lower"] < row["needed_upper"]
    assert row["enough"] == "cannot be told"


def test_shares_known_that_do_not_order_two_groups_need_no_share(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    base = claims()
    same = {
        name: base[name].model_copy(update={"value": base["H08c"].value})
        for name in ("H08c", "H08d")
    }
    monkeypatch.setattr(ethnicity, "find_claim", lambda name: (base | same)[name])
    row = by(ethnicity.ordering(), "claims")["H08c, H08d"]
    assert isnan(row["needed_lower"])
    assert (row["enough"], "don't say which" in row["reason"]) == ("cannot be told", True)


def test_the_denominators_quoted_are_those_of_the_city() -> None:
    """The county is the sum of its ten districts, read from the shipped file with Arrow alone."""
    rows = pq.read_table(
        Path(tables.__file__).with_name("tables") / "census_ethnic_group.parquet"
    ).to_pylist()

    def share(areas: tuple[str, ...], group: str) -> float:
        inside = [row for row in rows if row["area"] in areas]
        of_group, everyone = (
            sum(int(row["residents"]) for row in inside if row["broad_group"] in groups)
            for groups in ((group,), ALL)
        )
        return 100 * of_group / everyone

    districts = (
        *("Bolton", "Bury", "Manchester", "Oldham", "Rochdale"),
        *("Salford", "Stockport", "Tameside", "Trafford", "Wigan"),
    )
    found = by(ethnicity.denominators(), "group")
    for group in ("White", "Asian"):
        assert found[group]["county"] == pytest.approx(share(districts, group))
        assert found[group]["city"] == pytest.approx(share(("Manchester",), group))
    assert {group: row["quoted"] for group, row in found.items()} == {"White": 57, "Asian": 21}
    assert {group: row["county_published"] for group, row in found.items()} == {
        "White": 76.4,
        "Asian": 13.6,
    }
    assert all(
        round(row["city"]) == row["quoted"] == row["city_published"] for row in found.values()
    )
    assert {row["verdict"] for row in found.values()} == {"differs"}


def test_what_the_case_says_of_two_thirds_missing_holds_for_every_share_with_as_much_missing(
    shares: Rows,
) -> None:
    with (Path(__file__).parents[2] / "cases/manski_bounds_ethnicity/inputs.csv").open(
        encoding="utf-8"
    ) as file:
        (missing,) = [float(row["value"]) for row in csv.DictReader(file)]
    found = by(ethnicity.completeness(), "claim")["C06"]
    assert found["lower"] <= missing <= found["upper"]
    national = [row for row in shares.values() if row["missing_upper"] > 0.6]
    assert len(national) == 4
    assert all(0.66 <= round(row["upper"] - row["lower"], 2) <= 0.68 for row in national)
