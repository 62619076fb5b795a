from collections.abc import Callable
from math import nan

import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from replicate.display.plots.ranges import range_plot

LINKS = pd.DataFrame(
    {
        "name": [
            "nobody published this",
            "a name that has to be broken into several lines before it can be read here",
            "short",
            "narrow",
        ],
        "lower": [nan, 6.5, 73.5, 94.75],
        "upper": [nan, 7.5, 94.85, 94.85],
        "kind": ["no published input", "rounded", "assumed", "rounded"],
    }
)


def drawn(fig: Figure) -> list[tuple[float, float]]:
    bars = [patch for patch in fig.axes[0].patches if isinstance(patch, Rectangle)]
    return [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in bars]


def printed(fig: Figure) -> list[str]:
    return [text.get_text() for text in fig.axes[0].texts]


def test_each_range_is_a_bar_from_end_to_end_and_nothing_else_is_drawn(
    laid_out: Callable[[Figure], None],
) -> None:
    fig = range_plot(LINKS, label="Share that comes through each step, log scale", unit="%")
    laid_out(fig)
    assert [pytest.approx(ends) for ends in drawn(fig)] == [
        (6.5, 7.5),
        (73.5, 94.85),
        (94.75, 94.85),
    ]
    assert fig.axes[0].get_xscale() == "log"
    assert not fig.axes[0].lines


def test_a_row_without_ends_says_why_in_words() -> None:
    assert printed(range_plot(LINKS, label="Shares"))[:2] == [
        "nobody published this",
        "no published input",
    ]


@pytest.mark.parametrize(
    ("unit", "ends"), [("%", "\N{NO-BREAK SPACE}%"), ("people", " people"), ("", "")]
)
def test_ends_are_printed_with_their_unit_and_as_many_digits_as_tell_them_apart(
    unit: str, ends: str
) -> None:
    said = printed(range_plot(LINKS, label="Shares", unit=unit))
    assert said[3::2] == [f"6.50 to 7.50{ends}", f"73.5 to 94.8{ends}", f"94.75 to 94.85{ends}"]


def test_rows_stand_in_the_order_given_the_first_on_top() -> None:
    fig = range_plot(LINKS, label="Shares")
    places = [text.get_position()[1] for text in fig.axes[0].texts]
    assert places == sorted(places)
    assert fig.axes[0].yaxis_inverted()


def test_kinds_are_told_apart_by_the_colours_of_the_house_and_named() -> None:
    fig = range_plot(LINKS, label="Shares")
    assert [text.get_text() for text in fig.legends[0].get_texts()] == ["rounded", "assumed"]


def test_one_kind_needs_no_legend() -> None:
    assert range_plot(LINKS[LINKS["kind"] == "rounded"], label="Shares").legends == []


@pytest.mark.parametrize(
    ("lower", "upper", "ticks"),
    [
        (2, 3000, ["10", "100", "1,000"]),
        (6.5, 94.0, ["10", "20", "50", "100"]),
        (11.5, 52, ["20", "30", "50"]),
        (40, 42, ["35.7", "47"]),
    ],
)
def test_an_axis_has_ticks_that_can_be_read(
    lower: float, upper: float, ticks: list[str], laid_out: Callable[[Figure], None]
) -> None:
    fig = range_plot(
        pd.DataFrame({"name": ["one"], "lower": [lower], "upper": [upper], "kind": ["rounded"]}),
        label="One",
    )
    laid_out(fig)
    assert [label.get_text() for label in fig.axes[0].get_xticklabels()] == ticks


def test_no_row_with_ends_is_refused() -> None:
    with pytest.raises(ValueError, match="no row has ends"):
        range_plot(LINKS.head(1), label="Shares")
