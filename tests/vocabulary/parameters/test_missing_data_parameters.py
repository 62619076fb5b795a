"""What notebook 04 can be told, and what it refuses."""

import pytest

from replicate.vocabulary.errors import InputError
from replicate.vocabulary.parameters import MissingData


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"odds_lowest": 3.0}, "no more than the highest"),
        ({"odds_lowest": 0}, "odds_lowest"),
        ({"odds_highest": float("inf")}, "odds_highest"),
        ({"odds_ratios": [1, 2]}, "odds_highest"),
    ],
)
def test_odds_that_cannot_be_a_range_are_refused(values: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        MissingData.checked(values)


@pytest.mark.parametrize("ends", [(1.0, 1.0), (0.01, 100.0)])
def test_any_two_odds_in_order_will_do(ends: tuple[float, float]) -> None:
    asked = MissingData.checked({"odds_lowest": ends[0], "odds_highest": ends[1]})
    assert (asked.odds_lowest, asked.odds_highest) == ends
