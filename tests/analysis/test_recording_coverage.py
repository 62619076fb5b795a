from math import comb, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replicate.analysis.recording import METHODS, coverage, interval
from replicate.vocabulary.errors import InputError

# Brown, Cai and DasGupta (2001) Statistical Science 16:101-133, section 2: Wald, nominal 95 %.
PUBLISHED = [(0.106, 100, 0.952), (0.107, 100, 0.911)]


@pytest.mark.parametrize(("probability", "trials", "published"), PUBLISHED)
def test_walds_coverage_is_as_published(probability: float, trials: int, published: float) -> None:
    assert round(coverage(probability, trials, method="wald"), 3) == published


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("probability", [0.02, 0.3, 0.895])
def test_coverage_is_the_sum_of_binomial_terms(method: str, probability: float) -> None:
    """By hand: each sample of 60 judged by its own interval, its probability from binomial coefficients."""
    terms = {k: comb(60, k) * probability**k * (1 - probability) ** (60 - k) for k in range(61)}
    held = sum(term for k, term in terms.items() if probability in interval(k, 60, method=method))
    assert coverage(probability, 60, method=method) == pytest.approx(held, abs=1e-12)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("probability", "trials"), [(0.02, 60), (0.1, 200), (0.5, 25), (0.895, 1342), (0.948, 730)]
)
def test_simulated_coverage_agrees_with_the_exact_sum(
    method: str, probability: float, trials: int
) -> None:
    """Four standard errors of 20,000 samples: fifteen comparisons exceed that by chance once in a thousand runs; the seed is fixed."""
    samples = 20_000
    drawn = np.random.default_rng(2014).binomial(trials, probability, size=samples)
    held = {
        int(k): probability in interval(int(k), trials, method=method) for k in np.unique(drawn)
    }
    simulated = sum(held[int(k)] for k in drawn) / samples
    exact = coverage(probability, trials, method=method)
    assert abs(simulated - exact) <= 4 * sqrt(exact * (1 - exact) / samples)


@given(st.floats(0.01, 0.99), st.integers(1, 300), st.sampled_from([0.8, 0.95, 0.99]))
@settings(max_examples=60)
def test_clopper_and_pearson_never_cover_less_than_they_say(
    probability: float, trials: int, level: float
) -> None:
    assert coverage(probability, trials, method="clopper-pearson", level=level) >= level - 1e-9


@pytest.mark.parametrize(
    ("probability", "trials", "level"),
    [(-0.1, 5, 0.95), (1.1, 5, 0.95), (0.5, 0, 0.95), (0.5, 5, 1.0)],
)
def test_what_has_no_coverage_is_refused(probability: float, trials: int, level: float) -> None:
    with pytest.raises(InputError):
        coverage(probability, trials, level=level)


def test_a_mistyped_method_is_refused() -> None:
    with pytest.raises(InputError, match="did you mean 'clopper-pearson'"):
        coverage(0.5, 5, method="clopper")
