"""A map of police force areas: whose rates can be told from that of the whole, and whose can't."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from replicate.display.labels import area_name
from replicate.display.plots.canvas import canvas, ends, head
from replicate.display.svg import TIP
from replicate.display.theme import INK, NO_VALUE, PAPER, SEQUENTIAL, context
from replicate.vocabulary.numbers import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patches import PathPatch
    from pandas import DataFrame

_SHADES = {"above": SEQUENTIAL[1], "alike": SEQUENTIAL[0], "below": PAPER, "none": NO_VALUE}
"""Where an area's interval lies → its shade; light ones, since the steps are no ranks."""


def force_map(
    boundaries: "DataFrame",
    values: "DataFrame",
    *,
    label: str,
    no_value: str = "No rate",
    links: Mapping[str, str] | None = None,
) -> "Figure":
    """Shade police force areas by where their interval lies: above the rate of all together, around it, or below.

    Rates whose intervals overlap can't be ranked, so there are no classes of rates.

    Parameters
    ----------
    boundaries
        Columns force and rings: a list of rings of [x, y] in projected units; holes run the other way round.
    values
        Columns force, count, rate, lower and upper (the last three in one unit); a force that is absent, or whose
        rate is missing, is hatched and named. The rate of all together is that of the counts.
    label
        What is shaded, with its unit.
    no_value
        Why areas have no rate.
    links
        Force → the address its area leads to.

    Returns
    -------
    matplotlib.figure.Figure
        Each area carries its name and value as a tool tip.
    """
    rated = values.dropna(subset="rate")
    known = {row["force"]: row for row in rated.to_dict("records")}
    whole = rated["count"].sum() / (rated["count"] / rated["rate"]).sum() if known else 0.0
    areas = sorted(zip(boundaries["force"], boundaries["rings"], strict=True), key=_breadth)[::-1]
    bare_ones = [area_name(force) for force, _ in areas if force not in known]
    words = {
        "above": f"Higher than all areas together ({number(whole)})",
        "alike": "Can't be told from all together",
        "below": "Lower than all areas together",
        "none": f"{no_value}: {', '.join(bare_ones)}",
    }
    with context():
        fig, axes = canvas(5.6, bottom=0.1)
        for force, rings in areas:
            row = known.get(force)
            standing = _standing(row, whole) if row else "none"
            patch = _patch(rings, _SHADES[standing], hatched=row is None)
            patch.set_label(words[standing])
            patch.set_gid(f"{TIP}{area_name(force)}: {number(row['rate']) if row else no_value}")
            patch.set_url((links or {}).get(force))
            axes.add_patch(patch)
        axes.margins(0.01)
        axes.set_aspect("equal")
        axes.set_axis_off()
        _name(axes, [area for area in areas if area[0] not in known])
        head(fig, label, ends(rated["force"], rated["rate"]))
    return fig


def _patch(rings: Sequence[Any], shade: str, *, hatched: bool) -> "PathPatch":
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    outline = Path.make_compound_path(*(Path(ring, closed=True) for ring in rings))
    hatch = "////" if hatched else None
    return PathPatch(outline, edgecolor=INK, linewidth=0.6, facecolor=shade, hatch=hatch)


def _standing(row: Mapping[Any, Any], whole: float) -> str:
    return "above" if row["lower"] > whole else "below" if row["upper"] < whole else "alike"


def _breadth(area: tuple[str, Sequence[Sequence[Sequence[float]]]]) -> float:
    """Return how broad an area is: small ones are drawn last, since some lie within larger ones."""
    across = [point[0] for ring in area[1] for point in ring]
    return max(across) - min(across)


def _name(axes: "Axes", areas: Sequence[tuple[str, Any]]) -> None:
    """Name the areas without a value beside the map, a line to each: a small one can't be seen otherwise."""
    for place, (force, rings) in enumerate(areas):
        axes.annotate(
            area_name(force),
            tuple(rings[0][0]),
            xytext=(1, 0.04 + 0.045 * place),
            textcoords="axes fraction",
            ha="right",
            arrowprops={"arrowstyle": "-", "linewidth": 0.8, "color": INK},
        )
