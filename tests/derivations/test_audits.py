"""Numbers of crimes left unrecorded, recomputed a second way in plain Python from the shipped tables.

The second way follows the eight points of the rule as they were written down before the numbers of
the forces added last were computed. It reads the transcriptions of the inspectorate's pages and the
rows of the tables, and calls none of the package's functions.
"""

import csv
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from math import log
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from replicate.derivations.audits import (
    audit_placebo,
    audit_readings,
    audit_rivals,
    audit_table,
    audit_verdicts,
    audit_windows,
)
from replicate.derivations.verification import Verification
from replicate.ledger import Verdict, claims
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
RENAMED = {"Metropolitan": "Metropolitan Police"}
Results = dict[str, Verification]
Cells = dict[tuple[str, str, str], int]


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
    def rates(self) -> tuple[float, float, float]:
        """The least, the printed and the greatest rate: half a unit of the last digit either way."""
        half = 0.5 / 10 ** len(self.rate.partition(".")[2])
        return tuple((float(self.rate) + away) / 100 for away in (-half, 0, half))  # type: ignore[return-value]


def transcribed() -> Iterator[Printed]:
    for name in ("cdi_with_ci.csv", "hmicfrs_audits_new.csv"):
        with (CASE / name).open(encoding="utf-8") as file:
            for row in csv.DictReader(line for line in file if not line.startswith("#")):
                number, last = row["published_unrecorded_per_year_over"], row["audit_to"]
                if number and last:
                    yield Printed(
                        RENAMED.get(row["force"], row["force"]),
                        row["offence_group"],
                        row["recording_rate_pct"],
                        float(number),
                        date.fromisoformat(last),
                    )


PRINTED = tuple(transcribed())


@cache
def recorded(release: str) -> Cells:
    """Add up the rows of a release by force, group and quarter; fraud apart, and every group."""
    group = {
        row["code"]: row["group"] for row in pq.read_table(TABLES / "offences.parquet").to_pylist()
    }
    counts: Cells = defaultdict(int)
    for row in pq.read_table(TABLES / f"recorded_crime_{release}.parquet").to_pylist():
        name, cell = group[row["offence_code"]], row["count"] or 0
        counts[row["force"], name, row["quarter"]] += cell
        if name != "Fraud offences":
            counts[row["force"], GROUPS["overall"], row["quarter"]] += cell
    return counts


def year_to(force: str, group: str, year: int, quarter: int, release: str) -> int:
    """Add up the four quarters that end with one."""
    quarters = [divmod(4 * year + quarter - 1 - back, 4) for back in range(4)]
    return sum(
        recorded(release)[force, GROUPS[group], f"{of}-Q{index + 1}"] for of, index in quarters
    )


def quarter_of(day: date) -> int:
    return 4 * day.year + (day.month - 1) // 3


def totals(force: str, group: str, last: date, release: str = OLDEST) -> tuple[float, float, float]:
    """Return the totals of both years of whole quarters, and the weight of the later one."""
    year, quarter = divmod(quarter_of(last), 4)
    first, end = 3 * quarter + 1, 3 * quarter + 3
    days = (date(year, end, monthrange(year, end)[1]) - date(year, first, 1)).days + 1
    weight = ((last - date(year, first, 1)).days + 1) / days
    later = year_to(force, group, year, quarter + 1, release)
    before, index = divmod(4 * year + quarter - 1, 4)
    return year_to(force, group, before, index + 1, release), later, weight


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
        if (row["area"], row["group"]) != (one.force, GROUPS[one.group]):
            continue
        year = int(row["period"][3:7])
        ends, begins = 4 * year + 2, 4 * (year - 1) + 3
        if begins <= quarter_of(one.last) and ends >= first:
            found.append(year_to(one.force, one.group, year, 3, OLDEST) / row["count"] - 1)
    return found


@cache
def judged(one: Printed) -> dict[str, Any]:
    """Follow the rule point by point."""
    low, rate, high = one.rates
    earlier, later, weight = totals(one.force, one.group, one.last)
    mean = weight * later + (1 - weight) * earlier if weight < 1 else later
    years = (later,) if weight == 1 else (earlier, later)
    bracket = min(years) * (1 - high) / high, max(years) * (1 - low) / low
    moved = [0.0, *revised(one)]
    hull = bracket[0] / (1 + max(moved)), bracket[1] / (1 + min(moved))
    floor, ceiling = one.number, one.number + one.step
    tried = {
        "within_rounding": (mean * (1 - high) / high, mean * (1 - low) / low),
        "within_resolution": bracket,
        "within_revision": hull,
    }
    verdict = next(
        (name for name, (least, most) in tried.items() if least <= ceiling and most >= floor),
        "differs",
    )
    width = (hull[1] - hull[0] + one.step) / one.number
    ends = max(hull[0] - one.step, floor / 1.25), min(hull[1], floor * 1.25)
    return {
        "value": mean * (1 - rate) / rate,
        "bracket_lower": bracket[0],
        "bracket_upper": bracket[1],
        "region_lower": hull[0],
        "region_upper": hull[1],
        "width": 100 * width,
        "placebo_share": 100 * max(0.0, log(ends[1] / ends[0]) / log(1.25**2)),
        "agreement": verdict,
        "verdict": "inconclusive" if width > 0.10 and verdict != "differs" else verdict,
    }


def row_of(one: Printed) -> dict[str, Any]:
    table = audit_table()
    rows: list[Any] = table[
        table["force"].eq(one.force)
        & table["population"].eq(POPULATIONS[one.group])
        & table["window"].str.endswith(str(one.last))
    ].to_dict("records")
    assert len(rows) == 1
    return dict(rows[0])


def test_every_number_with_a_window_is_judged_and_no_other() -> None:
    assert len(PRINTED) == len(audit_table()) == 49
    assert sum(one.group == "overall" for one in PRINTED) == 40


@pytest.mark.parametrize("one", PRINTED, ids=lambda one: f"{one.force} {one.group} {one.last}")
def test_value_and_verdict_are_those_of_plain_python(one: Printed, results: Results) -> None:
    found, expected = row_of(one), judged(one)
    for name, value in expected.items():
        assert found[name] == (
            value if isinstance(value, str) else pytest.approx(value, rel=1e-9, abs=1e-9)
        ), name
    assert found["number"] == one.number
    compared = results[found["claim"]].comparison
    assert compared.verdict == expected["verdict"]
    assert compared.computed
    assert compared.computed.value == pytest.approx(expected["value"])


def test_the_counts_of_verdicts_are_those_of_plain_python() -> None:
    verdicts = [judged(one)["verdict"] for one in PRINTED if one.group == "overall"]
    counted = dict(zip(audit_verdicts()["verdict"], audit_verdicts()["all_crime"], strict=True))
    assert counted == {name: verdicts.count(name) for name in counted}
    assert sum(counted.values()) == 40


def test_the_placebos_expectation_is_the_sum_of_the_shares() -> None:
    found = [judged(one) for one in PRINTED if one.group == "overall"]
    every, narrow = audit_placebo().to_dict("records")
    assert every["expected"] == pytest.approx(sum(one["placebo_share"] for one in found) / 100)
    kept = [one for one in found if one["width"] <= 10]
    assert (every["numbers"], narrow["numbers"]) == (40, len(kept))
    assert narrow["expected"] == pytest.approx(sum(one["placebo_share"] for one in kept) / 100)
    assert narrow["agree"] == sum(one["agreement"] != "differs" for one in kept)


def test_the_rival_reading_leaves_less_unrecorded() -> None:
    """R(1 - p) is p times R(1 - p)/p."""
    ours, rival = audit_readings().to_dict("records")
    away = [
        100 * (judged(one)["value"] * one.rates[1] / one.number - 1)
        for one in PRINTED
        if one.group == "overall"
    ]
    assert rival["median"] == pytest.approx((sorted(away)[19] + sorted(away)[20]) / 2)
    assert ours["matches"] == audit_rivals()["matches"][0] > rival["matches"]


def test_rivals_of_the_rule_move_the_count_only_where_they_bear() -> None:
    rivals = audit_rivals().set_index("rule")
    assert rivals.drop(columns="matches").sum(axis=1).eq(40).all()
    assert rivals.loc["no revision", "within_revision"] == 0
    rule, without = rivals.loc["the rule"], rivals.loc["no revision"]
    assert rule["within_rounding"] <= without["within_rounding"]
    assert rivals.loc["the width without the step", "inconclusive"] <= rule["inconclusive"]


def test_rival_windows_are_counted_by_rounding_where_an_audit_ends_in_a_quarter() -> None:
    within = [
        one
        for one in PRINTED
        if one.group == "overall" and totals(one.force, one.group, one.last)[2] < 1
    ]

    def reached(counts: list[float]) -> int:
        pairs = zip(within, counts, strict=True)
        return sum(
            recorded * (1 - one.rates[2]) / one.rates[2] <= one.number + one.step
            and recorded * (1 - one.rates[0]) / one.rates[0] >= one.number
            for one, recorded in pairs
        )

    both = [totals(one.force, one.group, one.last) for one in within]
    calendar = [year_to(one.force, one.group, one.last.year - 1, 4, OLDEST) for one in within]
    expected = [
        [(1 - weight) * earlier + weight * later for earlier, later, weight in both],
        [earlier for earlier, _, _ in both],
        [float(count) for count in calendar],
    ]
    found = audit_windows()
    assert found["reached"].tolist() == [reached(counts) for counts in expected]
    assert found["of"].eq(len(within)).all()


def test_the_newest_release_stands_beside(results: Results) -> None:
    one = next(one for one in PRINTED if one.force == "Lincolnshire")
    earlier, later, weight = totals(one.force, one.group, one.last, NEWEST)
    rate = one.rates[1]
    newer = (weight * later + (1 - weight) * earlier) * (1 - rate) / rate
    assert row_of(one)["newer"] == pytest.approx(newer)
    computed = results["F05a"].comparison.computed
    assert computed
    assert f"By release {NEWEST}: {newer:,.0f}, bracket" in computed.context


def test_what_verify_shows_of_an_audit(results: Results) -> None:
    """Devon and Cornwall, F23."""
    found, row = results["F23"], audit_table().set_index("claim").loc["F23"]
    text = found.as_text()
    for said in (
        "12 months to 2016-05-31",
        f"{row['value']:,.0f}",
        f"bracket {row['bracket_lower']:,.0f} to {row['bracket_upper']:,.0f}",
        f"release {OLDEST}",
        f"spans {row['width']:.1f} % of the figure",
        f"{row['placebo_share']:.1f} % of made-up figures",
        f"By release {NEWEST}",
    ):
        assert said in text
    assert found.as_json()["geography"] == "Devon and Cornwall"
    assert found.as_json()["value"] == 17_400
    assert found.as_json()["computed"] == row["value"]


def test_an_audit_whose_period_was_not_seen_settles_nothing(results: Results) -> None:
    """Dyfed-Powys 2021 prints no window."""
    found = results["F27"].comparison
    assert (found.claim.geography, found.claim.number) == ("Dyfed-Powys", 4400.0)
    assert found.verdict is Verdict.INCONCLUSIVE
    assert "audit period was not seen" in found.reason
    assert "F27" not in set(audit_table()["claim"])


def test_how_near_a_miss_is_said(results: Results) -> None:
    """The Metropolitan Police's number is missed by a handful of crimes."""
    row = audit_table().set_index("claim").loc["F08a"]
    assert row["missed"] == pytest.approx(row["region_lower"] - 94_600)
    assert 0 < row["missed"] < 10
    assert f"misses the printed 94,500 to 94,600 by {row['missed']:,.0f}" in (
        results["F08a"].comparison.reason
    )


def whole(*ends: tuple[int, int], release: str) -> int:
    return sum(
        year_to(force, "overall", year, quarter, release)
        for force in TERRITORIAL
        for year, quarter in ends
    )


def test_the_national_number_of_2014_is_too_coarse_to_tell(results: Results) -> None:
    """'Over 800,000' at 80.5 %, audits of November 2012 to October 2013: the step is an eighth."""
    earlier, later = whole((2013, 3), release=OLDEST), whole((2013, 4), release=OLDEST)
    recorded_then = earlier + (later - earlier) * 31 / 92
    found = results["R02a"].comparison
    assert found.computed
    assert found.computed.value == pytest.approx(recorded_then * 0.195 / 0.805)
    assert found.verdict is Verdict.INCONCLUSIVE
    assert "above the limit of 10 %: too wide to tell" in found.reason


def test_the_national_number_of_2025_does_not_state_its_months(results: Results) -> None:
    """94.8 % recorded (printed to a tenth), year ending March 2025: 'an estimated 285,000' not."""
    counted = whole((2025, 1), release=NEWEST)
    found = results["R08a"].comparison
    assert found.computed
    assert found.computed.value == pytest.approx(counted * 0.052 / 0.948)
    assert found.verdict is Verdict.COMPATIBLE


def test_the_total_of_recorded_crime_is_that_of_the_publishers_table_of_outcomes(
    results: Results, source_data: Path
) -> None:
    """The Home Office's outcomes of 2024/25 are of the same offences, in another table."""
    outcomes = pq.read_table(source_data / "outcomes" / "outcomes_2024_25.parquet")
    found = results["R08b"].comparison
    assert found.computed
    assert found.computed.value
    assert found.computed.value == sum(row["n"] for row in outcomes.to_pylist())
    assert found.verdict is Verdict.COMPATIBLE
    btp = year_to(BTP, "overall", 2025, 1, NEWEST)
    assert found.computed.value - btp == whole((2025, 1), release=NEWEST)


def test_every_claim_of_an_audits_number_names_its_force() -> None:
    named = {claims()[name].geography for name in audit_table()["claim"]}
    assert named == {one.force for one in PRINTED}
