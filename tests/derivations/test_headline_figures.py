"""Headline figures: counts held against the rows of the ledger as a file, contradictions worked out by hand."""

import csv
import re
from collections import Counter
from importlib.resources import files
from math import inf, isnan

import pytest

from replicate.derivations.headline_figures import (
    Results,
    asked,
    conflicts,
    contradictions,
    counted,
    crosstab,
    figures_traced,
    not_statistics,
    numbers_by_document,
    on_scales,
    openings_ranked,
    tables_used,
    verified,
)
from replicate.derivations.verification import verify
from replicate.ledger import Verdict, claims
from replicate.ledger.starting import starting_documents, starting_numbers
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.parameters import HeadlineFigures

with files("replicate.ledger").joinpath("claims.csv").open(encoding="utf-8") as file:
    ROWS = [row for row in csv.DictReader(file) if not row["shows"]]
"""The ledger's rows that carry a figure of their own."""


@pytest.fixture(scope="module")
def everything() -> Results:
    """Every verdict once, since recomputing them all takes seconds."""
    return verified(HeadlineFigures())


def test_no_figure_is_left_out_or_counted_twice(everything: Results) -> None:
    assert sorted(result.claim.id for result in everything) == sorted(row["id"] for row in ROWS)


@pytest.mark.parametrize("key", ["report", "basis", "seen"])
def test_each_row_adds_up_to_the_rows_of_the_ledger(everything: Results, key: str) -> None:
    table = crosstab(everything, key)  # type: ignore[arg-type]
    assert dict(zip(table[key], table["figures"], strict=True)) == Counter(row[key] for row in ROWS)
    assert (table.drop(columns=[key, "figures"]).sum(axis=1) == table["figures"]).all()


def test_a_verdict_s_parts_add_up_and_the_headline_has_only_the_audit_and_the_inspectorate(
    everything: Results,
) -> None:
    table = counted(everything)
    assert int(table["figures"].sum()) == len(ROWS)
    assert (table["headline"] + table["others"] == table["figures"]).all()
    headline = [
        row
        for row in ROWS
        if row["basis"] == "data" and row["report"].startswith(("Casey", "HMIC", "GMP"))
    ]
    assert int(table["headline"].sum()) == len(headline)
    assert (table["figures"] > 0).all()


def test_text_is_no_statistic(everything: Results) -> None:
    text = sum(row["basis"] == "text" for row in ROWS)
    row = counted(everything).set_index("verdict").loc["not_a_statistic"]
    assert (row["figures"], row["headline"]) == (text, 0)


def test_counts_are_of_the_verdicts_that_single_claims_have() -> None:
    few = verify(["H03", "H05", "C29", "C27", "C06"])
    table = counted(few).set_index("verdict")
    assert table["figures"].to_dict() == {
        "within_rounding": 1,
        "inconsistent": 2,
        "not_public": 1,
        "not_a_statistic": 1,
    }
    assert table["headline"].to_dict() == {
        "within_rounding": 0,
        "inconsistent": 0,
        "not_public": 1,
        "not_a_statistic": 0,
    }


@pytest.mark.parametrize(
    ("given", "inside", "outside"),
    [
        ({"reports": "audit"}, "C01", "R01"),
        ({"reports": "inspections"}, "R01", "C01"),
        ({"reports": "audit_and_inspections"}, "C01", "V01"),
        ({"reports": "others"}, "V01", "C01"),
        ({"basis": "text"}, "C27", "C01"),
        ({"seen": "primary"}, "H05", "C01"),
        ({}, "H08a", "H08"),  # the row shows the figure of its part
    ],
)
def test_parameters_choose_claims(given: dict[str, str], inside: str, outside: str) -> None:
    chosen = HeadlineFigures.checked(given)
    assert asked(claims()[inside], chosen)
    assert not asked(claims()[outside], chosen)


@pytest.mark.usefixtures("everything")
def test_a_choice_that_no_claim_meets_is_refused() -> None:
    with pytest.raises(InputError, match="no claim is of that kind") as caught:
        verified(HeadlineFigures(reports="inspections", seen="start"))
    assert "reports=inspections" in str(caught.value.got)


def test_the_tables_used_are_those_of_the_values() -> None:
    assert tables_used(verify(["C27", "H03"])) == ()
    assert tables_used(verify(["C12a", "C27"])) == ("census_ethnic_group",)


def test_a_share_that_its_counts_do_not_give() -> None:
    """1,125 of 4,228 offences are 26.608 %, which prints as 27; 26 was printed."""
    (row,) = contradictions(verify(["H05"])).to_dict("records")
    assert (row["published"], row["printed_lower"], row["printed_upper"]) == ("26 %", 25.5, 26.5)
    assert row["given_value"] == pytest.approx(100 * 1125 / 4228)
    assert (row["others"], row["other_reports"]) == ("H04 H01", "Hydrant COCAD")


def test_a_count_below_one_called_the_lowest_on_record() -> None:
    """2,160 plans, rounded to ten, against 2,190 a year later, rounded to ten and called the lowest on record."""
    (row,) = contradictions(verify(["S14a"])).to_dict("records")
    assert (row["given"], row["given_lower"], row["given_upper"]) == (
        "2,185 or more plans",
        2185.0,
        inf,
    )
    assert isnan(float(row["given_value"] or "nan"))
    assert (row["report"], row["others"], row["other_reports"]) == ("CSA Centre", "S21", "DfE")


def test_a_figure_is_shown_against_arithmetic_although_its_own_verdict_rests_on_data() -> None:
    """2,190,804 of 2,867,730 residents are White: 76.4 %, not 57."""
    (row,) = contradictions(verify(["C12a"])).to_dict("records")
    assert verify(["C12a"])[0].comparison.verdict == "differs"
    assert row["given_value"] == pytest.approx(100 * 2190804 / (2190804 + 389295 + 134004 + 153627))
    assert row["other_reports"] == "ONS"


def test_the_day_of_a_week_is_listed_and_not_drawn() -> None:
    """17 May 2025 was a Saturday (ISO weekday 6)."""
    found = contradictions(verify(["D02", "H05"]))
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
    assert contradictions(verify(["H03", "C27"])).empty
    assert on_scales(contradictions(verify(["H03"]))).empty


def test_every_inconsistent_verdict_is_there(everything: Results) -> None:
    inconsistent = {
        result.claim.id for result in everything if result.comparison.verdict == "inconsistent"
    }
    assert inconsistent <= set(contradictions(everything)["claim"])


def test_a_conflict_is_listed_once_whichever_side_notes_it() -> None:
    """C06 and C07 both name H07, and C06 names C07, which names I09."""
    pairs = conflicts(verify(["C06", "C07", "H07"]))
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
    assert conflicts(verify(["C27"])).empty


def test_every_figure_that_waits_is_opened_once(everything: Results) -> None:
    ranked = openings_ranked(everything)
    listed = Counter(" ".join(ranked["claims"]).split())
    waiting = {
        result.claim.id
        for result in everything
        if result.comparison.verdict in (Verdict.NOT_HELD, Verdict.NOT_PUBLIC)
    }
    assert set(listed.values()) == {1}
    assert set(listed) == waiting
    assert list(ranked["figures"]) == [len(row.split()) for row in ranked["claims"]]


def test_those_that_would_open_most_come_first(everything: Results) -> None:
    ranked = openings_ranked(everything)
    keys = list(zip(-ranked["figures"], -ranked["headline"], ranked["opening"], strict=True))
    assert keys == sorted(keys)


def test_a_figure_that_other_evidence_settled_opens_nothing() -> None:
    """S14a's table is not held, but another publisher's figure contradicts it."""
    assert claims()["S14a"].availability == "not_held"
    ranked = openings_ranked(verify(["S14a", "S13a", "C06", "C33"]))
    assert ranked.set_index("opening")["claims"].to_dict() == {
        "cocad-suspects": "C06",
        "outcomes-by-code": "C33",
        "dfe-plans": "S13a",
    }
    assert ranked.set_index("opening")["headline"].to_dict() == {
        "cocad-suspects": 1,
        "outcomes-by-code": 1,
        "dfe-plans": 0,
    }


def test_where_nothing_waits_the_columns_are_still_there() -> None:
    assert openings_ranked(verify(["H03"]))["figures"].empty


def test_the_numbers_of_each_document_add_up() -> None:
    """The numbers of each document as a search for digits in its text counts them."""
    table = numbers_by_document()
    assert list(table["numbers"]) == [22, 176, 8, 15, 19]
    assert (table["figures"] + table["not_statistics"] == table["numbers"]).all()
    assert (table["claims"] <= table["figures"]).all()


def test_every_number_is_traced_or_is_no_statistic() -> None:
    traced, rest = figures_traced(), not_statistics()
    assert set(traced["claim"]) == {number.claim for number in starting_numbers() if number.claim}
    listed = [
        number
        for row in rest["numbers"]
        for line in row.split("; ")
        for number in line.partition(": ")[2].split(", ")
    ]
    assert (
        len(listed)
        == int(rest["count"].sum())
        == int(numbers_by_document()["not_statistics"].sum())
    )


def test_a_figure_is_listed_once_a_document_with_its_lines() -> None:
    traced = figures_traced()
    (row,) = traced[
        (traced["claim"] == "B10") & (traced["document"] == starting_documents()["001"].title)
    ].to_dict("records")
    assert (row["lines"], row["printed"], row["verdict"]) == (
        "154, 156, 188",
        "£65m",
        "not_a_statistic",
    )


def test_a_date_that_a_claim_is_about_is_traced() -> None:
    traced = figures_traced().set_index("claim")
    assert (traced.loc["D02", "printed"], traced.loc["D02", "verdict"]) == ("17", "inconsistent")


@pytest.mark.parametrize("claim", ["C14"])
def test_a_share_by_ethnicity_is_not_shown_without_what_is_missing(claim: str) -> None:
    statements = dict(zip(figures_traced()["claim"], figures_traced()["statement"], strict=True))
    assert "cannot be bounded" in statements[claim]


def test_nobody_is_scored() -> None:
    columns = {*figures_traced(), *not_statistics(), *numbers_by_document()}
    assert not any(re.search("score|rank|grade|accuracy|share", name) for name in columns)
