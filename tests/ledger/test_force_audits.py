"""The rates of forces whose page could be read, held to the transcription they came from."""

import csv
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from replicate.ledger import Availability, Claim, IntervalKind, Seen, Wording, claims
from replicate.vocabulary.forces import canonical_force

LEDGER = claims()
AUDITS = [claim for claim in LEDGER.values() if claim.id[0] == "F" or claim.id.startswith("R09")]
NOT_TRANSCRIBED = {"R09b"}
"""The share left over, which the list of published figures has and the transcription of rates has not."""


def _transcribed() -> list[dict[str, str]]:
    with (Path(__file__).parents[1] / "cases/cdi_force_audits/cdi_with_ci.csv").open(
        encoding="utf-8"
    ) as file:
        return list(csv.DictReader(file))


ROWS = _transcribed()


def dates(row: dict[str, str]) -> str:
    start, end = (date.fromisoformat(row[name]) for name in ("audit_from", "audit_to"))
    year = f" {start.year}" if start.year != end.year else ""
    return f"{start.day} {start:%B}{year} to {end.day} {end:%B} {end.year}"


def of(row: dict[str, str], unit: str) -> list[Claim]:
    """Return the claims of a row: those of its force whose statement speaks of violence just when it does."""
    violence = row["offence_group"] == "violence"
    return [
        claim
        for claim in AUDITS
        if (claim.geography, claim.unit) == (canonical_force(row["force"]), unit)
        and ("violence" in claim.statement) is violence
        and claim.id not in NOT_TRANSCRIBED
    ]


@pytest.mark.parametrize(
    "row", ROWS, ids=[f"{row['force']}, {row['offence_group']}" for row in ROWS]
)
def test_each_rate_is_a_claim_with_its_half_width(row: dict[str, str]) -> None:
    (claim,) = of(row, "percent")
    rate, half = Decimal(row["recording_rate_pct"]), Decimal(row["ci95_half_width_pp"])
    assert (claim.value, claim.lower, claim.upper) == (rate, rate - half, rate + half)
    assert (claim.interval_kind, claim.wording, claim.rounded_to) == (
        IntervalKind.SAMPLING,
        Wording.EXACT,
        Decimal("0.1"),
    )
    assert (claim.availability, claim.seen) == (Availability.NOT_PUBLIC, Seen.PRIMARY)


@pytest.mark.parametrize(
    "row", ROWS, ids=[f"{row['force']}, {row['offence_group']}" for row in ROWS]
)
def test_the_number_over_is_a_claim_where_one_is_printed(row: dict[str, str]) -> None:
    published = row["published_unrecorded_per_year_over"]
    numbers = [
        (claim.value, claim.wording, claim.rounded_to, claim.availability)
        for claim in of(row, "offences")
    ]
    assert numbers == (
        [(Decimal(published), Wording.OVER, Decimal(100), Availability.HELD)] if published else []
    )


@pytest.mark.parametrize(
    "row", ROWS, ids=[f"{row['force']}, {row['offence_group']}" for row in ROWS]
)
def test_the_audit_is_named_by_its_dates_its_page_and_the_year_of_its_report(
    row: dict[str, str],
) -> None:
    year = re.findall(r"\b20\d\d\b", row["url_seen"])[-1]
    for claim in of(row, "percent") + of(row, "offences"):
        assert (claim.period, claim.source_url, claim.report) == (
            dates(row),
            row["url_seen"],
            f"HMICFRS CDI {year}",
        )
        assert claim.statement.endswith(dates(row))


def test_no_rate_is_claimed_that_was_not_transcribed() -> None:
    assert len(ROWS) == 23
    numbers = sum(bool(row["published_unrecorded_per_year_over"]) for row in ROWS)
    assert len({row["force"] for row in ROWS}) == numbers == 18
    assert (
        len([claim for claim in AUDITS if claim.id not in NOT_TRANSCRIBED]) == len(ROWS) + numbers
    )


def test_forces_that_are_no_random_sample_say_so() -> None:
    whole = [claim for claim in AUDITS if claim.id[0] == "F" and not claim.part_of]
    assert len(whole) == 17
    assert all("no random sample" in claim.note and "R09" in claim.note for claim in whole)
    assert "F01 to F17" in LEDGER["R09"].note
