"""What the site is made of besides notebooks and verdicts: rules, choices, tables; releases."""

from functools import cache
from typing import Any

from replicate.derivations.counting import reasons
from replicate.derivations.kinds.registry import Derivation, derivations
from replicate.derivations.provenance import provenance
from replicate.derivations.revision_bands import RELEASES
from replicate.derivations.verification import (
    Verification,
    records,
    rules_listed,
    verify_by,
)
from replicate.ledger import Claim, claims
from replicate.sources import tables
from replicate.sources.schemas import Column, codebook
from replicate.vocabulary.errors import InputError


def evidence() -> dict[str, Any]:
    """Return all of it, as plain data: rules, choices, tables."""
    return {
        "rules": records(rules_listed()),
        "choices": choices_fixed(),
        "tables": held_tables(),
    }


@cache
def by_release(name: str) -> dict[str, Verification | None]:
    """Recompute a claim in each full release by itself.

    Parameters
    ----------
    name
        The id of a claim.

    Returns
    -------
    dict
        Release → verification; none for a release that doesn't cover the claim's period. Nothing
        for a claim that is not recomputed from recorded crime.

    Examples
    --------
    >>> found = by_release("C01")
    >>> found["2023-10"], found["2026-04"].verdict.value
    (None, 'compatible')
    >>> by_release("H03")
    {}
    """
    claim = claims()[name]
    derivation = derivations().get(claim.figure_id)
    return {
        release: _alone(claim, other)
        for release in RELEASES
        if derivation and (other := derivation.in_release(release))
    }


def _alone(claim: Claim, derivation: Derivation) -> Verification | None:
    try:
        return verify_by(derivation, claim)
    except InputError:
        return None


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
