"""Numbers of crimes left unrecorded, recomputed a second way in plain Python from the shipped tables.

The second way follows the eight points of the rule as they were written down before the numbers of
the forces added last were computed. It reads the transcriptions of the inspectorate's pages and the
rows of the tables, and calls none of the package's functions.
"""

import csv
from calendar import monthrange
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from math import log
from pathlib import Path
from statistics import median
from typing import Any

import pyarrow.parquet as pq
import pytest

from replicate.derivations.audits import (
    audit_placebo,
    audit_rivals,
    audit_table,
    audit_windows,
)
from replicate.derivations.verification import Verification
from replicate.vocabulary.forces import BTP, TERRITORIAL

ROOT = Path(__file__).parents[2]
CASE = ROOT / "tests" / "cases" / "cdi_force_audits"
TABLES = ROOT / "src" / "replicate" / "sources" / "tables"
OLDEST, NEWEST = "2023-10", "2026-04"
GROUPS = {
    "overall": "Total recorded crime (excluding fraud)",
    "violence": "Violence against the person",
    "sexual": "Sexual offences",
}
POPULATIONS = {"overall": "all_crime", "violence": "violence", "sexual": "sexual_offences"}
Results = dict[str, Verification]


@dataclass(frozen=True)
class Printed:
    """A number as transcribed from a page."""

    force: str
    group: str
    rate: str
    number: float
    last: date

    @property
    def step(self) -> int:
        return 10 if self.number < 1000 else 100

    @property
    def rates(self) -> list[float]:
        """The least, the printed and the greatest rate: half a unit of the last digit either way."""
        half = 0.5 / 10 ** len(self.rate.partition(".")[2])
        return [(float(self.rate) + away) / 100 for away in (-half, 0, half)]

    def unrecorded(self, recorded: float) -> list[float]:
        """The least, the printed and the greatest number that a year's crimes give."""
        return [recorded * (1 - rate) / rate for rate in reversed(self.rates)]

    def reached(self, least: float, most: float) -> bool:
        return least <= self.number + self.step and most >= self.number


def transcribed() -> Iterator[Printed]:
    for name in ("cdi_with_ci.csv", "hmicfrs_audits_new.csv"):
        with (CASE / name).open(encoding="utf-8") as file:
            for row in csv.DictReader(line for line in file if not line.startswith("#")):
                number, last = row["published_unrecorded_per_year_over"], row["audit_to"]
                if number and last:
                    force = row["force"].replace("Metropolitan", "Metropolitan Police")
                    group, rate = row["offence_group"], row["recording_rate_pct"]
                    yield Printed(force, group, rate, float(number), date.fromisoformat(last))


PRINTED = tuple(transcribed())
FORTY = [one for one in PRINTED if one.group == "overall"]


@cache
def recorded(release: str) -> Counter[tuple[str, str, str]]:
    """Add up the rows of a release by force, group and quarter; fraud apart, and every group."""
    offences = pq.read_table(TABLES / "offences.parquet").to_pylist()
    group, counts = {row["code"]: row["group"] for row in offences}, Counter[tuple[str, str, str]]()
    for row in pq.read_table(TABLES / f"recorded_crime_{release}.parquet").to_pylist():
        name, cell = group[row["offence_code"]], row["count"] or 0
        counts[row["force"], name, row["quarter"]] += cell
        if name != "Fraud offences":
            counts[row["force"], GROUPS["overall"], row["quarter"]] += cell
    return counts


def year_to(force: str, group: str, quarter: int, release: str = OLDEST) -> int:
    """Add up the four quarters that end with one; quarters are counted from the year 0."""
    names = [f"{year}-Q{part + 1}" for year, part in (divmod(quarter - i, 4) for i in range(4))]
    return sum(recorded(release)[force, GROUPS[group], name] for name in names)


def quarter_of(day: date) -> int:
    return 4 * day.year + (day.month - 1) // 3


def totals(one: Printed, release: str = OLDEST) -> tuple[float, float, float]:
    """Return the totals of both years of whole quarters, and the weight of the later one."""
    quarter, first = quarter_of(one.last), 3 * ((one.last.month - 1) // 3) + 1
    days = [monthrange(one.last.year, month)[1] for month in range(first, first + 3)]
    weight = ((one.last - date(one.last.year, first, 1)).days + 1) / sum(days)
    years = [year_to(one.force, one.group, each, release) for each in (quarter - 1, quarter)]
    return years[0], years[1], weight


@cache
def first_published() -> list[dict[str, Any]]:
    rows = pq.read_table(TABLES / "recorded_groups.parquet").to_pylist()
    september = (row for row in rows if row["period"].endswith("-09") and row["complete"])
    return [row for row in september if row["edition"] == "first published"]


def revised(one: Printed) -> list[float]:
    """Return the revision of every complete September year that the window has a day of."""
    day_before = one.last.replace(year=one.last.year - 1, day=min(one.last.day, 28))
    first = quarter_of(day_before) + (one.last.month % 3 == 0 and one.last.day >= 30)
    found = []
    for row in first_published():
        ends = 4 * int(row["period"][3:7]) + 2
        near = ends - 3 <= quarter_of(one.last) and ends >= first
        if near and (row["area"], row["group"]) == (one.force, GROUPS[one.group]):
            found.append(year_to(one.force, one.group, ends) / row["count"] - 1)
    return found


@cache
def judged(one: Printed) -> dict[str, Any]:
    """Follow the rule point by point."""
    earlier, later, weight = totals(one)
    low, value, high = one.unrecorded(weight * later + (1 - weight) * earlier)
    years = (later,) if weight == 1 else (earlier, later)
    bracket = one.unrecorded(min(years))[0], one.unrecorded(max(years))[2]
    moved = [0.0, *revised(one)]
    hull = bracket[0] / (1 + max(moved)), bracket[1] / (1 + min(moved))
    tried = {
        "within_rounding": (low, high),
        "within_resolution": bracket,
        "within_revision": hull,
    }
    agreement = next((name for name, ends in tried.items() if one.reached(*ends)), "differs")
    width = (hull[1] - hull[0] + one.step) / one.number
    ends = max(hull[0] - one.step, one.number / 1.25), min(hull[1], one.number * 1.25)
    return {
        "value": value,
        "bracket_lower": bracket[0],
        "bracket_upper": bracket[1],
        "region_lower": hull[0],
        "region_upper": hull[1],
        "width": 100 * width,
        "placebo_share": 100 * max(0.0, log(ends[1] / ends[0]) / log(1.25**2)),
        "missed": max(hull[0] - one.number - one.step, one.number - hull[1], 0),
        "agreement": agreement,
        "verdict": "inconclusive" if width > 0.10 and agreement != "differs" else agreement,
    }


@pytest.mark.parametrize("one", PRINTED, ids=lambda one: f"{one.force} {one.group} {one.last}")
def test_value_and_verdict_are_those_of_plain_python(one: Printed, results: Results) -> None:
    table, expected = audit_table(), judged(one)
    alike = table["force"].eq(one.force) & table["population"].eq(POPULATIONS[one.group])
    (found,) = table[alike & table["window"].str.endswith(str(one.last))].to_dict("records")
    for name, value in expected.items():
        text = isinstance(value, str)
        assert found[name] == (value if text else pytest.approx(value, rel=1e-9, abs=1e-9)), name
    shown = results[found["claim"]].as_json()
    assert (shown["geography"], shown["value"]) == (one.force, one.number)
    assert (shown["verdict"], shown["computed"]) == (expected["verdict"], found["value"])


def test_matches_are_counted_beside_what_chance_gives() -> None:
    """All 49 numbers with a window are judged, 40 of them of all crime."""
    assert (len(audit_table()), len(PRINTED), len(FORTY)) == (49, 49, 40)
    every, narrow = audit_placebo().to_dict("records")
    kept = [judged(one) for one in FORTY if judged(one)["width"] <= 10]
    for row, part in ((every, list(map(judged, FORTY))), (narrow, kept)):
        assert row["numbers"] == len(part)
        assert row["agree"] == sum(one["agreement"] != "differs" for one in part)
        assert row["expected"] == pytest.approx(sum(one["placebo_share"] for one in part) / 100)


def test_rivals_of_the_rule_move_the_count_only_where_they_bear() -> None:
    """R(1 - p) is p times R(1 - p)/p."""
    rivals = audit_rivals().set_index("rule")
    verdicts = rivals.drop(columns=["matches", "median"])
    rule, other, inside, without, gate, *_ = rivals.index
    ours = Counter(judged(one)["verdict"] for one in FORTY)
    assert verdicts.loc[rule].to_dict() == {name: ours[name] for name in verdicts}
    assert verdicts.sum(axis=1).eq(40).all()
    away = [100 * (judged(one)["value"] * one.rates[1] / one.number - 1) for one in FORTY]
    assert rivals["median"][other] == pytest.approx(median(away))
    assert rivals["matches"][rule] > rivals["matches"][other]
    unrevised = sum(judged(one)["agreement"] == "within_revision" for one in FORTY)
    assert rivals["differs"][without] == ours["differs"] + unrevised
    assert rivals["within_revision"][inside] <= ours["within_revision"]
    assert rivals["inconclusive"][gate] <= ours["inconclusive"]


def test_rival_windows_are_counted_by_rounding_where_an_audit_ends_in_a_quarter() -> None:
    reached, within = [0, 0, 0], [one for one in FORTY if totals(one)[2] < 1]
    for one in within:
        earlier, later, weight = totals(one)
        calendar = year_to(one.force, one.group, 4 * one.last.year - 1)
        for place, year in enumerate((weight * later + (1 - weight) * earlier, earlier, calendar)):
            low, _, high = one.unrecorded(year)
            reached[place] += one.reached(low, high)
    found = audit_windows()
    assert found["reached"].tolist() == reached
    assert found["of"].eq(len(within)).all()


def test_what_verify_shows_of_an_audit(results: Results) -> None:
    """Devon and Cornwall, F23: window, value, bracket, width, chance, and the newer release."""
    (one,) = [one for one in FORTY if one.force == "Devon and Cornwall"]
    found, expected = results["F23"], judged(one)
    earlier, later, weight = totals(one, NEWEST)
    newer = one.unrecorded(weight * later + (1 - weight) * earlier)[1]
    text = found.as_text()
    for said in (
        "12 months to 2016-05-31",
        f"bracket {expected['bracket_lower']:,.0f} to {expected['bracket_upper']:,.0f}",
        f"release {OLDEST}",
        f"spans {expected['width']:.1f} % of the figure",
        f"{expected['placebo_share']:.1f} % of made-up figures",
        f"By release {NEWEST}: {newer:,.0f}, bracket",
    ):
        assert said in text
    shown = found.as_json()
    assert (shown["geography"], shown["value"]) == ("Devon and Cornwall", 17_400)
    assert shown["computed"] == pytest.approx(expected["value"])


def test_an_audit_whose_period_was_not_seen_settles_nothing(results: Results) -> None:
    """Dyfed-Powys 2021 prints no window."""
    found = results["F27"].comparison
    assert (found.claim.geography, found.verdict.value) == ("Dyfed-Powys", "inconclusive")
    assert "audit period was not seen" in found.reason
    assert "F27" not in set(audit_table()["claim"])


def whole(quarter: int, release: str) -> int:
    return sum(year_to(force, "overall", quarter, release) for force in TERRITORIAL)


def test_the_national_numbers_are_judged_by_what_they_state(results: Results) -> None:
    """'Over 800,000' at 80.5 %, to October 2013: the step is an eighth; 285,000 at 94.8 %, 2025."""
    earlier, later = (whole(4 * 2013 + part, OLDEST) for part in (2, 3))
    coarse = (earlier + (later - earlier) * 31 / 92) * 0.195 / 0.805
    expected = {
        "R02a": (coarse, "inconclusive"),
        "R08a": (whole(4 * 2025, NEWEST) * 0.052 / 0.948, "compatible"),
    }
    for name, (value, verdict) in expected.items():
        row = results[name].as_json()
        assert (row["computed"], row["verdict"]) == (pytest.approx(value), verdict)
    assert "above the limit of 10 %: too wide to tell" in results["R02a"].comparison.reason


def test_the_total_of_recorded_crime_is_that_of_the_publishers_table_of_outcomes(
    results: Results, source_data: Path
) -> None:
    """The Home Office's outcomes of 2024/25 are of the same offences, in another table."""
    outcomes = pq.read_table(source_data / "outcomes" / "outcomes_2024_25.parquet")
    found = results["R08b"].as_json()
    assert found["computed"] == sum(row["n"] for row in outcomes.to_pylist())
    assert found["verdict"] == "compatible"
    btp = year_to(BTP, "overall", 4 * 2025, NEWEST)
    assert found["computed"] - btp == whole(4 * 2025, NEWEST)
