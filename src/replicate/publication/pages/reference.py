"""The pages about how it was done: methods, data, definitions, accessibility."""

from collections.abc import Iterator
from typing import Any

from replicate.ledger import Verdict
from replicate.publication.background import Background
from replicate.publication.claims.words import placebo_meaning
from replicate.vocabulary.definitions import definitions, kinds

NAVIGATION = (
    ("index.html", "Verdicts"),
    ("index.html#pages", "Analyses"),
    ("forces/index.html", "Areas"),
    ("methods.html", "Methods"),
    ("definitions.html", "Definitions"),
    ("data.html", "Data"),
)
"""What the head of every page leads to; areas only where there are any."""


def reference_pages(background: Background) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each page's name (of its template too) and what the template is given."""
    meanings = [
        (verdict.words, verdict.meaning)
        for verdict in Verdict
        if verdict is not Verdict.NOT_CHECKED
    ]
    yield (
        "methods",
        {
            "verdicts": meanings,
            "rules": background.rules,
            "choices": background.choices,
            "placebo": placebo_meaning(),
        },
    )
    yield "data", {"tables": background.tables}
    yield "definitions", {"definitions": definitions().values(), "kinds": _by_kind()}
    yield "accessibility", {}


def _by_kind() -> list[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    for code, kind in kinds().items():
        found.setdefault(kind, []).append(code)
    return list(found.items())
