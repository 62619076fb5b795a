"""Sentences beside recording rates: their numbers, from the frames and by hand."""

import pandas as pd
import pytest

from replicate.derivations import recording_rates
from replicate.derivations.audits import audit_table
from replicate.display.words import recording as words
from replicate.vocabulary.parameters import RecordingRates

P = "\N{NO-BREAK SPACE}%"


def test_the_main_points_carry_the_numbers_of_the_tables() -> None:
    found, table = words.findings(), audit_table().query("population == 'all_crime'")
    agreed = table["verdict"].str.startswith("within")
    assert found["numbers"].startswith(f"{agreed.sum()} of 40 numbers of crimes")
    missed = table[table["verdict"] == "differs"]
    for row in missed.to_dict("records"):
        assert f"{row['force']} by {row['missed']:.0f} crimes" in found["numbers"]
    for way, label in (("within_rounding", "after rounding"), ("within_revision", "allowing for")):
        assert f"{(table['verdict'] == way).sum()} {label}" in found["numbers"]
    assert "80.5" in found["rates"]
    assert "94.8" in found["rates"]
    assert "because the first result was poor" in found["again"]
    assert "half-widths imply" in found["funnel"]


def test_numbers_are_shown_by_audit_and_for_the_forces_asked_for() -> None:
    table = audit_table()
    (kent,) = words.number_rows(table, ("Kent",)).to_dict("records")
    (row,) = table[table["force"] == "Kent"].to_dict("records")
    assert kent["verdict"] == row["verdict"] == "within_revision"
    assert kent["bracket"] == f"{row['bracket_lower']:,.0f} to {row['bracket_upper']:,.0f}"
    assert kent["away"] == pytest.approx(100 * (row["value"] / 24_300 - 1))
    assert len(words.number_rows(table, ("Sussex",))) == len(table)
    names = words.number_rows(table, ())["audit"]
    assert len(names) == len(set(names)) == len(table)
    assert {"Greater Manchester, again", "West Midlands, violence, again"} <= set(names)


def test_rates_over_time_are_told_without_a_slope() -> None:
    frame = recording_rates.over_time()
    title, alt = words.time_title(frame), words.time_alt(frame)
    assert f"80.5{P} of all reported crime, later 94.8{P}" in title
    assert title.endswith(f"65.3{P} to 95.8{P}")
    assert "not joined" in alt
    assert "Derbyshire (65.3" in alt


def test_forces_audited_again_are_counted_by_their_latest_rate() -> None:
    frame = pd.DataFrame(
        {
            "force": ["A", "A", "B", "C"],
            "of": ["all crime", "all crime", "all crime", "violence"],
            "change": [-2.0, 3.0, -1.5, 9.0],
        }
    )
    said = words.again_sentence(frame)
    assert said.startswith("2 forces were audited again because the first result was poor.")
    assert "is higher in 1; the changes run from −1.5 to +3.0 percentage points" in said
    assert said.endswith("part of a rise is regression to the mean.")


@pytest.mark.parametrize(("widened", "said"), [(0, "0 once"), (2, "2 once")])
def test_the_title_of_a_funnel_counts_what_lies_outside(widened: int, said: str) -> None:
    found = recording_rates.funnel("violence")
    found.beyond[recording_rates.KINDS[2]] = widened
    title = words.funnel_title(found)
    assert title.startswith(
        f"{found.beyond['99.8 % limits']} of 17 rates lie outside 99.8 % limits"
    )
    assert said in title
    assert f"all {100 * found.target:.1f}{P}" in words.funnel_alt(found)


def test_rates_are_told_from_the_lowest_to_the_highest_with_their_widths() -> None:
    rows = {"force": ["Kent", "London, City of"], "rate": [90.0, 80.5]}
    ends = {"recomputed_lower": [89.0, 78.0], "recomputed_upper": [91.0, 82.5]}
    frame = pd.DataFrame(rows | ends)
    said = f"First audits of all crime run from 80.5{P} (City of London) to 90{P} (Kent)"
    assert words.rates_title(frame) == said
    alt = words.rates_alt(frame, RecordingRates())
    assert "2.0 to 4.5 points wide" in alt
    assert "2 audits" in alt


def test_a_total_that_is_missing_is_told_with_the_release_that_has_it() -> None:
    said = words.gaps_sentence(recording_rates.gaps())
    assert "2020-01 lacks Greater Manchester's total for YE 2019-09" in said
    assert "that of 2023-10 is the first with its quarters" in said
