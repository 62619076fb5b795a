import pandas as pd
import pytest

from replicate.derivations.verification import verify
from replicate.display.words import headline_figures as verdicts

COUNTS = pd.DataFrame(
    {
        "verdict": ["exact", "not_public"],
        "headline": [1, 2],
        "others": [0, 3],
        "figures": [1, 5],
    }
)
RANKED = pd.DataFrame(
    {
        "title": ["a table", "a list"],
        "holder": ["ONS", "HMICFRS"],
        "how": ["fetch", "publish"],
        "figures": [3, 1],
    }
)
PAIRS = pd.DataFrame(
    {
        "claim": ["H05", "C29"],
        "report": ["Hydrant COCAD", "Casey 2025"],
        "published": ["26 %", "3.5 %"],
        "others": ["H04 H01", "H01 V05"],
        "given": ["26.61 %", "3.661 %"],
        "other_reports": ["Hydrant COCAD", "Hydrant COCAD; VKPP/NPCC"],
    }
)


def test_the_title_of_counts_names_the_verdict_that_most_had() -> None:
    assert (
        verdicts.counts_title(COUNTS)
        == "1 of 3 headline figures match; of the others most have the verdict “Data not published” (2)"
    )


def test_without_headline_figures_all_are_counted() -> None:
    others = COUNTS.assign(headline=0)
    assert verdicts.counts_title(others).startswith("1 of 6 figures match; ")
    assert verdicts.counts_title(others.head(1)) == "1 of 1 figures match"


def test_the_alternative_text_of_counts_has_every_bar() -> None:
    assert verdicts.counts_alt(COUNTS).endswith(
        "Matches exactly 1, of which 1 of the audit and of HMICFRS; Data not published 5, of which 2 of the audit and of HMICFRS."
    )


@pytest.mark.parametrize(
    ("place", "title"),
    [
        (0, "A copy of what ONS has published would open 3 of the 4 figures that wait for data"),
        (1, "What HMICFRS could publish would open 1 of the 1 figures that wait for data"),
    ],
)
def test_the_title_of_openings_says_who_and_how_many(place: int, title: str) -> None:
    assert verdicts.openings_title(RANKED.iloc[place:]) == title


def test_the_first_openings_are_named_with_holder_and_way() -> None:
    named = verdicts.openings_named(RANKED, 1)
    assert list(named["name"]) == ["ONS, fetch: a table"]
    assert (
        verdicts.openings_alt(named)
        == "A bar for each gap in the data, the largest first. ONS, fetch: a table: 3."
    )


def test_the_title_of_contradictions_says_how_many_are_between_reports() -> None:
    assert (
        verdicts.contradictions_title(PAIRS)
        == "2 published figures contradict other published figures, 1 of them those of another report"
    )
    assert verdicts.contradictions_title(PAIRS.head(1)).startswith(
        "1 published figure contradicts other"
    )


def test_the_alternative_text_of_contradictions_has_every_pair() -> None:
    assert "C29: published 3.5 %, others (H01 V05) give 3.661 %." in verdicts.contradictions_alt(
        PAIRS
    )


def test_contradictions_are_drawn_in_percent_of_what_was_published() -> None:
    """Published 3.5 (3.45 to 3.55) beside 3.661; "over 1,000" alone beside 800 or more."""
    frame = pd.DataFrame(
        {
            "heading": ["C29", "X1"],
            "published": ["3.5 %", "over 1,000"],
            "given": ["3.661 %", "800 or more"],
            "printed_value": [3.5, float("nan")],
            "printed_lower": [3.45, 1000],
            "printed_upper": [3.55, float("inf")],
            "given_value": [3.661, float("nan")],
            "given_lower": [3.661, 800],
            "given_upper": [3.661, float("inf")],
        }
    )
    drawn = verdicts.contradictions_drawn(frame)
    assert drawn["value"].tolist()[:2] == pytest.approx([100, 3.661 / 0.035])
    assert drawn["lower"].tolist()[2:] == pytest.approx([100, 80])
    assert drawn["printed"].tolist() == ["3.5 %", "3.661 %", "over 1,000", "800 or more"]
    assert drawn["mark"].tolist() == ["published", "computed"] * 2


def test_the_answer_counts_what_holds_and_what_does_not() -> None:
    """H03 agrees by rounding, H05 does not; C06 and C27 wait for data or are none."""
    assert verdicts.answer(verify(["H03", "H05", "C06", "C27"])) == (
        "Of 4 headline figures, 1 matches, 1 contradicts another published figure, "
        "1 can't be checked, because the data are not published and 1 is not a statistic."
    )
    assert verdicts.answer([]) == "No headline figure was asked for."


def test_main_points_name_what_does_not_match_and_what_is_missing() -> None:
    said = verdicts.points(verify(["C12a", "H03"]), PAIRS, RANKED)
    assert said[0].startswith("Does not match: Share of residents who are White")
    assert [text.endswith(".") for text in said] == [True, True, True]
    assert verdicts.points([], PAIRS.head(0), RANKED.head(0)) == []
