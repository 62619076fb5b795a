"""Words beside the figures of a notebook: titles, subtitles, notes, and what a figure shows for those who cannot see it."""

from replicate.display.words import (
    counts,
    force,
    headline_figures,
    missing_data,
    recording,
    trend,
    under_reporting,
)
from replicate.display.words.areas import (
    area_notes,
    model_notes,
    ranks_alt,
    ranks_title,
)
from replicate.display.words.counts import (
    areas_subtitle,
    choices,
    curve_alt,
    curve_title,
    series_alt,
    series_title,
    subtitle,
    years,
)

__all__ = [
    "area_notes",
    "areas_subtitle",
    "choices",
    "counts",
    "curve_alt",
    "curve_title",
    "force",
    "headline_figures",
    "missing_data",
    "model_notes",
    "ranks_alt",
    "ranks_title",
    "recording",
    "series_alt",
    "series_title",
    "subtitle",
    "trend",
    "under_reporting",
    "years",
]
