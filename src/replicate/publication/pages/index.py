"""What the first page needs to know."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from replicate.ledger import Verdict
from replicate.publication.tallies import groups
from replicate.publication.verdicts import Row, shown
from replicate.vocabulary.files import read_yaml

_ORDERS = (("id", "claim"), ("report", "report"), ("verdict", "verdict"), ("basis", "rests on"))
"""By what the table of claims can be put in order, in the words of its headers."""


def index_view(rows: Sequence[Row]) -> dict[str, Any]:
    """Return the verdicts in words, the table of claims, what it can be filtered by, and where to find support."""
    parts = groups(rows)
    listed = [shown(row) for group in parts for row in group.rows]
    filters = [
        ("report", "Report", _choices(listed, "report")),
        ("basis", "Rests on", _choices(listed, "basis")),
        _verdicts(listed),
    ]
    return {
        "groups": parts,
        "rows": listed,
        "filters": filters,
        "orders": _ORDERS,
        "support": support(),
    }


@cache
def support() -> dict[str, Any]:
    """Return where readers can turn: a note, and places with name, number, address and words."""
    text = files("replicate.publication.pages").joinpath("support.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = read_yaml(text)
    return found


def _choices(rows: Sequence[dict[str, Any]], name: str) -> list[tuple[str, str]]:
    return [(value, value) for value in sorted({str(row[name]) for row in rows})]


def _verdicts(rows: Sequence[dict[str, Any]]) -> tuple[str, str, list[tuple[str, str]]]:
    return (
        "verdict",
        "Verdict",
        [(value, Verdict(word).words) for value, word in _choices(rows, "verdict")],
    )
