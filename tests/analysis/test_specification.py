from math import exp, log, sqrt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate.analysis.revisions import Band
from replicate.analysis.specification import chance, curve
from replicate.vocabulary.errors import InputError

CHOICES = ("definition", "period", "territory", "vintage", "reason")
TOTALS = [980.0, 1000.0, 1010.0, 1010.0, 2000.0]
NONE = Band(0.0, 0.0, ())


def specifications(totals: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        {name: [f"{name} {place}" for place in range(len(totals))] for name in CHOICES}
    ).assign(total=totals)


def band(lower: float, upper: float) -> Band:
    return Band(lower, upper, ("YE 2024-09",))


def test_the_curve_ranks_by_distance_and_marks_what_reaches() -> None:
    """1,000 revised by -1 % to +2 % is 990 to 1,020: 980 and 2,000 are outside."""
    found = curve(specifications([2000, 980, 1010, 1000, 990]), 1000, band(-0.01, 0.02))
    assert found["total"].tolist() == [1000, 1010, 990, 980, 2000]
    assert found["rank"].tolist() == [1, 2, 2, 4, 5]
    assert found["difference"].tolist() == [0, 10, -10, -20, 1000]
    assert found["relative"].tolist() == pytest.approx([0, 0.01, -0.01, -0.02, 1])
    assert found["reaches"].tolist() == [True, True, True, False, False]
    assert found["period"].tolist() == ["period 3", "period 2", "period 4", "period 1", "period 0"]


def test_each_specification_can_have_its_own_band_and_without_one_only_equality_reaches() -> None:
    found = curve(specifications([1010, 1010, 1000]), 1000, [band(0, 0.02), None, None]).set_index(
        "definition"
    )
    assert found["reaches"].to_dict() == {
        "definition 0": True,
        "definition 1": False,
        "definition 2": True,
    }
    assert found["upper"].to_dict() == {
        "definition 0": 0.02,
        "definition 1": 0.0,
        "definition 2": 0.0,
    }


@pytest.mark.parametrize("published", [102_878, 87_992, 0.1])
def test_an_equal_total_always_reaches(published: float) -> None:
    assert curve(specifications([published]), published, None)["reaches"].tolist() == [True]


def test_what_is_no_specification_is_refused() -> None:
    with pytest.raises(InputError, match="not all above 0"):
        curve(specifications(TOTALS), 0, None)
    with pytest.raises(InputError, match="not one band for each"):
        curve(specifications(TOTALS), 1000, [None])


def test_chance_by_hand() -> None:
    """Bands of a factor e upwards, on a range of ten on the log scale."""
    wide = band(0.0, exp(1) - 1)
    assert chance([exp(5)], wide, 1, exp(10)) == pytest.approx(0.1)
    assert chance([exp(5), exp(5.5)], wide, 1, exp(10)) == pytest.approx(
        0.15
    )  # overlapping: from 4 to 5.5
    assert chance([exp(5), exp(8)], wide, 1, exp(10)) == pytest.approx(0.2)  # apart
    assert chance([exp(5), exp(5)], wide, 1, exp(10)) == pytest.approx(0.1)  # the same twice
    assert chance([exp(0.5)], wide, 1, exp(10)) == pytest.approx(0.05)  # half of it below the range
    assert chance([exp(30)], wide, 1, exp(10)) == 0  # wholly above it
    assert chance([exp(5), exp(5.2)], [wide, band(0, exp(0.1) - 1)], 1, exp(10)) == pytest.approx(
        0.11
    )  # 4 to 5 and 5.1 to 5.2
    assert chance([exp(5)], None, 1, exp(10)) == 0
    assert chance([exp(2)], band(exp(-12) - 1, exp(12) - 1), 1, exp(10)) == 1


def test_chance_agrees_with_a_monte_carlo_of_the_curve_itself() -> None:
    totals, revised = [480.0, 1000.0, 1015.0, 1700.0], band(-0.03, 0.05)
    low, high = min(totals) / 2, max(totals) * 2
    draws = 20_000
    figures = np.exp(np.random.default_rng(20250616).uniform(log(low), log(high), draws))
    reached = np.zeros(draws, dtype=bool)
    for total in totals:
        reached |= (figures * (1 + revised.lower) <= total) & (
            total <= figures * (1 + revised.upper)
        )
    exact = chance(totals, revised, low, high)
    assert abs(reached.mean() - exact) < 3 * sqrt(exact * (1 - exact) / draws)
    spot = [
        bool(curve(specifications(totals), figure, revised)["reaches"].any())
        for figure in figures[:40]
    ]
    assert spot == reached[:40].tolist()


positive = st.lists(st.floats(1, 1e7), min_size=1, max_size=8)


@given(positive, st.floats(0, 0.5), st.floats(0, 0.5), st.floats(0, 0.3))
def test_chance_is_a_share_and_grows_with_the_band_and_the_list(
    totals: list[float], down: float, up: float, more: float
) -> None:
    low, high = min(totals) / 2, max(totals) * 2
    found = chance(totals, band(-down, up), low, high)
    assert 0 <= found <= 1 + 1e-12
    assert chance(totals, band(-down - more, up + more), low, high) >= found - 1e-12
    assert chance(totals[:1], band(-down, up), low, high) <= found + 1e-12


def test_impossible_ranges_and_totals_are_refused() -> None:
    for totals in ([0.0], [5.0, -1.0]):
        with pytest.raises(InputError, match="not all above 0"):
            chance(totals, NONE, 1, 10)
    with pytest.raises(InputError, match="not all above 0"):
        chance([5.0], NONE, 0, 10)
    with pytest.raises(InputError, match="an empty range"):
        chance([5.0], NONE, 10, 10)
    with pytest.raises(InputError, match="not one band for each"):
        chance([5.0], [NONE, NONE], 1, 10)
