"""What a notebook shows: figures, tables, sentences, verdicts, and the values it reports."""

from replicate.display.controls import explore as explore
from replicate.display.figure import figure as figure
from replicate.display.plots import funnel_plot as funnel_plot
from replicate.display.plots import histogram_plot as histogram_plot
from replicate.display.plots import rates_plot as rates_plot
from replicate.display.plots import series_plot as series_plot
from replicate.display.plots import specification_curve as specification_curve
from replicate.display.plots import strip_plot as strip_plot
from replicate.display.prose import points as points
from replicate.display.prose import prose as prose
from replicate.display.records import record as record
from replicate.display.rows import rows_plot as rows_plot
from replicate.display.table import table as table
from replicate.display.table import verdict_box as verdict_box
from replicate.display.theme import stylesheet as stylesheet
from replicate.display.theme import use_theme as use_theme
from replicate.vocabulary.numbers import interval as interval
from replicate.vocabulary.numbers import number as number
from replicate.vocabulary.numbers import percent as percent
from replicate.vocabulary.numbers import signed as signed
