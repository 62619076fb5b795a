"""The reporting chain: from what happened to what was told, recorded, flagged and identified, one measured step after another.

The probability of the last step is the product of the steps only if each was measured on what the step before left over. The steps
that are published were not: they differ in population, unit, year and question. So a chain is put together only with the assumption
that bridges each difference named, and it carries them. What a step rests on keeps its kind: ranges are composed by interval arithmetic
and stay ranges, sampling intervals by simulation, and a chain of both is a range of intervals, not one interval.
"""

from replicate.analysis.chain.compose import compose
from replicate.analysis.chain.links import Bridge, Evidence, Link, span
from replicate.analysis.chain.result import (
    Chain,
    Composed,
    MonteCarlo,
    Multiplier,
    RangeOfIntervals,
    Width,
)
from replicate.analysis.chain.sampling import simulate

__all__ = [
    "Bridge",
    "Chain",
    "Composed",
    "Evidence",
    "Link",
    "MonteCarlo",
    "Multiplier",
    "RangeOfIntervals",
    "Width",
    "compose",
    "simulate",
    "span",
]
