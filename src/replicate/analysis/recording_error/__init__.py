"""Recorded crime is reported crime times a recording rate: what an unknown rate does to a regression, an order or a trend.

Rates are shares between 0 and 1.
"""

from replicate.analysis.recording_error.bounds import OrderKept, needed_to_undo, order_kept
from replicate.analysis.recording_error.regression import (
    Corrected,
    corrected,
    recording_rates,
    risk_ratio,
)

__all__ = [
    "Corrected",
    "OrderKept",
    "corrected",
    "needed_to_undo",
    "order_kept",
    "recording_rates",
    "risk_ratio",
]
