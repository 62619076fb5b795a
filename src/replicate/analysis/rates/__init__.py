"""Rates of recorded offences per 1,000 children by area, with intervals that allow for over-dispersion.

Recorded, including non-recent: a rate says what was recorded in an area in a year, not where or how much abuse happens.
"""

from replicate.analysis.rates.intervals import MINIMUM, dispersion, rates
from replicate.analysis.rates.model import AreaYearModel, area_year_model
from replicate.analysis.rates.nb2 import NegativeBinomialFit, negative_binomial
from replicate.analysis.rates.panels import panel
from replicate.analysis.rates.ranks import rank_ranges

__all__ = [
    "MINIMUM",
    "AreaYearModel",
    "NegativeBinomialFit",
    "area_year_model",
    "dispersion",
    "negative_binomial",
    "panel",
    "rank_ranges",
    "rates",
]
