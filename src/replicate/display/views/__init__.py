"""Figures with their words, drawn from parameters alone: what a notebook shows, and what its controls redraw."""

from replicate.display.views.force_report import force_series
from replicate.display.views.offence_counts import recorded_series
from replicate.display.views.verdicts import verdict_counts

__all__ = ["force_series", "recorded_series", "verdict_counts"]
