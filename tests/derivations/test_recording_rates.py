"""Recording rates: from the transcriptions of the audits, by plain Python and closed formulas."""

import csv
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import pytest
from scipy.stats import beta, binom, norm

from replicate.derivations import recording_rates
from replicate.ledger import audits
from replicate.sources import tables
from replicate.vocabulary.forces import canonical_force
from replicate.vocabulary.parameters import AUDITED, RecordingRates

CASE = Path(__file__).parents[1] / "cases/cdi_force_audits"
OF: dict[Literal["all crime", "violence"], str] = {"all crime": "overall", "violence": "violence"}


def transcribed(of: str) -> Iterator[tuple[str, float, float]]:
    """Yield force, rate and half-width of each audit whose half-width was transcribed; shares."""
    for name in ("cdi_with_ci.csv", "hmicfrs_audits_new.csv"):
        with (CASE / name).open(encoding="utf-8") as file:
            for row in csv.DictReader(line for line in file if not line.startswith("#")):
                if row["offence_group"] == of and row["ci95_half_width_pp"]:
                    rate, half = row["recording_rate_pct"], row["ci95_half_width_pp"]
                    yield canonical_force(row["force"]) or "", float(rate) / 100, float(half) / 100


def first(frame: pd.DataFrame, **equal: str) -> dict[str, Any]:
    """Return the one row in which columns are equal to some texts."""
    for column, text in equal.items():
        frame = frame[frame[column] == text]
    (row,) = frame.to_dict("records")
    return {str(name): cell for name, cell in row.items()}


def test_every_audit_of_the_ledger_is_in_the_table_of_rates() -> None:
    found = recording_rates.rates()
    assert len(found) == len(audits())
    assert found["published"].tolist() == [audit.rate for audit in audits()]
    lancashire = first(found, force="Lancashire", inspection="re-inspection")
    assert (lancashire["published"], lancashire["rate"]) == ("over 93", 93.0)
    assert math.isnan(lancashire["implied"])
    assert first(found, force="Sussex")["window"] == "not seen"


@pytest.mark.parametrize("of", OF)
def test_implied_samples_and_intervals_by_closed_formulas(
    of: Literal["all crime", "violence"],
) -> None:
    """Size: z^2 p (1 - p) / h^2; Wilson's interval by formula, Clopper and Pearson's by beta."""
    z = norm.ppf(0.975)
    wilson, exact = (
        recording_rates.rates(RecordingRates(method=method))
        for method in ("wilson", "clopper-pearson")
    )
    rows = list(transcribed(OF[of]))
    assert len(rows) == {"all crime": 38, "violence": 17}[of]
    for force, rate, half in rows:
        size = z**2 * rate * (1 - rate) / half**2
        found = first(wilson, force=force, of=of, inspection="first")
        middle, root = (
            rate + z**2 / (2 * size),
            math.sqrt(rate * (1 - rate) / size + (z / size / 2) ** 2),
        )
        ends = [100 * (middle + sign * z * root) / (1 + z**2 / size) for sign in (-1, 1)]
        assert found["implied"] == pytest.approx(size)
        assert [found["recomputed_lower"], found["recomputed_upper"]] == pytest.approx(ends)
        other = first(exact, force=force, of=of, inspection="first")
        right, wrong = rate * size, (1 - rate) * size
        assert other["recomputed_lower"] == pytest.approx(100 * beta.ppf(0.025, right, wrong + 1))
        assert other["recomputed_upper"] == pytest.approx(100 * beta.ppf(0.975, right + 1, wrong))


def test_the_forces_and_the_level_asked_for_are_those_shown() -> None:
    usual = first(recording_rates.rates(RecordingRates(forces=("Gwent",))), of="all crime")
    sure = first(
        recording_rates.rates(RecordingRates(forces=("Gwent",), level=0.99)), of="all crime"
    )
    assert sure["recomputed_lower"] < usual["recomputed_lower"]
    assert usual["recomputed_upper"] < sure["recomputed_upper"]
    assert sure["implied"] == usual["implied"]


def test_reliability_is_summed_over_all_samples_and_told_from_least_to_most() -> None:
    """Gwent, 1,228 cases at 90.5 %: its coverage by Wald lies between the least and the most."""
    found = recording_rates.reliability(RecordingRates()).set_index("method")
    assert list(found.index) == ["wilson", "clopper-pearson", "wald"]
    cases, z = binom(1228, 0.905), norm.ppf(0.975)
    held = 0.0
    for count in range(1229):
        share = count / 1228
        half = z * math.sqrt(share * (1 - share) / 1228)
        held += cases.pmf(count) if share - half <= 0.905 <= share + half else 0.0
    assert found["least"]["wald"] <= 100 * held <= found["most"]["wald"]
    assert (found["least"] <= found["middle"]).all()
    assert (found["middle"] <= found["most"]).all()
    assert found["least"]["clopper-pearson"] >= 95


def test_rates_over_time_are_drawn_at_the_audits_last_day() -> None:
    found = recording_rates.over_time()
    nation = found[found["inspection"] == "national"]
    assert nation["rate"].tolist() == [80.5, 94.8]
    assert nation["year"].tolist() == pytest.approx([2013 + 303 / 365.25, 2025.5], abs=0.01)
    kent = found[found["force"] == "Kent"].set_index("inspection")
    assert kent.loc["first", "year"] == pytest.approx(2016 + 334 / 365.25, abs=0.01)
    assert [kent.loc["again", name] for name in ("year", "rate")] == [2018.5, 96.6]
    assert set(found["force"]) - {"England and Wales"} <= set(AUDITED)
    assert found[["lower", "upper"]].isna().all(axis=None)


def test_changes_are_paired_and_follow_the_audits_dates() -> None:
    """By hand from the printed rates: Kent 96.6 - 83.6, Greater Manchester 77.7 - 85."""
    found = recording_rates.audited_again()
    assert first(found, force="Kent")["change"] == 13.0
    manchester = first(found, force="Greater Manchester")
    assert (manchester["first"], manchester["again"], manchester["change"]) == (
        "around 85",
        "77.7",
        -7.3,
    )
    dyfed = found[found["force"].eq("Dyfed-Powys") & found["of"].eq("all crime")]
    assert dyfed["again"].tolist() == ["87.6", "91.6"]
    again = {audit.force for audit in audits() if audit.inspection != "first"}
    assert set(found["force"]) == again
    west_midlands = first(found, force="West Midlands")
    assert (west_midlands["of"], west_midlands["half_width"]) == ("violence", 3.36)


def test_the_numbers_of_england_and_wales_are_those_of_the_ledger() -> None:
    first_number, last_number = recording_rates.national()
    assert (first_number.claim.id, last_number.claim.id) == ("R02a", "R08a")


@pytest.mark.parametrize("of", OF)
def test_a_funnel_by_hand(of: Literal["all crime", "violence"]) -> None:
    """Exact limits lie between the whole counts of the binomial quantile and the one below."""
    z, rows = norm.ppf(0.975), list(transcribed(OF[of]))
    sizes = {force: rate * (1 - rate) * (z / half) ** 2 for force, rate, half in rows}
    target = sum(rate * sizes[force] for force, rate, _ in rows) / sum(sizes.values())
    errors = {force: math.sqrt(target * (1 - target) / sizes[force]) for force in sizes}
    scores = {force: (rate - target) / errors[force] for force, rate, _ in rows}
    found = recording_rates.funnel(of)
    assert found.target == pytest.approx(target)
    assert dict(zip(found.rates["force"], found.rates["score"], strict=True)) == pytest.approx(
        scores
    )
    for kind, level in zip(recording_rates.KINDS, recording_rates.LIMITS, strict=False):
        least, most = 0, 0
        for force, rate, _ in rows:
            cases = binom(round(sizes[force]), target)
            low, high = cases.ppf((1 - level) / 2), cases.ppf((1 + level) / 2)
            count = rate * round(sizes[force])
            least += count < low - 1 or count > high
            most += count < low or count > high - 1
        assert least <= found.beyond[kind] <= most <= least + 2
    ordered, cut = sorted(scores.values()), len(scores) // 10
    phi = float(np.mean(np.clip(ordered, ordered[cut], ordered[-1 - cut]) ** 2))
    weights = np.array([error**-2 for error in errors.values()])
    between = (len(rows) * phi - (len(rows) - 1)) / (
        weights.sum() - (weights**2).sum() / weights.sum()
    )
    assert (found.found.phi, found.found.tau_squared) == pytest.approx((phi, between))
    room = {
        force: norm.ppf(0.999) * math.sqrt(error**2 + between) for force, error in errors.items()
    }
    outside = sum(abs(rate - target) > room[force] for force, rate, _ in rows)
    assert found.beyond[recording_rates.KINDS[2]] == outside
    widest = found.rates["outside"].value_counts().to_dict()
    assert widest.get(recording_rates.KINDS[2], 0) == outside
    assert sum(widest.values()) == len(rows)


def test_the_curves_hold_every_size_and_widen_as_samples_shrink() -> None:
    found = recording_rates.funnel()
    for _, rows in found.limits.groupby("kind"):
        least, most = rows["size"].min(), rows["size"].max()
        assert least < found.rates["size"].min() < found.rates["size"].max() < most
        width = (rows["upper"] - rows["lower"]).to_numpy()
        assert width[0] > width[-1]


def test_both_funnels_are_told_in_short() -> None:
    found = recording_rates.funnels().set_index("of")
    assert found["forces"].to_dict() == {"all crime": 38, "violence": 17}
    whole = found.loc["all crime"]
    assert (whole["lowest"], whole["highest"]) == pytest.approx((65.3, 95.8))
    between = recording_rates.funnel("violence").found.tau_squared
    assert found["between"]["violence"] == pytest.approx(100 * math.sqrt(between))


def test_a_total_that_its_first_release_lacks_is_in_a_full_release() -> None:
    """Greater Manchester, July to September 2019 among it: the quarters have crimes in 2023-10."""
    (gap,) = recording_rates.gaps().to_dict("records")
    assert list(gap.values()) == ["Greater Manchester", "YE 2019-09", "2020-01", "2023-10"]
    crimes = tables.recorded_crime("2023-10")
    rows = crimes[crimes["force"].eq("Greater Manchester") & crimes["quarter"].eq("2019-Q3")]
    assert rows["count"].sum() > 0


def test_a_total_that_no_full_release_has_is_said_to_be_in_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tables, "vintages", lambda: ())
    assert recording_rates.gaps()["held_in"].tolist() == ["no full release held"]


def test_the_tables_used_are_those_behind_the_numbers() -> None:
    used = set(recording_rates.tables_used())
    assert used == {
        "recorded_crime_2023-10",
        "recorded_crime_2026-04",
        "offences",
        "recorded_groups",
    }
