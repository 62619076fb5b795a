"""The figures of notebook 05 that its controls redraw."""

from replicate.derivations import force_report, provenance
from replicate.display.figure import Figure, figure
from replicate.display.views.offence_counts import SERIES_NOTE
from replicate.display.words import counts, force
from replicate.vocabulary.parameters import ForceReport


def force_series(parameters: ForceReport, *, name: str = "series") -> Figure:
    """Draw what one force recorded by whole calendar year and kind.

    Raises
    ------
    InputError
        When the period is not wholly covered by the vintage.
    """
    from replicate.display.plots.series import series_plot

    shown = force_report.series(parameters)
    return figure(
        series_plot(shown, label="Offences recorded in the year"),
        data=shown,
        name=name,
        title=counts.series_title(shown),
        subtitle=force.force_subtitle(parameters, shown),
        source=provenance.source_line([force_report.recorded_table(parameters)]),
        alt=counts.series_alt(shown),
        note=SERIES_NOTE,
    )
