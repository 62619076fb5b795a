"""Simulated products: against closed forms, the same bits from the same seed, and errors that mean what they say."""

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from replicate.analysis.chain import Link, simulate
from replicate.analysis.chain.sampling import beta
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.uncertainty import RoundingRange, SamplingInterval

DRAWS = 100_000


def audit(name: str, value: float, half: float, level: float = 0.95) -> Link:
    what: dict[str, Any] = {
        "given": "told",
        "gives": "recorded",
        "question": "?",
        "population": "reports",
        "unit": "reports",
    }
    return Link(
        name=name,
        value=value,
        evidence=SamplingInterval(value - half, value + half, level, "audit"),
        **what,
    )


ONE, OTHER = audit("one", 0.895, 0.0164), audit("other", 0.4, 0.1)


@given(st.floats(0.05, 0.95), st.floats(0.01, 0.9), st.floats(0.6, 0.99))
def test_the_beta_has_the_links_mean_and_the_width_of_its_level(
    value: float, part: float, level: float
) -> None:
    link = audit("one", value, part * min(value, 1 - value) * 0.999, level)
    assert link.evidence is not None
    deviation = link.evidence.width / 2 / float(stats.norm.ppf((1 + level) / 2))
    if deviation**2 >= value * (1 - value):
        return
    made = stats.beta(*beta(link))
    assert (made.mean(), made.std()) == pytest.approx((value, deviation), rel=1e-6)


def test_the_product_has_the_moments_of_independent_betas() -> None:
    """The mean of the product is that of the means; its second moment is the product of theirs."""
    means, deviations = (0.895, 0.4), (0.0164 / 1.959964, 0.1 / 1.959964)
    mean = means[0] * means[1]
    second = (means[0] ** 2 + deviations[0] ** 2) * (means[1] ** 2 + deviations[1] ** 2)
    made = simulate([ONE, OTHER], draws=DRAWS, seed=1, level=0.95)[1]
    assert made.mean == pytest.approx(mean, abs=5 * made.error_mean)
    assert made.error_mean == pytest.approx((second - mean**2) ** 0.5 / DRAWS**0.5, rel=0.02)


def test_the_ends_of_one_link_are_quantiles_of_its_beta() -> None:
    interval, made = simulate([OTHER], draws=DRAWS, seed=3, level=0.9)
    lower, upper = stats.beta(*beta(OTHER)).ppf([0.05, 0.95])
    assert interval.lower == pytest.approx(lower, abs=5 * made.error_lower)
    assert interval.upper == pytest.approx(upper, abs=5 * made.error_upper)
    assert interval.level == 0.9


def test_the_errors_of_the_ends_are_the_asymptotic_ones() -> None:
    """A quantile's standard error is the root of q (1 - q) / n over the density there."""
    law = stats.beta(*beta(OTHER))
    made = simulate([OTHER], draws=DRAWS, seed=3, level=0.95)[1]
    for quantile, error in ((0.025, made.error_lower), (0.975, made.error_upper)):
        expected = (quantile * (1 - quantile) / DRAWS) ** 0.5 / law.pdf(law.ppf(quantile))
        assert error == pytest.approx(
            expected, rel=0.35
        )  # the distance between two draws is itself an estimate


def test_the_same_seed_gives_the_same_bits_whatever_the_order() -> None:
    assert simulate([ONE, OTHER], draws=5_000, seed=7, level=0.95) == simulate(
        [OTHER, ONE], draws=5_000, seed=7, level=0.95
    )


def test_different_seeds_agree_within_their_error_and_are_not_the_same() -> None:
    made = [simulate([ONE, OTHER], draws=20_000, seed=seed, level=0.95) for seed in range(8)]
    for (first, one), (second, other) in combinations(made, 2):
        for end in ("lower", "upper"):
            apart = abs(getattr(first, end) - getattr(second, end))
            error = (getattr(one, f"error_{end}") ** 2 + getattr(other, f"error_{end}") ** 2) ** 0.5
            assert 0 < apart < 5 * error


def test_links_of_one_kind_do_not_draw_the_same_numbers() -> None:
    """Two links with the same interval and independent errors: the square of one would have a larger mean."""
    twins = [audit("first", 0.4, 0.3), audit("second", 0.4, 0.3)]
    made = simulate(twins, draws=DRAWS, seed=1, level=0.95)[1]
    assert made.mean == pytest.approx(0.16, abs=5 * made.error_mean)


@pytest.mark.parametrize(
    ("link", "fault"),
    [
        (audit("flat", 0.5, 0.0), "no beta distribution"),
        (audit("wide", 0.5, 0.4999, level=0.6), "no beta distribution"),
        (
            Link(
                name="x",
                given="a",
                gives="b",
                question="?",
                population="p",
                unit="u",
                value=0.5,
                evidence=RoundingRange(0.4, 0.6),
            ),
            "nothing",
        ),
    ],
    ids=["without width", "wider than any", "rounded"],
)
def test_what_cannot_be_drawn_is_refused(link: Link, fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        simulate([link], draws=1_000, seed=1, level=0.95)


def test_too_few_draws_are_refused() -> None:
    with pytest.raises(InputError, match="too few draws"):
        simulate([ONE], draws=999, seed=1, level=0.95)
