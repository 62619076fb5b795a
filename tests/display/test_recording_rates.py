"""What notebook 02 says of recording rates: the numbers of its sentences, and the figure redrawn."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from replicate.derivations import recording_rates
from replicate.derivations.audits import audit_table
from replicate.display import recording_rates as shown
from replicate.vocabulary.parameters import RecordingRates

AUDITS = Path(__file__).parents[1] / "cases" / "cdi_force_audits" / "cdi_with_ci.csv"


def test_the_main_points_carry_the_numbers_of_the_tables() -> None:
    numbers, nation, again, spread = shown.findings()
    table = audit_table().query("population == 'all_crime'")
    had = table["verdict"].value_counts()
    agreed = table["verdict"].str.startswith("within").sum()
    assert numbers.startswith(f"{agreed} of 40 numbers of crimes")
    assert f"{had['within_rounding']} after rounding" in numbers
    assert f"{had['differs']} miss (" in numbers
    for row in table[table["verdict"] == "differs"].to_dict("records"):
        assert f"{row['force']} by {row['missed']:.0f} crimes" in numbers
    assert nation.index("80.5") < nation.index("94.8")
    assert again.endswith("part of a rise is regression to the mean.")
    assert f"{recording_rates.funnel().found.phi:.1f} times as much as chance" in spread


def test_numbers_are_shown_by_audit_and_for_the_forces_asked_for() -> None:
    table = audit_table()
    (kent,) = shown.number_rows(table, ("Kent",)).to_dict("records")
    (row,) = table[table["force"] == "Kent"].to_dict("records")
    assert kent["bracket"] == f"{row['bracket_lower']:,.0f} to {row['bracket_upper']:,.0f}"
    assert kent["away"] == pytest.approx(100 * (row["value"] / 24_300 - 1))
    assert len(shown.number_rows(table, ("Sussex",))) == len(table)
    names = shown.number_rows(table, ())["audit"]
    assert names.is_unique
    assert {"Greater Manchester, again", "West Midlands, violence, again"} <= set(names)


def test_forces_audited_again_are_counted_by_their_latest_rate() -> None:
    of = ["all crime", "all crime", "all crime", "violence"]
    frame = pd.DataFrame({"force": list("AABC"), "of": of, "change": [-2.0, 3.0, -1.5, 9.0]})
    said = shown.again_sentence(frame)
    assert said.startswith("2 forces were audited again")
    assert "is higher in 1; the changes run from −1.5 to +3.0 percentage points" in said


def test_a_funnel_and_a_gap_are_told_in_numbers() -> None:
    found = recording_rates.funnel()
    _, outside, widened = found.beyond.values()
    assert shown.funnel_title(found).startswith(f"{outside} of 38 rates lie outside")
    assert f"{widened} once over-dispersion" in shown.funnel_title(found)
    said = shown.gaps_sentence(recording_rates.gaps())
    assert "2020-01 lacks Greater Manchester's total for YE 2019-09" in said
    assert "full releases 2023-10, 2026-04" in said


def test_a_wald_interval_at_the_published_level_gives_the_published_half_width_back() -> None:
    """A rate without a half-width is drawn without an interval."""
    with AUDITS.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["offence_group"] == "overall"]
    half = {row["force"]: float(row["ci95_half_width_pp"] or "nan") for row in rows}
    forces = ("Wiltshire", "Leicestershire", "Greater Manchester")
    drawn = shown.audited_rates(RecordingRates(method="wald", forces=forces)).data
    widths = (drawn["upper"] - drawn["lower"]) / 2
    found = dict(zip(drawn["force"], widths, strict=True))
    expected = {force: half.get(force, float("nan")) for force in forces}
    assert found == pytest.approx(expected, abs=0.005, nan_ok=True)
