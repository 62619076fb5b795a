"""Heterogeneity: what is refused, and what follows by hand."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from replicate.analysis.systems import ListTable, heterogeneity, repeats
from replicate.analysis.systems.designs import design_fit
from replicate.vocabulary.errors import InputError

THREE = ListTable(("A", "B", "C"), np.array([0.0, 71, 53, 155, 43, 7, 13, 72]))


def test_chao_by_hand() -> None:
    """With unlimited times seen, Chao's lower bound is n + f1 squared / (2 f2), whatever is seen more often."""
    for more in ([30, 10, 4], [30, 0, 4], [0, 0, 9]):
        seen = pd.DataFrame({"times": range(1, 6), "people": [400, 100, *more]})
        assert repeats(seen, "chao").estimate >= 500 + sum(more) - 1e-6
    steady = pd.DataFrame({"times": range(1, 5), "people": [400, 100, 40, 25]})
    assert repeats(steady, "chao").estimate == pytest.approx(565 + 400**2 / 200, rel=1e-4)


def test_chaos_terms_are_never_negative() -> None:
    found = heterogeneity(THREE, "chao", terms=("A:B",))
    assert all(value > 0 for name, value in found.coefficients.items() if name.startswith("from"))


def test_no_heterogeneity_is_the_model_of_lists() -> None:
    found = heterogeneity(THREE, "none")
    assert {"A", "B", "C", "constant"} == set(found.coefficients)
    assert found.df == 3


@pytest.mark.parametrize(
    ("kind", "base", "message"),
    [
        ("darrock", None, "did you mean 'darroch'"),
        ("gamma", 0.0, "base of gamma"),
        ("poisson", 1.0, "base of poisson"),
    ],
)
def test_kinds_and_bases_out_of_range_are_refused(
    kind: Any, base: float | None, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        heterogeneity(THREE, kind, base=base)


@pytest.mark.parametrize(
    "frame",
    [
        {"times": [1, 0], "people": [5, 2]},
        {"times": [1, 1], "people": [5, 2]},
        {"times": [1, 2], "people": [5, 0.5]},
        {"times": [1, 2], "people": [5, -1]},
        {"times": [1, "x"], "people": [5, 2]},
    ],
)
def test_times_that_are_none_are_refused(frame: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="seen so many times") as caught:
        repeats(pd.DataFrame(frame), "none")
    assert "row 3" in str(caught.value)


def test_people_seen_once_alone_say_nothing() -> None:
    with pytest.raises(InputError, match="cannot be told"):
        repeats(pd.DataFrame({"times": [1, 2], "people": [50, 0]}), "none")


def test_a_limit_leaves_out_what_cannot_be_told() -> None:
    """A trait that nobody has but with another: two terms run apart together, the rest is fitted without those cells."""
    design = pd.DataFrame(
        {"constant": 1.0, "x": [0.0, 1, 0, 1], "z": [0.0, 0, 1, 1], "xz": [0.0, 0, 0, 1]}
    )
    found = design_fit(np.array([9.0, 5.0, 0.0, 3.0]), design)
    assert found.at_limit
    assert found.unseen == pytest.approx(9)
    assert "xz" not in found.coefficients
