"""Words beside the figures of a notebook: titles, subtitles, notes."""

from replicate.display.words import missing_data, recording

__all__ = ["missing_data", "recording"]
