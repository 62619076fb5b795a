"""What the figures that controls redraw say of the parameters asked for."""

import csv
from importlib.resources import files
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from replicate.display import views
from replicate.sources import tables
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.parameters import (
    ForceReport,
    HeadlineFigures,
    OffenceCounts,
    RecordingRates,
)


def test_the_verdicts_asked_for_are_drawn_with_their_data() -> None:
    with files("replicate.ledger").joinpath("claims.csv").open(encoding="utf-8") as file:
        text = sum(row["basis"] == "text" and not row["shows"] for row in csv.DictReader(file))
    drawn = views.verdict_counts(HeadlineFigures(basis="text"), name="words")
    assert drawn.data[["verdict", "headline", "others"]].to_dict("records") == [
        {"verdict": "not_a_statistic", "headline": 0, "others": text}
    ]
    assert 'id="fig-words"' in drawn.html


def test_a_choice_that_no_claim_meets_is_refused() -> None:
    with pytest.raises(InputError, match="no claim is of that kind"):
        views.verdict_counts(HeadlineFigures(reports="inspections", seen="start"))


def test_the_series_of_a_definition_of_ones_own_is_drawn_with_its_data() -> None:
    mine = OffenceCounts().changed(
        definitions={"mine": ["71"]}, definition="mine", vintage="2026-04"
    )
    drawn = views.recorded_series(mine, name="own")
    held = pq.read_table(tables.table_path("recorded_crime_2026-04"))
    in_2024 = held.filter(
        (pc.field("offence_code") == "71") & pc.starts_with(pc.field("quarter"), "2024")
    )
    (shown,) = drawn.data.query("year == 2024")["count"]
    assert shown == pc.sum(in_2024["count"]).as_py()
    assert 'id="fig-own"' in drawn.html


def test_a_period_that_the_release_does_not_hold_is_refused() -> None:
    with pytest.raises(InputError, match="2023-10"):
        views.recorded_series(OffenceCounts().changed(vintage="2023-10"))


def test_the_series_of_a_force_is_drawn_under_its_name() -> None:
    drawn = views.recorded_series(ForceReport(force="Kent", definition="child_exploitation"))
    held = pq.read_table(tables.table_path("recorded_crime_2026-04"))
    of_kent = (pc.field("force") == "Kent") & (pc.field("offence_code") == "71")
    in_2024 = held.filter(of_kent & pc.starts_with(pc.field("quarter"), "2024"))
    (shown,) = drawn.data.query("year == 2024")["count"]
    assert shown == pc.sum(in_2024["count"]).as_py()
    assert "Kent; 2013 to 2025" in drawn.text


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
