"""The audits by force, held to the two transcriptions that they came from."""

import csv
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

from replicate.ledger import claims
from replicate.ledger.audits import ForceAudit, audits, rates_by_force
from replicate.ledger.claims import inputs
from replicate.ledger.terms import Availability, IntervalKind, Seen
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.forces import canonical_force

CASE = Path(__file__).parents[1] / "cases/cdi_force_audits"
POPULATION = {"overall": "all_crime", "violence": "violence", "sexual": "sexual_offences"}
WIDTH, NUMBER = "ci95_half_width_pp", "published_unrecorded_per_year_over"


def _rows(name: str) -> list[dict[str, str]]:
    with (CASE / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


TRANSCRIBED = _rows("cdi_with_ci.csv") + _rows("hmicfrs_audits_new.csv")
VALID = {
    "force": "Kent",
    "inspection": "first",
    "window": "12 months to 2016-11-30",
    "audit_to": "2016-11-30",
    "population": "violence",
    "rate": "79.2",
    "seen": "primary",
    "source_url": "https://example.org/kent",
}


def of(row: dict[str, str]) -> ForceAudit:
    """Find the one audit that a transcribed row is of."""
    force, rate = canonical_force(row["force"]), Decimal(row["recording_rate_pct"])
    found = [
        audit
        for audit in audits()
        if (audit.force, audit.population) == (force, POPULATION[row["offence_group"]])
        and Decimal(audit.rate.removeprefix("around ").split()[-1]) == rate
    ]
    assert len(found) == 1, row
    return found[0]


@pytest.mark.parametrize(
    "row", TRANSCRIBED, ids=lambda row: f"{row['force']} {row['offence_group']} {row['audit_to']}"
)
def test_an_audit_is_as_transcribed(row: dict[str, str]) -> None:
    found = of(row)
    assert found.rate.removeprefix("around ") == row["recording_rate_pct"]
    assert found.half_width == (Decimal(row[WIDTH]) if row[WIDTH] else None)
    digits = "".join(sign for sign in found.number if sign.isdigit())
    assert digits == row[NUMBER]
    assert str(found.sample or "") == row.get("audited_reports_n", "")
    assert (found.seen, found.source_url) == (row.get("seen", "primary"), row["url_seen"])
    if row["audit_to"]:
        assert found.last_day == date.fromisoformat(row["audit_to"])


def test_the_audits_are_those_counted_in_the_notes() -> None:
    """AUDITS.md: 39 forces have a first audit with a dated number, Greater Manchester twice."""
    numbers = [
        audit
        for audit in audits()
        if audit.population == "all_crime" and audit.number and audit.last_day
    ]
    assert len(numbers) == 40
    forces = [audit.force for audit in numbers]
    assert len(set(forces)) == 39
    assert {force for force in forces if forces.count(force) > 1} == {"Greater Manchester"}
    assert len(audits()) - len(TRANSCRIBED) == 12
    undated = {audit.force for audit in audits() if audit.number and not audit.last_day}
    assert undated == {"Dyfed-Powys", "South Wales", "Staffordshire", "Sussex"}
    # No verdict: the audit's dates are not held and "over" was not read.
    unjudged = {audit.force for audit in audits() if audit.number and not audit.number_in}
    assert unjudged == undated - {"Dyfed-Powys"}


def test_a_rate_that_the_ledger_has_is_read_from_it() -> None:
    """A rate stands once: in the ledger's claims, its inputs or the audits."""
    named = {audit.rate_in for audit in audits()} - {""}
    held = {name for name in inputs() if name.startswith("cdi_") and not inputs()[name].claim}
    rates = {name for name in claims() if name[0] == "F" and claims()[name].unit == "percent"}
    assert named == (held - {"cdi_average_2018"}) | rates | {"R09"}
    numbers = {name for name in claims() if name[0] == "F" and claims()[name].unit == "offences"}
    numbered = [audit.number_in for audit in audits() if audit.number_in]
    assert set(numbered) == numbers | {"R09a"}
    assert len(set(numbered)) == len(numbered) == 50


@pytest.mark.parametrize("audit", [audit for audit in audits() if audit.number_in], ids=str)
def test_a_numbers_claim_is_of_its_audit(audit: ForceAudit) -> None:
    claim = claims()[audit.number_in]
    assert claim.geography == audit.force
    assert claim.rounded_to == (10 if (claim.value or 0) < 1000 else 100)
    assert (claim.seen, claim.source_url) == (audit.seen, audit.source_url)
    assert claim.availability is Availability.HELD
    assert ("violence" in claim.population) is (audit.population == "violence")
    assert ("sexual" in claim.population) is (audit.population == "sexual_offences")
    if audit.audit_from and audit.audit_to:
        start, end = audit.audit_from, audit.audit_to
        year = f" {start.year}" if start.year != end.year else ""
        period = f"{start.day} {start:%B}{year} to {end.day} {end:%B} {end.year}"
        assert claim.period == period
        assert claim.statement.endswith(period)


@pytest.mark.parametrize("row", _rows("cdi_with_ci.csv"), ids=lambda row: row["force"])
def test_a_rate_that_is_a_claim_has_its_printed_half_width(row: dict[str, str]) -> None:
    audit = of(row)
    claim, half = claims()[audit.rate_in], Decimal(row[WIDTH])
    assert (claim.value, claim.lower, claim.upper) == (
        Decimal(row["recording_rate_pct"]),
        Decimal(row["recording_rate_pct"]) - half,
        Decimal(row["recording_rate_pct"]) + half,
    )
    assert claim.interval_kind is IntervalKind.SAMPLING
    year = re.findall(r"\b20\d\d\b", row["url_seen"])[-1]
    assert (claim.seen, claim.report) == (Seen.PRIMARY, f"HMICFRS CDI {year}")


def test_the_latest_rates_of_sexual_offences_are_those_of_six_forces() -> None:
    """AUDITS.md, "Trends and bounds": the six forces and their rates."""
    found = rates_by_force("sexual_offences")
    assert {force: rates[-1].rate for force, rates in found.items()} == {
        "Dyfed-Powys": "98.8",
        "Lancashire": "93.6",
        "North Wales": "96.9",
        "Northumbria": "92",
        "Thames Valley": "95",
        "West Midlands": "89.2",
    }
    assert {force: rates[0].rate for force, rates in found.items() if len(rates) > 1} == {
        "Dyfed-Powys": "93"
    }


def test_a_rate_is_read_as_text() -> None:
    """AUDITS.md, rule 3: 93.0 is ± 0.05, an integer ± 0.5, with or without "around"."""
    rates = {"93.0": (0.9295, 0.9305), "around 85": (0.845, 0.855), "89.56": (0.89555, 0.89565)}
    for rate, ends in rates.items():
        found = ForceAudit.model_validate(VALID | {"rate": rate}).rate_range
        assert (found.lower, found.upper) == ends
    with pytest.raises(InputError, match="nearly 95"):
        _ = ForceAudit.model_validate(VALID | {"rate": "nearly 95"}).rate_range


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"force": "British Transport Police"}, "unknown police force area"),
        ({"window": "a year"}, "not a period"),
        ({"window": "12 months to 2016-10-31"}, "does not end with the audit's last day"),
        ({"rate": "79 %"}, "rate"),
        ({"srs_equivalent": 1}, "Extra inputs"),
    ],
)
def test_a_row_that_is_wrong_is_refused(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        ForceAudit.model_validate(VALID | wrong)
