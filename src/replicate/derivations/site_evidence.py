"""What the site is made of besides executed notebooks: verdicts, rules, choices, tables."""

from collections.abc import Iterable
from typing import Any

from replicate.derivations.counting import reasons
from replicate.derivations.kinds.registry import Derivation, derivations
from replicate.derivations.provenance import provenance
from replicate.derivations.revision_bands import RELEASES
from replicate.derivations.verification import (
    Verification,
    records,
    rules_listed,
    verify,
    verify_by,
)
from replicate.ledger import Claim, claims
from replicate.sources import tables
from replicate.sources.schemas import Column, codebook
from replicate.vocabulary.errors import InputError


def evidence() -> dict[str, Any]:
    """Return all of it, as plain data: verdicts, rules, choices, tables."""
    return {
        "verdicts": verdicts(),
        "rules": records(rules_listed()),
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
    claim, band = result.claim, result.computed and result.computed.revision
    printed = claim.range() if claim.has_figure else None
    ends = (printed.lower, printed.upper) if printed else ()
    moved = [end * (1 + part) for end in ends for part in (band.lower, band.upper)] if band else []
    return result.as_json() | {
        "printed": {"lower": ends[0], "upper": ends[1]} if ends else None,
        "revised": {"lower": min(moved), "upper": max(moved)} if moved else None,
        "seen_meaning": claim.seen.meaning,
        "dataset": claim.dataset,
        "access_note": claim.access_note,
        "shows": claim.shows,
        "vintages": by_vintage(claim.id),
    }


def by_vintage(name: str) -> list[dict[str, object]]:
    """Recompute a claim in each full release by itself.

    Parameters
    ----------
    name
        The id of a claim.

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
    claim = claims()[name]
    derivation = derivations().get(claim.figure_id)
    return [
        _in_release(claim, other, release)
        for release in RELEASES
        if derivation and (other := derivation.in_release(release))
    ]


def _in_release(claim: Claim, derivation: Derivation, release: str) -> dict[str, object]:
    row: dict[str, object] = {"vintage": release, "computed": "not computed", "value": None}
    try:
        found = verify_by(derivation, claim)
    except InputError:
        nothing = "The release does not wholly cover the period."
        return row | {"verdict": None, "reason": nothing}
    row |= {"computed": found.ours, "value": found.computed and found.computed.value}
    return row | {"verdict": found.verdict.value, "reason": found.comparison.reason}


def choices_fixed() -> list[dict[str, object]]:
    """Return the choices that specifications are made of: kind, choice, reason, fixed_in.

    Totals had been seen before they were listed.
    """
    return [
        {"kind": kind, "choice": choice, "reason": reason, "fixed_in": fixed_in}
        for kind, fixed_in in reasons()["fixed_in"].items()
        for choice, reason in reasons()[kind].items()
    ]


def held_tables() -> list[dict[str, Any]]:
    """Return every table.

    Returns
    -------
    list of dict
        name, describes, rows (in words), sha256, columns (name, type, means, unit, missing,
        values: what a cell can be), and sources, as `provenance` gives them.
    """
    names = [*tables.NAMES, *map("recorded_crime_{}".format, tables.vintages())]
    said = {"name", "type", "means", "unit", "missing"}
    return [
        {
            "name": name,
            "describes": codebook(name).describes,
            "rows": f"{len(tables.load(name)):,}",
            "sha256": tables.table_hash(name),
            "columns": [
                column.model_dump(include=said) | {"values": values_allowed(column)}
                for column in codebook(name).columns
            ],
            "sources": records(provenance([name])),
        }
        for name in sorted(names)
    ]


def values_allowed(column: Column) -> str:
    """Say what a cell can be; a long list by how many it holds."""
    names, least, most = column.allowed_values, column.min_value, column.max_value
    if names:
        return ", ".join(names) if len(names) <= 6 else f"one of {len(names)} names"
    if least is not None:
        return f"{least} or more" if most is None else f"{least} to {most}"
    return f"as {column.pattern}" if column.pattern else ""
