"""CITATION.cff has what version 1.2.0 of the format requires and names nothing that it does not know; licences and changelog agree with it.

The keys are those of the format's guide: https://github.com/citation-file-format/citation-file-format/blob/1.2.0/schema-guide.md
"""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CITATION: dict[str, Any] = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))[
    "project"
]

REQUIRED = {"cff-version", "message", "title", "authors"}
OPTIONAL = {
    "abstract",
    "commit",
    "contact",
    "date-released",
    "doi",
    "identifiers",
    "keywords",
    "license",
    "license-url",
    "preferred-citation",
    "references",
    "repository",
    "repository-artifact",
    "repository-code",
    "type",
    "url",
    "version",
}
PERSON = {
    "family-names",
    "given-names",
    "name-particle",
    "name-suffix",
    "affiliation",
    "alias",
    "email",
    "orcid",
    "website",
}
ENTITY = {
    "name",
    "alias",
    "address",
    "city",
    "country",
    "date-end",
    "date-start",
    "email",
    "location",
    "orcid",
    "region",
    "tel",
    "website",
}


def is_author(author: dict[str, str]) -> bool:
    """Say whether an author is a person or an entity as the format knows them."""
    return ("name" in author and set(author) <= ENTITY) or (
        "family-names" in author and set(author) <= PERSON
    )


def test_the_citation_has_what_the_format_requires_and_no_more() -> None:
    assert REQUIRED <= set(CITATION) <= REQUIRED | OPTIONAL
    assert CITATION["cff-version"] == "1.2.0"
    assert CITATION["type"] in {"software", "dataset"}
    assert all(isinstance(CITATION[key], str) and CITATION[key] for key in ("message", "title"))


def test_authors_are_persons_or_bodies() -> None:
    assert CITATION["authors"]
    assert all(is_author(author) for author in CITATION["authors"])


@pytest.mark.parametrize(
    "reference", CITATION["references"], ids=lambda reference: reference["title"]
)
def test_each_reference_has_what_the_format_requires(reference: dict[str, Any]) -> None:
    assert {"authors", "title", "type"} <= set(reference)
    assert all(is_author(author) for author in reference["authors"])


def test_the_citation_is_of_this_version_and_licence() -> None:
    assert str(CITATION["version"]) == PROJECT["version"]
    assert CITATION["license"] == "MIT"  # of the code; the tables have a licence of their own
    assert PROJECT["license"] == "MIT AND OGL-UK-3.0"
    assert CITATION["title"].startswith(PROJECT["name"])


def test_the_code_is_under_the_mit_licence() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert text.startswith("MIT License\n\nCopyright (c) ")
    assert CITATION["authors"][0]["name"] in text


def test_the_tables_carry_the_notice_that_their_licence_asks_for() -> None:
    text = (ROOT / "LICENSE-DATA.md").read_text(encoding="utf-8")
    notice = "Contains public sector information licensed under the [Open Government Licence v3.0]"
    assert notice in text
    assert "Contains OS data © Crown copyright and database right" in text


def test_both_licences_are_in_what_is_installed() -> None:
    assert set(PROJECT["license-files"]) == {"LICENSE", "LICENSE-DATA.md"}


def test_the_changelog_has_a_place_for_what_is_new_and_no_version_from_the_future() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[(.+?)\]", text, re.MULTILINE)
    assert versions[0] == "Unreleased"
    assert set(versions[1:]) <= {PROJECT["version"]}
