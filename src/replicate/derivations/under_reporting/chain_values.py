"""What the chains come to, as values with their uncertainty: those reported to a batch, and those that were simulated."""

from collections.abc import Iterator

import pandas as pd

from replicate.analysis.chain import Composed, RangeOfIntervals
from replicate.derivations.under_reporting.chain import Named, chains
from replicate.vocabulary.parameters import UnderReporting
from replicate.vocabulary.uncertainty import SamplingInterval, Uncertainty

Reported = tuple[str, float | None, str, Uncertainty]
"""Name, value, unit and uncertainty, as a notebook records them."""


def reported(parameters: UnderReporting) -> list[Reported]:
    """Return what each chain comes to: no value where a range under assumptions is in it, and both intervals of a range of intervals."""
    return [row for found in chains(parameters) for row in _reported(found)]


def _reported(found: Named) -> Iterator[Reported]:
    name, unit = f"chain.{found.name}", f"share of: {found.chain.population}"
    if isinstance(found.chain.composed, RangeOfIntervals):
        yield f"{name}.at_lower", None, unit, found.chain.composed.at_lower
        yield f"{name}.at_upper", None, unit, found.chain.composed.at_upper
    else:
        yield name, found.chain.value, unit, found.chain.composed


def simulated(parameters: UnderReporting) -> pd.DataFrame:
    """Return the intervals of the chains with a step known by sampling, whatever set was asked for.

    Returns
    -------
    pandas.DataFrame
        chain, at (which end of the chain's ranges), lower, upper (percent), error_lower, error_upper (standard errors of the
        simulation, in percentage points), level (percent), draws and seed.
    """
    return pd.DataFrame(
        [
            row
            for found in chains(parameters.changed(scenarios="sampled"))
            for row in _simulated(found)
        ]
    )


def _simulated(found: Named) -> Iterator[dict[str, object]]:
    made = found.chain.monte_carlo
    if made is None:
        return
    for at, interval in _intervals(found.chain.composed).items():
        by = (
            100 * interval.upper / made.upper
        )  # an end of the chain's ranges multiplies the simulated part, and its errors
        yield {
            "chain": found.title,
            "at": at,
            "lower": 100 * interval.lower,
            "upper": 100 * interval.upper,
            "error_lower": by * made.error_lower,
            "error_upper": by * made.error_upper,
            "level": 100 * interval.level,
            "draws": made.draws,
            "seed": str(made.seed),
        }


def _intervals(composed: Composed) -> dict[str, SamplingInterval]:
    if isinstance(composed, RangeOfIntervals):
        return {
            "lower ends of its ranges": composed.at_lower,
            "upper ends of its ranges": composed.at_upper,
        }
    return {"no range in it": composed} if isinstance(composed, SamplingInterval) else {}
