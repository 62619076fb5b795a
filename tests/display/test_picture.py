import io
import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from PIL import Image

from replicate.display import figure
from replicate.display.picture import in_batch, picture


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


def made(*, png: bool = True) -> dict[str, str]:
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


def test_a_picture_is_a_png_on_a_light_ground_with_its_title_and_source() -> None:
    with Image.open(
        io.BytesIO(picture(drawing(), title="It rose – twice", source="Home Office"))
    ) as image:
        assert image.format == "PNG"
        assert image.size == (840, 480)
        ground = image.convert("RGB").getpixel((2, 2))
        assert isinstance(ground, tuple)
        assert min(ground) >= 253  # near-whites of smooth edges are averaged into it
        assert image.text == {"Title": "It rose – twice", "Source": "Home Office"}  # type: ignore[attr-defined]


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


def test_a_figure_holds_its_picture_in_a_batch_only_and_only_if_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "image/png" not in made()
    kernel(monkeypatch, {})
    assert made()["image/png"].startswith("iVBORw0KGgo")  # the signature of a PNG in base64
    assert "image/png" not in made(png=False)
