from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from matplotlib.figure import Figure

from replicate.display.plots.bounds import bounds_plot

UNBOUNDED = "cannot be bounded: the share that is missing is not published"
FRAME = pd.DataFrame(
    [
        {
            "group": "All child sexual abuse: 32 % missing",
            "name": "White (44 % of all)",
            "lower": 0.435,
            "upper": 0.77,
            "reason": "",
        },
        {
            "group": "All child sexual abuse: 32 % missing",
            "name": "Asian (16 % of all)",
            "lower": 0.155,
            "upper": 0.49,
            "reason": "",
        },
        {
            "group": "Exploitation by groups",
            "name": "Asian (52 % as published)",
            "lower": None,
            "upper": None,
            "reason": UNBOUNDED,
        },
    ]
)


def drawn(frame: pd.DataFrame = FRAME) -> Figure:
    return bounds_plot(
        frame, label="Share of all suspects that each group could be (worst-case bounds)"
    )


def bars(fig: Figure) -> list[tuple[float, float]]:
    """From left end to right end, from top to bottom."""
    patches: list[Any] = list(fig.axes[0].patches)
    return [
        (bar.get_x(), bar.get_x() + bar.get_width())
        for bar in sorted(patches, key=lambda bar: bar.get_y())
    ]


def texts(fig: Figure) -> list[str]:
    return [text.get_text() for text in fig.axes[0].texts]


@pytest.mark.parametrize("long", [False, True])
def test_it_is_laid_out_well(long: bool, laid_out: Callable[[Figure], None]) -> None:
    laid_out(
        drawn(
            FRAME.assign(
                name=FRAME["name"] + " and a name that goes on for longer than a line",
                reason=2 * UNBOUNDED,
            )
            if long
            else FRAME
        )
    )


def test_each_range_is_drawn_from_end_to_end_in_the_order_of_the_frame() -> None:
    assert [pytest.approx(bar) for bar in bars(drawn())] == [(0.435, 0.77), (0.155, 0.49)]
    fig = drawn()
    assert fig.axes[0].yaxis_inverted()
    assert fig.axes[0].get_xlim() == (0, 1)


def test_no_point_is_drawn_inside_a_range() -> None:
    fig = drawn()
    assert [*fig.axes[0].lines, *fig.axes[0].collections] == []


def test_what_cannot_be_bounded_is_said_and_not_drawn() -> None:
    fig = drawn(FRAME.tail(1))
    assert bars(fig) == []
    assert texts(fig) == ["Exploitation by groups", "Asian (52 % as published)", UNBOUNDED]


def test_every_row_is_named_with_its_range_under_the_heading_of_its_group() -> None:
    percent = "\N{NO-BREAK SPACE}%"
    assert texts(drawn()) == [
        "All child sexual abuse: 32 % missing",
        "White (44 % of all)",
        f"43.5 to 77.0{percent}",
        "Asian (16 % of all)",
        f"15.5 to 49.0{percent}",
        "Exploitation by groups",
        "Asian (52 % as published)",
        UNBOUNDED,
    ]
    assert texts(drawn(FRAME.drop(columns="group")))[0] == "White (44 % of all)"
