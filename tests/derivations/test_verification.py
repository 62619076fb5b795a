"""Published figure in, verdict out: what holds for every claim, and what is printed of one."""

import csv
import json
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

import replicate
from replicate.derivations.verification import (
    KINDS,
    Verification,
    counts,
    frame,
    headline,
    records,
    verify,
)
from replicate.ledger import Availability, Basis, Verdict, claims
from replicate.sources.tables import read_hashes, shipped_home
from replicate.vocabulary.errors import InputError

Results = dict[str, Verification]
PACKAGE = Path(replicate.__file__).parent


def test_every_claim_is_verified_in_the_ledgers_order(results: Results) -> None:
    assert list(results) == list(claims())
    assert len(results) >= 142


def test_no_claim_is_left_unchecked(results: Results) -> None:
    assert [
        name for name, result in results.items() if result.comparison.verdict is Verdict.NOT_CHECKED
    ] == []


def test_every_verdict_is_of_the_closed_vocabulary_and_has_its_reason(results: Results) -> None:
    for result in results.values():
        assert result.comparison.verdict in set(Verdict)
        assert result.comparison.reason.endswith(".")


def test_what_is_not_held_says_which_table_and_where(results: Results) -> None:
    named = [result for result in results.values() if result.comparison.verdict is Verdict.NOT_HELD]
    assert named
    for result in named:
        assert result.claim.table in result.comparison.reason
        assert result.claim.table_url.startswith("https://")
        assert result.claim.table_url in result.comparison.reason


def test_what_is_not_public_says_what_would_be_needed(results: Results) -> None:
    named = [
        result for result in results.values() if result.comparison.verdict is Verdict.NOT_PUBLIC
    ]
    assert named
    assert all(
        result.claim.table and result.claim.table in result.comparison.reason for result in named
    )


def test_statements_in_words_are_no_statistics(results: Results) -> None:
    words = {name for name, result in results.items() if result.claim.basis is Basis.TEXT}
    assert words == {
        name
        for name, result in results.items()
        if result.comparison.verdict is Verdict.NOT_A_STATISTIC
    }


def test_a_row_that_shows_a_part_has_its_parts_verdict(results: Results) -> None:
    shown = [result for result in results.values() if result.claim.shows]
    assert {"C12", "R08", "X01", "X02"} <= {result.claim.id for result in shown}
    for result in shown:
        part = results[result.claim.shows].comparison
        assert (result.comparison.verdict, result.comparison.computed) == (
            part.verdict,
            part.computed,
        )


def test_an_inferred_definition_never_gets_more_than_compatible(results: Results) -> None:
    inferred = [
        result.comparison
        for result in results.values()
        if (made := result.comparison.computed) and not made.definition_stated
    ]
    assert {found.verdict for found in inferred} <= {
        Verdict.COMPATIBLE,
        Verdict.INCONCLUSIVE,
        Verdict.DIFFERS,
        Verdict.NOT_HELD,
        Verdict.NOT_PUBLIC,
    }
    assert any(found.verdict is Verdict.COMPATIBLE for found in inferred)


def test_figures_that_contradict_one_another_are_arithmetic_on_published_ones(
    results: Results,
) -> None:
    for result in results.values():
        if result.comparison.verdict is Verdict.INCONSISTENT:
            computed = result.comparison.computed
            assert computed is not None
            assert result.claim.basis is Basis.ARITHMETIC or computed.published


def test_the_difference_is_computed_less_published(results: Results) -> None:
    for result in results.values():
        found, published = result.comparison, result.claim.number
        if found.difference is not None and published is not None and found.computed is not None:
            assert found.computed.value is not None
            assert found.difference == pytest.approx(found.computed.value - published)


def test_no_verdict_is_written_anywhere() -> None:
    """Rows and keys of the ledger and of the derivations hold figures and arguments, never a word of the vocabulary.

    `not_held` and `not_public` are also words for whether the evidence can be had, which is a fact about a table.
    """
    words = set(map(str, Verdict)) - set(map(str, Availability))
    data = [
        path
        for folder in ("ledger", "derivations", "vocabulary")
        for path in (PACKAGE / folder).glob("*.[cy][sa]*")
    ]
    assert {path.suffix for path in data} == {".csv", ".yaml"}
    for path in data:
        assert words & set(_cells(path)) == set(), path.name


def _cells(path: Path) -> list[str]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        assert "verdict" not in rows[0]
        return [
            cell for row in rows for name, cell in row.items() if name != "wording"
        ]  # "exact" is also how a figure is worded
    return list(_leaves(yaml.safe_load(path.read_text(encoding="utf-8"))))


def _leaves(node: object) -> list[str]:
    if isinstance(node, dict):
        return [leaf for key, value in node.items() for leaf in (str(key), *_leaves(value))]
    return (
        [leaf for item in node for leaf in _leaves(item)] if isinstance(node, list) else [str(node)]
    )


def test_an_unknown_claim_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'C01'"):
        verify(["c01"])


def test_claims_come_in_the_order_asked_for(results: Results) -> None:
    assert [result.claim.id for result in verify(["H05", "C01"])] == ["H05", "C01"]


# What is printed.

FIELDS = {"id", "report", "basis", "seen", "published", "computed", "verdict", "reason"}


def test_json_has_every_field_for_every_claim_and_no_number_that_json_has_not(
    results: Results,
) -> None:
    text = json.dumps([result.as_json() for result in results.values()], allow_nan=False)
    rows = json.loads(text)
    assert len(rows) == len(claims())
    assert all(set(row) >= FIELDS and set(row) == set(rows[0]) for row in rows)


def test_json_says_what_kind_of_range_a_range_is(results: Results) -> None:
    bounds, sampled, scenario = (
        results[name].as_json()["uncertainty"] for name in ("S14a", "H13", "C03")
    )
    assert bounds == {"kind": "worst-case bounds", "lower": 2185.0, "upper": None}
    assert (sampled["kind"], sampled["level"]) == ("sampling interval", 0.95)
    assert scenario["kind"] == "scenario range"
    assert results["C01"].as_json()["uncertainty"] is None
    assert results["C02"].as_json()["uncertainty"] is None
    assert len(set(KINDS.values())) == len(KINDS)


def test_json_names_how_and_from_what_a_value_was_computed(results: Results) -> None:
    row = results["C01"].as_json()
    assert (row["published"], row["value"], row["unit"], row["headline"]) == (
        "102,878",
        102_878.0,
        "offences",
        True,
    )
    assert row["derivation"]["kind"] == "recorded_total"
    recorded = read_hashes(shipped_home())
    assert {table["table"]: table["table_sha256"] for table in row["tables"]} == {
        name: recorded[name]
        for name in ("recorded_crime_2026-04", "recorded_crime_2023-10", "recorded_groups")
    }
    assert all(len(table["source_sha256"]) == 64 for table in row["tables"])


def test_json_of_what_has_no_derivation_is_bare(results: Results) -> None:
    row = results["C02"].as_json()
    assert (row["computed"], row["derivation"], row["tables"], row["description"]) == (
        None,
        None,
        [],
        "",
    )


def test_context_is_kept_apart_from_the_verdict(results: Results) -> None:
    row = results["C22"].as_json()
    assert row["verdict"] == "not_held"
    assert row["computed"] is None
    assert row["context"] not in row["reason"]
    assert f"  context     {row['context']}" in results["C22"].as_text()


ROWS = [
    ("C01", "102,878 offences"),
    ("C03", "not seen"),
    ("C05", "in words"),
    ("C12a", "57 %"),
    ("C17", "78 to 79 %"),
    ("D02", "Tuesday"),
]


@pytest.mark.parametrize(("claim", "published"), ROWS)
def test_a_row_prints_the_published_figure_with_its_unit(
    results: Results, claim: str, published: str
) -> None:
    assert frame([results[claim]], ["published"])["published"].item() == published


@pytest.mark.parametrize(
    ("claim", "computed"),
    [
        ("C02", "not computed"),
        ("C22", "not computed"),
        ("D02", "Saturday"),
        ("S14a", "2,185 or more plans"),
        ("H09", "761 to 122,768 offences"),
        ("H05", "26.61 %"),
    ],
)
def test_a_row_prints_what_was_computed_with_its_unit(
    results: Results, claim: str, computed: str
) -> None:
    assert frame([results[claim]], ["computed"])["computed"].item() == computed


def test_the_whole_chain_is_printed_for_one_claim(results: Results) -> None:
    text = results["C12a"].as_text()
    lines = {line.split(maxsplit=1)[0] for line in text.splitlines()[1:]}
    assert {
        "claim",
        "covers",
        "source",
        "table",
        "from",
        "derivation",
        "computed",
        "reason",
        "conflicts",
    } <= lines
    assert text.startswith("C12a  Does not match: published 57 %, our figure 76.4 %\n")
    assert "Guardian" in text
    hashes = re.findall(r"sha256 ([0-9a-f]{64})", text)
    assert set(hashes) == {
        results["C12a"].tables()[0]["table_sha256"],
        *(row["source_sha256"] for row in results["C12a"].tables()),
    }


def test_what_conflicts_is_printed_with_how(results: Results) -> None:
    text = results["C12"].as_text()
    assert f"  conflicts   X01, X02: {claims()['C12'].conflict_note}" in text
    assert f"  conflicts   {claims()['D02'].conflict_note}" in results["D02"].as_text()
    assert "  conflicts   C25, V06a" in results["C03"].as_text()
    assert "conflicts" not in results["X02c"].as_text()


def test_a_chain_without_derivation_says_none(results: Results) -> None:
    assert "  derivation  none" in results["C02"].as_text()
    assert results["C02"].as_text().splitlines()[0].endswith("our figure not computed")


def test_headlines_count_figures_of_the_audit_and_the_inspectorate_that_rest_on_data(
    results: Results,
) -> None:
    rows = records(counts(headline(results.values())))
    counted = [name for row in rows for name in str(row["claims"]).split()]
    assert counted
    assert set(counted) == {
        name
        for name, result in results.items()
        if result.claim.of_headline_report
        and result.claim.basis is Basis.DATA
        and not result.claim.shows
    }
    assert len(counted) == len(set(counted)) == sum(int(str(row["figures"])) for row in rows)
    order = list(map(str, Verdict))
    assert [order.index(str(row["verdict"])) for row in rows] == sorted(
        order.index(str(row["verdict"])) for row in rows
    )
    of_verdicts = Counter(results[name].comparison.verdict.value for name in counted)
    assert {row["verdict"]: row["figures"] for row in rows} == of_verdicts


def test_a_claim_without_address_says_so(results: Results) -> None:
    assert "; no address" in results["C01"].as_text()
