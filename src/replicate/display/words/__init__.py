"""Words beside the figures of a notebook: titles, subtitles, notes, and what a figure shows for those who cannot see it."""

from replicate.display.words import missing_data, recording, trend, under_reporting
from replicate.display.words.areas import (
    AREA_UNITS,
    area_notes,
    areas_alt,
    areas_title,
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
from replicate.display.words.force import (
    FORCE_UNITS,
    assessed_rows,
    assessed_sentence,
    force_name,
    force_subtitle,
    recording_sentence,
    standing_notes,
    standing_sentence,
)

__all__ = [
    "AREA_UNITS",
    "FORCE_UNITS",
    "area_notes",
    "areas_alt",
    "areas_subtitle",
    "areas_title",
    "assessed_rows",
    "assessed_sentence",
    "choices",
    "curve_alt",
    "curve_title",
    "force_name",
    "force_subtitle",
    "missing_data",
    "model_notes",
    "ranks_alt",
    "ranks_title",
    "recording",
    "recording_sentence",
    "series_alt",
    "series_title",
    "standing_notes",
    "standing_sentence",
    "subtitle",
    "trend",
    "under_reporting",
    "years",
]
