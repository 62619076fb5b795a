"""Shares with missing data: worst-case bounds, bounds under a stated assumption, and how much would have to be recorded.

Shares are between 0 and 1. Bounds, scenario ranges and rounding are three kinds of range, and none is turned into another.
"""

from replicate.analysis.missingness.odds_ratio import sensitivity, under_odds_ratio
from replicate.analysis.missingness.ordering import Completeness, completeness_to_order
from replicate.analysis.missingness.shares import Share
from replicate.analysis.missingness.worst_case import UNBOUNDED, Bounded, worst_case

__all__ = [
    "UNBOUNDED",
    "Bounded",
    "Completeness",
    "Share",
    "completeness_to_order",
    "sensitivity",
    "under_odds_ratio",
    "worst_case",
]
