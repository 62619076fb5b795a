"""The audits as the ledger has them, against the transcription they came from."""

import pytest

from replicate.derivations.recording_rates import audits
from replicate.vocabulary.parameters import RecordingRates

Rows = dict[tuple[str, str], dict[str, str]]


def test_every_transcribed_rate_is_found_with_its_half_width_and_date(transcribed: Rows) -> None:
    found = {
        (audit.area, of): (audit, claim)
        for audit, claim, of in audits.published_rates(audits.audits_of_forces())
    }
    assert set(found) == set(transcribed)
    for key, (audit, claim) in found.items():
        assert 100 * audits.share(claim) == pytest.approx(
            float(transcribed[key]["recording_rate_pct"])
        )
        assert 100 * audits.half_width(claim) == pytest.approx(
            float(transcribed[key]["ci95_half_width_pp"])
        )
        assert audit.audit_to.isoformat() == transcribed[key]["audit_to"]


def test_audits_come_in_the_order_of_their_last_days_and_the_nation_last() -> None:
    days = [audit.audit_to for audit in audits.audits_of_forces()]
    assert days == sorted(days)
    assert [audit.area for audit in audits.all_audits()[-2:]] == ["England and Wales"] * 2
    assert [audit.number.id for audit in audits.national_audits()] == ["R02a", "R08a"]


def test_forces_asked_for_are_the_only_ones() -> None:
    chosen = RecordingRates(forces=("Gwent", "Leicestershire"))
    assert {audit.area for audit in audits.audits_of_forces(chosen)} == {"Gwent", "Leicestershire"}
    assert len(audits.audits_of_forces(RecordingRates())) == len(audits.audits_of_forces()) == 18


def test_the_source_names_the_reports_or_the_publication_of_a_claim() -> None:
    assert (
        audits.source()
        == "HMICFRS crime data integrity inspection reports, 2017 to 2020, read on their pages"
    )
    assert audits.source("H08a").startswith(
        "COCAD, Group-Based Offending Publication 2023; attributed to Hydrant COCAD by"
    )
