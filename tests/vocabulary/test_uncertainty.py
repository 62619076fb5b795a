import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate.vocabulary.uncertainty import (
    RoundingRange,
    SamplingInterval,
    ScenarioRange,
    WorstCaseBounds,
)

ends = st.tuples(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9)).map(sorted)


@given(ends)
def test_both_ends_belong_to_a_range(pair: list[float]) -> None:
    bounds = WorstCaseBounds(*pair)
    assert bounds.lower in bounds
    assert bounds.upper in bounds
    assert bounds.width == pair[1] - pair[0] >= 0
    assert math.nextafter(bounds.lower, -math.inf) not in bounds
    assert math.nextafter(bounds.upper, math.inf) not in bounds


@pytest.mark.parametrize(
    ("lower", "upper"), [(2, 1), (math.nan, 1), (1, math.nan), (math.nan, math.nan)]
)
def test_ends_in_the_wrong_order_or_missing_are_refused(lower: float, upper: float) -> None:
    with pytest.raises(ValueError, match="lower end"):
        RoundingRange(lower, upper)


def test_the_kinds_levels_and_methods_never_equal_one_another() -> None:
    kinds = [
        SamplingInterval(1, 2, level=0.95, method="Wilson"),
        SamplingInterval(1, 2, level=0.99, method="Wilson"),
        SamplingInterval(1, 2, level=0.95, method="exact"),
        WorstCaseBounds(1, 2),
        ScenarioRange(1, 2, assumptions=("half are told",)),
        RoundingRange(1, 2),
    ]
    assert all((one == other) == (one is other) for one in kinds for other in kinds)


def test_ranges_meet_where_a_value_belongs_to_both() -> None:
    one = RoundingRange(1, 2)
    assert one.meets(WorstCaseBounds(2, 3))
    assert one.meets(WorstCaseBounds(0, 1))
    assert not one.meets(WorstCaseBounds(2.1, 3))
