"""Held to the CODECHECK configuration 1.0: a document of its own with a manifest of files, each with a comment."""

from typing import Any

import pytest
import yaml

from replicate.publication.archive import codecheck
from replicate.publication.gate import refuse_shares

FILES = [
    "README.md",
    "outputs/runs/01_counts.ipynb",
    "outputs/runs/01_counts.manifest.json",
    "outputs/site/index.html",
    "outputs/site/verdicts.csv",
    "outputs/site/claims/C01.html",
    "outputs/site/claims/C01.png",
    "outputs/site/claims/C08.html",
    "outputs/site/claims/C06.html",
    "outputs/site/claims/V01.html",
    "outputs/site/claims/index.html",
]
VERDICTS = {
    "C01": {"verdict": "compatible", "missing": ""},
    "C08": {
        "verdict": "not_public",
        "missing": "The share of all suspects cannot be bounded: the share that is missing is not published.",
    },
    "V01": {"verdict": "differs", "missing": ""},
}


@pytest.fixture
def written() -> str:
    return codecheck(title="Counts", authors=["the authors"], files=FILES, verdicts=VERDICTS)


@pytest.fixture
def document(written: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(written)
    return read


def test_it_is_a_document_of_the_version_that_it_names(
    written: str, document: dict[str, Any]
) -> None:
    assert "\n---\n" in written
    assert document["version"] == "https://codecheck.org.uk/spec/config/1.0/"
    assert document["paper"] == {"title": "Counts", "authors": [{"name": "the authors"}]}


def test_each_output_stands_with_what_it_shows(document: dict[str, Any]) -> None:
    """102,878 is the audit's figure; VKPP's V01 is no headline, and C06 has no verdict here."""
    shown = {item["file"]: item["comment"] for item in document["manifest"]}
    assert list(shown) == [
        "outputs/runs/01_counts.ipynb",
        "outputs/site/claims/C01.html",
        "outputs/site/claims/C08.html",
        "outputs/site/verdicts.csv",
    ]
    assert shown["outputs/site/claims/C01.html"].endswith(
        ": 102,878 offences. Matches, if our method is theirs"
    )
    assert shown["outputs/runs/01_counts.ipynb"] == "notebook 01_counts, executed"


def test_a_share_by_ethnicity_stands_with_what_is_missing(document: dict[str, Any]) -> None:
    comments = "".join(f"<p>{item['comment']}</p>" for item in document["manifest"])
    assert "52 %" in comments
    refuse_shares(comments, where="codecheck.yml")


def test_a_claim_whose_figure_was_seen_nowhere_is_listed_without_one() -> None:
    text = codecheck(
        title="a",
        authors=[],
        files=["outputs/site/claims/C03.html"],
        verdicts={"C03": {"verdict": "inconclusive", "missing": ""}},
    )
    assert "not seen. Can''t tell" in text
