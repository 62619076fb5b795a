import hashlib
import math
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from replicate.derivations import site_evidence
from replicate.derivations.site_evidence import by_vintage, held_tables, values_allowed
from replicate.derivations.verification import counts, headline, verify
from replicate.ledger import rules
from replicate.publication.claims import complete, groups, tally
from replicate.sources import tables
from replicate.sources.schemas import Column

Counter = Callable[..., int]
ELEVEN = ("17B", "19D", "19E", "19G", "19H", "20B", "21", "22B", "71", "73", "88A")
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    return site_evidence.evidence()


@pytest.fixture(scope="module")
def rows(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in found["verdicts"]}


def test_it_is_what_a_site_is_made_of(found: dict[str, Any]) -> None:
    assert set(found) == {"verdicts", "rules", "choices", "tables"}


def test_a_claim_has_the_values_that_print_as_it_and_those_that_revision_could_have_made(
    rows: dict[str, dict[str, Any]],
) -> None:
    c01 = rows["C01"]
    assert c01["printed"] == {
        "lower": 102878.0,
        "upper": 102878.0,
    }  # a count printed to the last digit is that number
    assert c01["revised"]["lower"] <= 102878 <= c01["revised"]["upper"]
    assert rows["C04"]["printed"] == {"lower": 650.0, "upper": 750.0}  # "around 700"
    assert rows["C04"]["revised"] is None
    assert rows["C03"]["printed"] is None
    assert rows["C08"]["revised"] is None


def test_a_claim_has_its_verdict_in_each_release(rows: dict[str, dict[str, Any]]) -> None:
    assert rows["S06"]["vintages"] == by_vintage("S06")
    assert rows["H03"]["vintages"] == []


def test_what_is_told_of_a_claim_is_plain_and_finite(found: dict[str, Any]) -> None:
    def plain(value: Any) -> bool:
        if isinstance(value, dict):
            return all(isinstance(name, str) and plain(inner) for name, inner in value.items())
        if isinstance(value, Sequence) and not isinstance(value, str):
            return all(map(plain, value))
        return (
            value is None
            or isinstance(value, str | bool | int)
            or (isinstance(value, float) and math.isfinite(value))
        )

    assert [row["id"] for row in found["verdicts"] if not plain(row)] == []


def test_every_table_has_its_hash_codebook_and_sources() -> None:
    held = {table["name"]: table for table in held_tables()}
    releases = {f"recorded_crime_{vintage}" for vintage in tables.vintages()}
    assert set(held) == {*tables.NAMES, *releases}
    for name, table in held.items():
        assert table["sha256"] == hashlib.sha256(tables.table_path(name).read_bytes()).hexdigest()
        assert table["columns"]
        assert all(column["means"] for column in table["columns"])
        assert table["sources"]
    recorded = held["recorded_crime_2026-04"]
    assert recorded["rows"] == "321,893"  # data/PROVENANCE.md
    years = next(
        column for column in held["assessment_factors"]["columns"] if column["name"] == "year"
    )
    assert years["values"] == "2018 to 2025"


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"allowed_values": ("a", "b")}, "a, b"),
        ({"allowed_values": tuple("abcdefg")}, "one of 7 names"),
        ({"min_value": 0, "max_value": 9}, "0 to 9"),
        ({"min_value": 0}, "0 or more"),
        ({"pattern": r"\d"}, r"as \d"),
        ({}, ""),
    ],
)
def test_what_a_cell_can_be_is_said_shortly(limits: dict[str, Any], words: str) -> None:
    assert values_allowed(Column(name="a", type="string", means="b", **limits)) == words


def test_a_release_that_does_not_cover_the_period_gives_nothing_and_says_so() -> None:
    older, newer = by_vintage("C01")
    assert (older["vintage"], older["verdict"], older["value"]) == ("2023-10", None, None)
    assert older["reason"] == "The release does not wholly cover the period."
    whole = verify(["C01"])[0].comparison
    assert (newer["vintage"], newer["verdict"], newer["reason"]) == (
        "2026-04",
        whole.verdict.value,
        whole.reason,
    )


def test_each_release_is_counted_by_itself(arrow: Counter) -> None:
    rows = {str(row["vintage"]): row for row in by_vintage("S06")}
    quarters = ["2021-Q2", "2021-Q3", "2021-Q4", "2022-Q1"]
    for vintage, row in rows.items():
        assert row["value"] == arrow(vintage, [*ELEVEN, "86"], quarters)
        assert row["computed"] == f"{row['value']:,.0f} offences"


def test_an_audit_is_recomputed_in_the_other_release() -> None:
    rows = by_vintage("F16a")
    assert [row["vintage"] for row in rows] == ["2023-10", "2026-04"]
    assert rows[0]["value"] != rows[1]["value"]
    assert by_vintage("R08a")[0]["verdict"] is None  # March 2025 is after June 2023


@pytest.mark.parametrize("name", ["H03", "C08", "B02", "C12a"])
def test_what_is_not_counted_in_recorded_crime_has_no_vintage(name: str) -> None:
    assert by_vintage(name) == []


def test_every_rule_and_choice_says_why_and_what_fixed_it(found: dict[str, Any]) -> None:
    assert [row["name"].replace(" ", "_") for row in found["rules"]] == list(rules())
    assert {row["kind"] for row in found["choices"]} == {
        "definitions",
        "periods",
        "territories",
        "vintages",
    }
    assert all(row["rule"] and row["reason"] for row in found["rules"])
    assert all(row["choice"] and row["reason"] for row in found["choices"])


def test_a_reason_that_admits_to_results_is_marked_so() -> None:
    for rule in rules().values():
        assert rule.after_results == ("had been seen" in rule.reason)


def test_commits_are_those_of_this_repository(found: dict[str, Any]) -> None:
    commits = sorted({row["fixed_in"] for row in (*found["rules"], *found["choices"])})
    assert all(re.fullmatch(r"[0-9a-f]{40}", commit) for commit in commits)
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("an archive has no history to look the commits up in")
    shallow = [git, "-C", str(ROOT), "rev-parse", "--is-shallow-repository"]
    if subprocess.run(shallow, capture_output=True, text=True).stdout.strip() == "true":
        pytest.skip("a shallow clone has no history to look the commits up in")
    for commit in commits:
        look = [git, "-C", str(ROOT), "cat-file", "-e", f"{commit}^{{commit}}"]
        assert subprocess.run(look).returncode == 0, commit


def test_the_site_counts_the_headline_figures_that_the_notebook_counts(
    found: dict[str, Any],
) -> None:
    first, *_ = groups(complete(found["verdicts"]))
    assert first.id == "headline"
    site = {one.verdict.value: one.count for one in tally(first.rows)}
    rows = counts(headline(verify()))
    assert site == dict(zip(rows["verdict"], rows["figures"], strict=True))
