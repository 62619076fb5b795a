from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from replicate.analysis.funnel import (
    OverDispersion,
    binomial_limits,
    over_dispersion,
    widened_limits,
)
from replicate.vocabulary.errors import InputError

CASE = Path(__file__).parents[1] / "cases/funnel_overdispersion"
HOSPITALS = pd.read_csv(CASE / "hospital_totals.csv")
RATIO = HOSPITALS["observed"] / HOSPITALS["expected"]
ERROR = 1 / np.sqrt(HOSPITALS["expected"])
LOG_RATIO = pd.Series(np.log(RATIO))
SCORES = LOG_RATIO / ERROR


def published(quantity: str) -> str:
    expected = pd.read_csv(CASE / "expected.csv").set_index("quantity")
    return str(expected.loc[quantity, "published"])


def outside(values: pd.Series, limits: pd.DataFrame) -> int:
    return int(((values < limits["lower"]) | (values > limits["upper"])).sum())


def test_with_over_dispersion_the_published_number_of_hospitals_is_outside() -> None:
    """Five units are cut at each end, as the case's own working does, which states phi and tau
    squared."""
    kept = SCORES.sort_values(kind="stable").index[5:-5]
    found = over_dispersion(SCORES[kept], ERROR[kept], share=0)
    assert (round(found.phi, 3), round(found.tau_squared, 4)) == (8.532, 0.0284)
    number = outside(LOG_RATIO, widened_limits(0, ERROR, found))
    assert (
        f"{number} of {len(RATIO)}"
        == published("outliers, SHMI 10% truncation, log scale, 99.8%")
        == "9 of 54"
    )


def test_winsorised_the_extreme_count_as_the_nearest_kept() -> None:
    """By hand: of ten scores, the lowest and the highest are pulled in to -2 and 2; the mean square
    is (4 x 4 + 6 x 1) / 10. Weights are 4: their sum is 40, the sum of squares over the sum 4."""
    found = over_dispersion([-9, -2, -1, -1, -1, 1, 1, 1, 2, 9], [0.5] * 10)
    assert (found.phi, found.tau_squared) == pytest.approx((2.2, (22 - 9) / (40 - 4)))


def test_units_that_scatter_as_chance_has_it_need_no_room() -> None:
    found = over_dispersion([-1, 0, 0, 1], [1.0, 1.0, 2.0, 2.0], share=0.0)
    assert (found.phi, found.tau_squared) == (0.5, 0)


def test_the_variance_between_units_is_found_again() -> None:
    """Two thousand units with variance 0.04 between them: the method of moments comes within five
    per cent."""
    random = np.random.default_rng(5)
    errors = random.uniform(0.05, 0.3, size=2000)
    values = random.normal(0, np.sqrt(0.04 + errors**2))
    assert over_dispersion(values / errors, errors, share=0.0).tau_squared == pytest.approx(
        0.04, rel=0.05
    )


def test_the_variance_between_units_is_added_to_each_units_own() -> None:
    """By hand: 0.25 and 0.75 make a standard deviation of one."""
    limits = widened_limits(0.9, [0.5], OverDispersion(4.0, 0.75), level=0.95)
    assert limits.iloc[0].tolist() == pytest.approx([0.9 - 1.959964, 0.9 + 1.959964], abs=1e-6)


@given(st.floats(0.05, 0.95), st.integers(1, 5000), st.sampled_from([0.9, 0.95, 0.998]))
@settings(max_examples=80)
def test_binomial_limits_lie_between_the_counts_that_pass_each_tail(
    target: float, size: int, level: float
) -> None:
    limits = binomial_limits(target, [size], level=level)
    lower, upper = limits["lower"][0] * size, limits["upper"][0] * size
    low, high = binom.ppf((1 - level) / 2, size, target), binom.ppf((1 + level) / 2, size, target)
    assert max(low - 1, 0) - 1e-6 <= lower <= low + 1e-6
    assert high - 1 - 1e-6 <= upper <= high + 1e-6


def test_limits_are_interpolated_between_counts() -> None:
    """By hand, ten trials at a half: 1, 11, 56 and 176 of 1,024 are at most 0, 1, 2 and 3; a tenth
    is 102.4 of them, in the step of 120."""
    limits = binomial_limits(0.5, [10], level=0.8)
    assert limits["lower"][0] == pytest.approx((3 - (176 - 102.4) / 120) / 10)
    assert limits["size"][0] == 10


def test_an_implied_size_is_taken_to_a_whole_one() -> None:
    limits = binomial_limits(0.9, pd.Series([1342.3, 0.2], index=["Kent", "Essex"]))
    whole = binomial_limits(0.9, [1342, 1])
    assert limits.index.tolist() == ["Kent", "Essex"]
    assert limits.to_numpy().tolist() == whole.to_numpy().tolist()


@pytest.mark.parametrize(
    "call",
    [
        lambda: binomial_limits(0.9, [10], level=1),
        lambda: binomial_limits(90, [10]),
        lambda: binomial_limits(0.9, [10, 0]),
        lambda: over_dispersion([1, 2], [1, 1], share=0.5),
        lambda: over_dispersion([1], [1]),
        lambda: over_dispersion([1, 2], [1]),
        lambda: over_dispersion([1, 2], [1, 0]),
        lambda: widened_limits(0, [1], OverDispersion(1, 0), level=2),
        lambda: widened_limits(0, [0], OverDispersion(1, 0)),
    ],
)
def test_what_makes_no_funnel_is_refused(call: Callable[[], object]) -> None:
    with pytest.raises(InputError):
        call()
