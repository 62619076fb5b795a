"""The figure of notebook 04 that its controls redraw."""

from replicate.derivations import missing_data
from replicate.display.figure import Figure, figure
from replicate.display.words import missing_data as words
from replicate.ledger import find_claim
from replicate.vocabulary.parameters import MissingData


def odds_curve(parameters: MissingData, *, name: str = "odds") -> Figure:
    """Draw what shares of suspects by ethnicity could be, by the odds ratio that is assumed.

    Parameters
    ----------
    parameters
        The lowest and the highest odds ratio.
    name
        The figure's name on the page.
    """
    from replicate.display.plots.series import series_plot

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
        title=words.odds_title(curve),
        subtitle="Suspects of group-based offences of every kind, England and Wales, 2023",
        source=f"{claim.dataset}; {claim.attribution}",
        alt=words.odds_alt(curve),
        note=f"{words.worst_case(curve)} Each curve compares one group with everyone else, so the "
        "curves at one odds ratio are not one scenario. Nothing published says what any odds "
        "ratio is.",
    )
