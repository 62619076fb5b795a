"""How a computed number moves with the choices behind it, beside the published one."""

from collections.abc import Hashable, Sequence
from textwrap import fill, wrap
from typing import TYPE_CHECKING, Any

from replicate.display.labels import area_name
from replicate.display.svg import TIP
from replicate.display.theme import INK, PALETTE, PAPER, context
from replicate.vocabulary.numbers import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame

_MARKERS = ("o", "s", "^")
_LANE = 0.2
_ROW = 0.2
_MARGIN = 1.2
_KEY = 0.27
"""Heights in inches: a release's lane within a row, what parts rows, and axis and heading, a line of the legend."""

_NAME = 24
_HEADING = 58
"""Characters a line: of a row's name, of the heading."""


def moves_plot(frame: "DataFrame", *, label: str) -> "Figure":
    """Draw each force's published number at 100, and beside it what every window and release gives, as a percentage of it.

    Parameters
    ----------
    frame
        A row a force, window and vintage: force, published (above 0), window (its name), rule (True for the window that the verdict
        rests on), vintage, computed, lower, upper (the ends that the rounding of the rate leaves open, missing where there are none),
        and, where the published number is a floor, ceiling (where the next printed step begins).
    label
        What is compared, with the kind of range: the heading.

    Returns
    -------
    matplotlib.figure.Figure
        A row a force, in the order of the frame, with a lane for each release in it, three at most; every mark names its window and
        number as a tool tip.

    Raises
    ------
    ValueError
        When there are more releases than can be told apart.
    """
    from matplotlib.figure import Figure

    forces, vintages = (list(dict.fromkeys(frame[column])) for column in ("force", "vintage"))
    if len(vintages) > len(_MARKERS):
        raise ValueError(f"{len(vintages)} releases: {len(_MARKERS)} can be told apart")
    height = _ROW + _LANE * len(vintages)
    with context():
        fig = Figure(figsize=(7, _MARGIN + _KEY * (2 + 2 * len(vintages)) + height * len(forces)))
        axes = fig.subplots()
        for place, force in enumerate(forces):
            rows = frame[frame["force"] == force]
            _published(axes, rows, place)
            for lane, vintage in enumerate(vintages):
                within = (lane - (len(vintages) - 1) / 2) * _LANE / height
                _computed(axes, rows[rows["vintage"] == vintage], place + within, lane)
        axes.axvline(100, color=PALETTE[3], linewidth=1.6, zorder=1)
        _axes(axes, frame, forces)
        handles = _legend(vintages, floor="ceiling" in frame)
        fig.legend(
            handles=handles, title=fill(label, _HEADING), loc="outside upper left", alignment="left"
        )
    return fig


def _published(axes: "Axes", rows: "DataFrame", place: int) -> None:
    published = float(rows["published"].iloc[0])
    if "ceiling" in rows:
        width = 100 * (float(rows["ceiling"].iloc[0]) / published - 1)
        axes.barh(
            place,
            width,
            left=100,
            height=0.8,
            facecolor=(PALETTE[3], 0.3),
            edgecolor=PALETTE[3],
            linewidth=0.8,
            zorder=0,
        )


def _computed(axes: "Axes", rows: "DataFrame", place: float, lane: int) -> None:
    colour = PALETTE[lane]
    for _, row in rows.sort_values("rule").iterrows():  # the window of the rule last, on top
        times = 100 / float(row["published"])
        if row["lower"] == row["lower"]:
            axes.hlines(
                place,
                times * row["lower"],
                times * row["upper"],
                color=(colour, 1.0 if row["rule"] else 0.35),
                linewidth=1.2,
            )
        (mark,) = axes.plot(
            [times * row["computed"]], [place], **_mark(lane, chosen=bool(row["rule"]))
        )
        mark.set_gid(
            f"{TIP}{area_name(row['force'])}, {row['window']}, release {row['vintage']}: {number(round(row['computed']))}"
        )


def _mark(lane: int, *, chosen: bool) -> dict[str, Any]:
    size, ground = (7.0, PALETTE[lane]) if chosen else (4.5, PAPER)
    edge = {"markeredgecolor": PALETTE[lane], "markerfacecolor": ground, "color": PALETTE[lane]}
    return {
        "marker": _MARKERS[lane],
        "markersize": size,
        "linestyle": "none",
        "zorder": 3 if chosen else 2,
    } | edge


def _axes(axes: "Axes", frame: "DataFrame", forces: Sequence[Hashable]) -> None:
    published = frame.groupby("force", sort=False)["published"].first()
    names = [
        "\n".join(wrap(f"{area_name(str(force))}: {number(float(of))}", _NAME))
        for force, of in published.items()
    ]
    axes.set_yticks(range(len(forces)), names)
    axes.set_ylim(len(forces) - 0.5, -0.5)
    axes.set_xlabel("Percent of the published number")
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")
    for place in range(len(forces) - 1):
        axes.axhline(place + 0.5, color=INK, alpha=0.18, linewidth=0.6, zorder=0)
    axes.spines["left"].set_visible(False)


def _legend(vintages: Sequence[Hashable], *, floor: bool) -> list[Any]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    marks = [
        Line2D([], [], label=f"{words}, release {vintage}", **_mark(lane, chosen=chosen))
        for lane, vintage in enumerate(vintages)
        for words, chosen in (("by the rule", True), ("other windows", False))
    ]
    line = Line2D([], [], color=PALETTE[3], linewidth=1.6, label="published number")
    area = Patch(
        facecolor=(PALETTE[3], 0.3), edgecolor=PALETTE[3], label="up to the next printed step"
    )
    return [*marks, line, *([area] if floor else [])]
