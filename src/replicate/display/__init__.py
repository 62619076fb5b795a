"""What a notebook shows: figures, tables, sentences, verdicts, and the values it reports.

The functions that draw are loaded, with matplotlib, when first asked for, so that importing this package stays quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from replicate.display.controls import explore
from replicate.display.figure import figure
from replicate.display.prose import prose
from replicate.display.records import record
from replicate.display.table import table
from replicate.display.theme import stylesheet
from replicate.display.theme import use as use_theme
from replicate.display.verdict import verdict_box
from replicate.vocabulary.numbers import interval, number, percent, signed

if TYPE_CHECKING:
    from replicate.display.plots.bars import bar_plot
    from replicate.display.plots.bounds import bounds_plot
    from replicate.display.plots.curve import specification_curve
    from replicate.display.plots.dates import dates_plot
    from replicate.display.plots.estimates import estimates_plot
    from replicate.display.plots.funnel import funnel_plot
    from replicate.display.plots.intervals import interval_plot
    from replicate.display.plots.maps import force_map
    from replicate.display.plots.moves import moves_plot
    from replicate.display.plots.pairs import pair_plot
    from replicate.display.plots.ranges import range_plot
    from replicate.display.plots.sensitivity import sensitivity_plot
    from replicate.display.plots.series import series_plot

__all__ = [
    "bar_plot",
    "bounds_plot",
    "dates_plot",
    "estimates_plot",
    "explore",
    "figure",
    "force_map",
    "funnel_plot",
    "interval",
    "interval_plot",
    "moves_plot",
    "number",
    "pair_plot",
    "percent",
    "prose",
    "range_plot",
    "record",
    "sensitivity_plot",
    "series_plot",
    "signed",
    "specification_curve",
    "stylesheet",
    "table",
    "use_theme",
    "verdict_box",
]

_DRAWING = {
    "bar_plot": "bars",
    "bounds_plot": "bounds",
    "dates_plot": "dates",
    "estimates_plot": "estimates",
    "force_map": "maps",
    "funnel_plot": "funnel",
    "interval_plot": "intervals",
    "moves_plot": "moves",
    "pair_plot": "pairs",
    "range_plot": "ranges",
    "sensitivity_plot": "sensitivity",
    "series_plot": "series",
    "specification_curve": "curve",
}
"""Function → the module of `plots` that it is in."""


def __getattr__(name: str) -> Any:
    if name not in _DRAWING:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.plots.{_DRAWING[name]}"), name)
