"""What the site is made of besides executed notebooks: verdicts with all that a claim's page says, rules, choices, tables, boundaries."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from replicate.derivations.by_vintage import by_vintage
from replicate.derivations.held_tables import held_tables
from replicate.derivations.methods import choices_fixed, rules_fixed
from replicate.derivations.verification import Verification, verify
from replicate.ledger import Claim
from replicate.sources import tables


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
        "boundaries": boundaries(),
    }


def boundaries() -> pd.DataFrame:
    """Return the simplified boundaries of the 43 areas: force, rings."""
    return tables.boundaries()
