"""Recording rates: from the transcriptions of the audits, by plain Python and closed formulas."""

import csv
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import beta, norm

from replicate.derivations import recording_rates
from replicate.ledger.audits import audits
from replicate.vocabulary.forces import canonical_force
from replicate.vocabulary.parameters import RecordingRates

CASE = Path(__file__).parents[1] / "cases/cdi_force_audits"
Z = float(norm.ppf(0.975))


def transcribed() -> Iterator[tuple[str, float, float]]:
    """Yield force, rate and half-width of all crime where a half-width was transcribed; shares."""
    for name in ("cdi_with_ci.csv", "hmicfrs_audits_new.csv"):
        with (CASE / name).open(encoding="utf-8") as file:
            for row in csv.DictReader(line for line in file if not line.startswith("#")):
                if row["offence_group"] == "overall" and row["ci95_half_width_pp"]:
                    rate, half = row["recording_rate_pct"], row["ci95_half_width_pp"]
                    yield canonical_force(row["force"]) or "", float(rate) / 100, float(half) / 100


ROWS = tuple(transcribed())


def one(frame: pd.DataFrame, **equal: str) -> dict[str, Any]:
    """Return the one row in which columns are equal to some texts."""
    for column, text in equal.items():
        frame = frame[frame[column] == text]
    (row,) = frame.to_dict("records")
    return {str(name): cell for name, cell in row.items()}


def test_every_audit_of_the_ledger_is_in_the_table_of_rates() -> None:
    found = recording_rates.rates()
    assert found["published"].tolist() == [audit.rate for audit in audits()]
    lancashire = one(found, force="Lancashire", inspection="re-inspection")
    assert (lancashire["published"], lancashire["rate"]) == ("over 93", 93.0)
    assert math.isnan(lancashire["implied"])
    assert one(found, force="Sussex")["window"] == "not seen"
    asked = RecordingRates(forces=("Gwent",), level=0.99)
    gwent = one(recording_rates.rates(asked), of="all crime")
    usual = one(found, force="Gwent", of="all crime")
    assert gwent["lower"] < usual["lower"] < usual["upper"] < gwent["upper"]
    assert gwent["implied"] == usual["implied"]


def test_implied_samples_and_intervals_by_closed_formulas() -> None:
    """Size: z^2 p (1 - p) / h^2; Wilson's interval by formula, Clopper and Pearson's by beta."""
    wilson, exact, wald = (
        recording_rates.rates(RecordingRates(method=method))
        for method in ("wilson", "clopper-pearson", "wald")
    )
    assert len(ROWS) == 38
    for force, rate, half in ROWS:
        row = {"force": force, "of": "all crime", "inspection": "first"}
        size, found = Z**2 * rate * (1 - rate) / half**2, one(wilson, **row)
        middle, root = rate + Z**2 / (2 * size), math.hypot(half / Z, Z / size / 2)
        ends = [100 * (middle + sign * Z * root) / (1 + Z**2 / size) for sign in (-1, 1)]
        assert [found[name] for name in ("implied", "lower", "upper")] == pytest.approx(
            [size, *ends]
        )
        right, wrong, other = rate * size, (1 - rate) * size, one(exact, **row)
        assert other["lower"] == pytest.approx(100 * beta.ppf(0.025, right, wrong + 1))
        assert other["upper"] == pytest.approx(100 * beta.ppf(0.975, right + 1, wrong))
        assert one(wald, **row)["lower"] == pytest.approx(100 * (rate - half))


def test_rates_over_time_are_drawn_at_the_audits_last_day() -> None:
    found = recording_rates.over_time()
    nation, kent = (found[found["force"] == name] for name in ("England and Wales", "Kent"))
    assert nation["rate"].tolist() == [80.5, 94.8]
    assert nation["year"].tolist() == pytest.approx([2013.83, 2025.5], abs=0.01)
    assert kent["year"].tolist() == pytest.approx([2016 + 334 / 365.25, 2018.5], abs=0.01)
    assert kent["inspection"].tolist() == ["first", "again"]


def test_changes_are_paired_and_follow_the_audits_dates() -> None:
    """By hand from the printed rates: Kent 96.6 - 83.6, Greater Manchester 77.7 - 85."""
    found = recording_rates.audited_again()
    assert one(found, force="Kent")["change"] == 13.0
    manchester = one(found, force="Greater Manchester")
    printed = [manchester[name] for name in ("first", "again", "change")]
    assert printed == ["around 85", "77.7", -7.3]
    dyfed = found[found["force"].eq("Dyfed-Powys") & found["of"].eq("all crime")]
    assert dyfed["again"].tolist() == ["87.6", "91.6"]
    assert set(found["force"]) == {each.force for each in audits() if each.inspection != "first"}
    assert one(found, force="West Midlands")["half_width"] == 3.36


def test_a_funnel_by_hand() -> None:
    """The scatter by the formulas of Spiegelhalter, and of DerSimonian and Laird."""
    found, rates = recording_rates.funnel(), np.array([rate for _, rate, _ in ROWS])
    sizes = rates * (1 - rates) * np.array([(Z / half) ** 2 for *_, half in ROWS])
    target = np.average(rates, weights=sizes)
    errors = np.sqrt(target * (1 - target) / sizes)
    scores = (rates - target) / errors
    assert found.target == pytest.approx(target)
    assert sorted(found.rates["score"]) == pytest.approx(sorted(scores))
    ordered, cut = np.sort(scores), len(scores) // 10
    phi = float(np.mean(np.clip(ordered, ordered[cut], ordered[-1 - cut]) ** 2))
    weights, forces = errors**-2, len(ROWS)
    spread = weights.sum() - (weights**2).sum() / weights.sum()
    between = (forces * phi - (forces - 1)) / spread
    assert (found.found.phi, found.found.tau_squared) == pytest.approx((phi, between))
    room = norm.ppf(0.999) * np.sqrt(errors**2 + between)
    outside = int((abs(rates - target) > room).sum())
    widest = found.rates["outside"].value_counts()
    assert outside == list(found.beyond.values())[-1] == widest[list(found.beyond)[-1]]
    assert widest.sum() == forces


def test_a_total_that_its_first_release_lacks_is_in_the_full_releases() -> None:
    """Greater Manchester, July to September 2019 among it."""
    (gap,) = recording_rates.gaps().to_dict("records")
    wanted = ["Greater Manchester", "YE 2019-09", "2020-01", "2023-10, 2026-04"]
    assert list(gap.values()) == wanted


def test_the_tables_used_are_those_behind_the_numbers() -> None:
    counted = {"recorded_crime_2023-10", "recorded_crime_2026-04"}
    assert set(recording_rates.tables_used()) == {*counted, "offences", "recorded_groups"}
