"""What notebook 00 says and draws of verdicts."""

import csv
from importlib.resources import files

import pandas as pd
import pytest

from replicate.derivations.headline_figures import contradictions, openings_ranked
from replicate.derivations.verification import verify
from replicate.display import headline_figures as shown
from replicate.display.figure import Figure
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.parameters import HeadlineFigures

WAITING = ["S13a", "C06", "C33"]


def test_the_answer_counts_what_holds_and_what_does_not() -> None:
    """H03 agrees by rounding, C12a and H05 do not, C01 by a definition of ours, C06 waits."""
    said = shown.answer(verify(["H03", "C12a", "H05", "C01", "C06", "H09"]))
    assert said.startswith("We match 1 of 6 headline figures, and 1 more if our method is theirs.")
    assert "another number for 2, and for 1 the data held can't tell" in said
    assert "We can't check 1, because" in said


def test_main_points_name_what_does_not_match_what_contradicts_and_what_is_missing() -> None:
    results = verify(["C12a", "H05", *WAITING])
    said = shown.points(results, contradictions(results), openings_ranked(results))
    assert said[0].startswith("Does not match: Share of residents who are White")
    assert "published 57 %, our figure 76.4 %" in said[0]
    assert said[1].endswith(": 2.")
    assert "1 of 3 figures that wait" in said[2]
    assert len(shown.points([], [], openings_ranked([]))) == 1


def test_the_verdicts_asked_for_are_drawn_with_their_data() -> None:
    with files("replicate.ledger").joinpath("claims.csv").open(encoding="utf-8") as file:
        text = sum(row["basis"] == "text" and not row["shows"] for row in csv.DictReader(file))
    drawn = shown.verdict_counts(HeadlineFigures(basis="text"), name="words")
    assert drawn.data[["verdict", "headline", "others"]].to_dict("records") == [
        {"verdict": "not_a_statistic", "headline": 0, "others": text}
    ]
    assert f"0 of 0 headline figures match, and 0 of all {text}" in drawn.text
    with pytest.raises(InputError, match="no claim is of that kind"):
        shown.verdict_counts(HeadlineFigures(reports="inspections", seen="start"))


def test_contradictions_are_drawn_in_percent_of_what_was_published() -> None:
    """26 (25.5 to 26.5) beside 26.6 from 1,125 of 4,228; 2,160 plans beside 2,185 or more."""
    found = contradictions(verify(["H05", "S14a", "D02"]))
    drawn = shown.contradictions(found)
    assert isinstance(drawn, Figure)
    rows = drawn.data
    assert rows["printed"].tolist() == ["26 %", "26.61 %", "2,160 plans", "2,185 or more plans"]
    assert rows["value"].tolist()[:2] == pytest.approx([100, 100 * 1125 / 4228 / 0.26])
    assert rows["lower"].tolist()[::2] == pytest.approx([25.5 / 0.26, 100 * 2155 / 2160])
    assert pd.isna(rows["value"].iloc[3])
    assert "Saturday" in shown.contradictions_listed(found).text


def test_gaps_are_drawn_with_holder_and_way() -> None:
    drawn = shown.openings(openings_ranked(verify(WAITING)), 2)
    assert "Hydrant Programme, publish: suspects in COCAD" in drawn.text


def test_where_there_is_nothing_to_draw_a_sentence_says_so() -> None:
    calendar = contradictions(verify(["D02"]))
    assert "on a scale of numbers" in shown.contradictions(calendar).text
    assert "No figure asked for contradicts" in shown.contradictions_listed([]).text
    assert "waits for data" in shown.openings(openings_ranked([]), 10).text
