"""Samples that half-widths imply, and intervals, against the transcriber's own working, closed formulas and exact sums."""

import math
from collections.abc import Callable

import pytest
from scipy.stats import beta, binom, norm

from replicate.derivations.recording_rates import samples
from replicate.sources import tables
from replicate.vocabulary.forces import TERRITORIAL
from replicate.vocabulary.parameters import RecordingRates

Rows = dict[tuple[str, str], dict[str, str]]
Counter = Callable[..., int]

DEFAULT = RecordingRates()
LATER = RecordingRates(level=0.9, method="clopper-pearson", forces=("Gwent",))


def wilson(share: float, size: float, z: float) -> tuple[float, float]:
    """Wilson's score interval by its closed formula."""
    middle, spread = (
        share + z * z / (2 * size),
        z * math.sqrt(share * (1 - share) / size + z * z / (4 * size * size)),
    )
    return (middle - spread) / (1 + z * z / size), (middle + spread) / (1 + z * z / size)


def test_the_implied_samples_are_those_that_the_transcriber_worked_out(transcribed: Rows) -> None:
    for row in samples.rates(DEFAULT).to_dict("records"):
        derived = float(transcribed[row["force"], row["of"]]["srs_equivalent_n_DERIVED"])
        assert row["implied"] == pytest.approx(derived, abs=0.5)


def test_intervals_are_those_of_the_implied_samples() -> None:
    """Wald's gives the published ends back; Wilson's by its formula; Clopper and Pearson's by the beta distribution."""
    z = norm.ppf(0.975)
    for row in samples.rates(DEFAULT).to_dict("records"):
        share, size = row["rate"] / 100, row["implied"]
        assert (row["wald_lower"], row["wald_upper"]) == pytest.approx((row["lower"], row["upper"]))
        assert (row["wilson_lower"], row["wilson_upper"]) == pytest.approx(
            [100 * end for end in wilson(share, size, z)]
        )
        successes, failures = share * size, (1 - share) * size
        exact = beta.ppf(0.025, successes, failures + 1), beta.ppf(0.975, successes + 1, failures)
        assert (row["clopper-pearson_lower"], row["clopper-pearson_upper"]) == pytest.approx(
            [100 * end for end in exact]
        )


def test_the_method_and_level_asked_for_are_those_shown() -> None:
    """Another level moves the recomputed ends, and neither the published ones nor the sample that they imply."""
    (whole,) = samples.chosen_method(LATER).to_dict("records")
    assert whole["force"] == "Gwent"
    assert (whole["lower"], whole["upper"]) == (88.86, 92.14)
    assert whole["implied"] == pytest.approx(
        samples.rates(DEFAULT).set_index("claim")["implied"]["F11"]
    )
    exact = 100 * beta.ppf(0.05, 0.905 * whole["implied"], 0.095 * whole["implied"] + 1)
    assert whole["recomputed_lower"] == pytest.approx(exact)
    shifts = abs(whole["recomputed_lower"] - 88.86), abs(whole["recomputed_upper"] - 92.14)
    assert whole["largest_shift"] == pytest.approx(max(shifts))


def test_how_often_an_interval_is_right_is_summed_over_all_samples() -> None:
    """Gwent: 1,228 cases at 90.5 %, Wilson's interval at 95 %, each number of successes by itself."""
    rows = samples.interval_coverage(RecordingRates(forces=("Gwent",)))
    z, size, share = norm.ppf(0.975), 1228, 0.905
    ends = [wilson(count / size, size, z) for count in range(size + 1)]
    right = [lower <= share <= upper for lower, upper in ends]
    held = sum(binom.pmf(count, size, share) for count in range(size + 1) if right[count])
    assert rows["wilson"].tolist() == pytest.approx([100 * held])


def test_the_reports_examined_in_2014_make_the_what_ifs(arrow: Counter) -> None:
    """8,000 of the reports of the year audited at 80.5 %: the design effect divides the sample, the finite population adds to it."""
    codes = tables.offences().query("group != 'Fraud offences'")["code"].tolist()
    recorded = arrow(
        "2026-04", codes, ["2012-Q4", "2013-Q1", "2013-Q2", "2013-Q3"], forces=TERRITORIAL
    )
    population, z = recorded / 0.805, norm.ppf(0.975)
    found = samples.simple_random_sample(DEFAULT)
    assert found["population"].tolist() == pytest.approx([population] * 3)
    assert found["design_effect"].tolist() == list(samples.DESIGN_EFFECTS)
    for row in found.to_dict("records"):
        worth = 8000 / (row["design_effect"] * (population - 8000) / (population - 1))
        ends = [100 * end for end in wilson(0.805, worth, z)]
        assert (row["lower"], row["upper"]) == pytest.approx(ends)
        assert row["half_width"] == pytest.approx((ends[1] - ends[0]) / 2)
