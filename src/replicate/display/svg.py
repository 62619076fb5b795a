"""A matplotlib figure as inline SVG: the same bytes every time, ids of its own, colours that a page's style can change."""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable
from io import BytesIO
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from replicate.display.theme import INK, NO_VALUE, PALETTE, PAPER, SEQUENTIAL, context

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TIP, BETWEEN = "tip:", "|"
"""An artist whose gid begins so carries a tool tip, such as `TIP + "Kent: 2.1"`; a collection of marks one for each, parted so."""

HOUSE_COLOURS = {colour.lower() for colour in (*PALETTE, *SEQUENTIAL, NO_VALUE, PAPER)} | {
    "none",
    "currentColor",
}
"""Colours that the style sheet knows how to show on a dark page."""

_POINTS_TO_PIXELS = 96 / 72
_XLINK = "{http://www.w3.org/1999/xlink}"
_INKS = {INK.lower(), "#000000", "black"}
_REFERENCE = re.compile(r"#([\w.:-]+)")
_LONG_DECIMAL = re.compile(r"-?\d+\.\d{3,}(?:e-?\d+)?")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
_CURVE = re.compile(r"[CQ]")


def render(fig: "Figure", *, name: str, alt: str) -> str:
    """Draw a figure as an `<svg>` element to stand inside a page.

    Text stays text and takes the page's typeface and colour; the ground is transparent; every id begins with
    `fig-<name>`; there is no prolog, date or style element, and presentation attributes stand where matplotlib
    writes inline styles, so that a style sheet can override them.

    Parameters
    ----------
    fig
        Any matplotlib figure.
    name
        The figure's name on its page.
    alt
        What the figure shows, for those who cannot see it.

    Returns
    -------
    str
        The element; it is also a valid SVG document.
    """
    root = _drawn(fig)
    _tidy(root)
    _free_markers(root)
    _rename(root, prefix=f"fig-{name}-")
    linked = _name_links(root)
    _, _, width, height = (float(number) for number in root.attrib["viewBox"].split())
    root.attrib = {
        "xmlns": "http://www.w3.org/2000/svg",
        "viewBox": root.attrib["viewBox"],
        "width": f"{width * _POINTS_TO_PIXELS:.0f}",
        "height": f"{height * _POINTS_TO_PIXELS:.0f}",
        "role": "group" if linked else "img",  # what is inside an image can't be reached
        "aria-label": alt,
        "font-family": "system-ui, 'DejaVu Sans', sans-serif",
        "stroke-linejoin": "round",
    }
    return ElementTree.tostring(root, encoding="unicode")


def colours(svg: str) -> set[str]:
    """Return the colours an SVG fills and draws with."""
    return {
        colour
        for colour in re.findall(r' (?:fill|stroke)="([^"]+)"', svg)
        if not colour.startswith("url(")
    }


def _drawn(fig: "Figure") -> ElementTree.Element:
    buffer = BytesIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with context():
        fig.savefig(buffer, format="svg", transparent=True, metadata=nothing)
    return ElementTree.fromstring(buffer.getvalue())  # noqa: S314 - matplotlib wrote it


def _tidy(root: ElementTree.Element) -> None:
    for parent in list(root.iter()):
        for child in list(parent):
            # matplotlib's style element would rule every path of the page
            if child.tag.endswith(("}metadata", "}style")) or (
                child.tag.endswith("}defs") and not child.findall("./*[@id]")
            ):
                parent.remove(child)
    for node in root.iter():
        node.tag = node.tag.rpartition("}")[2]
        node.attrib = {
            key.replace(_XLINK, ""): _short(key, value) for key, value in _attributes(node).items()
        }
        if node.tag not in ("text", "tspan"):
            node.text = None
        node.tail = None


def _free_markers(root: ElementTree.Element) -> None:
    """Let markers take the colour of each use: a page's style cannot reach into the copies that `<use>` makes."""
    for path in root.iterfind(".//defs/path"):
        path.attrib.pop("stroke", None)


def _name_links(root: ElementTree.Element) -> bool:
    """Call each link by the tool tip of what it surrounds; the keyboard passes it by, since a list stands beside the figure."""
    named = [
        (link, group.findtext("title", ""))
        for group in root.iter("g")
        for link in group.findall("a")
    ]
    for link, title in named:
        link.attrib |= {"aria-label": title, "tabindex": "-1"}
        link.attrib.pop("target", None)
    return bool(named)


def _attributes(node: ElementTree.Element) -> dict[str, str]:
    attributes = dict(node.attrib)
    for declaration in filter(str.strip, attributes.pop("style", "").split(";")):
        key, _, value = (part.strip() for part in declaration.partition(":"))
        attributes[key] = "currentColor" if value.lower() in _INKS else value
    if node.tag == "text":
        attributes.setdefault("fill", "currentColor")
        attributes.pop("font-family", None)  # the page's own
        if attributes.get("transform", "").startswith(("rotate(-0 ", "rotate(0 ")):
            del attributes["transform"]
    return attributes


def _short(key: str, value: str) -> str:
    if key in ("id", "aria-label"):
        return value
    if key == "d" and not _CURVE.search(value):
        return "".join(_steps(run) for run in value.split("M")[1:])
    value = _LONG_DECIMAL.sub(lambda match: f"{float(match[0]):.2f}".rstrip("0").rstrip("."), value)
    return re.sub(r"\s*([A-Za-z])\s*", r"\1", value.strip()) if key == "d" else value


def _steps(run: str) -> str:
    """Write a run of lines as a start and steps from point to point, in tenths of a point: half as long as places."""
    tenths = [round(float(number) * 10) for number in _NUMBER.findall(run)]
    points = list(zip(tenths[::2], tenths[1::2], strict=True))
    steps = [(x - x0, y - y0) for (x0, y0), (x, y) in pairwise(points) if (x, y) != (x0, y0)]
    path = f"M{_joined(points[0])}" + (f"l{_joined(chain.from_iterable(steps))}" if steps else "")
    return path + ("z" if "z" in run else "")


def _joined(tenths: Iterable[int]) -> str:
    return " ".join(f"{value / 10:g}" for value in tenths).replace(" -", "-")


def _rename(root: ElementTree.Element, *, prefix: str) -> None:
    known = {node.attrib["id"] for node in root.iter() if "id" in node.attrib}
    used = [
        found
        for node in root.iter()
        for value in node.attrib.values()
        for found in _REFERENCE.findall(value)
        if found in known
    ]
    names = {old: f"{prefix}{number}" for number, old in enumerate(dict.fromkeys(used), start=1)}
    for node in root.iter():
        identity = node.attrib.pop("id", "")
        if identity in names:
            node.attrib = {"id": names[identity], **node.attrib}
        if identity.startswith(TIP):
            tips = identity.removeprefix(TIP).split(BETWEEN)
            marks = [*node.iter("use")] or [*node.iter("path")]
            for mark, tip in zip([node] if len(tips) == 1 else marks, tips, strict=True):
                ElementTree.SubElement(mark, "title").text = tip
        for key, value in node.attrib.items():
            if "#" in value:
                node.attrib[key] = _REFERENCE.sub(
                    lambda match: f"#{names[match[1]]}" if match[1] in names else match[0], value
                )
