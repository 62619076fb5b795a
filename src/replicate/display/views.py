"""Figures with their words, drawn from parameters alone: what notebooks show, and what their controls redraw.

In the order of the notebooks.
"""

from typing import TYPE_CHECKING

from replicate.derivations import (
    missing_data,
    recording_rates,
    trend,
)
from replicate.derivations.provenance import source_line
from replicate.derivations.under_reporting import Study, widths
from replicate.display.figure import Figure, figure
from replicate.display.prose import Prose, prose
from replicate.display.words import missing_data as missing_words
from replicate.display.words import recording as rates_words
from replicate.display.words import trend as trend_words
from replicate.display.words import under_reporting as under_words
from replicate.ledger import find_claim
from replicate.vocabulary.definitions import find_definition
from replicate.vocabulary.numbers import number
from replicate.vocabulary.parameters import (
    MissingData,
    RecordingRates,
    UnderReporting,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pandas import DataFrame


def audited_rates(parameters: RecordingRates, *, name: str = "first-audits") -> Figure:
    """Draw first audits of all crime, with an interval where a half-width is published.

    Parameters
    ----------
    parameters
        The forces, the method and the level asked for.
    name
        The figure's name on the page.
    """
    from replicate.display.plots import rows_plot

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


def listed(sentences: "Iterable[str]") -> Prose:
    """Return computed sentences as a list."""
    said = {f"s{place}": sentence for place, sentence in enumerate(sentences)}
    return prose("\n".join(f"- {{{name}}}" for name in said), **said)


def trend_found(parameters: UnderReporting) -> trend.Trend:
    """Compare the rise that the parameters ask for with the published recording rates.

    Raises
    ------
    InputError
        For a definition or years that no published rate of sexual offences stands for.
    """
    definition = find_definition(parameters.definition)
    return trend.trend(definition, first=parameters.first, last=parameters.last)


def recorded_and_reported(parameters: UnderReporting, *, name: str = "trend") -> Figure:
    """Draw recorded offences by year, and what they leave of reports in the last year, indexed."""
    from replicate.display.plots import series_plot

    found = trend_found(parameters)
    shown = found.indexed()
    return figure(
        series_plot(
            trend_words.bars(shown),
            label=f"{found.setting.first.label} = 100",
            y="value",
            words=trend_words.KINDS,
        ),
        data=shown,
        name=name,
        title=trend_words.trend_title(found),
        subtitle=f"{found.definition.title}, England and Wales, 43 forces, "
        f"{found.setting.first.label} to {found.setting.last.label}; offences, not children",
        source=f"{source_line([f'recorded_crime_{found.release}'])}; recording rates: HMICFRS",
        alt=trend_words.trend_alt(found),
        note=trend_words.TREND_NOTE,
    )


def chain_links(parameters: UnderReporting, *, name: str = "widths") -> Figure:
    """Draw the steps of the chains asked for by the share that comes through, the widest first.

    Raises
    ------
    InputError
        When a chain of the reader's own doesn't compose: a link is on other people, or in another
        unit, and nothing bridges it.
    """
    from replicate.display.plots import rows_plot

    found = widths(parameters)
    return figure(
        rows_plot(
            found, kind="ranges", label="Share that comes through each step, log scale", unit="%"
        ),
        data=found,
        name=name,
        title=under_words.links_title(found),
        subtitle="Steps of the reporting chains; percent of those who came to the step",
        source="the publications named with the steps",
        alt=under_words.links_alt(found),
        note=under_words.LINKS_NOTE,
    )


def list_models(found: Study, *, name: str = "models") -> Figure:
    """Draw how many people there are in all by every way of choosing a model."""
    from replicate.display.plots import rows_plot

    models = found.distinct
    return figure(
        rows_plot(
            _with_range(models),
            kind="intervals",
            label="People in all, by model",
            lines={"published": found.published} if found.published else {},
        ),
        data=models,
        name=name,
        title=under_words.models_title(models),
        subtitle=under_words.lists_subtitle(found),
        source=under_words.lists_source(found),
        alt=under_words.models_alt(models, found.published),
        note=under_words.MODELS_NOTE,
    )


def _with_range(models: "DataFrame") -> "DataFrame":
    """Return models as rows, and beneath them how far the choice of a model alone reaches."""
    import pandas as pd

    rows = models.rename(columns={"chosen_by": "name", "estimate": "value"})
    ends = {"lower": rows["value"].min(), "upper": rows["value"].max()}
    last = {"name": "The choice of a model alone", "kind": "range of models", **ends}
    return pd.concat([rows.assign(kind="sampling interval"), pd.DataFrame([last])])


def list_resamples(found: Study, *, name: str = "resamples") -> Figure | Prose:
    """Draw the estimates of the resamples, or say that there are none."""
    import pandas as pd

    from replicate.display.plots import histogram_plot

    if found.chosen.resampled is None:
        return prose("No resamples were asked for, so there is no bootstrap interval.")
    values = pd.Series(found.chosen.resampled.estimates).dropna()
    ends = {one.method: (one.lower, one.upper) for one in found.chosen.intervals}
    return figure(
        histogram_plot(values.tolist(), label="People in all", lines=ends),
        data=values.to_frame("estimate"),
        name=name,
        title=under_words.resamples_title(values),
        subtitle=under_words.lists_subtitle(found),
        source=under_words.lists_source(found),
        alt=under_words.resamples_alt(values),
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
