"""The figures of notebook 02 that its controls redraw."""

from replicate.derivations.recording_rates import audits, samples
from replicate.display.figure import Figure, figure
from replicate.display.words import recording as words
from replicate.vocabulary.numbers import number
from replicate.vocabulary.parameters import RecordingRates


def audited_rates(parameters: RecordingRates, *, name: str = "rates-drawn") -> Figure:
    """Draw the published recording rates of all crime, with an interval for the sample that each half-width implies.

    Parameters
    ----------
    parameters
        The forces, the method and the level asked for.
    name
        The figure's name on the page.
    """
    from replicate.display.plots.rows import rows_plot

    rates = samples.chosen_method(parameters)
    whole = rates[rates["of"] == "all crime"].drop(columns=["lower", "upper"])
    ends = whole.rename(columns={"recomputed_lower": "lower", "recomputed_upper": "upper"})
    label = f"Percent of reported crime recorded, with {number(100 * parameters.level, '%')} {parameters.method.title()} intervals"
    return figure(
        rows_plot(
            ends,
            kind="intervals",
            y="force",
            x="rate",
            unit="%",
            order="value",
            mark="published",
            label=label,
        ),
        data=ends,
        name=name,
        title=words.rates_title(rates),
        subtitle=words.SUBTITLE,
        source=audits.source(),
        alt=words.rates_alt(rates, parameters),
        note=audits.NOT_RANDOM,
    )
