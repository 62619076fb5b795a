"""The figure of notebook 00 that its controls redraw."""

from replicate.derivations import headline_figures
from replicate.display.cells import labels
from replicate.display.figure import Figure, figure
from replicate.display.words import headline_figures as words
from replicate.vocabulary.parameters import HeadlineFigures


def verdict_counts(parameters: HeadlineFigures, *, name: str = "counts") -> Figure:
    """Draw how many figures had which verdict, those that headlines count apart.

    Raises
    ------
    InputError
        When no claim is of the kind asked for.
    """
    from replicate.display.plots.bars import bar_plot

    counts = headline_figures.counted(headline_figures.verified(parameters))
    named = counts.assign(verdict=counts["verdict"].map(labels()))
    return figure(
        bar_plot(named, names="verdict", parts=words.PARTS, label="Published figures by verdict"),
        data=counts,
        name=name,
        title=words.counts_title(counts),
        subtitle="Published figures in the ledger by verdict; figures of the audit and of HMICFRS apart",
        source="The ledger of this project",
        alt=words.counts_alt(counts),
        note="In brackets: of the audit and of HMICFRS, resting on data, plus all others. A count of verdicts is no score of a report.",
    )
