"""What the figures that controls redraw say of the parameters asked for."""

import csv
from pathlib import Path

import pytest

from replicate.display import views
from replicate.vocabulary.parameters import (
    ForceReport,
    RecordingRates,
)


def test_every_choice_offered_is_taken() -> None:
    for name, values in ForceReport.choices().items():
        for value in values:
            assert getattr(ForceReport().changed(**{name: value}), name) == value


AUDITS = Path(__file__).parents[1] / "cases" / "cdi_force_audits" / "cdi_with_ci.csv"


def test_a_wald_interval_at_the_published_level_gives_the_published_half_width_back() -> None:
    with AUDITS.open(encoding="utf-8") as file:
        published = {
            row["force"]: row for row in csv.DictReader(file) if row["offence_group"] == "overall"
        }
    asked = RecordingRates(method="wald", forces=("Wiltshire", "Leicestershire"))
    drawn = views.audited_rates(asked, name="own")
    assert set(drawn.data["force"]) == {"Wiltshire", "Leicestershire"}
    for row in drawn.data.to_dict("records"):
        told = published[row["force"]]
        assert row["rate"] == pytest.approx(float(told["recording_rate_pct"]))
        half = float(told["ci95_half_width_pp"])
        assert (row["upper"] - row["lower"]) / 2 == pytest.approx(half, abs=0.005)
    assert 'id="fig-own"' in drawn.html


def test_a_higher_level_draws_wider_intervals() -> None:
    usual, sure = (views.audited_rates(RecordingRates(level=level)).data for level in (0.95, 0.99))
    assert list(usual["force"]) == list(sure["force"])
    bounded = usual["lower"].notna()
    assert (sure["lower"] < usual["lower"]).equals(bounded)
    assert (sure["upper"] > usual["upper"]).equals(bounded)


def test_a_rate_without_a_half_width_is_drawn_without_an_interval() -> None:
    drawn = views.audited_rates(RecordingRates(forces=("Greater Manchester",))).data
    assert drawn["rate"].tolist() == [85.0]
    assert drawn[["lower", "upper", "implied"]].isna().all(axis=None)
