"""Headline figures: counts held against the ledger as a file, contradictions worked out by hand."""

import csv
from collections import Counter
from importlib.resources import files

import pytest

from replicate.derivations.headline_figures import (
    Results,
    asked,
    contradictions,
    counted,
    crosstab,
    openings_ranked,
    starting_traced,
    tables_used,
    verified,
)
from replicate.derivations.verification import frame, verify
from replicate.ledger import Verdict, claims
from replicate.ledger.lists import starting_documents, starting_numbers
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
    table = counted(everything)
    assert (table["headline"] + table["others"] == table["figures"]).all()
    assert int(table["figures"].sum()) == len(ROWS)
    text = sum(row["basis"] == "text" for row in ROWS)
    row = table.set_index("verdict").loc["not_a_statistic"]
    assert (row["figures"], row["headline"]) == (text, 0)


@pytest.mark.parametrize("key", ["report", "basis", "seen"])
def test_each_row_adds_up_to_the_rows_of_the_ledger(everything: Results, key: str) -> None:
    table = crosstab(everything, key)  # type: ignore[arg-type]
    assert dict(zip(table[key], table["figures"], strict=True)) == Counter(row[key] for row in ROWS)
    assert (table.drop(columns=[key, "figures"]).sum(axis=1) == table["figures"]).all()


def test_counts_are_of_the_verdicts_that_single_claims_have() -> None:
    table = counted(verify(["H03", "H05", "C29", "C27", "C06"])).set_index("verdict")
    assert table[["figures", "headline"]].T.to_dict("list") == {
        "within_rounding": [1, 0],
        "inconsistent": [2, 0],
        "not_public": [1, 1],
        "not_a_statistic": [1, 0],
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


def test_a_choice_that_no_claim_meets_is_refused() -> None:
    with pytest.raises(InputError, match="no claim is of that kind") as caught:
        verified(HeadlineFigures(reports="inspections", seen="start"))
    assert "reports=inspections" in str(caught.value.got)


def test_the_tables_used_are_those_of_the_values() -> None:
    assert tables_used(verify(["C12a", "C27", "H03"])) == ("census_ethnic_group",)


CONTRADICTED = [
    ("H05", 100 * 1125 / 4228, "H04 H01"),  # prints as 27; 26 was printed
    ("C12a", 100 * 2190804 / (2190804 + 389295 + 134004 + 153627), "X01a X01b X01c X01d"),
    ("S14a", None, "S21"),  # 2,160 plans, before 2,190 called the lowest on record
    ("D02", 6, "the calendar"),  # 17 May 2025 was a Saturday
]


@pytest.mark.parametrize(("claim", "value", "others"), CONTRADICTED)
def test_a_figure_is_held_against_those_that_contradict_it(
    claim: str, value: float | None, others: str
) -> None:
    (found,) = contradictions(verify([claim]))
    assert found.computed is not None
    assert found.computed.value == (None if value is None else pytest.approx(value))
    assert frame([found], ["others"])["others"].item() == others
    assert found.verdict is Verdict.INCONSISTENT


def test_every_inconsistent_verdict_contradicts_and_what_agrees_does_not(
    everything: Results,
) -> None:
    assert verify(["C12a"])[0].verdict is Verdict.DIFFERS  # its own verdict rests on data
    inconsistent = {one.claim.id for one in everything if one.verdict is Verdict.INCONSISTENT}
    assert inconsistent < {one.claim.id for one in contradictions(everything)}
    assert contradictions(verify(["H03", "C27"])) == []


def test_every_figure_that_waits_is_opened_once_the_largest_first(everything: Results) -> None:
    ranked = openings_ranked(everything)
    waiting = (Verdict.NOT_HELD, Verdict.NOT_PUBLIC)
    assert Counter(" ".join(ranked["claims"]).split()) == Counter(
        result.claim.id for result in everything if result.verdict in waiting
    )
    assert list(ranked["figures"]) == [len(row.split()) for row in ranked["claims"]]
    keys = list(zip(-ranked["figures"], -ranked["headline"], ranked["opening"], strict=True))
    assert keys == sorted(keys)


def test_a_figure_that_other_evidence_settled_opens_nothing() -> None:
    """S14a's table is not held, but another publisher's figure contradicts it."""
    assert claims()["S14a"].availability == "not_held"
    ranked = openings_ranked(verify(["S14a", "S13a", "C06", "C33"])).set_index("opening")
    assert ranked[["claims", "headline"]].T.to_dict("list") == {
        "cocad-suspects": ["C06", 1],
        "outcomes-by-code": ["C33", 1],
        "dfe-plans": ["S13a", 0],
    }
    assert openings_ranked(verify(["H03"]))["figures"].empty


def test_every_number_of_the_starting_documents_is_traced_or_is_no_statistic() -> None:
    traced = starting_traced()
    assert set(traced["claim"]) - {"none"} == {one.claim for one in starting_numbers()} - {""}
    assert set(traced["document"]) == {one.title for one in starting_documents().values()}
    money = traced[traced["claim"].eq("B10") & traced["lines"].eq("154, 156, 188")]
    assert money[["printed", "verdict"]].to_numpy().tolist() == [["£65m", "not_a_statistic"]]
    shares = traced.set_index("claim")["statement"]
    assert "cannot be bounded" in shares.loc["C14"]
    assert set(traced.loc[traced["claim"].eq("none"), "verdict"]) == {"not_a_statistic"}
