"""The figure of notebook 04 that its controls redraw."""

from replicate.derivations import report_verdicts
from replicate.display.figure import Figure, figure
from replicate.display.words import verdicts as words
from replicate.vocabulary.parameters import Verdicts


def verdict_counts(parameters: Verdicts, *, name: str = "counts") -> Figure:
    """Draw how many figures had which verdict, those that headlines count apart.

    Raises
    ------
    InputError
        When no claim is of the kind asked for.
    """
    from replicate.display.plots.bars import bar_plot

    counts = report_verdicts.counts(report_verdicts.verified(parameters))
    return figure(
        bar_plot(counts, names="verdict", parts=words.PARTS, label="Published figures by verdict"),
        data=counts,
        name=name,
        title=words.counts_title(counts),
        subtitle="Published figures in the ledger by verdict; figures of the audit and of HMICFRS apart",
        source="The ledger of this project",
        alt=words.counts_alt(counts),
        note="In brackets: of the audit and of HMICFRS, resting on data, plus all others. A count of verdicts is no score of a report.",
    )
