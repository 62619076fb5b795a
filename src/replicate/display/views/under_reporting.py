"""The figures of notebook 03 that its controls redraw, and one for lists of the reader's own."""

from typing import TYPE_CHECKING

from replicate.derivations.under_reporting import chain_width, lists_shown
from replicate.derivations.under_reporting.systems import Study
from replicate.display.figure import Figure, figure
from replicate.display.words import estimates
from replicate.display.words import under_reporting as words
from replicate.vocabulary.parameters import UnderReporting

if TYPE_CHECKING:
    from pandas import DataFrame


def chain_links(parameters: UnderReporting, *, name: str = "widths") -> Figure:
    """Draw the steps of the chains asked for by the share that comes through each, the widest range first.

    Raises
    ------
    InputError
        When a chain of the reader's own doesn't compose: a link is on other people, or in another unit, and nothing bridges it.
    """
    from replicate.display.plots.rows import rows_plot

    widths = chain_width.widths(parameters)
    return figure(
        rows_plot(
            widths, kind="ranges", label="Share that comes through each step, log scale", unit="%"
        ),
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
    from replicate.display.plots.rows import rows_plot

    models, before = found.distinct, lists_shown.published(found)
    return figure(
        rows_plot(
            _with_range(models),
            kind="intervals",
            label="People in all, by model",
            lines={"published": before} if before else {},
        ),
        data=models,
        name=name,
        title=estimates.estimates_title(models),
        subtitle=words.models_subtitle(found),
        source=words.models_source(found),
        alt=estimates.estimates_alt(models, before),
        note=words.MODELS_NOTE,
    )


def _with_range(models: "DataFrame") -> "DataFrame":
    """Return models as rows, the lowest on top, and beneath them how far the choice of a model alone moves the estimate."""
    import pandas as pd

    rows = models.rename(columns={"chosen_by": "name", "estimate": "value"}).sort_values("value")
    ends = {"lower": rows["value"].min(), "upper": rows["value"].max()}
    last = pd.DataFrame(
        [{"name": "The choice of a model alone", "kind": "range of models", **ends}]
    )
    return pd.concat([rows.assign(kind="sampling interval"), last], ignore_index=True)
