"""The figures of an executed notebook as files: drawings (SVG) and pictures (PNG)."""

import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any

_NAME = re.compile(r'<figure class="figure" id="fig-([a-z][a-z0-9_-]*)">')
_SVG = re.compile(r"<svg .*?</svg>", re.DOTALL)
_ALT = re.compile(r'aria-label="([^"]*)"')


@dataclass(frozen=True)
class Picture:
    """A figure of a notebook.

    Attributes
    ----------
    name, cell
        Its name on the page, and the cell that shows it.
    svg, png
        The drawing, and the picture where the run made one.
    alt
        What it shows, in words.
    """

    name: str
    cell: str
    alt: str
    svg: str = field(repr=False)
    png: bytes | None = field(repr=False)


def pictures(notebook: Any) -> dict[str, Picture]:
    """Return the figures of an executed notebook by name, in their order.

    Parameters
    ----------
    notebook
        As nbformat reads it.
    """
    return {picture.name: picture for cell in notebook.cells for picture in _of(cell)}


def _of(cell: Any) -> Iterator[Picture]:
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        html = data.get("text/html", "")
        if (named := _NAME.search(html)) and (svg := _SVG.search(html)):
            png = b64decode(data["image/png"]) if "image/png" in data else None
            yield Picture(
                named[1], cell["id"], "".join(map(unescape, _ALT.findall(svg[0])[:1])), svg[0], png
            )
