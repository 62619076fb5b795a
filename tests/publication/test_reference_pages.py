from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from replicate.ledger import Verdict
from replicate.publication.runs import Background
from replicate.publication.site import publish
from replicate.vocabulary.definitions import definitions, kinds
from replicate.vocabulary.files import shipped_yaml

Make = Callable[..., Any]
RULE = {
    "name": "chance",
    "rule": "A rule.",
    "reason": "A reason.",
    "value": 0.2,
    "fixed_in": "ab" * 20,
    "after_results": True,
}
CHOICE = {"kind": "periods", "choice": "2024", "reason": "A reason.", "fixed_in": "cd" * 20}
COLUMN = {
    "name": "count",
    "type": "integer",
    "means": "offences recorded",
    "unit": "offences",
    "missing": "",
    "values": "",
}
SOURCE = {
    "publisher": "Home Office",
    "publication": "Open data",
    "released": "2026-04-23",
    "licence": "OGL",
    "standing": "third-party",
    "source_sha256": "0" * 64,
    "caveats": "A copy.",
}
TABLE = {
    "name": "children",
    "describes": "Children",
    "rows": "12",
    "sha256": "1" * 64,
    "columns": [COLUMN],
    "sources": [SOURCE],
}


@pytest.fixture
def site(make: Make, ran: Make, tmp_path: Path) -> Path:
    background = Background(rules=[RULE], choices=[CHOICE], tables=[TABLE])
    return publish(
        ran("01_counts", make("# Counts")), tmp_path / "site", [], background=background
    ).parent


def read(site: Path, name: str) -> BeautifulSoup:
    return BeautifulSoup((site / f"{name}.html").read_text(), "html.parser")


def test_methods_name_each_rule_the_commit_that_fixed_it_and_whether_results_had_been_seen(
    site: Path,
) -> None:
    soup = read(site, "methods")
    (rule,) = soup.select("#rules + p + dl > div")
    assert " ".join(rule.get_text(" ").split()) == (
        f"chance A rule. The number in this rule: 0.2. Why: A reason. Fixed in {'ab' * 5} , after results had been seen."
    )
    rows = [
        [cell.get_text() for cell in row.select("th, td")]
        for row in soup.select("#choices ~ .table-scroll tbody tr")
    ]
    assert ["2024", "periods", "A reason.", "cd" * 5] in rows
    text = soup.get_text()
    assert [verdict for verdict in Verdict if verdict.meaning not in text] == [Verdict.NOT_CHECKED]


def test_data_have_their_codebook_and_their_sources(site: Path) -> None:
    soup = read(site, "data")
    cells = [cell.get_text() for cell in soup.select("tbody th, tbody td")]
    assert cells == ["count", "integer", "offences recorded (offences)", "any", "never missing"]
    assert "a copy that is third-party" in soup.get_text()
    assert soup.select("#children")  # where claims' pages lead


def test_definitions_are_all_there_with_reason_and_caveat(site: Path) -> None:
    text = " ".join(read(site, "definitions").get_text(" ").split())
    for definition in definitions().values():
        assert all(
            part in text
            for part in (
                definition.title,
                definition.rationale,
                definition.caveat,
                ", ".join(definition.codes),
            )
        )
    assert all(kind in text for kind in kinds().values())


def test_every_page_prints_the_rule_against_disclosure_and_leads_to_the_statement_and_to_support(
    site: Path,
) -> None:
    for path in site.rglob("*.html"):
        footer = BeautifulSoup(path.read_text(), "html.parser").footer
        assert footer
        assert shipped_yaml("vocabulary", "disclosure.yaml")["sentence"] in footer.get_text()
        links = [str(link["href"]).rpartition("/")[2] for link in footer.select("p:last-child a")]
        assert links == [
            *("data.html", "definitions.html", "accessibility.html", "index.html#support")
        ]


def test_where_to_find_support_is_told_with_a_number_and_an_address() -> None:
    places = shipped_yaml("publication", "support.yaml")["places"]
    assert [place["name"] for place in places] == [
        "NSPCC Helpline",
        "Childline",
        "Rape Crisis England and Wales",
        "Samaritans",
    ]
    assert all(
        place["address"].startswith("https://") and place["number"] and place["words"]
        for place in places
    )
