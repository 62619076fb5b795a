"""The contradictions worked out by hand from the printed figures."""

from math import inf, isnan

import pytest

from replicate.derivations.headline_figures import Results, conflicts, contradictions, on_scales
from replicate.derivations.verification import verify


def test_a_share_that_its_counts_do_not_give() -> None:
    """1,125 of 4,228 offences are 26.608 %, which prints as 27; 26 was printed."""
    (row,) = contradictions(tuple(verify(["H05"]))).to_dict("records")
    assert (row["published"], row["printed_lower"], row["printed_upper"]) == ("26 %", 25.5, 26.5)
    assert row["given_value"] == pytest.approx(100 * 1125 / 4228)
    assert (row["others"], row["other_reports"]) == ("H04 H01", "Hydrant COCAD")


def test_a_count_below_one_called_the_lowest_on_record() -> None:
    """2,160 plans, rounded to ten, against 2,190 a year later, rounded to ten and called the lowest on record."""
    (row,) = contradictions(tuple(verify(["S14a"]))).to_dict("records")
    assert (row["given"], row["given_lower"], row["given_upper"]) == (
        "2,185 or more plans",
        2185.0,
        inf,
    )
    assert isnan(float(row["given_value"] or "nan"))
    assert (row["report"], row["others"], row["other_reports"]) == ("CSA Centre", "S21", "DfE")


def test_a_figure_is_shown_against_arithmetic_although_its_own_verdict_rests_on_data() -> None:
    """2,190,804 of 2,867,730 residents are White: 76.4 %, not 57."""
    (row,) = contradictions(tuple(verify(["C12a"]))).to_dict("records")
    assert verify(["C12a"])[0].comparison.verdict == "differs"
    assert row["given_value"] == pytest.approx(100 * 2190804 / (2190804 + 389295 + 134004 + 153627))
    assert row["other_reports"] == "ONS"


def test_the_day_of_a_week_is_listed_and_not_drawn() -> None:
    """17 May 2025 was a Saturday (ISO weekday 6)."""
    found = contradictions(tuple(verify(["D02", "H05"])))
    assert list(found["claim"]) == ["D02", "H05"]
    assert (
        found["published"][0],
        found["given"][0],
        found["others"][0],
        found["other_reports"][0],
    ) == (
        "Tuesday",
        "Saturday",
        "the calendar",
        "none",
    )
    drawn = on_scales(found)
    assert list(drawn["heading"]) == [
        "H05, Hydrant COCAD: Offences in the family as a share of group-based offences, 2023"
    ]


def test_figures_that_agree_contradict_nothing() -> None:
    assert contradictions(tuple(verify(["H03", "C27"]))).empty
    assert on_scales(contradictions(tuple(verify(["H03"])))).empty


def test_every_inconsistent_verdict_is_there(everything: Results) -> None:
    inconsistent = {
        result.claim.id for result in everything if result.comparison.verdict == "inconsistent"
    }
    assert inconsistent <= set(contradictions(everything)["claim"])


def test_a_conflict_is_listed_once_whichever_side_notes_it() -> None:
    """C06 and C07 both name H07, and C06 names C07, which names I09."""
    pairs = conflicts(tuple(verify(["C06", "C07", "H07"])))
    listed = [frozenset(pair) for pair in zip(pairs["claim"], pairs["other"], strict=True)]
    assert len(listed) == len(set(listed))
    assert set(listed) == {
        frozenset({"C06", "C07"}),
        frozenset({"C06", "H07"}),
        frozenset({"C07", "H07"}),
        frozenset({"C07", "I09"}),
    }


def test_shares_by_ethnicity_stand_with_what_is_missing_and_never_beside_residents(
    everything: Results,
) -> None:
    pairs = conflicts(everything)
    assert {"C08", "C14"} <= {*pairs["claim"], *pairs["other"]}
    for row in pairs.to_dict("records"):
        ids = {row["claim"], row["other"]}
        assert not ({"C08", "C09", "C14"} & ids and {"C12a", "C12b", "X01e", "X01f", "C14a"} & ids)
        for name, figure in ((row["claim"], row["figure"]), (row["other"], row["other_figure"])):
            if name in {"C08", "C09", "C10a", "C10b", "C14", "H08a", "H11a", "H11b", "H12", "L05a"}:
                assert "cannot be bounded" in figure or "Ethnicity is missing for" in figure


def test_no_claim_conflicts_with_itself(everything: Results) -> None:
    pairs = conflicts(everything)
    assert (pairs["claim"] != pairs["other"]).all()
    assert conflicts(tuple(verify(["C27"]))).empty
