"""Orders of areas that bounds of recording leave standing."""

import itertools
import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate.analysis.orders import order_kept
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.uncertainty import ScenarioRange

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
    with pytest.raises(InputError, match="bounds of a recording rate out of range"):
        order_kept(some_areas([1, 2]), ScenarioRange(*bounds, ()))


def test_a_level_out_of_range_is_refused() -> None:
    with pytest.raises(InputError, match="a level out of range"):
        order_kept(some_areas([1, 2]), BOUNDS, level=1)
