"""A figure in its page, as a drawing and as files to pass on."""

import io
import re
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import matplotlib.figure
import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.patches import Rectangle
from PIL import Image

from replicate.display import figure
from replicate.display.figure import HOUSE_COLOURS, MOST_ROWS, Figure, document, drawing, is_true
from replicate.display.markup import SHOWN
from replicate.display.theme import PALETTE, PAPER, TIP, context

SVG = "{http://www.w3.org/2000/svg}"
WORDS = {
    "title": "Recorded offences rose – twice",
    "subtitle": "Offences recorded, including non-recent, England and Wales, 2013 to 2025",
    "source": "Home Office, recorded crime, April 2026",
    "alt": "A line that rises from 27,000 to 103,000.",
}
Read = Callable[[str], Any]


def drawn(**line: Any) -> matplotlib.figure.Figure:
    """A figure with all that matplotlib writes ids and styles for."""
    with context():
        fig = matplotlib.figure.Figure()
        axes = fig.subplots()
        axes.plot([0, 1.23456789, 2], [1, 3, 2], marker="o", **line)
        axes.add_patch(Rectangle((0.2, 1.2), 0.5, 0.5, hatch="//", fc=PAPER, ec=PALETTE[1]))
        axes.scatter([0.5, 1.5], [1.5, 2.5], c=[PALETTE[2], PALETTE[3]], gid=f"{TIP}Kent: 2.1234|x")
        axes.set_title("A title", fontweight="bold")
        axes.set_xlabel("two\nlines & 3.6612 more")
        axes.annotate("turned", (1, 1), rotation=90)
    return fig


def made(fig: matplotlib.figure.Figure | None = None, **changed: Any) -> Figure:
    data = pd.DataFrame({"year": [2013, 2014], "count": [27866, 36617]})
    pieces: dict[str, Any] = WORDS | {"data": data, "name": "series"} | changed
    return figure(fig or drawn(), **pieces)


def test_it_has_every_piece_in_its_page_and_as_text(read: Read) -> None:
    shown = made(note="Year recorded is not year of offence.")
    page = read(shown.html)
    assert page.elements[0] == ("figure", {"class": "figure", "id": "fig-series"})
    assert page.all_text("h3") == [WORDS["title"]]
    assert page.one("svg")["aria-label"] == WORDS["alt"]
    note = "Note: Year recorded is not year of offence."
    assert {WORDS["subtitle"], f"Source: {WORDS['source']}", note} <= set(page.all_text("p"))
    assert page.count("details") == page.count("summary") == page.count("table") == 1
    assert page.all_text("td") == ["27,866", "36,617"]
    assert page.one("a")["download"] == "series.csv"
    told = [WORDS["title"], WORDS["subtitle"], WORDS["alt"], f"Source: {WORDS['source']}", note]
    assert shown._repr_mimebundle_()["text/plain"].splitlines() == told
    assert "Note" not in made().html + made().text
    read(made(name="first").html + made(name="second").html)


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        *(({piece: "  "}, f"^{piece} is empty") for piece in WORDS),
        ({"alt": None}, "^alt is empty"),
        ({"alt": "recorded offences rose – twice. "}, "^alt repeats the title"),
        ({"data": pd.DataFrame({"year": []})}, "data is empty"),
        ({"name": "Two words"}, "name 'Two words'"),
    ],
)
def test_a_missing_piece_is_named(changed: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        made(**changed)


def test_words_are_shown_as_they_are(read: Read) -> None:
    bad = "<script>alert('x')</script> & \"so on\""
    words: dict[str, Any] = dict.fromkeys(("title", "subtitle", "source", "note"), bad)
    page = read(made(**words, alt=f"Words {bad}", data=pd.DataFrame({bad: [bad]})).html)
    assert page.count("script") == 0
    assert [*page.all_text("h3"), *page.all_text("th")] == [bad] * 3
    assert page.one("svg")["aria-label"] == f"Words {bad}"


def test_the_figure_is_closed_so_that_it_is_drawn_once_on_a_transparent_ground() -> None:
    fig, axes = plt.subplots()
    axes.plot([0, 1], color=PALETTE[0])
    svg = made(fig).svg
    assert not plt.fignum_exists(fig.number)
    assert not re.search('fill="(#ffffff|white)"', svg)


def test_a_colour_of_the_authors_own_gets_a_light_ground() -> None:
    assert 'class="figure-panel"' in made().html
    assert 'class="figure-panel figure-panel-light"' in made(drawn(color="#123456")).html
    assert "#123456" not in HOUSE_COLOURS


def test_long_data_are_cut_and_say_so() -> None:
    rows = pd.DataFrame({"row": range(MOST_ROWS + 1)})
    html = made(data=rows).html
    assert html.count("<tr>") == MOST_ROWS + 1  # and the row of headers
    assert f"(the first {MOST_ROWS} of {MOST_ROWS + 1} rows; " in html
    assert "the first" not in made(data=rows.head(MOST_ROWS)).html


def test_it_says_of_itself_what_it_shows() -> None:
    shown = made(alt='It\'s "high" & <rising>.')
    bundle = shown._repr_mimebundle_()[SHOWN]
    assert (bundle["kind"], bundle["name"]) == ("figure", "series")
    assert bundle["data"] == "year,count\n2013,27866\n2014,36617\n"
    assert drawing(shown.html) == shown.svg
    assert is_true(bundle, shown.html)
    assert not is_true(bundle, made(name="other", alt=bundle["alt"]).html)
    for piece in ("title", "alt", "source", "data"):
        assert not is_true(bundle | {piece: "Something else"}, shown.html), piece


def test_two_drawings_have_the_same_bytes_and_stand_inside_a_page_and_alone() -> None:
    svg = made().svg
    assert made().html == made().html
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own
    assert root.attrib["viewBox"] == "0 0 374.4 259.2"  # 5.2 x 3.6 in, 72 points each
    assert (root.attrib["width"], root.attrib["height"]) == ("499", "346")  # 96 pixels each
    assert not re.search(r"<style|\sstyle=|<metadata|<\?xml|<!|xlink|dc:|class=|20\d\d-\d\d", svg)
    ids = re.findall(r' id="([^"]+)"', svg)
    references = re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', svg)
    assert all(name.startswith("fig-series-") for name in ids)
    assert len(ids) == len(set(ids))
    assert {first or second for first, second in references} == set(ids)


def test_text_stays_text_and_takes_the_pages_colour_and_markers_their_own() -> None:
    root = ElementTree.fromstring(made().svg)  # noqa: S314 - our own
    texts = list(root.iter(f"{SVG}text"))
    assert {"A title", "turned", "lines & 3.6612 more"} <= {text.text for text in texts}
    assert {text.attrib["fill"] for text in texts} == {"currentColor"}
    (title,) = (text.attrib for text in texts if text.text == "A title")
    assert (title["font-size"], title["font-weight"]) == ("12px", "700")
    assert not any("font-family" in text.attrib for text in texts)
    assert not [path for path in root.findall(f".//{SVG}defs/{SVG}path") if "stroke" in path.attrib]
    uses = list(root.iter(f"{SVG}use"))
    assert all("stroke" in use.attrib for use in uses)
    assert [one.text for one in root.iter(f"{SVG}title")] == ["Kent: 2.1234", "x"]


def test_a_single_shape_has_its_tip_and_keeps_its_place() -> None:
    fig = matplotlib.figure.Figure(figsize=(1, 1))  # 72 points square, drawn from the top
    fig.text(0.5, 0.5, "plain")
    shape = Rectangle((0.25, 0.25), 0.5, 0.25, facecolor=PALETTE[2], gid=f"{TIP}Devon & Cornwall")
    fig.add_artist(shape)
    svg = made(fig).svg
    assert "<title>Devon &amp; Cornwall</title>" in svg
    (steps,) = re.findall(r'd="([^"]+)"[^>]*fill="#801650"', svg)
    assert re.findall(r"[\d.]+ [\d.]+", steps) == ["18 54", "54 54", "54 36", "18 36"]
    assert re.findall(r'<text[^>]*fill="currentColor"', svg)


def test_files_to_pass_on_carry_title_and_source() -> None:
    shown = made(png=True, title="It rose " * 20)
    assert made(png=True, title="It rose " * 20).png == shown.png
    with Image.open(io.BytesIO(shown.png or b"")) as image:
        title, source = image.text["Title"], image.text["Source"]  # type: ignore[attr-defined]
        assert (title, source) == (("It rose " * 20).strip(), WORDS["source"])
        assert image.convert("RGB").getpixel((2, 2)) == (255, 255, 255)
        tall = image.size[1]
    with Image.open(io.BytesIO(made(png=True).png or b"")) as image:
        assert image.size[1] < tall  # a long title is broken, not cut off
        assert image.size[1] > 3.6 * 160
    root = ElementTree.fromstring(document(shown.svg, shown.bundle))  # noqa: S314 - our own
    lines = [text.text for text in root.findall(f"./{SVG}g/{SVG}text")]
    said = " ".join(str(line) for line in lines)
    assert said == f"{title} {WORDS['subtitle']} Source: {WORDS['source']}"
    inner = root.find(f"{SVG}svg")
    assert inner is not None
    assert float(inner.attrib["y"]) > 16 * 3
    assert float(root.attrib["viewBox"].split()[3]) > 259.2 + float(inner.attrib["y"])


@pytest.mark.parametrize(
    ("metadata", "batch"), [(None, False), ({"cellId": "series"}, False), ({}, True)]
)
def test_a_figure_holds_its_picture_in_a_batch_whose_cells_nobody_names(
    monkeypatch: pytest.MonkeyPatch, metadata: dict[str, str] | None, *, batch: bool
) -> None:
    parent = SimpleNamespace(get_parent=lambda: {"metadata": metadata})
    shell = None if metadata is None else SimpleNamespace(kernel=parent)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    picture = made()._repr_mimebundle_().get("image/png", "")
    assert picture.startswith("iVBORw0KGgo") is batch  # the signature of a PNG in base64
    assert "image/png" not in made(png=False)._repr_mimebundle_()
