"""Recording rates: intervals for audit samples, crimes left unrecorded, and whether forces differ.

Rates are shares between 0 and 1. The published rates of forces are no random sample of forces: what is pooled over them describes them.
"""

from replicate.analysis.recording.betabinomial import BetaBinomialFit, beta_binomial
from replicate.analysis.recording.coverage import coverage
from replicate.analysis.recording.dispersion import OverDispersion, over_dispersion, widened_limits
from replicate.analysis.recording.implied import (
    implied_interval,
    implied_sample,
    published_interval,
)
from replicate.analysis.recording.intervals import METHODS, interval
from replicate.analysis.recording.limits import binomial_limits, poisson_limits
from replicate.analysis.recording.quasibinomial import QuasiBinomialFit, quasi_binomial
from replicate.analysis.recording.unrecorded import OverTest, Unrecorded, over, unrecorded
from replicate.analysis.recording.windows import alternative_windows, audit_window

__all__ = [
    "METHODS",
    "BetaBinomialFit",
    "OverDispersion",
    "OverTest",
    "QuasiBinomialFit",
    "Unrecorded",
    "alternative_windows",
    "audit_window",
    "beta_binomial",
    "binomial_limits",
    "coverage",
    "implied_interval",
    "implied_sample",
    "interval",
    "over",
    "over_dispersion",
    "poisson_limits",
    "published_interval",
    "quasi_binomial",
    "unrecorded",
    "widened_limits",
]
