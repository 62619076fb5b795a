"""Histograms, such as that of what resamples of one table give."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from replicate.display.theme import INK, PALETTE, context
from replicate.vocabulary.numbers import span

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def histogram_plot(
    values: Sequence[float], *, label: str, lines: Mapping[str, tuple[float, float]]
) -> "Figure":
    """Draw how often values fall into bins of one width.

    Parameters
    ----------
    values
        What to count.
    label
        What they are, with their unit.
    lines
        Name → the two ends of an interval, drawn as lines and written in the key.

    Returns
    -------
    matplotlib.figure.Figure
        The value axis begins at 0.
    """
    import seaborn as sns
    from matplotlib.figure import Figure

    with context():
        fig = Figure(figsize=(5.2, 3.4))
        axes = fig.subplots()
        sns.histplot(x=list(values), bins=40, color=PALETTE[0], ax=axes)
        for (name, ends), style in zip(lines.items(), ("--", ":", "-."), strict=False):
            axes.vlines(
                ends,
                *axes.get_ylim(),
                color=INK,
                linestyle=style,
                label=f"{name}: {span(*ends)}",
            )
        axes.set(xlabel=label, ylabel="Resamples")
        axes.xaxis.set_major_formatter("{x:,.0f}")
        axes.xaxis.set_major_locator(axes.xaxis.get_major_locator())
        fig.legend(loc="outside upper left")
    return fig
