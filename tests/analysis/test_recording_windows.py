import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate.analysis.recording import alternative_windows, audit_window
from replicate.derivations.kinds.audits import Unrecorded
from replicate.derivations.kinds.registry import derivations
from replicate.ledger import claims
from replicate.vocabulary.forces import canonical_force

with (Path(__file__).parents[1] / "cases/cdi_force_audits/cdi_with_ci.csv").open(
    encoding="utf-8"
) as file:
    AUDITS = {
        str(canonical_force(row["force"])): date.fromisoformat(row["audit_to"])
        for row in csv.DictReader(file)
    }


@pytest.mark.parametrize(
    ("audit_to", "label"),
    [
        (date(2017, 3, 31), "YE 2017-03"),
        (date(2017, 3, 30), "YE 2016-12"),
        (date(2017, 1, 31), "YE 2016-12"),
        (date(2017, 11, 30), "YE 2017-09"),
        (date(2017, 12, 6), "YE 2017-09"),
        (date(2017, 12, 31), "YE 2017-12"),
        (date(2018, 1, 1), "YE 2017-12"),
    ],
)
def test_the_year_ends_with_the_last_whole_quarter(audit_to: date, label: str) -> None:
    assert audit_window(audit_to).label == label


@given(st.dates(date(2000, 1, 1), date(2030, 12, 31)))
def test_the_window_has_passed_and_the_next_quarter_has_not(audit_to: date) -> None:
    last = audit_window(audit_to).last
    ended = date(last.year + (last.number == 4), last.number % 4 * 3 + 1, 1) - timedelta(days=1)
    assert ended <= audit_to < ended + timedelta(days=93)
    assert all(
        len(period.quarters) == 4
        for period in [audit_window(audit_to), *alternative_windows(audit_to).values()]
    )


def test_alternatives_in_january_start_from_the_financial_year_that_runs() -> None:
    windows = alternative_windows(date(2019, 1, 31))
    assert windows["the financial year the audit ended in"].label == "2018/19"
    assert windows["the financial year before"].label == "2017/18"
    assert windows["one quarter later"].label == "YE 2019-03"


def test_every_number_of_the_ledger_is_recomputed_in_the_window_that_the_rule_gives() -> None:
    numbers = [
        claim
        for claim in claims().values()
        if claim.report.startswith("HMICFRS CDI") and claim.unit == "offences"
    ]
    assert len(numbers) == len(AUDITS) == 18
    for claim in numbers:
        derivation = derivations()[claim.id]
        assert isinstance(derivation, Unrecorded)
        assert (derivation.period(), derivation.force) == (
            audit_window(AUDITS[claim.geography]),
            claim.geography,
        )
        assert derivation.rate == claim.part_of
