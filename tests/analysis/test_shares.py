from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from replicate.analysis.shares import share_of_year, whole_of_year
from replicate.vocabulary.errors import InputError


def tail(whole: int, fraction: float, counts: range) -> float:
    return sum(comb(whole, k) * fraction**k * (1 - fraction) ** (whole - k) for k in counts)


def test_572_in_nine_months_fits_761_in_the_year() -> None:
    """Published for January to September 2024 and for 2024 (COCAD); endpoints checked by summing the binomial by hand."""
    interval = share_of_year(572, 761, 0.75, 0.95)
    lower, upper = int(interval.lower), int(interval.upper)
    assert 572 in interval
    assert tail(761, 0.75, range(lower)) <= 0.025 < tail(761, 0.75, range(lower + 1))
    assert tail(761, 0.75, range(upper + 1, 762)) <= 0.025 < tail(761, 0.75, range(upper, 762))


@given(
    st.integers(1, 300), st.data(), st.sampled_from([0.25, 0.5, 0.75]), st.sampled_from([0.8, 0.95])
)
@settings(max_examples=60, deadline=None)
def test_a_part_is_inside_just_when_clopper_and_pearson_hold_the_fraction(
    whole: int, data: st.DataObject, fraction: float, level: float
) -> None:
    part = data.draw(st.integers(0, whole))
    limits = binomtest(part, whole).proportion_ci(confidence_level=level, method="exact")
    if min(abs(limits.low - fraction), abs(limits.high - fraction)) > 1e-9:
        assert (part in share_of_year(part, whole, fraction, level)) == (
            limits.low < fraction < limits.high
        )


@pytest.mark.parametrize(
    ("part", "whole", "fraction", "level"),
    [
        (-1, 5, 0.5, 0.95),
        (6, 5, 0.5, 0.95),
        (0, 0, 0.5, 0.95),
        (2, 5, 0.0, 0.95),
        (2, 5, 1.0, 0.95),
        (2, 5, 0.5, 1.0),
    ],
)
def test_what_is_no_part_of_a_year_is_refused(
    part: int, whole: int, fraction: float, level: float
) -> None:
    with pytest.raises(InputError):
        share_of_year(part, whole, fraction, level)


@pytest.mark.parametrize(
    "level", [0.6, 0.8, 0.95, 0.999]
)  # at 0.5 a tail can equal a quarter to the last bit: a tie, which rounding decides
@pytest.mark.parametrize("fraction", [0.25, 0.5, 0.75, 0.9])
@pytest.mark.parametrize("part", [1, 2, 5, 57])
def test_the_totals_of_a_year_are_those_whose_part_would_fit(
    part: int, fraction: float, level: float
) -> None:
    interval = whole_of_year(part, fraction, level)
    fitting = [
        whole
        for whole in range(part, int(4 * interval.upper) + 9)
        if part in share_of_year(part, whole, fraction, level)
    ]
    assert (fitting[0], fitting[-1]) == (interval.lower, interval.upper)


def test_761_in_the_year_fits_572_in_nine_months() -> None:
    assert 761 in whole_of_year(572, 0.75, 0.95)
    assert 800 not in whole_of_year(572, 0.75, 0.95)


@pytest.mark.parametrize(
    ("part", "fraction", "level"), [(0, 0.5, 0.95), (5, 1.5, 0.95), (5, 0.5, 0.0)]
)
def test_totals_of_no_year_are_refused(part: int, fraction: float, level: float) -> None:
    with pytest.raises(InputError):
        whole_of_year(part, fraction, level)
