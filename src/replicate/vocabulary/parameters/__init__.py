"""What each notebook can be told: one typed model a notebook, checked before a run and again inside it."""

from replicate.vocabulary.parameters.base import NotebookParameters, Text, territorial_force
from replicate.vocabulary.parameters.notebooks import (
    ForceReport,
    HeadlineFigures,
    OffenceCounts,
    RecordingRates,
    Territory,
    UnderReporting,
)

__all__ = [
    "MODELS",
    "ForceReport",
    "HeadlineFigures",
    "NotebookParameters",
    "OffenceCounts",
    "RecordingRates",
    "Territory",
    "Text",
    "UnderReporting",
    "territorial_force",
]

MODELS: dict[str, type[NotebookParameters]] = {
    "00_headline_figures": HeadlineFigures,
    "01_offence_counts": OffenceCounts,
    "02_recording_rates": RecordingRates,
    "03_under_reporting": UnderReporting,
    "05_force_report": ForceReport,
}
"""Notebook name → the model of its parameters."""
