"""Words beside recording rates, by hand from small frames."""

from dataclasses import replace
from typing import Any, cast

import pandas as pd
import pytest

from replicate.analysis.funnel import OverDispersion
from replicate.analysis.regression import BetaBinomialFit, QuasiBinomialFit
from replicate.derivations.recording_rates.dates import ByDate
from replicate.derivations.recording_rates.funnel import Funnel
from replicate.display.words import recording
from replicate.vocabulary.parameters import RecordingRates

P = "\N{NO-BREAK SPACE}%"
RATES = pd.DataFrame(
    {
        "force": ["Kent", "London, City of", "Kent"],
        "of": ["all crime", "all crime", "violence"],
        "rate": [90.0, 80.5, 70.0],
        "recomputed_lower": [89.0, 78.0, 66.0],
        "recomputed_upper": [91.0, 82.5, 74.0],
        "largest_shift": [0.05, 0.21, 0.1],
    }
)


def test_the_title_of_rates_names_the_lowest_and_the_highest_of_all_crime() -> None:
    assert (
        recording.rates_title(RATES)
        == f"Between 80.5{P} (City of London) and 90{P} (Kent) of reported crime was recorded"
    )
    assert (
        recording.rates_title(RATES.iloc[[0, 2]])
        == f"Kent recorded 90{P} of the crime reported to it"
    )


def test_the_widths_are_those_of_all_crime() -> None:
    said = recording.rates_alt(RATES, RecordingRates())
    assert "A dot and an interval (Wilson) for 2 forces" in said
    assert said.endswith("2.0 to 4.5 percentage points wide.")


def test_the_largest_shift_is_named() -> None:
    said = recording.shift_sentence(RATES, RecordingRates(level=0.9, method="clopper-pearson"))
    assert said.startswith(f"At 90{P}, Clopper-Pearson intervals")
    assert said.endswith(
        "by 0.05 to 0.21 percentage points, the most for City of London (all crime)."
    )


def test_notes_count_the_intervals_that_are_too_wide() -> None:
    rows = pd.DataFrame({"half_width": [10.0, 25.0, 25.1]})
    *_, wide = recording.number_notes(rows, too_wide=0.25)
    assert wide.startswith(f"By sampling, 1 of 3 intervals would be wider than the limit of 25{P}")


def test_verdicts_are_counted() -> None:
    rows = pd.DataFrame({"verdict": ["compatible", "within_rounding", "compatible"]})
    assert (
        recording.verdicts_sentence(rows)
        == "Of 3 numbers of forces, 2 compatible and 1 within rounding."
    )


MOVES = pd.DataFrame(
    {
        "force": ["Kent", "Kent", "Gwent", "Gwent"],
        "rule": [True, False, True, False],
        "vintage": ["2026-04"] * 4,
        "published": [100.0, 100.0, 200.0, 200.0],
        "computed": [100.0, 110.0, 210.0, 250.0],
        "reaches": [True, False, False, False],
    }
)


def test_moves_are_told_as_parts_of_what_was_published() -> None:
    assert (
        recording.moves_title(MOVES)
        == f"Across 2 choices of year and release, a number moves by 10 to 20{P} of what was published"
    )
    assert recording.moves_alt(MOVES).endswith(
        "By rounding alone the rule reaches 1 of 2 numbers, and at least one choice reaches 1."
    )
    assert recording.moves_alt(MOVES.head(2)).endswith(
        "By rounding alone the rule reaches 1 of 1 number, and at least one choice reaches 1."
    )


def a_funnel(widened: int) -> Funnel:
    rates = pd.DataFrame({"force": ["Kent", "Gwent", "London, City of"], "rate": [0.9, 0.8, 0.95]})
    beyond = {"95 % limits": 3, "99.8 % limits": 2, "99.8 % limits with over-dispersion": widened}
    return Funnel(rates, pd.DataFrame(), 0.875, OverDispersion(27.9, 0.0025), beyond)


@pytest.mark.parametrize(("widened", "left"), [(0, "none"), (1, "1")])
def test_a_funnel_says_how_many_lie_outside_with_and_without_over_dispersion(
    widened: int, left: str
) -> None:
    found = a_funnel(widened)
    assert (
        recording.funnel_title(found)
        == f"2 of 3 rates lie outside 99.8 % limits, {left} once over-dispersion is allowed for"
    )
    said = recording.funnel_alt(found)
    assert f"from 80.0{P} in Gwent to 95.0{P} in City of London; all together 87.5{P}" in said
    assert f"{widened} outside 99.8 % limits with over-dispersion." in said


@pytest.mark.parametrize(("upper", "said"), [([1.02, 1.01], True), ([1.02, 0.99], False)])
def test_limits_that_no_rate_can_pass_are_called_so(upper: list[float], said: bool) -> None:
    kind = "99.8 % limits with over-dispersion"
    limits = pd.DataFrame({"kind": [kind, kind, "95 % limits"], "upper": [*upper, 0.9]})
    note = recording.funnel_note(replace(a_funnel(0), limits=limits), pooled="Not a random sample.")
    assert note == "Not a random sample." + (
        f" No rate could lie above the upper {kind}, which pass 100{P}." if said else ""
    )


def test_scatter_is_told_as_variance_and_in_points() -> None:
    said = recording.dispersion_sentence(a_funnel(0))
    assert "27.9 times that of samples" in said
    assert said.endswith("a standard deviation of 5.0 percentage points between these 3 forces.")


def test_forces_with_a_rate_of_violence_are_placed_among_all() -> None:
    violence = Funnel(
        pd.DataFrame({"force": ["Gwent", "Kent"]}), pd.DataFrame(), 0.7, OverDispersion(1, 0), {}
    )
    said = recording.violence_sentence(a_funnel(0), violence)
    assert (
        said
        == "A rate of violence is printed for 2 forces; among the 3 rates of all crime theirs are numbers 1 to 2 from the lowest."
    )


def by_date() -> ByDate:
    slopes: dict[str, list[Any]] = {
        "model": ["quasi-binomial", "beta-binomial"],
        "log_odds": [0.5, -0.25],
        "log_odds_error": [0.125, 0.1],
        "points_a_year": [5.5, -2.0],
        "standard_error": [1.4, 1.3],
        "lower": [2.5, -4.5],
        "upper": [8.5, 0.5],
    }
    curve = pd.DataFrame({"year": [2017.0, 2019.5], "rate": [80.25, 95.0]})
    rates = pd.DataFrame({"audit_to": ["2019-06-30", "2017-01-31"], "year": [2019.5, 2017.08]})
    quasi = QuasiBinomialFit(pd.DataFrame(), 17.0, 0.9)
    return ByDate(pd.DataFrame(slopes), curve, rates, quasi, cast(BetaBinomialFit, None))


def test_a_slope_stands_with_its_interval() -> None:
    assert recording.dates_title(by_date()).endswith(
        f"5.5 percentage points a year (90{P} interval 2.5 to 8.5)"
    )
    quasi, beta = recording.slope_sentence(by_date()).split(". T")
    assert "+0.50 log odds a year (standard error 0.12)" in quasi
    assert "he beta-binomial model: −0.25 log odds a year" in beta
    assert f"−2.0 percentage points a year at the mean date (90{P} interval −4.5 to 0.5)." in beta


def test_dates_are_told_from_first_to_last() -> None:
    assert recording.dates_alt(by_date()) == (
        f"2 audits by the day the audit ended, 2017 to 2019, with a curve from 80.2{P} to 95.0{P}."
    )
