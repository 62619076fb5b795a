"""What the site is made of besides executed notebooks: verdicts with all that a claim's page says, rules, choices, tables, boundaries."""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

from replicate.analysis.revisions import RULE
from replicate.derivations.kinds.base import Derivation
from replicate.derivations.kinds.recorded import Specified
from replicate.derivations.kinds.registry import derivations
from replicate.derivations.provenance import provenance
from replicate.derivations.revision_bands import RELEASES
from replicate.derivations.specifications import reasons
from replicate.derivations.verification import Verification, verify
from replicate.ledger import Claim, Comparison, claims, compare, in_words, rules
from replicate.sources import tables
from replicate.sources.schemas import Column, codebook
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.files import read_yaml


def verdicts(ids: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Return claims with their verdicts and all that their pages say.

    Parameters
    ----------
    ids
        Ids of claims; none means every claim.

    Returns
    -------
    list of dict
        What `replicate verify --json` prints, and: printed (lower and upper end of the values that print as the published figure; none
        where no figure was seen), revised (what revision could have made of those, where the verdict allows for it), seen_meaning, dataset,
        access_note, shows (the part whose figure it shows, where it has none of its own), vintages (see `by_vintage`).
    """
    return [_row(result) for result in verify(ids)]


def _row(result: Verification) -> dict[str, Any]:
    claim = result.claim
    return result.as_json() | {
        "printed": _printed(claim),
        "revised": _revised(result),
        "seen_meaning": claim.seen.meaning,
        "dataset": claim.dataset,
        "access_note": claim.access_note,
        "shows": claim.shows,
        "vintages": by_vintage(claim.id),
    }


def _printed(claim: Claim) -> dict[str, float] | None:
    return (
        {"lower": claim.range().lower, "upper": claim.range().upper} if claim.has_figure else None
    )


def _revised(result: Verification) -> dict[str, float] | None:
    """Return what revision could have made of the printed figure, where the verdict allows for revision."""
    computed, printed = result.comparison.computed, _printed(result.claim)
    if printed is None or computed is None or computed.revision is None:
        return None
    moved = [
        end * (1 + part)
        for end in printed.values()
        for part in (computed.revision.lower, computed.revision.upper)
    ]
    return {"lower": min(moved), "upper": max(moved)}


def evidence() -> dict[str, Any]:
    """Return all of it, as plain data: verdicts, rules, choices, tables, boundaries."""
    return {
        "verdicts": verdicts(),
        "rules": rules_fixed(),
        "choices": choices_fixed(),
        "tables": held_tables(),
        "boundaries": tables.boundaries(),
    }


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
        vintage, computed (in words), value, verdict, reason; a release that doesn't cover the claim's period has no value, no verdict, and
        says so. Nothing for a claim that is not recomputed from recorded crime.

    Examples
    --------
    >>> [(row["vintage"], row["verdict"]) for row in by_vintage("C01")]
    [('2023-10', None), ('2026-04', 'compatible')]
    >>> by_vintage("H03")
    []
    """
    derivation = derivations().get(claims()[name].figure_id)
    if derivation is None or not (
        isinstance(derivation, Specified) or hasattr(derivation, "vintage")
    ):
        return []
    return [_by_release(vintage, _compared(name, vintage)) for vintage in releases]


@cache
def _compared(name: str, vintage: str) -> Comparison | None:
    claim = claims()[name]
    derivation = _within(derivations()[claim.figure_id], vintage)
    if isinstance(derivation, Specified) and not derivation.specifications():
        return None
    try:
        return compare(claim, derivation.compute(claims()[claim.figure_id]))
    except InputError:  # a period that the release does not wholly cover
        return None


def _within(derivation: Derivation, vintage: str) -> Derivation:
    """Return the same derivation, in one release."""
    return derivation.model_copy(
        update={"releases": (vintage,)}
        if isinstance(derivation, Specified)
        else {"vintage": vintage}
    )


def _by_release(vintage: str, compared: Comparison | None) -> dict[str, object]:
    if compared is None or compared.computed is None:
        nothing = "The release does not wholly cover the period."
        return {
            "vintage": vintage,
            "computed": "not computed",
            "value": None,
            "verdict": None,
            "reason": nothing,
        }
    computed = compared.computed
    return {
        "vintage": vintage,
        "computed": in_words(computed),
        "value": computed.value,
        "verdict": compared.verdict.value,
        "reason": compared.reason,
    }


_SAID = {"name", "type", "means", "unit", "missing"}


def held_tables() -> list[dict[str, Any]]:
    """Return every table.

    Returns
    -------
    list of dict
        name, describes, rows (in words), sha256, columns (name, type, means, unit, missing, values: what a cell can be), and sources, as
        `provenance` gives them.
    """
    names = [*tables.NAMES, *(f"recorded_crime_{vintage}" for vintage in tables.vintages())]
    return [_held(name) for name in sorted(names)]


def _held(name: str) -> dict[str, Any]:
    book = codebook(name)
    return {
        "name": name,
        "describes": book.describes,
        "rows": f"{len(tables.load(name)):,}",
        "sha256": tables.table_hash(name),
        "columns": [
            column.model_dump(include=_SAID) | {"values": values_allowed(column)}
            for column in book.columns
        ],
        "sources": provenance([name]).to_dict("records"),
    }


def values_allowed(column: Column) -> str:
    """Say what a cell can be; a long list by how many it holds."""
    if column.allowed_values:
        return (
            ", ".join(column.allowed_values)
            if len(column.allowed_values) <= 6
            else f"one of {len(column.allowed_values)} names"
        )
    if column.min_value is not None and column.max_value is not None:
        return f"{column.min_value} to {column.max_value}"
    if column.min_value is not None:
        return f"{column.min_value} or more"
    return f"as {column.pattern}" if column.pattern else ""


KINDS = ("definitions", "periods", "territories", "vintages")
"""The kinds of choice that a specification is made of."""


def rules_fixed() -> list[dict[str, object]]:
    """Return the rules of comparison, that of revisions first: name, rule, reason, fixed_in, after_results, value (if any)."""
    revision = {
        "name": "revision",
        "rule": RULE,
        "reason": "Recorded crime is revised at every release.",
        "fixed_in": _fixed_in()["revision"],
        "after_results": True,
    }
    listed = [
        rule.model_dump(include={"name", "rule", "value", "reason", "fixed_in", "after_results"})
        for rule in rules().values()
    ]
    return [
        revision,
        *({**rule, "name": str(rule["name"]).replace("_", " ")} for rule in listed),
    ]


def choices_fixed() -> list[dict[str, object]]:
    """Return the choices that specifications are made of: kind, choice, reason, fixed_in. Totals had been seen before they were listed."""
    fixed = _fixed_in()
    return [
        {"kind": kind, "choice": choice, "reason": reason, "fixed_in": fixed[kind]}
        for kind in KINDS
        for choice, reason in reasons()[kind].items()
    ]


@cache
def _fixed_in() -> dict[str, str]:
    text = files("replicate.derivations").joinpath("methods.yaml").read_text(encoding="utf-8")
    commits: dict[str, str] = read_yaml(text)
    return commits
