from math import inf, nan
from typing import Any

import pandas as pd
import pytest

from replicate.display.plots.comparison import comparison_plot
from replicate.display.theme import PALETTE


def rows(*given: tuple[str, float, float, float, str]) -> pd.DataFrame:
    return pd.DataFrame(given, columns=["what", "value", "lower", "upper", "kind"])


def drawn(frame: pd.DataFrame, *, label: str = "offences") -> Any:
    """Draw, and return the axes; matplotlib's own annotations of what is drawn are too wide to be read."""
    (axes,) = comparison_plot(frame, label=label).axes
    return axes


PUBLISHED = ("Published", 100.0, 95.0, 105.0, "rounding")


def test_the_published_figure_and_each_computed_one_has_a_row_and_a_point() -> None:
    axes = drawn(rows(PUBLISHED, ("Computed", 102.0, nan, nan, "none")))
    assert [text.get_text() for text in axes.texts] == ["Published", "Computed"]
    points = [(line.get_xydata().tolist(), line.get_color()) for line in axes.lines]
    assert points == [([[100.0, 0.0]], PALETTE[3]), ([[102.0, 1.0]], PALETTE[0])]
    assert axes.get_xlabel() == "offences"


def test_a_sampling_interval_is_a_thin_line_and_rounding_a_thick_one() -> None:
    axes = drawn(rows(PUBLISHED, ("Computed", 102.0, 98.0, 106.0, "sampling interval")))
    widths = [float(lines.get_linewidth()[0]) for lines in axes.collections]
    assert widths == [7, 2.2]


@pytest.mark.parametrize("kind", ["worst-case bounds", "scenario range"])
def test_a_range_is_an_open_bar_with_nothing_inside(kind: str) -> None:
    axes = drawn(rows(PUBLISHED, ("Computed", nan, 20.0, 180.0, kind)))
    (bar,) = axes.patches
    assert (bar.get_x(), bar.get_width()) == (20.0, 160.0)
    assert len(axes.lines) == 1  # the published point alone


def test_an_end_without_limit_is_an_arrow_at_the_edge() -> None:
    axes = drawn(rows(PUBLISHED, ("Computed", nan, 110.0, inf, "worst-case bounds")))
    arrow = axes.lines[-1]
    assert arrow.get_marker() == ">"
    assert list(arrow.get_xdata()) == [axes.get_xlim()[1]]


def test_one_number_alone_has_room_around_it() -> None:
    low, high = drawn(rows(("Published", 0.0, nan, nan, "none"))).get_xlim()
    assert low < 0 < high


def test_nothing_to_draw_is_refused() -> None:
    with pytest.raises(ValueError, match="no row has a number"):
        comparison_plot(rows(("Published", nan, nan, nan, "none")), label="offences")
