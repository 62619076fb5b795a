"""Rates by date: a mark for each, as large as its sample, and the model's curve."""

import numpy as np
import pandas as pd
import pytest

from replicate.display import dates_plot
from replicate.display.svg import TIP

POINTS = pd.DataFrame(
    {
        "force": ["Kent", "London, City of"],
        "year": [2017.5, 2019.25],
        "rate": [80.5, 95.0],
        "size": [1000.0, 500.0],
    }
)
CURVE = pd.DataFrame({"year": [2017.0, 2018.0, 2019.5], "rate": [80.0, 88.0, 95.0]})


def test_marks_stand_at_their_dates_and_are_as_large_as_their_samples() -> None:
    (axes,) = dates_plot(POINTS, CURVE, label="Percent recorded").axes
    marks = [mark for mark in axes.collections if (mark.get_gid() or "").startswith(TIP)]
    assert [np.asarray(mark.get_offsets()).tolist() for mark in marks] == [
        [[2017.5, 80.5]],
        [[2019.25, 95.0]],
    ]
    large, small = (float(mark.get_sizes()[0]) for mark in marks)  # type: ignore[attr-defined]
    assert small / large == pytest.approx(0.5)
    assert [str(mark.get_gid()).removeprefix(TIP) for mark in marks] == [
        "Kent: 80.5\N{NO-BREAK SPACE}%",
        "City of London: 95\N{NO-BREAK SPACE}%",
    ]


def test_the_curve_is_drawn_and_the_heading_kept() -> None:
    figure = dates_plot(
        POINTS,
        CURVE,
        label="Percent of reported crime recorded; marks as large as the sample behind them, implied",
    )
    (axes,) = figure.axes
    (line,) = axes.lines
    assert list(line.get_xdata()) == CURVE["year"].tolist()  # type: ignore[arg-type]
    assert list(line.get_ydata()) == CURVE["rate"].tolist()  # type: ignore[arg-type]
    assert (
        figure.get_suptitle()
        .replace("\n", " ")
        .startswith("Percent of reported crime recorded; marks")
    )
    labels = [axes.xaxis.get_major_formatter()(year) for year in (2017.0, 2018.0)]
    assert labels == ["2017", "2018"]
    assert axes.yaxis.get_major_formatter()(80) == "80\N{NO-BREAK SPACE}%"
