from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, poisson

from replicate.analysis.recording import (
    OverDispersion,
    binomial_limits,
    over_dispersion,
    poisson_limits,
    widened_limits,
)
from replicate.analysis.recording.dispersion import Model, Treatment
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


def test_unadjusted_the_published_number_of_hospitals_is_outside() -> None:
    found = outside(RATIO, poisson_limits(HOSPITALS["expected"], method="chi-squared"))
    assert (
        f"{found} of {len(RATIO)}"
        == published("outliers, unadjusted exact Poisson 99.8%")
        == "25 of 54"
    )


def test_limits_that_are_exact_leave_two_of_them_inside() -> None:
    """H20 and H37: few expected, fewer seen, and a Poisson count is as low more often than once in a thousand."""
    exact = poisson_limits(HOSPITALS["expected"])
    published_limits = poisson_limits(HOSPITALS["expected"], method="chi-squared")
    differ = HOSPITALS[RATIO.lt(published_limits["lower"]) & RATIO.ge(exact["lower"])]
    assert differ["unit"].tolist() == ["H20", "H37"]
    assert all(
        poisson.cdf(row["observed"], row["expected"]) > 0.001 for row in differ.to_dict("records")
    )
    assert outside(RATIO, exact) == 23


def test_with_over_dispersion_the_published_number_of_hospitals_is_outside() -> None:
    """The number of units cut at each end is that of the case's own working, which states phi and tau squared."""
    found = over_dispersion(SCORES, ERROR, treatment="truncate")
    assert (round(found.phi, 3), round(found.tau_squared, 4), found.units) == (8.532, 0.0284, 44)
    number = outside(LOG_RATIO, widened_limits(0, ERROR, found))
    assert (
        f"{number} of {len(RATIO)}"
        == published("outliers, SHMI 10% truncation, log scale, 99.8%")
        == "9 of 54"
    )


def test_winsorised_the_extreme_count_as_the_nearest_kept() -> None:
    """By hand: of ten scores, the lowest and the highest are pulled in to -2 and 2; the mean square is (4 x 4 + 6 x 1) / 10."""
    scores = [-9, -2, -1, -1, -1, 1, 1, 1, 2, 9]
    found = over_dispersion(scores, [0.5] * 10)
    assert found.phi == pytest.approx(2.2)
    assert found.tau_squared == pytest.approx(
        (22 - 9) / (40 - 4)
    )  # weights of 4: their sum 40, sum of squares over sum 4
    assert over_dispersion(scores, [0.5] * 10, treatment="truncate").phi == pytest.approx(
        (2 * 4 + 6) / 8
    )


@pytest.mark.parametrize("treatment", ["winsorise", "truncate"])
def test_units_that_scatter_as_chance_has_it_need_no_room(treatment: Treatment) -> None:
    found = over_dispersion([-1, 0, 0, 1], [1.0, 1.0, 2.0, 2.0], share=0.0, treatment=treatment)
    assert (found.phi, found.tau_squared, found.units) == (0.5, 0, 4)


def test_the_variance_between_units_is_found_again() -> None:
    """Two thousand units with variance 0.04 between them: the method of moments comes within five per cent."""
    random = np.random.default_rng(5)
    errors = random.uniform(0.05, 0.3, size=2000)
    values = random.normal(0, np.sqrt(0.04 + errors**2))
    assert over_dispersion(values / errors, errors, share=0.0).tau_squared == pytest.approx(
        0.04, rel=0.05
    )


@pytest.mark.parametrize(
    ("model", "half"), [("additive", np.sqrt(0.25 + 0.75)), ("multiplicative", 0.5 * np.sqrt(4))]
)
def test_limits_are_widened_by_either_model(model: Model, half: float) -> None:
    limits = widened_limits(0.9, [0.5], OverDispersion(4.0, 0.75, 10), level=0.95, model=model)
    assert limits.iloc[0].tolist() == pytest.approx(
        [0.9 - 1.959964 * half, 0.9 + 1.959964 * half], abs=1e-6
    )


def test_a_scatter_below_chance_narrows_nothing() -> None:
    limits = widened_limits(
        0.0, [1.0], OverDispersion(0.4, 0.0, 10), level=0.95, model="multiplicative"
    )
    assert limits["upper"][0] == pytest.approx(1.959964, abs=1e-6)


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
    """By hand, ten trials at a half: 1, 11, 56 and 176 of 1,024 are at most 0, 1, 2 and 3; a tenth is 102.4 of them, in the step of 120."""
    limits = binomial_limits(0.5, [10], level=0.8)
    assert limits["lower"][0] == pytest.approx((3 - (176 - 102.4) / 120) / 10)
    assert limits["size"][0] == 10


def test_an_implied_size_is_taken_to_a_whole_one() -> None:
    limits = binomial_limits(0.9, pd.Series([1342.3, 0.2], index=["Kent", "Essex"]))
    whole = binomial_limits(0.9, [1342, 1])
    assert limits.index.tolist() == ["Kent", "Essex"]
    assert limits.to_numpy().tolist() == whole.to_numpy().tolist()


@pytest.mark.parametrize("method", ["exact", "chi-squared"])
def test_poisson_limits_are_never_below_nothing_and_close_in(method: str) -> None:
    limits = poisson_limits([0.01, 10, 100, 10_000], method=method)  # type: ignore[arg-type]  # both by turns
    assert (limits["lower"] >= 0).all()
    assert ((limits["upper"] - limits["lower"]).diff().dropna() < 0).all()
    assert ((limits["lower"] < 1) & (limits["upper"] > 1)).all()


@pytest.mark.parametrize(
    "call",
    [
        lambda: binomial_limits(0.9, [10], level=1),
        lambda: binomial_limits(90, [10]),
        lambda: binomial_limits(0.9, [10, 0]),
        lambda: poisson_limits([-1]),
        lambda: poisson_limits([5], level=0),
        lambda: over_dispersion([1, 2], [1, 1], share=0.5),
        lambda: over_dispersion([1], [1]),
        lambda: over_dispersion([1, 2], [1]),
        lambda: over_dispersion([1, 2], [1, 0]),
        lambda: widened_limits(0, [1], OverDispersion(1, 0, 2), level=2),
        lambda: widened_limits(0, [0], OverDispersion(1, 0, 2)),
    ],
)
def test_what_makes_no_funnel_is_refused(call: Callable[[], object]) -> None:
    with pytest.raises(InputError):
        call()
