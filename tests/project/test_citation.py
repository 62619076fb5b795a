"""CITATION.cff has what version 1.2.0 of its format requires, and nothing that it does not know.

The keys are those of the format's guide:
https://github.com/citation-file-format/citation-file-format/blob/1.2.0/schema-guide.md
"""

import tomllib
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
CITATION: dict[str, Any] = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))

REQUIRED = {"cff-version", "message", "title", "authors"}
OPTIONAL = {"abstract", "commit", "contact", "date-released", "doi", "identifiers", "keywords"}
OPTIONAL |= {"license", "license-url", "preferred-citation", "references", "repository"}
OPTIONAL |= {"repository-artifact", "repository-code", "type", "url", "version"}
PERSON = {"family-names", "given-names", "name-particle", "name-suffix", "affiliation"}
ENTITY = {"name", "address", "city", "country", "date-end", "date-start", "location"}
ENTITY |= {"post-code", "region", "tel", "fax"}
EITHER = {"alias", "email", "orcid", "website"}


def is_author(author: dict[str, str]) -> bool:
    """Say whether an author is a person or an entity as the format knows them."""
    return ("name" in author and set(author) <= ENTITY | EITHER) or (
        "family-names" in author and set(author) <= PERSON | EITHER
    )


def test_the_citation_has_what_the_format_requires_and_no_more() -> None:
    assert REQUIRED <= set(CITATION) <= REQUIRED | OPTIONAL
    assert CITATION["cff-version"] == "1.2.0"
    assert CITATION["type"] in {"software", "dataset"}
    assert all(isinstance(CITATION[key], str) and CITATION[key] for key in ("message", "title"))
    for reference in CITATION["references"]:
        assert {"authors", "title", "type"} <= set(reference)
    cited = [CITATION, *CITATION["references"]]
    assert all(is_author(author) for work in cited for author in work["authors"])
    assert all(work["authors"] for work in cited)


def test_the_citation_is_of_this_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert str(CITATION["version"]) == project["version"]
