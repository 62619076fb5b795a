"""The figures of notebook 03 that its controls redraw, and one for lists of the reader's own."""

from replicate.derivations.under_reporting import chain_width, lists_shown
from replicate.derivations.under_reporting.systems import Study
from replicate.display.figure import Figure, figure
from replicate.display.words import estimates
from replicate.display.words import under_reporting as words
from replicate.vocabulary.parameters import UnderReporting


def chain_links(parameters: UnderReporting, *, name: str = "widths") -> Figure:
    """Draw the steps of the chains asked for by the share that comes through each, the widest range first.

    Raises
    ------
    InputError
        When a chain of the reader's own doesn't compose: a link is on other people, or in another unit, and nothing bridges it.
    """
    from replicate.display.plots.ranges import range_plot

    widths = chain_width.widths(parameters)
    return figure(
        range_plot(widths, label="Share that comes through each step, log scale", unit="%"),
        data=widths,
        name=name,
        title=words.links_title(widths),
        subtitle="Steps of the reporting chains, the widest range first; percent of those who came to the step",
        source="the publications named with the steps above",
        alt=words.links_alt(widths),
        note=words.LINKS_NOTE,
    )


def list_models(found: Study, *, name: str = "models") -> Figure:
    """Draw how many people there are in all by every way of choosing a model, and the range published where there is one."""
    from replicate.display.plots.estimates import estimates_plot

    models, before = found.distinct, lists_shown.published(found)
    return figure(
        estimates_plot(models, label="People in all, by model", published=before),
        data=models,
        name=name,
        title=estimates.estimates_title(models),
        subtitle=words.models_subtitle(found),
        source=words.models_source(found),
        alt=estimates.estimates_alt(models, before),
        note=words.MODELS_NOTE,
    )
