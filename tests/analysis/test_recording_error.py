"""Regression with recording error against the rows that rcme prints; orders and ratios that bounds leave standing."""

import csv
import itertools
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate.analysis.recording_error import (
    Corrected,
    corrected,
    needed_to_undo,
    order_kept,
    recording_rates,
)
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.uncertainty import ScenarioRange

CASE = Path(__file__).parents[1] / "cases" / "rcme_recording_error"
OTHERS = ("white_british", "unemployment", "median_age")


def table(name: str) -> list[dict[str, str]]:
    with (CASE / name).open(encoding="utf-8") as text:
        return list(csv.DictReader(text))


def disorder(rate: float, odds_ratio: float, *, log: bool = True) -> Corrected:
    crime = "violent_crime" if log else "log_violent_crime"
    return corrected(
        pd.read_csv(CASE / "crime_disorder.csv"),
        outcome="disorder",
        focal=crime,
        others=OTHERS,
        crime=crime,
        rate=rate,
        odds_ratio=odds_ratio,
        log=log,
    )


def numbers(text: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d*\.\d+|-?\d+", text)]


@pytest.mark.parametrize("row", table("expected.csv"), ids=lambda row: row["quantity"])
def test_every_published_row_comes_out(row: dict[str, str]) -> None:
    """Tolerances as the case states."""
    published, quantity = numbers(row["published"]), row["quantity"]
    if quantity.startswith("naive OLS slope"):
        assert disorder(0.5, 1).slope == pytest.approx(published[0], abs=1e-5)
    elif quantity.startswith("naive"):
        # A rate that is the same everywhere only adds to each logarithm; without recording error the intercept is as published.
        naive = corrected(
            pd.read_csv(CASE / "crime_disorder.csv"),
            outcome="disorder",
            focal="log_violent_crime",
            others=OTHERS,
            crime="log_violent_crime",
            rate=1 - 1e-9,
            odds_ratio=1,
            log=False,
        ).coefficients
        assert [
            naive[name] for name in ("constant", "white_british", "unemployment", "median_age")
        ] == pytest.approx(published, abs=1e-5)
    elif quantity.startswith("any R"):
        for rate in (0.01, 0.3, 0.6, 0.9, 0.99):
            assert disorder(rate, 1).slope == pytest.approx(published[0], abs=0.001)
    else:
        rate, odds_ratio = numbers(quantity)[:2]
        found = disorder(rate, odds_ratio)
        assert [found.slope, found.se, found.risk_ratio] == pytest.approx(published, abs=0.005)


@pytest.mark.parametrize(
    "row", table("scenarios.csv"), ids=lambda row: f"{row['rate']}-{row['odds_ratio']}-{row['log']}"
)
def test_every_row_that_rcme_prints_comes_out_to_its_three_decimals(row: dict[str, str]) -> None:
    found = disorder(float(row["rate"]), float(row["odds_ratio"]), log=row["log"] == "yes")
    printed = [float(row[name]) for name in ("slope", "se", "risk_ratio")]
    assert [found.slope, found.se, found.risk_ratio] == pytest.approx(printed, abs=0.0005 + 1e-9)


def test_crime_that_is_the_outcome_is_divided_by_rates_that_go_with_the_focal_variable() -> None:
    """By numpy's own least squares on 250 areas."""
    data = pd.read_csv(CASE / "crime_damage.csv")
    focal, others = "collective_efficacy", ["unemployment", "white_british", "median_age"]
    for log in (False, True):
        found = corrected(
            data,
            outcome="damage_crime",
            focal=focal,
            others=others,
            crime="damage_crime",
            rate=0.35,
            odds_ratio=0.9,
            log=log,
        )
        odds = 0.35 / 0.65 * 0.9 ** data[focal]
        crime = data["damage_crime"] / (odds / (1 + odds))
        columns = np.column_stack([data[[focal, *others]], np.ones(len(data))])
        assert found.slope == pytest.approx(
            np.linalg.lstsq(columns, np.log(crime) if log else crime)[0][0], rel=1e-9
        )


@given(st.floats(0.01, 0.99), st.floats(0.2, 5))
def test_a_rate_that_goes_with_a_variable_moves_a_logarithms_slope_by_what_it_adds(
    rate: float, odds_ratio: float
) -> None:
    """Crime is the outcome: the slope moves by that of -log(rate) on the variable, exactly."""
    data = pd.DataFrame({"crime": [8.0, 12, 9, 25, 30, 14], "x": [-1.0, -0.6, -0.2, 0.1, 0.7, 1.0]})
    given_none, given_rates = (
        corrected(
            data, outcome="crime", focal="x", crime="crime", rate=rate, odds_ratio=ratio, log=True
        ).slope
        for ratio in (1, odds_ratio)
    )
    added = np.polyfit(
        data["x"], -np.log(recording_rates(data["x"], rate=rate, odds_ratio=odds_ratio)), 1
    )[0]
    assert given_rates - given_none == pytest.approx(added, abs=1e-9)


GOOD: dict[str, Any] = {
    "outcome": "a",
    "focal": "b",
    "crime": "a",
    "rate": 0.5,
    "odds_ratio": 1.0,
    "log": True,
}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"focal": "bb"}, "did you mean 'b'"),
        ({"others": ["c", "d"]}, "unknown column"),
        ({"crime": "c"}, "crime that is not in the comparison"),
        ({"rate": 0.0}, "a recording rate out of range"),
        ({"rate": 1.0}, "a recording rate out of range"),
        ({"odds_ratio": 0.0}, "an odds ratio out of range"),
        ({"odds_ratio": math.inf}, "an odds ratio out of range"),
        ({"crime": "b", "focal": "b", "log": True}, "crime without a logarithm"),
    ],
)
def test_what_makes_no_correction_is_refused(changed: dict[str, Any], message: str) -> None:
    data = pd.DataFrame({"a": [1.0, 2, 3], "b": [0.0, 1, 5], "c": [1.0, 0, 1]})
    with pytest.raises(InputError, match=message):
        corrected(data, **(GOOD | changed))


# Orders of areas.

BOUNDS = ScenarioRange(0.75, 0.9, ())


def some_areas(rates: list[float], se: float = 0.01) -> pd.DataFrame:
    return pd.DataFrame(
        {"force": [f"area {place}" for place in range(len(rates))], "rate": rates, "se_log": se}
    )


@given(st.lists(st.floats(1, 20), min_size=2, max_size=5, unique=True))
def test_a_pair_is_kept_just_when_no_corner_of_the_bounds_turns_it(rates: list[float]) -> None:
    """Every recording rate at one bound or the other: the extremes are there, since a true rate falls as its recording rate rises."""
    found = order_kept(some_areas(rates), BOUNDS)
    by_name = dict(zip([f"area {place}" for place in range(len(rates))], rates, strict=True))
    for pair in found.pairs.to_dict("records"):
        high, low = by_name[pair["higher"]], by_name[pair["lower"]]
        corners = [
            high / first > low / second
            for first, second in itertools.product((BOUNDS.lower, BOUNDS.upper), repeat=2)
        ]
        assert pair["kept"] == all(corners) or high / low == pytest.approx(found.needed)


def test_ranks_count_the_pairs_that_are_kept() -> None:
    """1.2 is needed: 10 and 9 may change places, 4 may not with either, 3.5 may with 4."""
    found = order_kept(some_areas([4, 10, 3.5, 9]), BOUNDS)
    assert found.needed == pytest.approx(1.2)
    assert found.areas[["force", "rank_lower", "rank_upper"]].values.tolist() == [
        ["area 1", 1, 2],
        ["area 3", 1, 2],
        ["area 0", 3, 4],
        ["area 2", 3, 4],
    ]


def test_sampling_error_of_all_pairs_at_once_is_asked_for_more() -> None:
    """One pair: log(1.3) - 1.96 x 0.05 x sqrt(2) = 0.124, below log(1.2) = 0.182; with 0.01 it is 0.235, above."""
    assert order_kept(some_areas([13, 10], 0.05), BOUNDS).pairs[
        ["kept", "kept_beyond_chance"]
    ].values.tolist() == [[True, False]]
    assert order_kept(some_areas([13, 10], 0.01), BOUNDS).pairs[
        ["kept", "kept_beyond_chance"]
    ].values.tolist() == [[True, True]]


def test_areas_without_a_rate_are_left_out_and_one_area_makes_no_pair() -> None:
    found = order_kept(some_areas([4, math.nan]), BOUNDS)
    assert found.pairs.empty
    assert found.areas.values.tolist() == [["area 0", 4.0, 1, 1]]


@pytest.mark.parametrize("bounds", [(0.0, 0.9), (0.5, 1.2)])
def test_bounds_that_are_no_shares_are_refused(bounds: tuple[float, float]) -> None:
    for refused in (
        lambda: order_kept(some_areas([1, 2]), ScenarioRange(*bounds, ())),
        lambda: needed_to_undo(years(), ScenarioRange(*bounds, ())),
    ):
        with pytest.raises(InputError, match="bounds of a recording rate out of range"):
            refused()


def test_a_level_out_of_range_is_refused() -> None:
    with pytest.raises(InputError, match="a level out of range"):
        order_kept(some_areas([1, 2]), BOUNDS, level=1)


# Ratios of years.


def years(*ratios: tuple[float, float, float]) -> pd.DataFrame:
    rows = [(1.0, 1.0, 1.0), *ratios]
    return pd.DataFrame(rows, columns=["rate_ratio", "lower", "upper"]).assign(
        year=range(2013, 2013 + len(rows))
    )


def test_what_recording_would_have_to_do_by_hand() -> None:
    """A ratio of 1.1 with 0.75 recorded in the base year: 0.825, odds 33/7 against 3."""
    ratio, interval = needed_to_undo(years((1.1, 1.05, 1.15)), BOUNDS).to_dict("records")
    assert (ratio["undone"], ratio["base_rate"], ratio["needed_rate"], ratio["within"]) == (
        "ratio",
        0.75,
        pytest.approx(0.825),
        True,
    )
    assert [ratio["odds_ratio"], ratio["largest_base"]] == pytest.approx([33 / 7 / 3, 1 / 1.1])
    assert (interval["undone"], interval["needed_rate"]) == ("interval", pytest.approx(0.75 * 1.05))


def test_no_recording_rate_undoes_a_ratio_that_needs_more_than_all() -> None:
    found = needed_to_undo(years((3.0, 1.1, 4.0)), BOUNDS).set_index("undone")
    assert found.loc["ratio", ["needed_rate", "odds_ratio"]].isna().all()
    assert found["within"].to_dict() == {"ratio": False, "interval": True}
    assert found.loc["ratio", "largest_base"] == pytest.approx(1 / 3)


def test_a_rate_outside_the_bounds_may_be_needed() -> None:
    """1.3 x 0.75 = 0.975: a recording rate, but above the upper bound."""
    found = needed_to_undo(years((1.3, 1.3, 1.3)), BOUNDS).iloc[0]
    assert (found["needed_rate"], bool(found["within"])) == (pytest.approx(0.975), False)


def test_a_fall_is_undone_from_the_other_side() -> None:
    found = needed_to_undo(years((0.5, 0.4, 0.9)), BOUNDS)
    assert found["base_rate"].tolist() == [0.9, 0.9]
    assert found["needed_rate"].tolist() == pytest.approx([0.45, 0.81])
    assert found["within"].tolist() == [False, True]
    assert found["largest_base"].tolist() == [1, 1]


def test_an_interval_that_holds_one_needs_nothing() -> None:
    assert needed_to_undo(years((1.1, 0.9, 1.2)), BOUNDS)["undone"].tolist() == ["ratio"]


def test_a_base_recorded_in_full_has_no_odds() -> None:
    found = needed_to_undo(years((0.9, 0.8, 0.95)), ScenarioRange(0.8, 1.0, ()))
    assert found["odds_ratio"].isna().all()
    assert found["needed_rate"].tolist() == pytest.approx([0.9, 0.95])


@given(st.floats(0.3, 3), st.floats(0.75, 0.9))
def test_what_is_not_within_the_bounds_no_two_rates_within_them_make(
    ratio: float, base: float
) -> None:
    (found,) = (
        needed_to_undo(years((ratio, ratio, ratio)), BOUNDS).query("undone == 'ratio'")["within"]
        if ratio != 1
        else [True]
    )
    if BOUNDS.lower <= ratio * base <= BOUNDS.upper:
        assert found
