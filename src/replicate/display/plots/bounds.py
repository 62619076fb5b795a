"""What missing data leave open of each share: a range from end to end, and nothing inside it."""

from textwrap import fill, wrap
from typing import TYPE_CHECKING, NamedTuple

from replicate.display.theme import INK, PALETTE, context
from replicate.vocabulary.numbers import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame

_LINE = 0.23
_BAR = 0.16
_AIR = 0.14
_BREAK = 0.36
_MARGIN = 1.1
"""Heights in inches: a line of text, the bar under it, what parts two rows, what parts a heading from the rows above, axis and label."""

_NAME = 48
_REASON = 62
_HEADING = 58
"""Characters a line: of a row's name with its range behind it, of why a row has no range, of a heading."""


class _Row(NamedTuple):
    text: str
    top: float
    bottom: float
    share: int | None
    reason: str


def bounds_plot(frame: "DataFrame", *, label: str) -> "Figure":
    """Draw the worst-case bounds of shares as ranges; what cannot be bounded is said in words and not drawn.

    Nothing is drawn between the ends: no value there is likelier than another.

    Parameters
    ----------
    frame
        A row a share: name, lower and upper (shares from 0 to 1; both missing where the share cannot be bounded), reason (why it
        cannot be; not read elsewhere), and, where wanted, group: a heading over the rows of that group, which follow one another.
    label
        What the shares are of, with the kind of range: the heading.

    Returns
    -------
    matplotlib.figure.Figure
        As tall as it has rows; name and range are printed above each bar.
    """
    from matplotlib.figure import Figure
    from matplotlib.ticker import PercentFormatter

    rows = _rows(frame)
    with context():
        fig = Figure(figsize=(7, _MARGIN + rows[-1].bottom))
        axes = fig.subplots()
        axes.set_xlim(0, 1)
        axes.set_ylim(rows[-1].bottom + _AIR, 0)
        for row in rows:
            _draw(axes, row, frame)
        axes.tick_params(axis="y", labelleft=False)
        axes.xaxis.set_major_formatter(PercentFormatter(1, symbol="\N{NO-BREAK SPACE}%"))
        axes.grid(visible=True, axis="x")
        axes.grid(visible=False, axis="y")
        axes.spines["left"].set_visible(False)
        fig.suptitle(
            fill(label, _HEADING), x=0.01, ha="left", fontsize=axes.xaxis.label.get_fontsize()
        )
    return fig


def _rows(frame: "DataFrame") -> list[_Row]:
    """Return rows and headings from top to bottom, each as high as its text and, where it has one, its bar."""
    rows: list[_Row] = []
    depth, before = 0.0, None
    for index, (_, row) in enumerate(frame.iterrows()):
        if "group" in frame and row["group"] != before:
            before = row["group"]
            rows.append(_row(str(before), depth, share=None, reason=""))
            depth = rows[-1].bottom
        rows.append(
            _row(
                str(row["name"]),
                depth,
                index,
                str(row["reason"]) if row["lower"] != row["lower"] else "",
            )
        )
        depth = rows[-1].bottom
    return rows


def _row(name: str, top: float, share: int | None, reason: str) -> _Row:
    text, why = wrap(name, _HEADING if share is None else _NAME), wrap(reason, _REASON)
    beneath = _LINE * len(why) if why else 0.0 if share is None else _BAR
    above = _BREAK if share is None and top else _AIR
    return _Row(
        "\n".join(text),
        top + above,
        top + above + _LINE * len(text) + beneath,
        share,
        "\n".join(why),
    )


def _draw(axes: "Axes", row: _Row, frame: "DataFrame") -> None:
    weight = "bold" if row.share is None else "normal"
    axes.text(0, row.top, row.text, va="top", color=INK, fontweight=weight)
    if row.reason:
        axes.text(0, row.bottom, row.reason, va="bottom", color=INK, fontstyle="italic")
    elif row.share is not None:
        lower, upper = (float(frame.iloc[row.share][end]) for end in ("lower", "upper"))
        axes.barh(row.bottom - _BAR / 2, upper - lower, left=lower, height=_BAR, color=PALETTE[0])
        axes.text(1, row.top, _ends(lower, upper), va="top", ha="right", color=INK)


def _ends(lower: float, upper: float) -> str:
    return (
        f"{' to '.join(number(100 * end, decimals=1) for end in (lower, upper))}\N{NO-BREAK SPACE}%"
    )
