"""A figure with all it needs beside it: message, measure, source, words for the blind, data, files."""

import io
import re
import xml.etree.ElementTree as ElementTree
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape, unescape
from textwrap import fill
from typing import TYPE_CHECKING, Any

from replicate.display.markup import Shown, cell_id, csv_link, element, identifier, required
from replicate.display.table import (
    Column,
    claims_in,
    grid,
    heading,
    is_numeric,
    of_data,
    table_html,
    verdict_html,
)
from replicate.display.theme import BETWEEN, INK, NO_VALUE, PALETTE, PAPER, SEQUENTIAL, TIP, context
from replicate.vocabulary.numbers import number

if TYPE_CHECKING:
    import matplotlib.figure
    from pandas import DataFrame

MOST_ROWS = 60
"""Rows of data shown beside a figure; all of them are in the CSV."""

HOUSE_COLOURS = {colour.lower() for colour in (*PALETTE, *SEQUENTIAL, NO_VALUE, PAPER)}
"""Colours that the style sheet knows how to show on a dark page."""

_INKS = {INK.lower(), "#000000", "black"}


@dataclass(frozen=True)
class Figure(Shown):
    """A figure ready to be shown; `svg` stands alone, `png` is the same with its words, or None."""

    name: str
    svg: str = field(repr=False)
    data: "DataFrame" = field(repr=False, compare=False)
    png: bytes | None = field(default=None, repr=False)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        shown = super()._repr_mimebundle_()
        return shown if self.png is None else shown | {"image/png": b64encode(self.png).decode()}


def figure(
    fig: "matplotlib.figure.Figure",
    *,
    title: str,
    subtitle: str,
    source: str,
    data: "DataFrame",
    name: str,
    alt: str | None = None,
    note: str | None = None,
    png: bool | None = None,
) -> Figure:
    """Put a matplotlib figure together with its words and its data, and close it.

    Parameters
    ----------
    fig
        The drawing, without a title of its own.
    title
        The message: what the reader should take from it.
    subtitle
        Measure, place and period.
    source
        Publisher, publication and release.
    data
        What is drawn, given as a table and as `<name>.csv`.
    name
        Its name on the page: small letters, digits, hyphens.
    alt
        What the figure shows, in words; not its title again. A plot of ours brings its own.
    note
        What a reader must know to read it rightly.
    png
        Whether it is also drawn as a picture, from which a site makes a file; when not said, in a
        batch only.

    Returns
    -------
    Figure
        Shown by a notebook as `<figure class="figure" id="fig-<name>">`.

    Raises
    ------
    ValueError
        When a piece is missing, the alternative text repeats the title, or there are no data.
    """
    import matplotlib.pyplot as plt

    words = _words(title=title, subtitle=subtitle, source=source, alt=alt or str(fig.get_label()))
    if data.empty:
        raise ValueError("data is empty: a figure gives what it draws")
    svg = render(fig, name=identifier(name), alt=words["alt"])
    drawn = picture(fig, words) if (cell_id() == "" if png is None else png) else None
    plt.close(fig)  # pyplot's inline backend would draw it a second time
    columns = [Column(one, heading(one), is_number=is_numeric(data[one])) for one in map(str, data)]
    bundle = {"kind": "figure", "name": name, "claims": [], **words, "note": note or ""}
    bundle |= of_data(data, columns, MOST_ROWS) | {"drawing": sha256(svg.encode()).hexdigest()}
    lines = [title, subtitle, words["alt"], f"Source: {source}"]
    text = "\n".join([*lines, f"Note: {note}"] if note else lines)
    return Figure(figure_html(bundle, svg), text, name, svg, data, drawn, bundle=bundle)


def _words(**given: str) -> dict[str, str]:
    """Return the words of a figure, each one there."""
    words = {piece: required(piece, text) for piece, text in given.items()}
    if words["alt"].rstrip(". ").casefold() == words["title"].rstrip(". ").casefold():
        raise ValueError("alt repeats the title: say what the figure shows")
    return words


def figure_html(bundle: Mapping[str, Any], svg: str) -> str:
    """Render the bundle of a figure around its drawing.

    Raises
    ------
    ValueError
        When the drawing is not the one that the bundle describes.
    """
    said = f'aria-label="{bundle["alt"]}"' in unescape(svg.partition(">")[0])
    if sha256(svg.encode()).hexdigest() != bundle["drawing"] or not said:
        raise ValueError("another drawing than its bundle describes")
    name, rows, count = f"fig-{bundle['name']}", bundle["rows"], bundle["count"]
    caption = f"Data: {bundle['title']}"
    if len(rows) < count:
        caption += f" (the first {number(len(rows))} of {number(count)} rows; the CSV has them all)"
    # a colour of the author's own may not stand out from a dark page, so it keeps a light ground
    drawn = set(re.findall(r' (?:fill|stroke)="(#[^"]+)"', svg))
    panel = "figure-panel" if drawn <= HOUSE_COLOURS else "figure-panel figure-panel-light"
    note = element("p", f"Note: {escape(bundle['note'])}", class_="figure-note")
    return element(
        "figure",
        element(
            "figcaption",
            element("h3", escape(bundle["title"]), class_="figure-title"),
            element("p", escape(bundle["subtitle"]), class_="figure-subtitle"),
        ),
        element("div", svg, class_=panel),
        element("p", f"Source: {escape(bundle['source'])}", class_="figure-source"),
        note if bundle["note"] else "",
        element(
            "details",
            element("summary", "Data of this figure"),
            grid(bundle, caption, bundle["columns"][0]["name"], f"{name}-data"),
            class_="figure-data",
        ),
        csv_link(bundle["data"], bundle["name"], count),
        class_="figure",
        id=name,
    )


def render(fig: "matplotlib.figure.Figure", *, name: str, alt: str) -> str:
    """Draw a figure as an `<svg>` element to stand inside a page; the same bytes every time.

    Text stays text and takes the page's typeface and colour; the ground is transparent; every id
    begins with `fig-<name>`; presentation attributes stand where matplotlib writes inline styles,
    so that a style sheet can override them.
    """
    file = io.StringIO()
    with context():
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        fig.savefig(file, format="svg", transparent=True, metadata=nothing)
    prefix, text = f"fig-{name}-", file.getvalue()
    used = "|".join(sorted(set(re.findall(r'(?:href="|url\()#([\w-]+)', text)))) or "-"
    text = re.sub(rf'(id="|href="#|url\(#)({used})(?=["\)])', rf"\1{prefix}\2", text)
    root = ElementTree.fromstring(text.encode())  # noqa: S314 - matplotlib wrote it
    for node in root.iter():
        _tidy(node, prefix)
    *_, width, height = map(float, root.attrib["viewBox"].split())
    root.attrib = {
        "xmlns": "http://www.w3.org/2000/svg",
        "viewBox": root.attrib["viewBox"],
        "width": f"{width * 96 / 72:.0f}",
        "height": f"{height * 96 / 72:.0f}",
        "role": "img",
        "aria-label": alt,
        "font-family": "system-ui, 'DejaVu Sans', sans-serif",
        "stroke-linejoin": "round",
    }
    return ElementTree.tostring(root, encoding="unicode")


def _tidy(node: ElementTree.Element, prefix: str) -> None:
    """Strip an element of what concerns the whole page, and give it its tool tips."""
    node.tag = node.tag.rpartition("}")[2]
    node[:] = [one for one in node if not one.tag.endswith(("}metadata", "}style"))]
    node.text, node.tail = node.text if node.tag in ("text", "tspan", "title") else None, None
    name = node.attrib.pop("id", "")
    style = filter(str.strip, node.attrib.pop("style", "").split(";"))
    attributes = {key.rpartition("}")[2]: value for key, value in node.attrib.items()}
    attributes |= {
        key.strip(): value.strip() for key, _, value in (one.partition(":") for one in style)
    }
    for key, value in attributes.items():
        attributes[key] = "currentColor" if value.lower() in _INKS else _short(key, value)
    if node.tag == "text":
        attributes = {"fill": "currentColor"} | attributes
        attributes.pop("font-family", None)  # the page's own
    for path in node if node.tag == "defs" else ():
        # a page's style can't reach into the copies of a marker: each use has its own colour
        path.set("style", re.sub(r"(?<!-)stroke:[^;]*", "", path.get("style", "")))
    if name.startswith(TIP):
        tips = name.removeprefix(TIP).split(BETWEEN)
        uses = [one for one in node.iter() if one.tag.endswith(("}use", "}path"))][-len(tips) :]
        for mark, tip in zip([node] if len(tips) == 1 else uses, tips, strict=True):
            ElementTree.SubElement(mark, "title").text = tip
    node.attrib = ({"id": name} if name.startswith(prefix) else {}) | attributes


def _short(key: str, value: str) -> str:
    """Write numbers with one decimal in paths and two elsewhere, and paths without blanks."""
    places = 1 if key == "d" else 2
    value = re.sub(r"-?\d+\.\d{2,}", lambda found: f"{round(float(found[0]), places):g}", value)
    return re.sub(r"\s*([A-Za-z])\s*", r"\1", value) if key == "d" else value


def picture(fig: "matplotlib.figure.Figure", words: Mapping[str, str]) -> bytes:
    """Draw a figure as a PNG to pass on, with title, subtitle and source; the same bytes each time."""
    title, subtitle, source = _broken(words, int(fig.get_figwidth() * 10))
    inch, file = 1 / fig.get_figheight(), io.BytesIO()
    above = 1 + inch * (0.2 + 0.2 * (subtitle.count("\n") + 1))
    with context():
        fig.text(0, 1 + 0.1 * inch, subtitle, va="bottom")
        fig.text(0, above, title, va="bottom", fontweight="bold")
        fig.text(0, -0.1 * inch, source, va="top")
        said = {"Title": words["title"], "Source": words["source"], "Software": None}
        frame: dict[str, Any] = {"bbox_inches": "tight", "pad_inches": 0.15, "facecolor": PAPER}
        fig.savefig(file, format="png", dpi=160, metadata=said, **frame)
    return file.getvalue()


def document(svg: str, words: Mapping[str, str]) -> str:
    """Return a drawing as a file of its own on a light ground, with its title, subtitle and source.

    Parameters
    ----------
    svg
        What `render` gave.
    words
        Its title, subtitle and source: the bundle of a figure has them.
    """
    width, height = map(float, re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)[0])
    title, subtitle, source = (text.split("\n") for text in _broken(words, int(width / 7.2)))
    top, texts = 16 * len(title + subtitle) + 12, ""
    whole = top + height + 16 * len(source) + 12
    for place, line in enumerate([*title, *subtitle, *source]):
        beneath = place >= len(title + subtitle)
        at = {"x": "8", "y": f"{16 * (place + 1) + beneath * (height + 12):g}"}
        weight = "700" if place < len(title) else None
        texts += element("text", escape(line), **at, font_weight=weight)
    ground = element("rect", width="100%", height="100%", fill=PAPER)
    return element(
        "svg",
        ground,
        element("g", texts, font_size="12", font_family="system-ui, sans-serif", fill=INK),
        svg.replace("<svg ", f'<svg y="{top}" ', 1),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width:g} {whole:g}",
        width=f"{width * 96 / 72:.0f}",
    )


def _broken(words: Mapping[str, str], length: int) -> tuple[str, ...]:
    """Return title, subtitle and source, broken into lines of a length."""
    source = f"Source: {words['source']}"
    return tuple(fill(text, length) for text in (words["title"], words["subtitle"], source))


def is_true(bundle: Any, html: str) -> bool:
    """Say whether an output shows what the bundle beside it says (see `markup.SHOWN`).

    A bundle is a statement that anybody could have written, so it counts only where the HTML is
    what it renders to.
    """
    try:
        if bundle["kind"] == "figure":
            return figure_html(bundle, drawing(html)) == html and bundle["claims"] == []
        if bundle["kind"] == "verdict":
            return verdict_html(bundle) == html and bundle["claims"] == [bundle["name"]]
        told = bundle["kind"] == "table" and bundle["claims"] == claims_in(bundle)
        return told and table_html(bundle) == html
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):  # not a bundle of ours
        return False


def drawing(html: str) -> str:
    """Return the drawing inside the HTML of a figure."""
    return html[html.find("<svg") : html.rfind("</svg>") + len("</svg>")]
