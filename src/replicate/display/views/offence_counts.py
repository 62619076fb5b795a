"""The figure of notebooks 01 and 05 that their controls redraw."""

from replicate.derivations import offence_counts, provenance
from replicate.display.figure import Figure, figure
from replicate.display.words import counts as words

SERIES_NOTE = "Recorded, including non-recent. Years are calendar years; the table begins in April 2012, so 2012 is left out."

GROWTH_NOTE = "Part of 88A became an offence in April 2017; notebook 03 shows the rise without 88A and code 86."


def recorded_series(parameters: offence_counts.Asked, *, name: str = "series") -> Figure:
    """Draw the recorded offences of a definition by whole calendar year and kind.

    Raises
    ------
    InputError
        When the period is not wholly covered by the vintage, or an offence code is unknown.
    """
    from replicate.display.plots.series import series_plot

    recorded = offence_counts.recorded_table(parameters)
    shown = offence_counts.series(parameters)
    return figure(
        series_plot(shown, label="Offences recorded in the year"),
        data=shown,
        name=name,
        title=words.series_title(shown),
        subtitle=words.subtitle(parameters, period=words.years(shown)),
        source=provenance.source_line([recorded]),
        alt=words.series_alt(shown),
        note=f"{SERIES_NOTE} {GROWTH_NOTE}" if "88A" in parameters.chosen().codes else SERIES_NOTE,
    )
