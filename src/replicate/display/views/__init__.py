"""Figures with their words, drawn from parameters alone: what a notebook shows, and what its controls redraw."""

from replicate.display.views.headline_figures import verdict_counts
from replicate.display.views.missing_data import odds_curve
from replicate.display.views.offence_counts import recorded_series
from replicate.display.views.recording_rates import audited_rates
from replicate.display.views.under_reporting import (
    chain_links,
    list_models,
    list_resamples,
    listed,
    recorded_and_reported,
    trend_found,
)

__all__ = [
    "audited_rates",
    "chain_links",
    "list_models",
    "list_resamples",
    "listed",
    "odds_curve",
    "recorded_and_reported",
    "recorded_series",
    "trend_found",
    "verdict_counts",
]
