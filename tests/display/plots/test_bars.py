from collections.abc import Callable

import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from replicate.display.plots.bars import bar_plot
from replicate.display.svg import render

COUNTS = pd.DataFrame(
    {
        "what": ["one", "a name that has to be broken into several lines to be read"],
        "some": [3, 0],
        "more": [1, 1200],
    }
)


def printed(fig: Figure) -> list[str]:
    return [text.get_text() for text in fig.axes[0].texts]


def bars(fig: Figure) -> list[Rectangle]:
    return [patch for patch in fig.axes[0].patches if isinstance(patch, Rectangle)]


def test_each_bar_has_its_number_printed(laid_out: Callable[[Figure], None]) -> None:
    fig = bar_plot(COUNTS, names="what", parts={"more": "figures"}, label="Figures")
    laid_out(fig)
    assert printed(fig) == ["1", "1,200"]
    assert [bar.get_width() for bar in bars(fig)] == [1, 1200]
    assert fig.axes[0].get_legend() is None


def test_two_parts_are_told_apart_by_more_than_colour_and_both_printed(
    laid_out: Callable[[Figure], None],
) -> None:
    fig = bar_plot(
        COUNTS, names="what", parts={"some": "of the first kind", "more": "others"}, label="Figures"
    )
    laid_out(fig)
    assert printed(fig) == ["4 (3 + 1)", "1,200 (0 + 1,200)"]
    first, _, second, _ = bars(fig)
    assert not first.get_hatch()
    assert second.get_hatch()
    assert second.get_x() == 3
    legend = fig.axes[0].get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["of the first kind", "others"]


def test_the_first_row_is_on_top_and_the_axis_begins_at_nought() -> None:
    fig = bar_plot(COUNTS, names="what", parts={"more": "figures"}, label="Figures")
    assert fig.axes[0].yaxis_inverted()
    assert fig.axes[0].get_xlim()[0] == 0
    assert fig.axes[0].get_yticks()[0] < fig.axes[0].get_yticks()[1]


def test_the_colours_come_in_their_order() -> None:
    svg = render(
        bar_plot(COUNTS, names="what", parts={"some": "a", "more": "b"}, label="Figures"),
        name="bars",
        alt="Bars.",
    )
    assert svg.index("#12436d") < svg.index("#28a197")


def test_three_parts_are_refused() -> None:
    with pytest.raises(ValueError, match="3 parts"):
        bar_plot(
            COUNTS.assign(most=1),
            names="what",
            parts=dict.fromkeys(("some", "more", "most"), "x"),
            label="Figures",
        )
