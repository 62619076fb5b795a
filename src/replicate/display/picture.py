"""A figure as a PNG, for those who need a picture: beside the SVG in an executed notebook, where nobody waits for it."""

import io
import sys
from typing import TYPE_CHECKING

from replicate.display.theme import PAPER, context

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 120
"""Dots an inch: 840 across, which stays sharp at the size that pages show figures at."""

_COLOURS = 48
"""Colours kept: those of the palette, and enough between them for smooth edges; a third of the weight that all would take."""


def in_batch() -> bool:
    """Tell whether a kernel runs this for a batch: an editor names the cell that it sends, a batch doesn't."""
    ipython = sys.modules.get("IPython")
    kernel = getattr(ipython and ipython.get_ipython(), "kernel", None)
    return kernel is not None and "cellId" not in kernel.get_parent().get("metadata", {})


def picture(fig: "Figure", *, title: str, source: str) -> bytes:
    """Draw a figure as a PNG on a light ground, the same bytes each time.

    Parameters
    ----------
    fig
        Any matplotlib figure.
    title, source
        Kept inside the file, since a picture is passed on without its page.
    """
    from PIL import Image, PngImagePlugin

    drawn, file = io.BytesIO(), io.BytesIO()
    with context():
        fig.savefig(drawn, format="png", dpi=DPI, facecolor=PAPER)
    told = PngImagePlugin.PngInfo()
    for name, text in (("Title", title), ("Source", source)):
        told.add_itxt(name, text)
    with Image.open(drawn) as image:
        few = image.convert("RGB").quantize(
            _COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
        )
    few.save(file, "PNG", pnginfo=told)
    return file.getvalue()
