import csv
from math import comb, sqrt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replicate.analysis.recording import (
    METHODS,
    implied_interval,
    implied_sample,
    interval,
    published_interval,
)
from replicate.vocabulary.errors import InputError

# Entered from memory; the printed table was not seen.
# Newcombe (1998) Statistics in Medicine 17:857-872, table I: methods 1 (Wald), 3 (Wilson) and 5 (Clopper-Pearson), 95 %.
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
@given(trials=st.integers(1, 5000), data=st.data())
@settings(max_examples=40)
def test_an_interval_holds_its_share_and_stays_a_share(
    method: str, trials: int, data: st.DataObject
) -> None:
    successes = data.draw(st.integers(0, trials))
    found = interval(successes, trials, method=method)
    assert 0 <= found.lower <= successes / trials + 1e-12
    assert successes / trials - 1e-12 <= found.upper <= 1


@pytest.mark.parametrize("method", METHODS)
def test_a_design_effect_of_two_is_half_the_sample(method: str) -> None:
    found = interval(80, 100, method=method, design_effect=2.0)
    half = interval(40, 50, method=method)
    assert (found.lower, found.upper) == pytest.approx((half.lower, half.upper))
    assert found.method == f"{method}, design effect 2"


def test_a_finite_population_narrows_wald_by_cochrans_factor() -> None:
    """Cochran (1977), by hand: 60 of 100 from 400; sqrt(0.6 x 0.4 / 100 x 300 / 399) is 0.04248."""
    found = interval(60, 100, method="wald", population=400)
    assert (found.upper - found.lower) / 2 == pytest.approx(
        1.959964 * sqrt(0.24 / 100 * 300 / 399), rel=1e-6
    )
    assert (found.upper - found.lower) / 2 == pytest.approx(1.96 * 0.04248, abs=1e-4)
    assert found.method == "wald, finite population of 400"


@pytest.mark.parametrize("method", METHODS)
def test_a_whole_population_leaves_nothing_to_sampling(method: str) -> None:
    found = interval(60, 100, method=method, population=100)
    assert (found.lower, found.upper) == (0.6, 0.6)


@pytest.mark.parametrize(
    "row", RATES, ids=[f"{row['force']}, {row['offence_group']}" for row in RATES]
)
def test_the_implied_sample_is_that_of_the_transcription(row: dict[str, str]) -> None:
    rate, half = float(row["recording_rate_pct"]) / 100, float(row["ci95_half_width_pp"]) / 100
    assert round(implied_sample(rate, half)) == int(row["srs_equivalent_n_DERIVED"])


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_wald_gives_the_published_half_width_back(level: float) -> None:
    found, published = (
        implied_interval(0.758, 0.0194, method="wald", level=level),
        published_interval(0.758, 0.0194, level),
    )
    assert (found.lower, found.upper) == pytest.approx((published.lower, published.upper))
    assert (published.lower, published.upper) == pytest.approx((0.7386, 0.7774))
    assert published.method == "the published half-width"


def test_another_method_keeps_the_implied_sample() -> None:
    found = implied_interval(0.895, 0.0164)
    assert found.method == "wilson, for the simple random sample that the half-width implies"
    assert found == type(found)(*_wilson(0.895, implied_sample(0.895, 0.0164)), 0.95, found.method)


def _wilson(share: float, size: float) -> tuple[float, float]:
    whole = interval(share * size, size)
    z = 1.959963984540054
    centre, spread = (
        share + z**2 / (2 * size),
        z * sqrt(share * (1 - share) / size + z**2 / (4 * size**2)),
    )
    assert whole.lower == pytest.approx((centre - spread) / (1 + z**2 / size))
    assert whole.upper == pytest.approx((centre + spread) / (1 + z**2 / size))
    return whole.lower, whole.upper


def test_a_published_half_width_stops_where_shares_do() -> None:
    assert (published_interval(0.99, 0.02).upper, published_interval(0.01, 0.02).lower) == (1, 0)


@pytest.mark.parametrize("population", [None, 2])
def test_a_mistyped_method_gets_the_nearest(population: int | None) -> None:
    with pytest.raises(InputError, match="did you mean 'wilson'"):
        interval(1, 2, method="willson", population=population)


@pytest.mark.parametrize(
    ("successes", "trials", "options"),
    [
        (0, 0, {}),
        (-1, 5, {}),
        (6, 5, {}),
        (1, 5, {"level": 1.0}),
        (1, 5, {"design_effect": 0.0}),
        (1, 5, {"population": 4}),
    ],
)
def test_what_is_no_sample_is_refused(
    successes: int, trials: int, options: dict[str, float]
) -> None:
    with pytest.raises(InputError):
        interval(successes, trials, **options)  # type: ignore[arg-type]  # one of the options by turns


@pytest.mark.parametrize(
    ("rate", "half_width", "level"),
    [(0.0, 0.1, 0.95), (89.5, 1.64, 0.95), (0.5, 0.0, 0.95), (0.5, 0.1, 0.0)],
)
def test_what_no_half_width_could_be_is_refused(
    rate: float, half_width: float, level: float
) -> None:
    for function in (implied_sample, published_interval):
        with pytest.raises(InputError):
            function(rate, half_width, level)
