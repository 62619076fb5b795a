"""From rate to crimes unrecorded: every published number beside the one that the rate leaves."""

from collections.abc import Callable
from functools import cache

import pandas as pd

from replicate.analysis.recording import OverTest, over
from replicate.derivations.all_crime import FIRST, REVISION_RULE, overlapping, revision, revisions_of
from replicate.derivations.kinds.audits import Unrecorded
from replicate.derivations.recording_rates.audits import Audit, audits_of_forces, national_audits
from replicate.ledger import Claim, Comparison, RevisionBand, Wording, compare, rules
from replicate.ledger.rules import number
from replicate.sources import tables
from replicate.vocabulary.parameters.recording_rates import RULE, RecordingRates

CONTEXT = "The inspectorate worked its number out from the same rate, so the rate's sampling error cancels; it is shown and not judged by."


def of_forces(parameters: RecordingRates) -> pd.DataFrame:
    """Return the audits of forces with their published and recomputed numbers, and what each uncertainty leaves open.

    Returns
    -------
    pandas.DataFrame
        claim, force, period (the twelve months counted), vintage, rate (percent), recorded, published, wording, ceiling (the next printed
        step), computed, difference and relative (percent; to the nearer of published and ceiling, 0 between them), rounding_lower,
        rounding_upper (by every rate that prints so), revision_lower, revision_upper (percent), passes_from, passes_to (published
        numbers that would have been reached), sampling_lower, sampling_upper, half_width (percent of the number), verdict (by the rule
        alone, whatever is asked for).
    """
    return pd.DataFrame([_row(audit, parameters) for audit in audits_of_forces(parameters)])


def nationally(parameters: RecordingRates) -> pd.DataFrame:
    """Return the same for England and Wales, in 2014 and 2025; their intervals were not seen."""
    return pd.DataFrame([_row(audit, parameters) for audit in national_audits()])


def comparisons(parameters: RecordingRates) -> list[Comparison]:
    """Return how each number compares by the rule, for the forces asked for and for England and Wales."""
    return [_compared(audit) for audit in (*audits_of_forces(parameters), *national_audits())]


def chosen(audit: Audit, parameters: RecordingRates) -> Unrecorded:
    """Return the audit's derivation by what is asked for; a release that lacks the window gives way to the rule's."""
    asked = audit.derivation.model_copy(update={"window": parameters.window, "vintage": tables.resolve_vintage(parameters.vintage)})
    period, held = asked.period(), tables.coverage(asked.vintage)
    covered = period.first in held and period.last in held
    return asked if covered else asked.model_copy(update={"vintage": audit.derivation.vintage})


def is_the_rule(parameters: RecordingRates, audit: Audit) -> bool:
    """Say whether what is asked for is what the verdict rests on."""
    return parameters.window == RULE and tables.resolve_vintage(parameters.vintage) == audit.derivation.vintage


def tested(audit: Audit, derivation: Unrecorded) -> OverTest:
    """Test a number one-sidedly: a floor worded 'over', and the next step of its printed precision as the ceiling."""
    lower, upper = ends(audit.number)
    return over(derivation.left(), lower, upper - lower, too_wide=number("too_wide"))


def ends(claim: Claim) -> tuple[float, float]:
    """Return the least and the greatest number that print as the published one."""
    printed = claim.range()
    return printed.lower, printed.upper


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
        rows.append({"rule": words, "reached": len(reached), "of": len(audits), "claims": " ".join(reached) or "none"})
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
        seen = overlapping(revisions_of(audit.derivation.forces(), audit.derivation.vintage), period)
        rows.append(seen.assign(force=audit.area, year=seen["period"], period=period.label, revision=100 * seen["revision"]))
    columns = ["force", "period", "year", "release", "earlier", "later", "revision"]
    return pd.concat(rows, ignore_index=True)[columns]


def rules_used() -> pd.DataFrame:
    """Return the rules that the numbers are judged by: name, rule, reason."""
    shown = [rules()[name] for name in ("half_unit", "next_step", "too_wide", "one_way")]
    window = {
        "name": "window",
        "rule": "Recorded crime of the year ending with the last whole quarter of the audit's own period, without fraud and without British "
        "Transport Police.",
        "reason": "Fixed before any number was computed. The reports say 'a year' and not which; these are the last twelve months that had "
        "wholly passed when the audit ended.",
    }
    revised = {"name": "revision", "rule": REVISION_RULE, "reason": "Recorded crime is revised at every release."}
    fixed = [{"name": rule.name.replace("_", " "), "rule": rule.rule, "reason": rule.reason} for rule in shown]
    return pd.DataFrame([window, *fixed, revised])


def _row(audit: Audit, parameters: RecordingRates) -> dict[str, object]:
    derivation = chosen(audit, parameters)
    found, test = derivation.left(), tested(audit, derivation)
    band = revision(derivation.forces(), derivation.period(), derivation.vintage)
    low, high = (0.0, 0.0) if band is None else (band.lower, band.upper)
    printed, rounding, sampling = ends(audit.number), found.rounding, found.sampling
    assert rounding is not None  # noqa: S101 (a printed rate always has one)
    below, above = (end - float(audit.number.value or 0) for end in printed)
    return {
        "claim": audit.number.id,
        "force": audit.area,
        "period": derivation.period().label,
        "vintage": derivation.vintage,
        "rate": float(audit.rate.value or 0),
        "recorded": derivation.recorded(),
        "published": float(audit.number.value or 0),
        "wording": "exact" if audit.number.wording is None else audit.number.wording.value,
        "ceiling": printed[1] if audit.number.wording is Wording.OVER else None,
        "computed": found.number,
        "difference": test.difference,
        "relative": 100 * test.difference / (test.ceiling if test.difference > 0 else test.floor),
        "rounding_lower": rounding.lower,
        "rounding_upper": rounding.upper,
        "revision_lower": None if band is None else 100 * low,
        "revision_upper": None if band is None else 100 * high,
        "passes_from": rounding.lower / (1 + high) - above,
        "passes_to": rounding.upper / (1 + low) - below,
        "sampling_lower": None if sampling is None else sampling.lower,
        "sampling_upper": None if sampling is None else sampling.upper,
        "half_width": None if test.half_width is None else 100 * test.half_width,
        "verdict": _compared(audit).verdict.value,
    }


@cache
def _compared(audit: Audit) -> Comparison:
    return compare(audit.number, audit.derivation.compute(audit.number))


def _reaches(audit: Audit, band: RevisionBand | None) -> bool:
    """Say whether the rounding of the rate reaches the published number once it is revised by either end of a band."""
    found = audit.derivation.left().rounding
    lower, upper = ends(audit.number)
    low, high = (0.0, 0.0) if band is None else (band.lower, band.upper)
    return found is not None and found.lower <= upper * (1 + high) and found.upper >= lower * (1 + low)


def _every_year(derivation: Unrecorded, *, most_quarters: int | None = None) -> RevisionBand | None:
    seen = revisions_of(derivation.forces(), derivation.vintage)
    kept = seen if most_quarters is None else seen[seen["apart_quarters"] <= most_quarters]
    low, high = float(kept["revision"].min()), float(kept["revision"].max())
    return RevisionBand(min(0.0, low), max(0.0, high), f"{len(kept)} years {FIRST}")


_RULES: dict[str, Callable[[Unrecorded], RevisionBand | None]] = {
    "the rule: years that share a quarter with the twelve months": lambda one: revision(one.forces(), one.period(), one.vintage),
    "no revision: the rounding of the rate alone": lambda _one: None,
    "every year held as first published": _every_year,
    "releases at most six years apart, as for notebook 01": lambda one: _every_year(one, most_quarters=24),
}
"""Rules for the band of revision: the one in force, and others that could have been chosen."""
