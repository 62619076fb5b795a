"""Arithmetic between published numbers against hand computation; inputs, margins, lists and the synthesis."""

from dataclasses import replace
from math import inf
from typing import Any

import pandas as pd
import pytest

from replicate.derivations.under_reporting import (
    checks,
    inputs_listed,
    lists_shown,
    margins,
    recording_error,
    synthesis,
    systems,
)
from replicate.derivations.under_reporting.systems import Study
from replicate.ledger import Input, claims, inputs
from replicate.vocabulary.parameters import UnderReporting
from replicate.vocabulary.uncertainty import RoundingRange, WorstCaseBounds

SMALL = UnderReporting(criterion="none", resamples=0, order=1)
HAND: list[tuple[str, float, str]] = [
    ("S01c + S01d", 3_109_000, "within rounding"),
    ("S01b / S01 * S01f", 3_100_000 / 7.5 * 20, "within rounding"),
    ("S01b / S01 * 100", 3_100_000 / 0.075, "none"),
    ("S04d / S04e * 100", 100 / 9, "within rounding"),
    ("S04e / S04d", 9, "none"),
    ("S04d / S04a * 100", 400_000, "none"),
    ("C15", 7, "none"),
    ("S04a", 12.5, "none"),
    ("V09 / V11 * 100", 1_227_680, "none"),
    ("C16 / V05", 500_000 / 115_489, "none"),
    ("S04e / C16 * 100", 90, "none"),
]


@pytest.fixture(scope="module")
def checked() -> pd.DataFrame:
    return checks.checks()


@pytest.mark.parametrize(("expression", "value", "verdict"), HAND)
def test_a_check_gives_what_a_hand_computation_does(
    checked: pd.DataFrame, expression: str, value: float, verdict: str
) -> None:
    row = checked[checked["expression"] == expression].iloc[0]
    assert row["gives"] == pytest.approx(value)
    assert row["verdict"] == verdict
    assert row["lower"] <= row["gives"] <= row["upper"]


def test_no_check_is_left_out_and_all_say_why(checked: pd.DataFrame) -> None:
    assert len(checked) == len(HAND) + 1
    assert (checked["reason"].str.len() > 20).all()
    assert checked["topic"].tolist()[0] == "7.5 % (S01); 3,100,000 adults (S01b)"


def test_the_years_that_a_number_a_year_implies(checked: pd.DataFrame) -> None:
    """ONS, mid-2024, ages 0 to 15 of England and Wales: 11,314,609. Its 500,000 over 10 %: 7.07 of 16 years."""
    row = checked.iloc[-1]
    assert row["gives"] == pytest.approx(500_000 / 11_314_609 * 16 / 0.10, rel=1e-6)
    assert row["lower"] == pytest.approx(
        500_000 / 11_314_609 * 16 / 0.11, rel=1e-6
    )  # 16 and 6 % at the most
    assert row["upper"] == pytest.approx(600_000 / 11_314_609 * 16 / 0.10, rel=1e-6)
    assert row["verdict"] == "inconclusive"


@pytest.mark.parametrize(
    "years", [RoundingRange(0.2, 0.9), RoundingRange(17, 20)], ids=["too few", "too many"]
)
def test_years_that_no_child_has_would_be_a_contradiction(
    monkeypatch: pytest.MonkeyPatch, years: RoundingRange
) -> None:
    monkeypatch.setattr(checks, "evaluate", lambda *_: (years.lower, years))
    row = checks.years_abused()
    assert row["verdict"] == "inconsistent"
    assert "contradict" in str(row["reason"])


def test_inputs_are_those_that_chains_and_checks_rest_on() -> None:
    rows = inputs_listed.inputs_listed().set_index("claim")
    assert {
        "C15",
        "S03c",
        "S04a",
        "S04d",
        "S04e",
        "S01",
        "S01b",
        "S01c",
        "S01d",
        "S01e",
        "C16",
        "R03",
        "S04b",
        "S04c",
    } == set(rows.index)
    assert list(rows.loc["C15", ["published", "seen"]]) == ["7 %", "primary"]
    assert inputs_listed.intervals_seen() == 0  # the texts seen print none: the rows' own notes


def test_inputs_left_out_are_counted() -> None:
    audits = [name for name in inputs() if name.startswith("cdi_")]
    assert inputs_listed.left_out() == {"audits": len(audits), "others": 96 - len(audits) - 14}


def test_totals_are_shown_with_their_overlap_not_published() -> None:
    rows = margins.margins()
    assert rows["published"].tolist() == [
        "estimated 1,400 children",
        "1,510 children",
        "1,523 children",
        "1,143 children",
    ]
    assert set(rows["overlap"]) == {"not published"}


def test_totals_alone_are_refused_and_leave_no_upper_limit() -> None:
    assert margins.refusal().what == "no overlap"
    assert margins.bounds() == WorstCaseBounds(1523, inf)


@pytest.fixture(scope="module")
def found() -> Study:
    return lists_shown.shown(SMALL.changed(order=2))


def test_lists_are_described_by_their_totals() -> None:
    """From the published table of five lists: 94, 567, 1,169, 807 and 336 on each."""
    rows = lists_shown.described(UnderReporting()).set_index("list")
    assert rows["people"].to_dict() == {"LA": 94, "NG": 567, "PFNCA": 1169, "GO": 807, "GP": 336}
    assert rows["alone"].to_dict() == {"LA": 54, "NG": 463, "PFNCA": 995, "GO": 695, "GP": 316}


def test_the_published_range_stands_beside_the_shipped_table_alone(found: Study) -> None:
    assert lists_shown.published(found) == (10_000, 13_000)
    assert lists_shown.published(replace(found, published=None)) is None


@pytest.mark.parametrize("end", ["lower", "upper"])
def test_half_a_published_range_is_none(found: Study, end: str) -> None:
    assert found.published is not None
    half = Input.model_construct(**(found.published.model_dump() | {end: None}))
    assert lists_shown.published(replace(found, published=half)) is None


def test_the_parameters_reach_the_estimate(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}
    monkeypatch.setattr(
        lists_shown, "study", lambda which, **options: asked.update(options, which=which)
    )
    lists_shown.shown(
        UnderReporting(
            criterion="stepwise", order=3, threshold=0.1, resamples=7, seed=5, lists="mine.csv"
        )
    )
    assert asked == {
        "which": "mine.csv",
        "criterion": "stepwise",
        "order": 3,
        "threshold": 0.1,
        "resamples": 7,
        "seed": 5,
    }


@pytest.fixture(scope="module")
def studies(found: Study) -> synthesis.Studies:
    return synthesis.Studies(found, recording_error.orders())


@pytest.fixture(scope="module")
def together(studies: synthesis.Studies) -> pd.DataFrame:
    return synthesis.synthesis(SMALL, studies)


def test_every_model_says_what_of_whom_on_what_assumption_and_what_would_help(
    together: pd.DataFrame,
) -> None:
    assert together["model"].tolist() == [
        "Reporting chain: Told at the time",
        "Reporting chain: Told at any point",
        "Reporting chain: Reported, by wider estimates",
        "Reporting chain: Known to authorities",
        "Recording audit",
        "Multiple systems estimation (worked example)",
        "Totals of lists without overlap",
        "Order of recorded rates under unknown recording",
    ]
    assert together.map(lambda cell: bool(str(cell).strip())).all(axis=None)


def results(together: pd.DataFrame) -> dict[str, str]:
    return dict(zip(together["model"], together["result"], strict=True))


def test_results_are_ranges_and_never_a_point_of_a_chain(together: pd.DataFrame) -> None:
    said = results(together)
    stopped = (
        "flagged as child sexual exploitation; no published input for: identified as group-based"
    )
    assert (
        said["Reporting chain: Told at the time"] == f"1.74 to 2.67 % {stopped}"
    )  # 6.5 x .735 x .365 to 7.5 x .9485 x .375
    assert said["Totals of lists without overlap"] == "1,523 or more, without upper limit"


def test_one_table_of_lists_shows_the_span_of_its_models(
    together: pd.DataFrame, found: Study
) -> None:
    low, high = found.spread
    assert (
        results(together)["Multiple systems estimation (worked example)"]
        == f"{low:,.0f} to {high:,.0f}"
    )
    assert low < found.chosen.estimate < high


def test_a_chain_without_assumptions_and_one_with_a_single_one_say_so(
    studies: synthesis.Studies,
) -> None:
    rows = synthesis.synthesis(SMALL.changed(scenarios="at_the_time"), studies).set_index("model")[
        "assumption"
    ]
    single = rows["Reporting chain: Told at the time, recorded as all crime in 2025"]
    assert "more, listed" not in single
    published = synthesis.synthesis(SMALL, studies).set_index("model")["assumption"]
    assert published["Reporting chain: Known to authorities"].startswith("none")
    assert published["Reporting chain: Told at the time"].endswith(
        "(and 2 more, listed with the chains)"
    )


def test_a_table_of_the_readers_own_is_people_on_lists(studies: synthesis.Studies) -> None:
    own = replace(studies, lists=replace(studies.lists, example=None))
    row = (
        synthesis.synthesis(SMALL, own)
        .set_index("model")
        .loc["Multiple systems estimation (worked example)"]
    )
    assert (row["population"], row["unit"]) == ("those who could be on the lists", "people")


def test_the_claims_of_the_checks_are_there() -> None:
    assert {name for names in checks.TOPICS for name in names} <= set(claims())


def test_nothing_is_added_up(together: pd.DataFrame) -> None:
    assert "total" not in " ".join(together["model"]).casefold().replace("totals of lists", "")
    assert together["unit"].nunique() > 4


def test_the_views_of_lists_are_those_of_the_study(found: Study) -> None:
    assert set(found.rows["view"]) >= {systems.CHOOSING, systems.NEAR}
