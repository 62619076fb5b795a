"""What the site is made of besides executed notebooks: verdicts, rules, choices, tables."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from replicate.derivations.kinds.recorded import Specified
from replicate.derivations.kinds.registry import derivations
from replicate.derivations.provenance import provenance
from replicate.derivations.revision_bands import RELEASES
from replicate.derivations.specifications import reasons
from replicate.derivations.verification import Verification, rules_listed, verify
from replicate.ledger import claims, compare, in_words
from replicate.sources import tables
from replicate.sources.schemas import Column, codebook
from replicate.vocabulary.errors import InputError


def evidence() -> dict[str, Any]:
    """Return all of it, as plain data: verdicts, rules, choices, tables."""
    return {
        "verdicts": verdicts(),
        "rules": rules_listed().to_dict("records"),
        "choices": choices_fixed(),
        "tables": held_tables(),
    }


def verdicts(ids: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Return claims with their verdicts and all that their pages say.

    Parameters
    ----------
    ids
        Ids of claims; none means every claim.

    Returns
    -------
    list of dict
        What `replicate verify --json` prints, and: printed (lower and upper end of the values that
        print as the published figure; none where no figure was seen), revised (what revision could
        have made of those, where the verdict allows for it), seen_meaning, dataset, access_note,
        shows (the part whose figure it shows, where it has none of its own), vintages (see
        `by_vintage`).
    """
    return [_row(result) for result in verify(ids)]


def _row(result: Verification) -> dict[str, Any]:
    claim, revision = result.claim, result.computed and result.computed.revision
    printed = claim.range() if claim.has_figure else None
    ends = (printed.lower, printed.upper) if printed else ()
    moved = [end * (1 + part) for part in _ends(revision) for end in ends]
    return result.as_json() | {
        "printed": {"lower": ends[0], "upper": ends[1]} if ends else None,
        "revised": {"lower": min(moved), "upper": max(moved)} if moved else None,
        "seen_meaning": claim.seen.meaning,
        "dataset": claim.dataset,
        "access_note": claim.access_note,
        "shows": claim.shows,
        "vintages": by_vintage(claim.id),
    }


def _ends(band: Any) -> tuple[float, ...]:
    return (band.lower, band.upper) if band else ()


def by_vintage(name: str, releases: Iterable[str] = RELEASES) -> list[dict[str, object]]:
    """Recompute a claim in each full release by itself.

    Parameters
    ----------
    name
        The id of a claim.
    releases
        The releases to count in.

    Returns
    -------
    list of dict
        vintage, computed (in words), value, verdict, reason; a release that doesn't cover the
        claim's period has no value, no verdict, and says so. Nothing for a claim that is not
        recomputed from recorded crime.

    Examples
    --------
    >>> [(row["vintage"], row["verdict"]) for row in by_vintage("C01")]
    [('2023-10', None), ('2026-04', 'compatible')]
    >>> by_vintage("H03")
    []
    """
    derivation = derivations().get(claims()[name].figure_id)
    specified = isinstance(derivation, Specified)
    if not specified and not hasattr(derivation, "vintage"):
        return []
    return [_in_release(name, vintage) for vintage in releases]


@cache
def _in_release(name: str, vintage: str) -> dict[str, object]:
    claim, figure = claims()[name], claims()[claims()[name].figure_id]
    derivation = derivations()[figure.id]
    specified = isinstance(derivation, Specified)
    alone = {"releases": (vintage,)} if specified else {"vintage": vintage}
    derivation = derivation.model_copy(update=alone)
    nothing = "The release does not wholly cover the period."
    row: dict[str, object] = {"vintage": vintage, "computed": "not computed"}
    row |= {"value": None, "verdict": None, "reason": nothing}
    if isinstance(derivation, Specified) and not derivation.specifications():
        return row
    try:
        computed = derivation.compute(figure)
    except InputError:
        return row
    found = compare(claim, computed)
    row |= {"computed": in_words(computed), "value": computed.value}
    return row | {"verdict": found.verdict.value, "reason": found.reason}


def choices_fixed() -> list[dict[str, object]]:
    """Return the choices that specifications are made of: kind, choice, reason, fixed_in.

    Totals had been seen before they were listed.
    """
    listed = reasons()
    return [
        {"kind": kind, "choice": choice, "reason": reason, "fixed_in": fixed_in}
        for kind, fixed_in in listed["fixed_in"].items()
        for choice, reason in listed[kind].items()
    ]


def held_tables() -> list[dict[str, Any]]:
    """Return every table.

    Returns
    -------
    list of dict
        name, describes, rows (in words), sha256, columns (name, type, means, unit, missing,
        values: what a cell can be), and sources, as `provenance` gives them.
    """
    names = [*tables.NAMES, *(f"recorded_crime_{vintage}" for vintage in tables.vintages())]
    return [_held(name) for name in sorted(names)]


def _held(name: str) -> dict[str, Any]:
    book, said = codebook(name), {"name", "type", "means", "unit", "missing"}
    return {
        "name": name,
        "describes": book.describes,
        "rows": f"{len(tables.load(name)):,}",
        "sha256": tables.table_hash(name),
        "columns": [
            column.model_dump(include=said) | {"values": values_allowed(column)}
            for column in book.columns
        ],
        "sources": provenance([name]).to_dict("records"),
    }


def values_allowed(column: Column) -> str:
    """Say what a cell can be; a long list by how many it holds."""
    names, least, most = column.allowed_values, column.min_value, column.max_value
    if names:
        return ", ".join(names) if len(names) <= 6 else f"one of {len(names)} names"
    if least is not None:
        return f"{least} or more" if most is None else f"{least} to {most}"
    return f"as {column.pattern}" if column.pattern else ""
