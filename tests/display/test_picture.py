import io
import sys
import xml.etree.ElementTree as ElementTree
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from PIL import Image

from replicate.display import figure
from replicate.display.bundle import drawing as drawing_of
from replicate.display.picture import document, in_batch, picture


def drawing() -> Figure:
    fig = Figure(figsize=(7, 4))
    axes = fig.subplots()
    axes.plot([1, 2], color="#12436D")
    axes.set_title("Offences")
    return fig


def kernel(monkeypatch: pytest.MonkeyPatch, metadata: dict[str, str] | None) -> None:
    """Pretend that a kernel runs this, for a cell that came with some metadata; with none, that no kernel does."""
    parent = SimpleNamespace(get_parent=lambda: {"metadata": metadata})
    shell = None if metadata is None else SimpleNamespace(kernel=parent)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))


def made(*, png: bool | None = None) -> dict[str, Any]:
    """Return what a notebook would show of a figure."""
    data = pd.DataFrame({"year": [2023, 2024], "count": [1, 2]})
    shown = figure(
        drawing(),
        data=data,
        title="It rose",
        subtitle="Kent",
        source="Home Office",
        alt="A line.",
        name="line",
        png=png,
    )
    return shown._repr_mimebundle_()


def test_a_picture_is_a_png_on_a_light_ground_that_carries_its_title_and_source() -> None:
    words = {"title": "It rose – twice", "subtitle": "Kent", "source": "Home Office"}
    with Image.open(io.BytesIO(picture(drawing(), **words))) as image:
        assert image.format == "PNG"
        ground = image.convert("RGB").getpixel((2, 2))
        assert isinstance(ground, tuple)
        assert min(ground) >= 253  # near-whites of smooth edges are averaged into it
        assert image.text == {"Title": "It rose – twice", "Source": "Home Office"}  # type: ignore[attr-defined]
        width, height = image.size
        pixels = np.asarray(image.convert("L"))
    assert width == 7 * 160
    added = height - 4 * 160
    longer = picture(drawing(), **words | {"title": "It rose " * 20})
    with Image.open(io.BytesIO(longer)) as image:
        assert image.size[1] > height  # a long title is broken, not cut off
    title, source = pixels[: added // 2], pixels[-added // 4 :]
    assert (title < 60).sum() > 500  # words in ink, above and beneath
    assert (source < 60).sum() > 100


def test_a_drawing_to_pass_on_is_an_svg_that_carries_its_words() -> None:
    shown = made()
    svg = drawing_of(shown["text/html"])
    words = shown["application/vnd.replicate.shown+json"]
    before, root = (ElementTree.fromstring(one) for one in (svg, document(svg, words)))  # noqa: S314
    texts = [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts[-3:] == ["It rose", "Kent", "Source: Home Office"]
    assert {node.text for node in before.iter()} - {None} <= set(texts)
    (_, top, _, height), (_, above, _, whole) = (
        map(float, one.attrib["viewBox"].split()) for one in (before, root)
    )
    assert above < top
    assert whole > height
    assert root[0].attrib["fill"] == "#FFFFFF"


def test_the_house_s_colours_stay_what_they_are() -> None:
    with Image.open(io.BytesIO(picture(drawing(), title="a", source="b"))) as image:
        pixels = np.asarray(image.convert("RGB"), dtype=int).reshape(-1, 3)
    assert (
        np.abs(pixels - (0x12, 0x43, 0x6D)).sum(axis=1).min() <= 6
    )  # two steps of 255 for each part of a colour


def test_the_same_figure_gives_the_same_bytes() -> None:
    assert picture(drawing(), title="a", source="b") == picture(drawing(), title="a", source="b")


@pytest.mark.parametrize(
    ("metadata", "batch"), [(None, False), ({"cellId": "series"}, False), ({}, True)]
)
def test_a_batch_is_a_kernel_whose_cells_nobody_names(
    monkeypatch: pytest.MonkeyPatch, metadata: dict[str, str] | None, batch: bool
) -> None:
    kernel(monkeypatch, metadata)
    assert in_batch() is batch


def test_a_figure_holds_its_picture_in_a_batch_or_if_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "image/png" not in made()
    assert "image/png" in made(png=True)
    kernel(monkeypatch, {})
    assert made()["image/png"].startswith("iVBORw0KGgo")  # the signature of a PNG in base64
    assert "image/png" not in made(png=False)
