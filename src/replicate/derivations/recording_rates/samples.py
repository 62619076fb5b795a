"""Audit samples: what published half-widths imply, and what other ways of working out an interval make of the same rates."""

import pandas as pd

from replicate.analysis.intervals import METHODS, coverage, implied_sample, interval
from replicate.derivations.all_crime import recorded_total
from replicate.derivations.recording_rates.audits import (
    LEVEL,
    audits_of_forces,
    half_width,
    national_audits,
    published_rates,
    share,
)
from replicate.ledger import find_claim
from replicate.vocabulary.parameters import RecordingRates

EXAMINED = "R01a"
"""The one number of reports examined that is published: for England and Wales, in 2014."""

DESIGN_EFFECTS = (1.0, 1.5, 2.0)
"""Tried because none is published: 2 halves the sample's worth. Settled before any interval was computed with them."""


def rates(parameters: RecordingRates) -> pd.DataFrame:
    """Return every published rate with its half-width, the sample that it implies, and intervals by all methods.

    The intervals by other methods are those of the simple random sample that the half-width implies: how the inspectorate made its own, and
    from how many cases, is not published.

    Returns
    -------
    pandas.DataFrame
        claim, force, of, audit_to, rate, half_width, lower, upper (published), implied (the sample, never the number examined), and
        for each method its lower and upper end: percent.
    """
    rows = []
    for audit, claim, of in published_rates(audits_of_forces(parameters)):
        rate, half = share(claim), half_width(claim)
        row = {
            "claim": claim.id,
            "force": audit.area,
            "of": of,
            "audit_to": audit.audit_to.isoformat(),
            "rate": 100 * rate,
            "half_width": 100 * half,
            "lower": float(claim.lower or 0),
            "upper": float(claim.upper or 0),
            "implied": implied_sample(rate, half, LEVEL),
        }
        for method in METHODS:
            found = _again(rate, half, method, parameters.level)
            row |= {f"{method}_lower": 100 * found[0], f"{method}_upper": 100 * found[1]}
        rows.append(row)
    return pd.DataFrame(rows)


def chosen_method(parameters: RecordingRates) -> pd.DataFrame:
    """Return the published interval of every rate beside that of the method and level asked for.

    Returns
    -------
    pandas.DataFrame
        force, of, rate, lower, upper (published), recomputed_lower, recomputed_upper, implied, largest_shift (of an end, in points).
    """
    found, method = rates(parameters), parameters.method
    shown = found[["claim", "force", "of", "rate", "lower", "upper", "implied"]]
    ends = found[[f"{method}_lower", f"{method}_upper"]].set_axis(
        ["recomputed_lower", "recomputed_upper"], axis=1
    )
    shifts = pd.concat(
        [(ends[f"recomputed_{end}"] - shown[end]).abs() for end in ("lower", "upper")], axis=1
    )
    return shown.join(ends).assign(largest_shift=shifts.max(axis=1))


def interval_coverage(parameters: RecordingRates) -> pd.DataFrame:
    """Return how often each method's interval holds the true share, were it the published rate and the sample the implied one.

    Returns
    -------
    pandas.DataFrame
        force, of, rate, implied, and a column a method: percent, exact and not simulated.
    """
    found = rates(parameters)
    pairs = list(zip(found["rate"] / 100, found["implied"].round().astype(int), strict=True))
    held = {
        method: [
            100 * coverage(rate, size, method=method, level=parameters.level)
            for rate, size in pairs
        ]
        for method in METHODS
    }
    return found[["force", "of", "rate", "implied"]].join(pd.DataFrame(held, index=found.index))


def simple_random_sample(parameters: RecordingRates) -> pd.DataFrame:
    """Return the interval that the one published number of reports examined would give, for assumed design effects.

    The reports were chosen in strata by force and kind of crime, and what that did to the precision is not published: these are what-ifs.
    The reports of the year that was audited, recorded or not, are the finite population.

    Returns
    -------
    pandas.DataFrame
        design_effect, examined, population, rate, lower, upper, half_width (percent).
    """
    audit = next(
        audit for audit in national_audits() if find_claim(EXAMINED).part_of == audit.rate.id
    )
    rate, examined = share(audit.rate), float(find_claim(EXAMINED).value or 0)
    population = (
        recorded_total(
            audit.derivation.period(), vintage=parameters.vintage, forces=audit.derivation.forces()
        )
        / rate
    )
    rows = []
    for effect in DESIGN_EFFECTS:
        found = interval(
            rate * examined,
            examined,
            method=parameters.method,
            level=parameters.level,
            population=population,
            design_effect=effect,
        )
        ends = {
            "rate": 100 * rate,
            "lower": 100 * found.lower,
            "upper": 100 * found.upper,
            "half_width": 50 * found.width,
        }
        rows.append(
            {"design_effect": effect, "examined": examined, "population": population, **ends}
        )
    return pd.DataFrame(rows)


def _again(rate: float, half: float, method: str, level: float) -> tuple[float, float]:
    """Return the interval of the implied sample at the level asked for, whatever level the half-width was published at."""
    size = implied_sample(rate, half, LEVEL)
    found = interval(rate * size, size, method=method, level=level)
    return found.lower, found.upper
