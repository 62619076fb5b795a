"""The figure of notebook 02 that its controls redraw."""

from replicate.derivations import recording_rates
from replicate.display.figure import Figure, figure
from replicate.display.words import recording as words
from replicate.vocabulary.numbers import number
from replicate.vocabulary.parameters import RecordingRates


def audited_rates(parameters: RecordingRates, *, name: str = "first-audits") -> Figure:
    """Draw first audits of all crime, with an interval where a half-width is published.

    Parameters
    ----------
    parameters
        The forces, the method and the level asked for.
    name
        The figure's name on the page.
    """
    from replicate.display.plots.rows import rows_plot

    held = recording_rates.rates(parameters)
    whole = held[held["of"].eq("all crime") & held["inspection"].eq("first")]
    ends = {"recomputed_lower": "lower", "recomputed_upper": "upper"}
    drawn = whole[["force", "window", "rate", *ends, "implied"]].rename(columns=ends)
    level = number(100 * parameters.level, "%")
    label = f"Percent of reported crime recorded, {level} {parameters.method.title()} intervals"
    return figure(
        rows_plot(
            drawn,
            kind="intervals",
            y="force",
            x="rate",
            unit="%",
            order="value",
            mark="published",
            label=label,
        ),
        data=drawn,
        name=name,
        title=words.rates_title(whole),
        subtitle=words.SUBTITLE,
        source=words.SOURCE,
        alt=words.rates_alt(whole, parameters),
        note=words.AUDITED_AS,
    )
