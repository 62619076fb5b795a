"""From rate to crimes unrecorded: every published number beside the one that the rate leaves."""

from functools import cache

import pandas as pd

from replicate.analysis.recording import OverTest, over
from replicate.derivations.all_crime import revision
from replicate.derivations.recording_rates.audits import (
    Audit,
    ByWindow,
    audits_of_forces,
    national_audits,
)
from replicate.derivations.recording_rates.specifications import reasons as reasons_listed
from replicate.derivations.verification import verify
from replicate.ledger import Claim, Comparison, Wording
from replicate.ledger.rules import number
from replicate.sources import tables
from replicate.vocabulary.parameters import RecordingRates

CONTEXT = "The inspectorate worked its number out from the same rate, so the rate's sampling error cancels; it is shown and not judged by."

TOO_WIDE = number("too_wide")
"""The half-width of an interval, as a part of the number, above which it settles nothing: the ledger's rule."""


def tables_used(parameters: RecordingRates) -> tuple[str, ...]:
    """Return the tables of notebook 02: the release asked for, groups as first published, assessments, census, other releases."""
    asked = f"recorded_crime_{tables.resolve_vintage(parameters.vintage)}"
    others = tuple(f"recorded_crime_{release}" for release in reasons_listed()["vintages"])
    return tuple(
        dict.fromkeys(
            (asked, "recorded_groups", "assessment_factors", "census_ethnic_group", *others)
        )
    )


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
    """Return how each number compares by the rule, for the forces asked for and then for England and Wales."""
    return [_compared(audit) for audit in (*audits_of_forces(parameters), *national_audits())]


def reasons(parameters: RecordingRates) -> pd.DataFrame:
    """Return why each number of a force has its verdict: force, claim, verdict, reason."""
    rows = [(audit.area, _compared(audit)) for audit in audits_of_forces(parameters)]
    return pd.DataFrame(
        [
            {
                "force": area,
                "claim": found.claim.id,
                "verdict": found.verdict.value,
                "reason": found.reason,
            }
            for area, found in rows
        ]
    )


def chosen(audit: Audit, parameters: RecordingRates) -> ByWindow:
    """Return the audit's derivation by what is asked for; a release that lacks the window gives way to the rule's."""
    asked = audit.derivation.model_copy(
        update={"window": parameters.window, "vintage": tables.resolve_vintage(parameters.vintage)}
    )
    period, held = asked.period(), tables.coverage(asked.vintage)
    covered = period.first in held and period.last in held
    return asked if covered else asked.model_copy(update={"vintage": audit.derivation.vintage})


def tested(audit: Audit, derivation: ByWindow) -> OverTest:
    """Test a number one-sidedly: a floor worded 'over', and the next step of its printed precision as the ceiling."""
    lower, upper = ends(audit.number)
    return over(derivation.unrecorded(), lower, upper - lower)


def ends(claim: Claim) -> tuple[float, float]:
    """Return the least and the greatest number that print as the published one."""
    printed = claim.range()
    return printed.lower, printed.upper


def _row(audit: Audit, parameters: RecordingRates) -> dict[str, object]:
    derivation = chosen(audit, parameters)
    found, test = derivation.unrecorded(), tested(audit, derivation)
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
    return verify([audit.number.id])[0].comparison
