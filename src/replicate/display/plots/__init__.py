"""The figures that are drawn: each takes a frame and returns a matplotlib figure for `display.figure` to show."""

from replicate.display.plots.points import (
    funnel_plot,
    histogram_plot,
    rates_plot,
    specification_curve,
    strip_plot,
)
from replicate.display.plots.rows import rows_plot
from replicate.display.plots.series import series_plot

__all__ = [
    "funnel_plot",
    "histogram_plot",
    "rates_plot",
    "rows_plot",
    "series_plot",
    "specification_curve",
    "strip_plot",
]
