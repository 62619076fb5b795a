from collections.abc import Callable
from math import inf, nan
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from replicate.display.plots.pairs import pair_plot

SHARE: dict[str, Any] = {
    "heading": "H05, Hydrant COCAD: Offences in the family as a share of group-based offences, 2023",
    "published": "26 %",
    "printed_value": 26.0,
    "printed_lower": 25.5,
    "printed_upper": 26.5,
    "given": "26.61 %",
    "given_value": 26.61,
    "given_lower": 26.61,
    "given_upper": 26.61,
}
NO_LOWER = (
    SHARE
    | {
        "published": "2,160",
        "printed_value": 2160.0,
        "printed_lower": 2155.0,
        "printed_upper": 2165.0,
    }
    | {
        "given": "2,185 or more",
        "given_value": nan,
        "given_lower": 2185.0,
        "given_upper": inf,
    }
)


def points(fig: Figure, pair: int) -> list[tuple[float, float]]:
    return [
        (float(line.get_xdata()[0]), float(line.get_ydata()[0]))  # type: ignore[arg-type, index]
        for line in fig.axes[pair].lines
    ]


def test_each_pair_has_a_scale_of_its_own_and_every_word_can_be_read(
    laid_out: Callable[[Figure], None],
) -> None:
    fig = pair_plot(pd.DataFrame([SHARE, NO_LOWER]))
    laid_out(fig)
    assert len(fig.axes) == 2
    assert [text.get_text() for text in fig.axes[0].texts if text.get_text()] == ["26 %", "26.61 %"]
    assert fig.axes[0].get_title(loc="left").replace("\n", " ") == SHARE["heading"]


def test_a_point_stands_at_its_value_and_a_range_without_one_has_none() -> None:
    fig = pair_plot(pd.DataFrame([SHARE | {"given_value": 26.7, "given_upper": 30.0}, NO_LOWER]))
    assert points(fig, 0) == [(26.0, 1.0), (26.7, 0.0)]
    assert points(fig, 1) == [(2160.0, 1.0)]


def test_a_range_without_an_upper_end_is_an_arrow_to_the_edge() -> None:
    fig = pair_plot(pd.DataFrame([NO_LOWER]))
    (arrow,) = [text for text in fig.axes[0].texts if not text.get_text()]
    assert arrow.xy == (fig.axes[0].get_xlim()[1], 0.0)  # type: ignore[attr-defined]
    assert arrow.get_position() == (2185.0, 0.0)
