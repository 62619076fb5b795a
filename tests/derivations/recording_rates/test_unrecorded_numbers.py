"""Numbers left unrecorded: what would have passed does, what would not doesn't, and another window or release changes no verdict."""

from pathlib import Path

import pandas as pd
import pytest

from replicate.derivations.recording_rates import revised, unrecorded
from replicate.derivations.verification import verify
from replicate.vocabulary.parameters import RecordingRates

DEFAULT = RecordingRates()


@pytest.fixture(scope="module")
def numbers() -> pd.DataFrame:
    return unrecorded.of_forces(DEFAULT).set_index("claim")


def test_the_verdicts_are_those_of_the_ledger(numbers: pd.DataFrame) -> None:
    found = {result.claim.id: result.comparison for result in verify(map(str, numbers.index))}
    assert {claim: compared.verdict.value for claim, compared in found.items()} == numbers[
        "verdict"
    ].to_dict()
    reasons = unrecorded.reasons(DEFAULT).set_index("claim")["reason"].to_dict()
    assert reasons == {claim: compared.reason for claim, compared in found.items()}
    assert [found.claim.id for found in unrecorded.comparisons(DEFAULT)] == [
        *numbers.index,
        "R02a",
        "R08a",
    ]


def test_a_row_by_hand(source_data: Path, numbers: pd.DataFrame) -> None:
    """South Yorkshire from the publisher's file: 89.5 % recorded, give or take 1.64 points, and 'over 17,000'."""
    raw = pd.read_parquet(source_data / "prc" / "prc_pfa_230426.parquet")
    year = raw["FY"].eq("2016/17") & raw["Financial Quarter"].astype(int).ge(3) | raw["FY"].eq(
        "2017/18"
    ) & raw["Financial Quarter"].astype(int).le(2)
    recorded = raw.loc[
        year & raw["Force"].eq("South Yorkshire") & raw["Group"].ne("Fraud offences"), "n"
    ].sum()
    row = numbers.to_dict("index")["R09a"]
    assert row["recorded"] == recorded
    assert row["computed"] == pytest.approx(recorded * 10.5 / 89.5)
    assert (row["sampling_lower"], row["sampling_upper"]) == pytest.approx(
        (recorded * 8.86 / 91.14, recorded * 12.14 / 87.86)
    )
    assert row["half_width"] == pytest.approx(
        50 * (row["sampling_upper"] - row["sampling_lower"]) / row["computed"]
    )
    assert (row["ceiling"], row["period"]) == (17_100, "YE 2017-09")
    assert row["difference"] == pytest.approx(row["computed"] - 17_000)
    assert row["relative"] == pytest.approx(100 * row["difference"] / 17_000)


def test_sides_of_the_floor_and_the_ceiling(numbers: pd.DataFrame) -> None:
    inside = numbers["computed"].between(numbers["published"], numbers["ceiling"])
    assert numbers.loc[inside, "difference"].eq(0).all()
    assert (numbers.loc[~inside, "difference"] > 0).equals(
        numbers.loc[~inside, "computed"] > numbers.loc[~inside, "ceiling"]
    )
    assert 0 < inside.sum() < len(numbers)


def test_another_window_or_release_changes_numbers_and_no_verdict(numbers: pd.DataFrame) -> None:
    other = unrecorded.of_forces(
        RecordingRates(window="one quarter later", vintage="2023-10")
    ).set_index("claim")
    assert set(other["vintage"]) == {"2023-10"}
    assert other["verdict"].equals(numbers["verdict"])
    assert not other["computed"].equals(numbers["computed"])
    assert other["period"]["R09a"] == "YE 2017-12"


def test_a_release_that_lacks_the_window_gives_way_to_the_one_of_the_rule() -> None:
    national = unrecorded.nationally(RecordingRates(vintage="2023-10")).set_index("claim")
    assert national["vintage"].to_dict() == {"R02a": "2023-10", "R08a": "2026-04"}
    assert national["half_width"].isna().all()
    assert pd.isna(national["revision_lower"]["R02a"])
    assert pd.isna(national["ceiling"]["R08a"])


def test_tables_used_begin_with_the_release_asked_for() -> None:
    assert unrecorded.tables_used(DEFAULT)[:2] == ("recorded_crime_2026-04", "recorded_groups")
    assert unrecorded.tables_used(RecordingRates(vintage="2023-10")) == (
        "recorded_crime_2023-10",
        "recorded_groups",
        "assessment_factors",
        "census_ethnic_group",
        "recorded_crime_2026-04",
    )


# The rule for revision, and its rivals.


def test_a_rule_that_reaches_nothing_says_so() -> None:
    found = revised.by_revision_rule(RecordingRates(forces=("Humberside",)))
    assert found["claims"].tolist() == ["none"] * 4


def test_revisions_seen_are_those_of_the_tables(numbers: pd.DataFrame) -> None:
    seen = revised.revisions_seen(DEFAULT)
    assert (seen["revision"] - 100 * (seen["later"] / seen["earlier"] - 1)).abs().max() < 1e-9
    spans = seen.groupby("force")["revision"].agg(["min", "max"])
    rows = numbers.set_index("force")
    assert rows["revision_lower"].sub(spans["min"].clip(upper=0)).abs().max() < 1e-9
    assert rows["revision_upper"].sub(spans["max"].clip(lower=0)).abs().max() < 1e-9
