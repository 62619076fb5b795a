"""A map of police force areas, shaded by class."""

from bisect import bisect
from collections import Counter
from collections.abc import Mapping, Sequence
from math import ceil, floor
from textwrap import fill
from typing import TYPE_CHECKING, Any

from replicate.display.labels import area_name
from replicate.display.svg import TIP
from replicate.display.theme import INK, NO_VALUE, PAPER, SEQUENTIAL, context
from replicate.vocabulary.numbers import number, significant_decimals

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patches import PathPatch
    from pandas import DataFrame, Series

_LEGEND_WIDTH = 26
"""Characters a line of the legend, which stands in the sea north of Wales."""

_COLOURS = {
    1: SEQUENTIAL[2:3],
    2: SEQUENTIAL[1:4:2],
    3: SEQUENTIAL[1:4],
    4: SEQUENTIAL[1:],
    5: SEQUENTIAL,
}
"""Number of classes → their colours, low to high; for three, four and five as the guidance has them."""


def force_map(
    boundaries: "DataFrame",
    values: "DataFrame",
    *,
    label: str,
    classes: int | Sequence[float] = 5,
    no_value: str = "No value",
    links: Mapping[str, str] | None = None,
) -> "Figure":
    """Shade police force areas by the class their value falls in; the legend states each class's range.

    Classes are steps of a scale, not ranks: values on two sides of an edge can differ by less than their
    uncertainty. Colours are the Analysis Function's sequential palette, with a keyline between areas.

    Parameters
    ----------
    boundaries
        Columns force and rings: a list of rings of [x, y] in projected units; holes run the other way round.
    values
        Columns force and value; a force that is absent, or whose value is missing, is hatched and named.
    label
        What is shaded, with its unit: the heading of the legend.
    classes
        How many classes of about as many areas each, or the ascending edges of the classes; five classes at most.
    no_value
        Why areas have no value, for the legend.
    links
        Force → the address its area leads to.

    Returns
    -------
    matplotlib.figure.Figure
        Each area carries its name and value as a tool tip.

    Raises
    ------
    ValueError
        When there are more than five classes, or a value lies outside the edges given.
    """
    from matplotlib.figure import Figure

    known = values.dropna(subset="value").set_index("force")["value"].astype(float)
    edges = _edges(known, classes) if len(known) else []
    levels = _levels(known, edges)
    colours = _COLOURS.get(len(edges) - 1, ())
    areas = _small_last(boundaries)
    with context():
        fig = Figure(figsize=(7, 7.2))
        axes = fig.subplots()
        for force, rings in areas:
            has = force in levels
            patch = axes.add_patch(_area(rings, colours[levels[force]] if has else None))
            patch.set_gid(f"{TIP}{area_name(force)}: {number(known[force]) if has else no_value}")
            patch.set_url((links or {}).get(force))
        axes.margins(0.01)
        axes.set_aspect("equal", anchor="E")
        axes.set_axis_off()
        unknown = [area_name(force) for force, _ in areas if force not in levels]
        _legend(axes, label, edges, levels, unknown, no_value)
    return fig


def _small_last(boundaries: "DataFrame") -> list[tuple[str, Any]]:
    """Return each area with its rings, small ones last: some lie within larger ones."""
    areas = zip(boundaries["force"], boundaries["rings"], strict=True)
    return sorted(areas, key=lambda area: -_breadth(area[1]))


def _edges(known: "Series[float]", classes: int | Sequence[float]) -> list[float]:
    """Return ascending edges; those found here are rounded before areas are classed, so that the legend is exact."""
    lowest, highest = float(known.min()), float(known.max())
    if isinstance(classes, int):
        scale = 10 ** significant_decimals(*known)
        inner = {
            round(edge * scale) / scale
            for edge in known.quantile([step / classes for step in range(1, classes)])
        }
        ends = (floor(lowest * scale) / scale, ceil(highest * scale) / scale)
        edges = [ends[0], *sorted(edge for edge in inner if ends[0] < edge < ends[1]), ends[1]]
    else:
        edges = [float(edge) for edge in classes]
    if len(edges) - 1 not in _COLOURS:
        raise ValueError(f"{len(edges) - 1} classes: from 1 to {len(_COLOURS)} can be told apart")
    if lowest < edges[0] or highest > edges[-1]:
        raise ValueError(
            f"values run from {lowest} to {highest}: outside the edges {edges[0]} to {edges[-1]}"
        )
    return edges


def _levels(known: "Series[float]", edges: Sequence[float]) -> dict[str, int]:
    """Class each value: a class holds its lower edge, the last one its upper edge as well."""
    return {
        str(force): min(bisect(edges, value), len(edges) - 1) - 1 for force, value in known.items()
    }


def _area(rings: Sequence[Sequence[Sequence[float]]], fill: str | None) -> "PathPatch":
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    outline = Path.make_compound_path(*(Path(ring, closed=True) for ring in rings))
    if fill is None:
        return PathPatch(outline, facecolor=NO_VALUE, edgecolor=INK, linewidth=0.6, hatch="////")
    # a dark keyline parts light areas and marks the coast; it would not show between dark ones
    return PathPatch(
        outline, facecolor=fill, edgecolor=INK if fill in SEQUENTIAL[:2] else PAPER, linewidth=0.6
    )


def _breadth(rings: Sequence[Sequence[Sequence[float]]]) -> float:
    across = [point[0] for ring in rings for point in ring]
    return max(across) - min(across)


def _legend(
    axes: "Axes",
    label: str,
    edges: Sequence[float],
    levels: Mapping[str, int],
    nameless: Sequence[str],
    no_value: str,
) -> None:
    from matplotlib.patches import Patch

    places = max((len(f"{edge:.6f}".rstrip("0").partition(".")[2]) for edge in edges), default=0)
    words = [number(edge, decimals=places) for edge in edges]
    held = Counter(levels.values())
    last = len(edges) - 2
    handles = [
        Patch(
            facecolor=colour,
            edgecolor=INK,
            label=f"{words[level]} to {'' if level == last else 'under '}{words[level + 1]} ({held[level]})",
        )
        for level, colour in enumerate(_COLOURS.get(len(edges) - 1, ()))
    ][::-1]
    if nameless:
        handles.append(
            Patch(
                facecolor=NO_VALUE,
                edgecolor=INK,
                hatch="////",
                label=fill(f"{no_value}: {'; '.join(nameless)}", _LEGEND_WIDTH),
            )
        )
    title = fill(f"{label} (number of areas)", _LEGEND_WIDTH)
    axes.figure.legend(
        handles=handles,
        title=title,
        loc="upper left",
        alignment="left",
        handlelength=1.6,
        handleheight=1.2,
    )
