"""Counts held against the rows of the ledger as a file, and against verdicts counted one by one."""

import csv
from collections import Counter
from importlib.resources import files

import pytest

from replicate.derivations.headline_figures import (
    Results,
    asked,
    counted,
    counts,
    crosstab,
    tables_used,
    verified,
)
from replicate.derivations.verification import verify
from replicate.ledger import HEADLINE_REPORTS, claims
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.parameters import HeadlineFigures

with files("replicate.ledger").joinpath("claims.csv").open(encoding="utf-8") as file:
    ROWS = [row for row in csv.DictReader(file) if not row["shows"]]
"""The ledger's rows that carry a figure of their own."""


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
    table = counts(everything)
    assert int(table["figures"].sum()) == len(ROWS)
    assert (table["headline"] + table["others"] == table["figures"]).all()
    headline = [
        row for row in ROWS if row["basis"] == "data" and row["report"] in set(HEADLINE_REPORTS)
    ]
    assert int(table["headline"].sum()) == len(headline)
    assert (table["figures"] > 0).all()


def test_text_is_no_statistic(everything: Results) -> None:
    text = sum(row["basis"] == "text" for row in ROWS)
    assert counted(everything, "not_a_statistic") == text
    assert counted(everything, "not_a_statistic", headline=True) == 0


def test_counts_are_of_the_verdicts_that_single_claims_have() -> None:
    few = tuple(verify(["H03", "H05", "C29", "C27", "C06"]))
    table = counts(few).set_index("verdict")
    assert table["figures"].to_dict() == {
        "within rounding": 1,
        "inconsistent": 2,
        "not public": 1,
        "not a statistic": 1,
    }
    assert table["headline"].to_dict() == {
        "within rounding": 0,
        "inconsistent": 0,
        "not public": 1,
        "not a statistic": 0,
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
