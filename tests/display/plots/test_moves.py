from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from matplotlib.figure import Figure

from replicate.display.plots.moves import moves_plot
from replicate.display.svg import render

ROWS = [
    ("Kent", 4000, 4100, "by the rule", True, "2023-10", 4040, 3960, 4120),
    ("Kent", 4000, 4100, "one quarter later", False, "2023-10", 4200, 4120, 4280),
    ("Kent", 4000, 4100, "by the rule", True, "2026-04", 4080, 4000, 4160),
    ("London, City of", 200, 210, "by the rule", True, "2023-10", 190, None, None),
    ("London, City of", 200, 210, "by the rule", True, "2026-04", 210, 206, 214),
]
COLUMNS = [
    "force",
    "published",
    "ceiling",
    "window",
    "rule",
    "vintage",
    "computed",
    "lower",
    "upper",
]
FRAME = pd.DataFrame(ROWS, columns=COLUMNS)


def drawn(frame: pd.DataFrame = FRAME) -> Figure:
    return moves_plot(
        frame,
        label="Crimes left unrecorded, as a percentage of the number published (ranges: rounding of the rate)",
    )


def marks(fig: Figure, marker: str, *, chosen: bool) -> list[float]:
    lines: list[Any] = [line for line in fig.axes[0].lines if line.get_marker() == marker]
    return sorted(
        float(line.get_xdata()[0])
        for line in lines
        if (line.get_markerfacecolor() != "#FFFFFF") == chosen
    )


def test_it_is_laid_out_well(laid_out: Callable[[Figure], None], areas: pd.DataFrame) -> None:
    laid_out(drawn())
    laid_out(
        drawn(pd.concat([FRAME.head(3).assign(force=force) for force in areas["force"].head(18)]))
    )


def test_every_computed_number_stands_at_its_percentage_of_the_published_one() -> None:
    fig = drawn()
    assert marks(fig, "o", chosen=True) == pytest.approx([95, 101])  # 190 of 200; 4,040 of 4,000
    assert marks(fig, "o", chosen=False) == pytest.approx([105])
    assert marks(fig, "s", chosen=True) == pytest.approx([102, 105])
    assert marks(fig, "s", chosen=False) == []


def test_ranges_are_drawn_as_ranges_and_what_has_none_has_none() -> None:
    found = [segment for bars in drawn().axes[0].collections for segment in bars.get_segments()]  # type: ignore[attr-defined]
    ends = sorted((float(segment[0][0]), float(segment[1][0])) for segment in found)
    assert ends == [pytest.approx(pair) for pair in [(99, 103), (100, 104), (103, 107), (103, 107)]]


def test_a_floor_reaches_to_the_next_printed_step() -> None:
    patches: list[Any] = list(drawn().axes[0].patches)
    assert [(bar.get_x(), round(bar.get_x() + bar.get_width(), 6)) for bar in patches] == [
        (100, 102.5),
        (100, 105),
    ]
    assert list(drawn(FRAME.drop(columns="ceiling")).axes[0].patches) == []


def test_the_published_number_is_a_line_at_a_hundred_and_is_printed() -> None:
    axes = drawn().axes[0]
    lines: list[Any] = list(axes.lines)
    assert [list(line.get_xdata()) for line in lines if line.get_color() == "#F46A25"] == [
        [100, 100]
    ]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == [
        "Kent: 4,000",
        "City of London: 200",
    ]
    assert axes.yaxis_inverted()


def test_releases_have_lanes_of_their_own_in_the_row_of_their_force() -> None:
    lines: list[Any] = [line for line in drawn().axes[0].lines if line.get_marker() in ("o", "s")]
    places = {
        marker: {
            round(float(line.get_ydata()[0]), 3) for line in lines if line.get_marker() == marker
        }
        for marker in "os"
    }
    assert places == {"o": {-0.167, 0.833}, "s": {0.167, 1.167}}


def test_a_mark_says_what_it_is() -> None:
    svg = render(drawn(), name="a", alt="Marks.")
    assert "<title>Kent, one quarter later, release 2023-10: 4,200</title>" in svg
    assert "<title>City of London, by the rule, release 2026-04: 210</title>" in svg


def test_the_legend_names_releases_windows_and_the_published_number() -> None:
    (legend,) = drawn().legends
    named = [
        "by the rule, release 2023-10",
        "other windows, release 2023-10",
        "by the rule, release 2026-04",
        "other windows, release 2026-04",
    ]
    assert [text.get_text() for text in legend.get_texts()] == [
        *named,
        "published number",
        "up to the next printed step",
    ]
    (legend,) = drawn(FRAME.drop(columns="ceiling")).legends
    assert [text.get_text() for text in legend.get_texts()] == [*named, "published number"]


def test_more_releases_than_markers_are_refused() -> None:
    with pytest.raises(ValueError, match="4 releases: 3 can be told apart"):
        drawn(pd.concat([FRAME.assign(vintage=name) for name in "abcd"]))
