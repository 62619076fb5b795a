"""Words beside the figures of a notebook: titles, subtitles, notes, and what a figure shows for those who cannot see it."""

from replicate.display.words.areas import AREA_UNITS, area_notes, areas_alt, areas_title, model_notes, ranks_alt, ranks_title
from replicate.display.words.counts import areas_subtitle, choices, curve_alt, curve_title, series_alt, series_title, subtitle, years

__all__ = [
    "AREA_UNITS",
    "area_notes",
    "areas_alt",
    "areas_subtitle",
    "areas_title",
    "choices",
    "curve_alt",
    "curve_title",
    "model_notes",
    "ranks_alt",
    "ranks_title",
    "series_alt",
    "series_title",
    "subtitle",
    "years",
]
