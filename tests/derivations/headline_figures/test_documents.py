import re

import pytest

from replicate.derivations.headline_figures import (
    disclosure_rules,
    figures_traced,
    not_statistics,
    numbers_by_document,
)
from replicate.ledger.starting import starting_documents, starting_numbers


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
        "not a statistic",
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


def test_the_rule_against_disclosure_is_printed() -> None:
    rules = disclosure_rules()
    assert rules["applies_to"].str.contains("counts from 1 to 5").any()
    assert (rules != "").all(axis=None)
