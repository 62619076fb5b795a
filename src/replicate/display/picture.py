"""A figure to pass on without its page: as a PNG or an SVG, with its title above it and its source beneath."""

import io
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from textwrap import wrap
from typing import TYPE_CHECKING

from replicate.display.theme import INK, PAPER, context

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 160
"""Dots an inch: 832 across, which stays sharp at the size that pages show figures at."""

_COLOURS = 48
"""Colours kept: those of the palette, and enough between them for smooth edges; a third of the weight that all would take."""

_TITLE, _TEXT, _LINE, _EDGE = 14, 10, 1.35, 8
"""In points: sizes of title and of other text, height of a line as a part of its size, and what surrounds text."""

_Lines = list[tuple[str, int]]


def in_batch() -> bool:
    """Tell whether a kernel runs this for a batch: an editor names the cell that it sends, a batch doesn't."""
    ipython = sys.modules.get("IPython")
    kernel = getattr(ipython and ipython.get_ipython(), "kernel", None)
    return kernel is not None and "cellId" not in kernel.get_parent().get("metadata", {})


def picture(fig: "Figure", *, title: str, source: str, subtitle: str = "") -> bytes:
    """Draw a figure as a PNG on a light ground, the same bytes each time.

    Parameters
    ----------
    fig
        Any matplotlib figure.
    title, source, subtitle
        Printed above and beneath it, and the first two kept inside the file.
    """
    from matplotlib.font_manager import FontProperties, findfont
    from PIL import Image, ImageDraw, ImageFont, PngImagePlugin

    file = io.BytesIO()
    with context():
        fig.savefig(file, format="png", dpi=DPI, facecolor=PAPER)
        fonts = {
            size: ImageFont.truetype(
                findfont(FontProperties(weight="bold" if size == _TITLE else "normal")),
                size * DPI // 72,
            )
            for size in (_TITLE, _TEXT)
        }
    scale = DPI / 72
    with Image.open(file) as drawn:
        above, beneath = _caption(title, subtitle, source, drawn.width / scale)
        top, bottom = (round(_height(lines) * scale) for lines in (above, beneath))
        whole = Image.new("RGB", (drawn.width, top + drawn.height + bottom), PAPER)
        whole.paste(drawn, (0, top))
    draw = ImageDraw.Draw(whole)
    for lines, start in ((above, 0), (beneath, top + drawn.height)):
        for text, size, place in _placed(lines):
            draw.text((_EDGE * scale, start + place * scale), text, INK, fonts[size], anchor="ls")
    told = PngImagePlugin.PngInfo()
    for name, text in (("Title", title), ("Source", source)):
        told.add_itxt(name, text)
    few = whole.quantize(_COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    made = io.BytesIO()
    few.save(made, "PNG", pnginfo=told)
    return made.getvalue()


def document(svg: str, words: Mapping[str, str]) -> str:
    """Return a drawing as a file of its own, on a light ground.

    Parameters
    ----------
    svg
        What `svg.render` gave.
    words
        Its title, subtitle and source: the bundle of a figure has them.
    """
    ElementTree.register_namespace("", "http://www.w3.org/2000/svg")
    root = ElementTree.fromstring(svg)  # noqa: S314 - made here
    width, height = (float(number) for number in root.attrib["viewBox"].split()[2:])
    above, beneath = _caption(words["title"], words["subtitle"], words["source"], width)
    top, bottom = _height(above), _height(beneath)
    box = {"x": "0", "y": f"{-top:g}", "width": "100%", "height": "100%", "fill": PAPER}
    root.insert(0, ElementTree.Element("rect", box))
    root.set("viewBox", f"0 {-top:g} {width:g} {height + top + bottom:g}")
    root.set("height", f"{float(root.attrib['width']) / width * (height + top + bottom):.0f}")
    for lines, start in ((above, -top), (beneath, height)):
        for text, size, place in _placed(lines):
            at = {"x": f"{_EDGE}", "y": f"{start + place:g}", "font-size": f"{size}px"}
            weight = {"font-weight": "700"} if size == _TITLE else {}
            ElementTree.SubElement(root, "text", at | weight | {"fill": "currentColor"}).text = text
    return ElementTree.tostring(root, encoding="unicode")


def _caption(title: str, subtitle: str, source: str, width: float) -> tuple[_Lines, _Lines]:
    """Return the lines above and beneath a drawing of a width in points, each with its size."""

    def broken(text: str, size: int) -> _Lines:
        return [(line, size) for line in wrap(text, int((width - 2 * _EDGE) / (0.64 * size)))]

    above = [*broken(title, _TITLE), *broken(subtitle, _TEXT)]
    return above, broken(f"Source: {source}", _TEXT)


def _placed(lines: _Lines) -> list[tuple[str, int, float]]:
    """Return each line with its size and where it stands, in points from the first one's top."""
    return [
        (text, size, _EDGE / 2 + sum(_LINE * before for _, before in lines[: place + 1]))
        for place, (text, size) in enumerate(lines)
    ]


def _height(lines: _Lines) -> float:
    return sum(_LINE * size for _, size in lines) + 2 * _EDGE
