"""What a claim's page needs to know."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from replicate.display.verdict import SYMBOLS
from replicate.ledger import Verdict
from replicate.publication.claims.numbers import Picture, as_csv, numbers, picture
from replicate.publication.claims.places import Place
from replicate.publication.claims.words import (
    by_release,
    computed,
    difference,
    not_shown,
    placebo,
    quotable,
    releases_apart,
)
from replicate.publication.verdicts import Row, figure, shown


@dataclass(frozen=True)
class ClaimPage:
    """A claim's page: what its template is given, and the files beside it by name."""

    view: dict[str, Any]
    files: dict[str, bytes]


def claim_page(row: Row, places: Sequence[Place]) -> ClaimPage:
    """Make the view and the files of a claim's page."""
    frame = numbers(row)
    drawn = picture(row, frame, source=_source(row))
    files = {f"{row['id']}.csv": as_csv(frame).encode()} | _drawn(str(row["id"]), drawn)
    view = {
        "row": shown(row),
        "sentence": quotable(row),
        "published": _published(row),
        "computed": _computed(row),
        "picture": Markup(drawn.figure.html) if drawn else None,  # noqa: S704 - display.figure escapes
        "not_shown": not_shown(row),
        "placebo": placebo(row),
        "apart": releases_apart(row),
        "by_release": by_release(row),
        "releases": [_release(one) for one in row["vintages"]]
        if isinstance(row["vintages"], list)
        else [],
        "derivation": _derivation(row["derivation"]),
        "places": [
            {"file": place.file, "anchor": place.anchor, "title": place.title} for place in places
        ],
        "downloads": [(name, _WHAT[name.rpartition(".")[2]]) for name in files],
    }
    return ClaimPage(view, files)


_WHAT = {
    "csv": "the numbers of this page",
    "svg": "the figure, as a drawing",
    "png": "the figure, as a picture",
}


def _drawn(name: str, drawn: Picture | None) -> dict[str, bytes]:
    return (
        {}
        if drawn is None
        else {f"{name}.svg": drawn.figure.svg.encode(), f"{name}.png": drawn.png}
    )


def _release(one: dict[str, Any]) -> dict[str, Any]:
    """Return what one release gives by itself; one that does not cover the period has no verdict."""
    verdict = one["verdict"]
    return {
        **one,
        "word": Verdict(verdict).words if verdict else None,
        "sign": SYMBOLS[verdict] if verdict else "",
    }


def _published(row: Row) -> list[tuple[str, object]]:
    given = figure(row["published"], row["unit"]) or "no figure"
    return [
        ("Figure", f"{given}. {row['missing']}" if row["missing"] else given),
        ("Report", row["report"]),
        ("Who gives it", row["attribution"]),
        (
            "How close to the report it was seen",
            "" if row["seen_meaning"] == row["attribution"] else row["seen_meaning"],
        ),
        ("Of what", row["population"]),
        ("Where", row["geography"]),
        ("When", row["period"]),
        ("Made from", row["dataset"]),
        (
            "Read at",
            Markup('<a href="{0}">{0}</a>').format(row["source_url"]) if row["source_url"] else "",
        ),
        ("Note", row["note"]),
    ]


def _computed(row: Row) -> list[tuple[str, object]]:
    value = computed(row)
    if value is None:
        return [("Value", "none was computed"), ("What it would take", row["access_note"])]
    return [
        ("Value", value),
        ("Uncertainty", _uncertainty(row)),
        ("Difference from the published figure", difference(row) or "none can be stated"),
        ("Definition", row["description"]),
    ]


def _uncertainty(row: Row) -> str:
    found = row["uncertainty"]
    if not isinstance(found, dict):
        return "none is known of the value itself; what revision and rounding allow for is in the reason"
    lower, upper = (figure(found[end], row["unit"]) or "no limit" for end in ("lower", "upper"))
    level = f" at {100 * found['level']:g} %" if "level" in found else ""
    method = f" ({found['method']})" if found.get("method") else ""
    return f"{found['kind']}{level}: {lower} to {upper}{method}"


def _derivation(given: Any) -> dict[str, Any] | None:
    """Return kind and arguments; an argument that was left empty says nothing."""
    if not given:
        return None
    arguments = [
        (name, _words(value))
        for name, value in given.items()
        if name != "kind" and value not in ([], None, {}, "")
    ]
    return {"kind": given["kind"], "arguments": arguments}


def _words(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _source(row: Row) -> str:
    tables = row["tables"] if isinstance(row["tables"], list) else []
    named = dict.fromkeys(
        f"{table['publisher']}, {table['publication']}, released {table['released']}"
        for table in tables
    )
    return "; ".join(named) or "published figures, as the ledger has them"
