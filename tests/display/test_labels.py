from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate.display.labels import area_name, spread
from replicate.vocabulary.forces import TERRITORIAL

rows = st.lists(st.tuples(st.floats(0, 1), st.floats(0.01, 0.1)), min_size=1, max_size=9)


@given(rows)
def test_labels_do_not_overlap_and_keep_their_order(labels: list[tuple[float, float]]) -> None:
    wanted, heights = [place for place, _ in labels], [height for _, height in labels]
    places = spread(wanted, heights)
    order = sorted(range(len(labels)), key=lambda index: (places[index], wanted[index]))
    for below, above in pairwise(order):
        assert places[above] - places[below] >= (heights[above] + heights[below]) / 2 - 1e-9
        assert wanted[above] >= wanted[below]
    assert (
        max(place + height / 2 for place, height in zip(places, heights, strict=True)) <= 1 + 1e-9
    )


@given(st.lists(st.integers(1, 9), unique=True, min_size=1))
def test_what_fits_is_not_moved(tenths: list[int]) -> None:
    wanted = [tenth / 10 for tenth in tenths]
    assert spread(wanted, [0.09] * len(wanted)) == pytest.approx(wanted)


def test_only_the_city_of_london_is_turned_round() -> None:
    assert [area_name(name) for name in TERRITORIAL if area_name(name) != name] == [
        "City of London"
    ]
