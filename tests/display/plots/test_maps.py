import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from replicate.display.plots.maps import force_map
from replicate.display.svg import render
from replicate.sources import tables


def square(x: float, size: float = 1) -> list[list[list[float]]]:
    return [[[x, 0], [x + size, 0], [x + size, size], [x, size], [x, 0]]]


NAMES = list("ABCDEFGHIJ")
SQUARES = pd.DataFrame({"force": NAMES, "rings": [square(place) for place in range(10)]})


def values(numbers: list[float | None]) -> pd.DataFrame:
    return pd.DataFrame({"force": NAMES[: len(numbers)], "value": numbers})


def legend(fig: Figure) -> list[str]:
    return [text.get_text() for text in fig.legends[0].get_texts()]


def shades(fig: Figure) -> dict[str, str]:
    return {
        re.split("[:]", str(patch.get_gid()))[1]: to_hex(patch.get_facecolor())
        for patch in fig.axes[0].patches
    }


def test_the_real_areas_are_laid_out_well(
    areas: pd.DataFrame, laid_out: Callable[[Figure], None]
) -> None:
    rates = areas.rename(columns={"rate": "value"})
    fig = force_map(
        tables.boundaries(),
        rates,
        label="Offences recorded per 1,000 children aged under 16",
        no_value="Counts only",
    )
    laid_out(fig)
    assert len(fig.axes[0].patches) == 43
    assert legend(fig)[-1] == "Counts only: City of\nLondon"
    svg = render(fig, name="map", alt="A map.")
    kent = areas.set_index("force")["rate"]["Kent"]
    assert "<title>City of London: Counts only</title>" in svg
    assert f"<title>Kent: {kent:g}</title>" in svg
    assert len(svg) < 70_000


def test_classes_hold_as_many_areas_each_and_the_legend_says_how_many() -> None:
    fig = force_map(SQUARES, values([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), label="Offences")
    # fifths of ten values lie at 2.8, 4.6, 6.4 and 8.2, rounded to whole numbers as the values are
    assert legend(fig) == [
        "8 to 10 (3)",
        "6 to under 8 (2)",
        "5 to under 6 (1)",
        "3 to under 5 (2)",
        "1 to under 3 (2)",
    ]
    assert fig.legends[0].get_title().get_text() == "Offences (number of areas)"


def test_edges_are_printed_with_all_their_digits() -> None:
    fig = force_map(SQUARES, values([0.5, 1.5, 2.5]), label="Rate", classes=[0, 1.125, 2, 1500])
    assert legend(fig)[:3] == [
        "2.000 to 1,500.000 (1)",
        "1.125 to under 2.000 (1)",
        "0.000 to under 1.125 (1)",
    ]


def test_a_class_holds_its_lower_edge_and_the_last_one_its_upper() -> None:
    fig = force_map(SQUARES, values([0, 2, 4, 6]), label="Rate", classes=[0, 2, 4, 6])
    assert legend(fig)[:3] == ["4 to 6 (2)", "2 to under 4 (1)", "0 to under 2 (1)"]
    light, middle, dark = "#6bace6", "#2073bc", "#12436d"
    assert {name: shades(fig)[name] for name in "ABCD"} == {
        "A": light,
        "B": middle,
        "C": dark,
        "D": dark,
    }


def test_every_value_lies_within_the_range_its_class_states(areas: pd.DataFrame) -> None:
    rates = areas.rename(columns={"rate": "value"})
    fig = force_map(tables.boundaries(), rates, label="Rate")
    ranges = [
        re.match(r"([\d.]+) to (under )?([\d.]+) \((\d+)\)", text) for text in legend(fig)[:5]
    ]
    for low, under, high, held in (match.groups() for match in ranges if match):
        inside = rates["value"].ge(float(low)) & (
            rates["value"].lt(float(high)) if under else rates["value"].le(float(high))
        )
        assert inside.sum() == int(held)


def test_areas_without_a_value_are_hatched_and_named() -> None:
    fig = force_map(
        SQUARES, values([1, 2, None, 4, 5, 6, 7, 8, 9]), label="Rate", no_value="Not available"
    )
    hatched = {patch.get_gid() for patch in fig.axes[0].patches if patch.get_hatch()}
    assert hatched == {"tip:C: Not available", "tip:J: Not available"}
    assert legend(fig)[-1] == "Not available: C; J"


def test_without_gaps_nothing_is_said_of_them() -> None:
    assert len(legend(force_map(SQUARES, values(list(range(10))), label="Rate", classes=4))) == 4


def test_equal_values_make_one_class() -> None:
    assert legend(force_map(SQUARES, values([3.5] * 10), label="Rate")) == ["3.5 to 3.5 (10)"]


def test_a_keyline_is_seen_beside_every_shade() -> None:
    fig = force_map(SQUARES, values(list(range(10))), label="Rate")
    edges = {
        to_hex(patch.get_facecolor()): to_hex(patch.get_edgecolor())
        for patch in fig.axes[0].patches
    }
    assert edges == {
        "#add1f1": "#0b0c0c",
        "#6bace6": "#0b0c0c",
        "#2073bc": "#ffffff",
        "#12436d": "#ffffff",
        "#092135": "#ffffff",
    }


def test_a_small_area_lies_over_a_large_one() -> None:
    boundaries = pd.DataFrame({"force": ["A", "B"], "rings": [square(0.4, 0.2), square(0)]})
    assert [
        patch.get_gid()
        for patch in force_map(boundaries, values([1, 2]), label="Rate").axes[0].patches
    ] == ["tip:B: 2", "tip:A: 1"]


@pytest.mark.parametrize(
    ("classes", "fault"),
    [
        ([0, 1, 2, 3, 4, 5, 6], "6 classes: from 1 to 5"),
        (6, "6 classes"),
        ([0, 3], "outside the edges 0.0 to 3.0"),
        ([1, 9], "outside"),
    ],
)
def test_classes_that_cannot_be_drawn_are_refused(classes: Any, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        force_map(SQUARES, values([0, 1, 2, 3, 4, 5, 6]), label="Rate", classes=classes)


def test_an_area_can_lead_somewhere_and_says_where_it_is() -> None:
    boundaries = pd.DataFrame({"force": ["Kent"], "rings": [[[[0, 0], [1, 0], [1, 1], [0, 0]]]]})
    values = pd.DataFrame({"force": ["Kent"], "value": [2.0]})
    svg = render(
        force_map(boundaries, values, label="Rate", links={"Kent": "kent.html"}),
        name="map",
        alt="A map.",
    )
    root = ElementTree.fromstring(svg)  # noqa: S314 - we wrote it
    (link,) = root.iter("{http://www.w3.org/2000/svg}a")
    assert link.attrib == {"href": "kent.html", "aria-label": "Kent: 2", "tabindex": "-1"}
    assert root.attrib["role"] == "group"
    assert 'role="img"' in render(
        force_map(boundaries, values, label="Rate"), name="map", alt="A map."
    )
