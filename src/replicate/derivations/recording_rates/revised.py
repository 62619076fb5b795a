"""The rules that numbers left unrecorded are judged by, and what other rules for revision would have made of them."""

from collections.abc import Callable

import pandas as pd

from replicate.derivations.all_crime import (
    FIRST,
    revision,
    revisions_of,
)
from replicate.derivations.recording_rates.audits import Audit, ByWindow, audits_of_forces
from replicate.derivations.recording_rates.unrecorded import ends
from replicate.ledger import RevisionBand, rules
from replicate.vocabulary.parameters import RecordingRates


def by_revision_rule(parameters: RecordingRates) -> pd.DataFrame:
    """Return how many numbers each rule for revision that could have been chosen would reach; the verdict goes by the first.

    Returns
    -------
    pandas.DataFrame
        rule, reached, of, claims (those reached).
    """
    rows = []
    for words, choose in _RULES.items():
        audits = audits_of_forces(parameters)
        reached = [audit.number.id for audit in audits if _reaches(audit, choose(audit.derivation))]
        rows.append(
            {
                "rule": words,
                "reached": len(reached),
                "of": len(audits),
                "claims": " ".join(reached) or "none",
            }
        )
    return pd.DataFrame(rows)


def revisions_seen(parameters: RecordingRates) -> pd.DataFrame:
    """Return the revisions of all recorded crime that the numbers are judged by.

    Returns
    -------
    pandas.DataFrame
        force, period (counted), year (held as first published), release (that first published it), earlier, later, revision (percent).
    """
    rows = []
    for audit in audits_of_forces(parameters):
        period = audit.derivation.period()
        seen = revisions_of(audit.derivation.forces(), audit.derivation.vintage, period)
        rows.append(
            seen.assign(
                force=audit.area,
                year=seen["period"],
                period=period.label,
                revision=100 * seen["revision"],
            )
        )
    columns = ["force", "period", "year", "release", "earlier", "later", "revision"]
    return pd.concat(rows, ignore_index=True)[columns]


def rules_used() -> pd.DataFrame:
    """Return the rules that the numbers are judged by: name, rule, reason."""
    names = ("audits_of_recording", "half_unit", "next_step", "wide_region", "too_wide")
    return pd.DataFrame(
        [
            {"name": rule.name.replace("_", " "), "rule": rule.rule, "reason": rule.reason}
            for rule in map(rules().__getitem__, names)
        ]
    )


def _reaches(audit: Audit, band: RevisionBand | None) -> bool:
    """Say whether the rounding of the rate reaches the published number once it is revised by either end of a band."""
    found = audit.derivation.unrecorded().rounding
    lower, upper = ends(audit.number)
    low, high = (0.0, 0.0) if band is None else (band.lower, band.upper)
    return (
        found is not None and found.lower <= upper * (1 + high) and found.upper >= lower * (1 + low)
    )


def _every_year(derivation: ByWindow, *, most_quarters: int | None = None) -> RevisionBand | None:
    seen = revisions_of(derivation.forces(), derivation.vintage)
    kept = seen if most_quarters is None else seen[seen["apart_quarters"] <= most_quarters]
    low, high = float(kept["revision"].min()), float(kept["revision"].max())
    return RevisionBand(min(0.0, low), max(0.0, high), f"{len(kept)} years {FIRST}")


_RULES: dict[str, Callable[[ByWindow], RevisionBand | None]] = {
    "the rule: years that share a quarter with the twelve months": lambda one: revision(
        one.forces(), one.period(), one.vintage
    ),
    "no revision: the rounding of the rate alone": lambda _one: None,
    "every year held as first published": _every_year,
    "releases at most six years apart, as for notebook 01": lambda one: _every_year(
        one, most_quarters=24
    ),
}
"""Rules for the band of revision: the one in force, and others that could have been chosen."""
