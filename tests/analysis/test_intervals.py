import csv
from math import comb, inf, nan
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from replicate.analysis.intervals import (
    METHODS,
    MOST_REPORTS,
    implied_sample,
    interval,
    published_interval,
    share_of_year,
    whole_of_year,
)
from replicate.vocabulary.errors import InputError

# Entered from memory; the printed table was not seen.
# Newcombe (1998) Statistics in Medicine 17:857-872, table I: methods 1 (Wald), 3 (Wilson) and 5
# (Clopper-Pearson), 95 %.
# Wald's lower end for 1 of 29 is below 0 there; a share has none such, so it is 0 here.
NEWCOMBE = [
    (81, 263, "wald", 0.2522, 0.3638),
    (81, 263, "wilson", 0.2553, 0.3662),
    (81, 263, "clopper-pearson", 0.2527, 0.3676),
    (15, 148, "wald", 0.0527, 0.1500),
    (15, 148, "wilson", 0.0624, 0.1605),
    (15, 148, "clopper-pearson", 0.0578, 0.1617),
    (0, 20, "wald", 0.0, 0.0),
    (0, 20, "wilson", 0.0, 0.1611),
    (0, 20, "clopper-pearson", 0.0, 0.1684),
    (1, 29, "wald", 0.0, 0.1009),
    (1, 29, "wilson", 0.0061, 0.1718),
    (1, 29, "clopper-pearson", 0.0009, 0.1776),
]

AUDITS = Path(__file__).parents[1] / "cases/cdi_force_audits/cdi_with_ci.csv"
with AUDITS.open(encoding="utf-8") as file:
    RATES = list(csv.DictReader(file))

# Brown, Cai and DasGupta (2001) Statistical Science 16:101-133, section 2: Wald, nominal 95 %.
PUBLISHED = [(0.106, 100, 0.952), (0.107, 100, 0.911)]

LEVELS = st.one_of(st.sampled_from([1e-300, 1e-17, 0.95, 1 - 1e-16]), st.floats(0.001, 0.9999))


@pytest.mark.parametrize(("successes", "trials", "method", "lower", "upper"), NEWCOMBE)
def test_newcombes_examples_are_as_published(
    successes: int, trials: int, method: str, lower: float, upper: float
) -> None:
    found = interval(successes, trials, method=method)
    assert (round(found.lower, 4), round(found.upper, 4)) == (lower, upper)
    assert (found.level, found.method) == (0.95, method)


@given(st.integers(1, 200), st.data())
@settings(max_examples=50)
def test_clopper_and_pearsons_ends_leave_half_of_the_rest_in_each_tail(
    trials: int, data: st.DataObject
) -> None:
    successes = data.draw(st.integers(0, trials))
    found = interval(successes, trials, method="clopper-pearson", level=0.9)

    def tail(share: float, counts: range) -> float:
        return sum(comb(trials, k) * share**k * (1 - share) ** (trials - k) for k in counts)

    if successes:
        assert tail(found.lower, range(successes, trials + 1)) == pytest.approx(0.05, rel=1e-6)
    if successes < trials:
        assert tail(found.upper, range(successes + 1)) == pytest.approx(0.05, rel=1e-6)


@pytest.mark.parametrize("method", METHODS)
@given(trials=st.one_of(st.integers(1, 5000), st.integers(1, 2**53)), level=LEVELS, data=st.data())
@settings(max_examples=60)
def test_an_interval_holds_its_share_and_stays_a_share(
    method: str, trials: int, level: float, data: st.DataObject
) -> None:
    everyone = st.sampled_from([0, 1, trials - 1, trials])
    successes = data.draw(st.one_of(everyone, st.integers(0, trials)))
    found = interval(successes, trials, method=method, level=level)
    assert 0 <= found.lower <= successes / trials <= found.upper <= 1


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("trials", [1, 38, 10**6, 10**15])
def test_all_of_a_sample_reaches_one_and_none_of_it_nothing(method: str, trials: int) -> None:
    """38 of 38 ended at 99.99999999999999 %, below its own rate."""
    assert interval(trials, trials, method=method).upper == 1
    assert interval(0, trials, method=method).lower == 0


@pytest.mark.parametrize("half_width", [1e-7, 1e-9, 1e-322, 0.0, -0.01, 0.61, 5.0, inf, nan])
def test_a_half_width_that_no_sample_gives_is_refused_with_those_that_one_gives(
    half_width: float,
) -> None:
    """By hand: 1.959964 x sqrt(0.895 x 0.105) is 0.60084, over the root of ten million 0.00019."""
    with pytest.raises(InputError) as refused:
        implied_sample(0.895, half_width)
    narrowest, widest = (
        float(end) / 100 for end in str(refused.value.expected).split(":")[0].split(" to ")
    )
    assert (narrowest, widest) == pytest.approx((0.00019, 0.60084), rel=2e-3)
    for end in (narrowest, widest):
        assert 1 <= round(implied_sample(0.895, end)) <= MOST_REPORTS


@pytest.mark.parametrize(
    "row", RATES, ids=[f"{row['force']}, {row['offence_group']}" for row in RATES]
)
def test_the_implied_sample_is_that_of_the_transcription(row: dict[str, str]) -> None:
    rate, half = float(row["recording_rate_pct"]) / 100, float(row["ci95_half_width_pp"]) / 100
    assert round(implied_sample(rate, half)) == int(row["srs_equivalent_n_DERIVED"])


def test_a_published_half_width_stops_where_shares_do() -> None:
    assert (published_interval(0.99, 0.02).upper, published_interval(0.01, 0.02).lower) == (1, 0)


def test_a_mistyped_method_gets_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'wilson'"):
        interval(1, 2, method="willson")


@pytest.mark.parametrize(
    ("successes", "trials", "options"),
    [
        (0, 0, {}),
        (-1, 5, {}),
        (6, 5, {}),
        (nan, 5, {}),
        (1, inf, {}),
        (1, 10**400, {}),
        (1, 5, {"level": 1.0}),
        (1, 5, {"level": nan}),
    ],
)
def test_what_is_no_sample_is_refused(
    successes: float, trials: float, options: dict[str, float]
) -> None:
    with pytest.raises(InputError):
        interval(successes, trials, **options)  # type: ignore[arg-type]  # one of them by turns


@pytest.mark.parametrize(
    ("rate", "half_width", "level"),
    [(0.0, 0.1, 0.95), (1.0, 0.1, 0.95), (89.5, 1.64, 0.95), (nan, 0.1, 0.95), (0.5, 0.1, 0.0)],
)
def test_what_is_no_rate_or_level_is_refused(rate: float, half_width: float, level: float) -> None:
    for function in (implied_sample, published_interval):
        with pytest.raises(InputError, match="out of range"):
            function(rate, half_width, level)


def tail(whole: int, fraction: float, counts: range) -> float:
    return sum(comb(whole, k) * fraction**k * (1 - fraction) ** (whole - k) for k in counts)


def test_572_in_nine_months_fits_761_in_the_year() -> None:
    """Published for January to September 2024 and for 2024 (COCAD); endpoints checked by summing
    the binomial by hand."""
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
    "level", [0.8, 0.95, 0.999]
)  # at 0.5 a tail can equal a quarter to the last bit: a tie, which rounding decides
@pytest.mark.parametrize("fraction", [0.25, 0.75])
@pytest.mark.parametrize("part", [1, 5, 57])
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
