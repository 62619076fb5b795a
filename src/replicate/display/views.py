"""Figures with their words, drawn from parameters alone: what notebooks show, and what their controls redraw.

In the order of the notebooks.
"""

from replicate.derivations import (
    missing_data,
    recording_rates,
)
from replicate.display.figure import Figure, figure
from replicate.display.words import missing_data as missing_words
from replicate.display.words import recording as rates_words
from replicate.ledger import find_claim
from replicate.vocabulary.numbers import number
from replicate.vocabulary.parameters import (
    MissingData,
    RecordingRates,
)


def audited_rates(parameters: RecordingRates, *, name: str = "first-audits") -> Figure:
    """Draw first audits of all crime, with an interval where a half-width is published.

    Parameters
    ----------
    parameters
        The forces, the method and the level asked for.
    name
        The figure's name on the page.
    """
    from replicate.display.rows import rows_plot

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
        title=rates_words.rates_title(whole),
        subtitle=rates_words.SUBTITLE,
        source=rates_words.SOURCE,
        alt=rates_words.rates_alt(whole, parameters),
        note=rates_words.AUDITED_AS,
    )


def odds_curve(parameters: MissingData, *, name: str = "odds") -> Figure:
    """Draw what shares of suspects by ethnicity could be, by the odds ratio that is assumed.

    Parameters
    ----------
    parameters
        The lowest and the highest odds ratio.
    name
        The figure's name on the page.
    """
    from replicate.display.plots import series_plot

    curve, claim = missing_data.curve(parameters), find_claim(missing_data.ORDERED[0][0])
    return figure(
        series_plot(
            curve.assign(lower=100 * curve["lower"], upper=100 * curve["upper"]),
            x="odds_ratio",
            hue="name",
            unit="%",
            label="Share of all suspects of group-based offences, by the odds ratio assumed",
            odds_label="Odds ratio of being recorded (1: as often as others)",
        ),
        data=curve,
        name=name,
        title=missing_words.odds_title(curve),
        subtitle="Suspects of group-based offences of every kind, England and Wales, 2023",
        source=f"{claim.dataset}; {claim.attribution}",
        alt=missing_words.odds_alt(curve),
        note=f"{missing_words.worst_case(curve)} Each curve compares one group with everyone else, so the "
        "curves at one odds ratio are not one scenario. Nothing published says what any odds "
        "ratio is.",
    )
