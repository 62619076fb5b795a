"""Estimates by model: each row read back from the figure, from frames small enough to check by hand."""

from collections.abc import Callable
from math import inf

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from replicate.display.plots.estimates import CHOICE, estimates_plot

MODELS = pd.DataFrame(
    {
        "chosen_by": ["best by BIC", "stepwise below 0.02", "average over 1,024 models by BIC"],
        "estimate": [23_000.0, 11_000.0, 18_000.0],
        "lower": [18_000.0, 10_000.0, 9_800.0],
        "upper": [30_000.0, 13_000.0, 36_000.0],
    }
)


def names(fig: Figure) -> list[str]:
    """From top to bottom."""
    return [tick.get_text().replace("\n", " ") for tick in fig.axes[0].get_yticklabels()]


def spans(fig: Figure) -> list[tuple[float, float]]:
    """Ends of the bars that are drawn flat: the choice of a model, and a published range, which is as high as the axes."""
    boxes = [patch for patch in fig.axes[0].patches if isinstance(patch, Rectangle)]
    return [(box.get_x(), box.get_x() + box.get_width()) for box in boxes]


def test_each_model_is_named_by_what_chose_it_the_lowest_estimate_on_top() -> None:
    fig = estimates_plot(MODELS, label="People in all")
    assert names(fig) == [
        "stepwise below 0.02",
        "average over 1,024 models by BIC",
        "best by BIC",
        CHOICE,
    ]
    assert fig.axes[0].yaxis_inverted()


def test_each_interval_is_drawn_from_end_to_end_and_each_dot_at_its_estimate() -> None:
    axes = estimates_plot(MODELS, label="People in all").axes[0]
    (bars,) = axes.collections
    segments = bars.get_segments()  # type: ignore[attr-defined]
    assert [segment[:, 0].tolist() for segment in segments] == [
        [10_000, 13_000],
        [9_800, 36_000],
        [18_000, 30_000],
    ]
    dots = axes.lines[-1]
    assert np.asarray(dots.get_xdata()).tolist() == [11_000, 18_000, 23_000]
    assert (
        np.asarray(dots.get_ydata()).tolist()
        == [segment[0, 1] for segment in segments]
        == list(axes.get_yticks()[:-1])
    )


def test_the_choice_of_a_model_is_a_bar_from_the_lowest_to_the_highest_estimate() -> None:
    assert spans(estimates_plot(MODELS, label="People in all")) == [(11_000, 23_000)]


def test_a_published_range_is_a_band_with_its_name_and_ends() -> None:
    fig = estimates_plot(
        MODELS, label="People in all", published=(10_000, 13_000), published_label="Home Office"
    )
    assert (10_000, 13_000) in spans(fig)
    assert [text.get_text() for text in fig.axes[0].texts] == ["Home Office: 10,000 to 13,000"]
    assert list(estimates_plot(MODELS, label="People in all").axes[0].texts) == []


def test_an_interval_without_an_upper_end_is_named_and_ends_in_an_arrow_where_the_others_do() -> (
    None
):
    fig = estimates_plot(MODELS.assign(upper=[inf, 13_000, 36_000]), label="People in all")
    assert names(fig)[2] == "best by BIC, no upper limit"
    arrows = fig.axes[0].lines[0]
    assert (arrows.get_marker(), np.asarray(arrows.get_xdata()).tolist()) == (">", [36_000])


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_every_row_can_be_read(rows: int, laid_out: Callable[[Figure], None]) -> None:
    frame = pd.DataFrame(
        {
            "chosen_by": [
                f"downhill by BIC; within 2 of the best by BIC ({place})" for place in range(rows)
            ],
            "estimate": np.linspace(10_000, 30_000, rows),
            "lower": np.linspace(8_000, 20_000, rows),
            "upper": np.linspace(15_000, 60_000, rows),
        }
    )
    laid_out(
        estimates_plot(
            frame, label="People in all: estimate and interval by model", published=(10_000, 13_000)
        )
    )


def test_no_model_is_nothing_to_draw() -> None:
    with pytest.raises(ValueError, match="no model has an estimate to draw"):
        estimates_plot(MODELS[:0], label="People in all")
