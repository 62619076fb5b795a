"""Sentences of the report on one police force area."""

from typing import Any

import pandas as pd
import pytest

from replicate.derivations.force_report import Standing
from replicate.derivations.offence_counts import Areas
from replicate.display.words import force
from replicate.vocabulary.parameters import ForceReport
from replicate.vocabulary.uncertainty import SamplingInterval

KENT = ForceReport(force="Kent")


def standing(dispersion: float = 24.5, **changes: Any) -> Standing:
    """Make Kent with 1,200 offences among two areas with 2,000 offences and 250,000 children."""
    rates = pd.DataFrame({"count": [1200, 800], "children": [100_000, 150_000]})
    given: dict[str, Any] = {
        "force": "Kent",
        "count": 1200,
        "children": 100_000,
        "rate": 12.0,
        "interval": SamplingInterval(10.0, 14.4, 0.95, "a method"),
        "ranks": (2, 30),
        "why_none": "",
        "areas": Areas(rates, dispersion, (2013, 2024), ranked=42),
    }
    return Standing(**(given | changes))


@pytest.mark.parametrize(
    ("ranks", "place"),
    [
        (
            (2, 30),
            "Too uncertain to rank: it could hold rank 2 to 30 of 42, 1 being the highest rate.",
        ),
        ((2, 12), "It could hold rank 2 to 12 of 42, 1 being the highest rate."),
        ((1, 1), "It holds rank 1 of 42, 1 being the highest rate."),
    ],
)
def test_the_first_line_has_count_rate_interval_and_place(
    ranks: tuple[int, int], place: str
) -> None:
    assert force.answer(standing(ranks=ranks), "2024") == (
        "Kent, 2024: 1,200 offences recorded, non-recent ones included; 12.0 per 1,000 children a year "
        f"(10.0 to 14.4). England and Wales: 8.0. {place}"
    )


def test_a_count_without_a_rate_says_why() -> None:
    none = standing(
        force="London, City of",
        count=1,
        rate=None,
        interval=None,
        ranks=None,
        why_none="few children",
    )
    assert force.answer(none, "2024") == (
        "City of London, 2024: 1 offence recorded, non-recent ones included. No rate and no rank are given: few children."
    )
    assert force.place(none) == "Not ranked."


@pytest.mark.parametrize(("dispersion", "times"), [(24.49, "24.5 times"), (0.4, "1.0 times")])
def test_notes_say_what_the_interval_allows_for(dispersion: float, times: str) -> None:
    assert times in force.standing_notes(standing(dispersion))[0]


FIRST = {
    "of": "all crime",
    "window": "12 months to 2017-05-31",
    "rate": "83.6",
    "unrecorded": "over 24,300",
    "computed": "24,000 offences",
    "verdict": "differs",
}


def test_an_audit_is_told_with_its_number_its_verdict_and_the_second_visit() -> None:
    second = FIRST | {"window": "2018", "rate": "96.6", "unrecorded": "not printed"}
    both = force.audit_sentence(pd.DataFrame([FIRST, second]), KENT)
    assert both == (
        "HMICFRS found that 83.6 % of reported crime was recorded (12 months to 2017-05-31), over 24,300 crimes a year "
        "left unrecorded (our figure 24,000 offences: Does not match). Re-inspected, 96.6 % (2018)."
    )
    assert force.audit_sentence(pd.DataFrame([second]), KENT).endswith("was recorded (2018).")
    for none in (pd.DataFrame(), pd.DataFrame([FIRST | {"of": "violence"}])):
        assert force.audit_sentence(none, KENT) == (
            "No audit of all crime recorded by Kent was found."
        )
