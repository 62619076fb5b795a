"""What a notebook shows: figures, tables, sentences, verdicts, and the values it reports."""

from replicate.display.controls import explore
from replicate.display.figure import figure
from replicate.display.plots import (
    funnel_plot,
    histogram_plot,
    rates_plot,
    rows_plot,
    series_plot,
    specification_curve,
    strip_plot,
)
from replicate.display.prose import points, prose
from replicate.display.records import record
from replicate.display.table import table
from replicate.display.theme import stylesheet
from replicate.display.theme import use as use_theme
from replicate.display.verdict import verdict_box
from replicate.vocabulary.numbers import interval, number, percent, signed

__all__ = [
    "explore",
    "figure",
    "funnel_plot",
    "histogram_plot",
    "interval",
    "number",
    "percent",
    "points",
    "prose",
    "rates_plot",
    "record",
    "rows_plot",
    "series_plot",
    "signed",
    "specification_curve",
    "strip_plot",
    "stylesheet",
    "table",
    "use_theme",
    "verdict_box",
]
