"""The figure of notebook 00 that its controls redraw."""

from replicate.derivations import headline_figures
from replicate.display.cells import labels
from replicate.display.figure import Figure, figure
from replicate.display.words import headline_figures as words
from replicate.vocabulary.numbers import number
from replicate.vocabulary.parameters import HeadlineFigures


def verdict_counts(parameters: HeadlineFigures, *, name: str = "counts") -> Figure:
    """Draw how many figures had which verdict, those that headlines count apart.

    Raises
    ------
    InputError
        When no claim is of the kind asked for.
    """
    from replicate.display.plots.rows import rows_plot

    counts = headline_figures.counted(headline_figures.verified(parameters))
    parts = zip(counts["figures"], counts["headline"], counts["others"], strict=True)
    printed = [
        f"{number(all_of_it)} ({number(ours)} + {number(rest)})" for all_of_it, ours, rest in parts
    ]
    named = counts.assign(
        mark=counts["verdict"], name=counts["verdict"].map(labels()), printed=printed
    )
    return figure(
        rows_plot(named, kind="counts", x="figures", label="Published figures by verdict"),
        data=counts,
        name=name,
        title=words.counts_title(counts),
        subtitle="Published figures in the ledger by verdict; figures of the audit and of HMICFRS apart",
        source="The ledger of this project",
        alt=words.counts_alt(counts),
        note="In brackets: of the audit and of HMICFRS, resting on data, plus all others. A count of verdicts is no score of a report.",
    )
