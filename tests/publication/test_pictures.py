from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from matplotlib.figure import Figure

from replicate.display import figure
from replicate.publication.pictures import pictures

Make = Callable[..., Any]
ALT = 'A line from 1 to 2, called "offences".'


@pytest.fixture
def html() -> str:
    fig = Figure()
    fig.subplots().plot([1, 2])
    data = pd.DataFrame({"year": [2023, 2024], "count": [1, 2]})
    return figure(
        fig,
        data=data,
        title="It rose",
        subtitle="Offences, Kent",
        source="Home Office",
        alt=ALT,
        name="series",
    ).html


def test_a_figure_is_found_with_its_cell_drawing_picture_and_words(
    make: Make, show: Make, html: str
) -> None:
    shown = show(text_html=html, image_png=b64encode(b"a picture").decode())
    found = pictures(make("# Counts", ("display.figure()", [shown])))
    assert list(found) == ["series"]
    series = found["series"]
    assert (series.name, series.cell, series.alt, series.png) == (
        "series",
        "cell-1",
        ALT,
        b"a picture",
    )
    assert series.svg.startswith("<svg ")
    assert series.svg.endswith("</svg>")
    assert html.count(series.svg) == 1


def test_a_figure_without_a_picture_has_none_and_what_is_no_figure_is_left_out(
    make: Make, show: Make, stream: Make, html: str
) -> None:
    others = [stream("stdout", "words"), show(text_html="<table></table>"), show(image_png="QUJD")]
    found = pictures(make("# Counts", ("display.figure()", [show(text_html=html), *others])))
    assert [picture.png for picture in found.values()] == [None]
