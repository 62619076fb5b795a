"""Published figure in, verdict out: what holds for every claim, and what is printed of one."""

import hashlib
import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import replicate
from replicate.derivations.counting import choices_fixed
from replicate.derivations.provenance import (
    files_used,
    held_tables,
    provenance,
    source_line,
    table_hash,
    values_allowed,
)
from replicate.derivations.verification import (
    Verification,
    by_release,
    counts,
    frame,
    headline,
    records,
    rules_listed,
    verify,
)
from replicate.ledger import Verdict, claims
from replicate.ledger.lists import rules
from replicate.ledger.terms import Basis
from replicate.publication.claims import groups, tally
from replicate.sources import tables
from replicate.sources.catalogue import catalogue
from replicate.sources.schemas import Column
from replicate.sources.tables import read_hashes, shipped_home
from replicate.vocabulary.errors import InputError

Arrow = Callable[..., int]
ELEVEN = ("17B", "19D", "19E", "19G", "19H", "20B", "21", "22B", "71", "73", "88A")
ROOT = Path(__file__).parents[2]
SHIPPED = shipped_home()
Results = dict[str, Verification]
PACKAGE = Path(replicate.__file__).parent


def test_every_claim_is_verified_in_the_ledgers_order(results: Results) -> None:
    assert list(results) == list(claims())
    for result in results.values():
        assert result.verdict in set(Verdict) - {Verdict.NOT_CHECKED}
        assert result.comparison.reason.endswith(".")
        assert (result.claim.basis is Basis.TEXT) == (result.verdict is Verdict.NOT_A_STATISTIC)


def test_what_is_not_held_says_which_table_and_where(results: Results) -> None:
    named = [result for result in results.values() if result.comparison.verdict is Verdict.NOT_HELD]
    assert named
    for result in named:
        assert result.claim.table in result.comparison.reason
        assert result.claim.table_url.startswith("https://")
        assert result.claim.table_url in result.comparison.reason


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


def test_an_unknown_claim_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'C01'"):
        verify(["c01"])


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
    bare = results["C02"].as_json()
    assert (bare["computed"], bare["derivation"], bare["tables"]) == (None, None, [])
    assert "  derivation  none" in results["C02"].as_text()
    assert "; no address" in results["C01"].as_text()


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


# Where tables come from.


def test_a_table_is_named_with_every_file_it_was_built_from_and_both_hashes() -> None:
    rows = provenance(["census_ethnic_group", "census_ethnic_group"])
    assert set(rows["source"]) == {"ons-census-ts021", "ons-lookup-ltla24-pfa24"}
    digest = hashlib.sha256((SHIPPED / "census_ethnic_group.parquet").read_bytes()).hexdigest()
    assert set(rows["table_sha256"]) == {digest, table_hash("census_ethnic_group")}
    assert rows.set_index("source")["source_sha256"].to_dict() == {
        name: catalogue()[name].sha256 for name in rows["source"]
    }
    assert set(provenance(["residents"])["released"]) == {"not seen"}
    with pytest.raises(InputError, match="did you mean 'residents'"):
        provenance(["resident"])


def test_the_publishers_files_have_the_hashes_that_are_named(source_data: Path) -> None:
    rows = provenance(["recorded_crime_2026-04", "assessment_factors", "census_ethnic_group"])
    for row in rows.itertuples():
        path = source_data / str(catalogue()[str(row.source)].file)
        assert hashlib.sha256(path.read_bytes()).hexdigest() == row.source_sha256


@pytest.mark.parametrize("vintage", ["2026-07", "2026-04"])
def test_a_fetched_release_is_the_workbook_it_was_fetched_as(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, vintage: str
) -> None:
    """One that stands before a shipped table is not the copy that the shipped one was built from."""
    monkeypatch.setenv("REPLICATE_DATA", str(tmp_path))
    name, record = f"recorded_crime_{vintage}", {"source": f"home-office-prc-{vintage}"}
    shutil.copyfile(SHIPPED / "recorded_crime_2026-04.parquet", tmp_path / f"{name}.parquet")
    (tmp_path / f"{name}.json").write_text(json.dumps(record | {"sha256": "ab" * 32}))
    (row,) = provenance([name]).to_dict("records")
    assert (row["source"], row["source_sha256"]) == (record["source"], "ab" * 32)
    assert row["standing"] == catalogue()[record["source"]].standing


def test_sources_are_named_once_in_a_line_and_listed_with_the_beginning_of_their_hash() -> None:
    line = source_line(["recorded_crime_2026-04", "offences"])
    assert line.count("released 2026-04-23") == 1
    assert "Home Office, Police recorded crime open data" in line
    rows = files_used(["children", "forces"])
    assert set(rows["table"]) == {"children", "forces"}
    assert rows["sha256"].str.fullmatch("[0-9a-f]{12}").all()
    assert files_used([]).empty


# What the site is made of.


def test_the_site_counts_the_headline_figures_that_the_notebook_counts() -> None:
    (_, first), *_ = groups(verify())
    counted = counts(headline(verify()))
    site = {verdict.value: count for verdict, count in tally(first).items()}
    assert site == dict(zip(counted["verdict"], counted["figures"], strict=True))


def test_each_release_is_counted_by_itself(arrow: Arrow) -> None:
    quarters = ["2021-Q2", "2021-Q3", "2021-Q4", "2022-Q1"]
    for release, found in by_release("S06").items():
        assert found
        assert found.ours == f"{arrow(release, [*ELEVEN, '86'], quarters):,} offences"
    older, newer = by_release("C01").values()
    assert older is None
    assert newer
    assert newer.comparison.reason == verify(["C01"])[0].comparison.reason
    first, second = (found.ours for found in by_release("F16a").values() if found)
    assert first != second
    assert by_release("R08a")["2023-10"] is None  # March 2025 is after June 2023
    assert by_release("C02") == by_release("H03") == by_release("C12a") == {}


def test_every_table_has_its_hash_codebook_and_sources() -> None:
    held = {table["name"]: table for table in held_tables()}
    releases = {f"recorded_crime_{vintage}" for vintage in tables.vintages()}
    assert set(held) == {*tables.NAMES, *releases}
    assert all(table["sources"] and table["columns"] for table in held.values())
    assert held["recorded_crime_2026-04"]["rows"] == "321,893"  # data/PROVENANCE.md
    (years,) = (one for one in held["assessment_factors"]["columns"] if one["name"] == "year")
    assert years["values"] == "2018 to 2025"


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"allowed_values": ("a", "b")}, "a, b"),
        ({"allowed_values": tuple("abcdefg")}, "one of 7 names"),
        ({"min_value": 0}, "0 or more"),
        ({"pattern": r"\d"}, r"as \d"),
        ({}, ""),
    ],
)
def test_what_a_cell_can_be_is_said_shortly(limits: dict[str, Any], words: str) -> None:
    assert values_allowed(Column(name="a", type="string", means="b", **limits)) == words


def test_every_rule_and_choice_has_the_commit_that_fixed_it() -> None:
    listed, chosen = records(rules_listed()), choices_fixed()
    assert [row["name"].replace(" ", "_") for row in listed] == list(rules())
    assert all(row["choice"] and row["reason"] for row in chosen)
    commits = sorted({row["fixed_in"] for row in (*listed, *chosen)})
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
