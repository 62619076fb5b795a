from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from matplotlib.figure import Figure as Drawing

from replicate.display import figure
from replicate.display.figure import Figure
from replicate.publication.pictures import shown

Make = Callable[..., Any]
ALT = 'A line from 1 to 2, called "offences".'


@pytest.fixture
def drawn() -> Figure:
    fig = Drawing()
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
    )


def test_a_figure_is_found_with_its_cell_drawing_picture_and_words(
    make: Make, show: Make, drawn: Figure
) -> None:
    output = show(drawn, image_png=b64encode(b"a picture").decode())
    (series,) = shown(make("# Counts", ("display.figure()", [output])))
    assert (series.name, series.cell, series.anchor) == ("series", "cell-1", "fig-series")
    assert (series.bundle["alt"], series.png) == (ALT, b"a picture")
    assert series.svg == drawn.svg


def test_a_figure_without_a_picture_has_none_and_what_is_not_ours_is_left_out(
    make: Make, show: Make, stream: Make, drawn: Figure
) -> None:
    others = [stream("stdout", "words"), show(text_html=drawn.html), show(image_png="QUJD")]
    found = shown(make("# Counts", ("display.figure()", [show(drawn), *others])))
    assert [one.png for one in found] == [None]
