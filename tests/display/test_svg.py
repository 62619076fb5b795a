import re
import xml.etree.ElementTree as ElementTree
from typing import Any

import matplotlib.pyplot as plt
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle

from replicate.display.svg import HOUSE_COLOURS, TIP, colours, render
from replicate.display.theme import INK, PALETTE, PAPER, context

SVG = "{http://www.w3.org/2000/svg}"


def drawing(**line: Any) -> Figure:
    """A figure with all that matplotlib writes ids and styles for: markers, clip paths, hatches, text of every kind."""
    with context():
        fig = Figure()
        axes = fig.subplots()
        axes.plot([0, 1.23456789, 2], [1, 3, 2], marker="o", **line)
        axes.add_patch(
            Rectangle((0.2, 1.2), 0.5, 0.5, hatch="//", facecolor=PAPER, edgecolor=PALETTE[1])
        )
        axes.scatter([0.5, 1.5], [1.5, 2.5], c=[PALETTE[2], PALETTE[3]])
        axes.set_title("A title", fontweight="bold", fontstyle="italic")
        axes.set_xlabel("two\nlines & more")
        axes.annotate("turned", (1, 1), rotation=90)
    return fig


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 - our own


def test_two_drawings_have_the_same_bytes() -> None:
    assert render(drawing(), name="a", alt="A line.") == render(drawing(), name="a", alt="A line.")


def test_it_stands_inside_a_page_and_alone() -> None:
    svg = render(drawing(), name="a", alt='A line, "quoted" <and> rising.')
    root = parsed(svg)
    assert svg.startswith("<svg ")
    assert root.tag == f"{SVG}svg"
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == 'A line, "quoted" <and> rising.'
    assert root.attrib["viewBox"] == "0 0 374.4 259.2"  # 5.2 x 3.6 in, 72 points each
    assert (root.attrib["width"], root.attrib["height"]) == ("499", "346")  # 96 pixels each


def test_nothing_of_the_page_or_of_the_day_is_touched() -> None:
    svg = render(drawing(), name="a", alt="A line.")
    assert not re.search(r"<style|\sstyle=|<metadata|<\?xml|<!|xlink|dc:|class=|20\d\d-\d\d", svg)


def test_ids_are_the_figures_own_and_every_reference_leads_to_one() -> None:
    svg = render(drawing(), name="by-year", alt="A line.")
    ids = [node.attrib["id"] for node in parsed(svg).iter() if "id" in node.attrib]
    references = set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', svg))
    assert ids
    assert all(re.fullmatch(r"fig-by-year-\d+", name) for name in ids)
    assert len(ids) == len(set(ids))
    assert {first or second for first, second in references} == set(ids)


def test_text_stays_text_and_takes_the_pages_colour() -> None:
    root = parsed(render(drawing(), name="a", alt="A line."))
    texts = list(root.iter(f"{SVG}text"))
    assert {"A title", "turned"} <= {text.text for text in texts}
    assert {text.attrib["fill"] for text in texts} == {"currentColor"}
    assert (
        next(text.attrib for text in texts if text.text == "A title").items()
        >= {
            "font-size": "12px",
            "font-weight": "700",
            "font-style": "italic",
        }.items()
    )
    assert not any(
        "font-family" in text.attrib or text.attrib.get("transform", "").startswith("rotate(-0")
        for text in texts
    )
    assert INK.lower() not in render(drawing(), name="a", alt="A line.")


def test_text_of_a_figure_without_the_projects_style_takes_the_pages_colour_too() -> None:
    fig = Figure()
    fig.text(0.5, 0.5, "plain")
    (text,) = parsed(render(fig, name="a", alt="A word.")).iter(f"{SVG}text")
    assert text.attrib["fill"] == "currentColor"


def test_every_copy_of_a_marker_has_its_own_colours() -> None:
    root = parsed(render(drawing(), name="a", alt="A line."))
    assert not [path for path in root.findall(f".//{SVG}defs/{SVG}path") if "stroke" in path.attrib]
    uses = list(root.iter(f"{SVG}use"))
    assert uses
    assert all("stroke" in use.attrib for use in uses)


def test_the_ground_is_transparent() -> None:
    fig, axes = plt.subplots()
    axes.plot([0, 1])
    svg = render(fig, name="a", alt="A line.")
    plt.close(fig)
    assert not {"#ffffff", "white"} & colours(svg)


def test_colours_are_told() -> None:
    assert colours(render(drawing(), name="a", alt="A line.")) <= HOUSE_COLOURS
    assert colours(render(drawing(color="#123456"), name="a", alt="A line.")) - HOUSE_COLOURS == {
        "#123456"
    }


def path_of(fig: Figure) -> str:
    (path,) = (
        node
        for node in parsed(render(fig, name="a", alt="A shape.")).iter(f"{SVG}path")
        if node.attrib.get("fill") == "#801650"
    )
    return path.attrib["d"]


def test_a_path_is_written_in_steps_that_lead_where_it_led() -> None:
    fig = Figure(figsize=(1, 1))  # 72 points square, drawn from the top
    fig.add_artist(Rectangle((0.25, 0.25), 0.5, 0.25, facecolor=PALETTE[2]))
    assert path_of(fig) == "M18 54l36 0 0-18-36 0z"


def test_steps_do_not_drift() -> None:
    fig = Figure(figsize=(1, 1))
    corners = [(number / 300, (number % 7) / 7) for number in range(300)]
    fig.add_artist(Polygon(corners, facecolor=PALETTE[2]))
    numbers = [float(number) for number in re.findall(r"-?[\d.]+", path_of(fig))]
    x, y = sum(numbers[0::2]), sum(numbers[1::2])
    assert x == pytest.approx(72 * corners[-1][0], abs=0.051)  # half a tenth of a point
    assert y == pytest.approx(72 * (1 - corners[-1][1]), abs=0.051)


def test_curves_keep_two_decimals() -> None:
    svg = render(drawing(), name="a", alt="A line.")
    assert re.search(r'd="M[^"]*C', svg)
    assert not re.search(r"\d\.\d{3}", svg)


def test_a_tip_is_a_title_of_its_shape() -> None:
    fig = Figure(figsize=(1, 1))
    fig.add_artist(Rectangle((0, 0), 1, 1, facecolor=PALETTE[2], gid=f"{TIP}Devon & Cornwall: 2.1"))
    root = parsed(render(fig, name="a", alt="A shape."))
    assert [title.text for title in root.iter(f"{SVG}title")] == ["Devon & Cornwall: 2.1"]
    assert not [node for node in root.iter() if node.attrib.get("id", "").startswith(TIP)]
