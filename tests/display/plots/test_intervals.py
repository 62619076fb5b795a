from collections.abc import Callable
from typing import Literal

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from replicate.display.plots.intervals import interval_plot


def names(fig: Figure) -> list[str]:
    """From top to bottom."""
    return [tick.get_text() for tick in fig.axes[0].get_yticklabels()]


@pytest.mark.parametrize("order", ["name", "rate"])
def test_all_areas_can_be_read(
    order: Literal["name", "rate"], areas: pd.DataFrame, laid_out: Callable[[Figure], None]
) -> None:
    fig = interval_plot(
        areas, label="Offences per 1,000 children (95 % interval)", reference=7.9, order=order
    )
    laid_out(fig)
    assert len(names(fig)) == len(areas)
    assert fig.axes[0].yaxis_inverted()


def test_by_name_nothing_is_ranked(areas: pd.DataFrame) -> None:
    assert names(interval_plot(areas.sample(frac=1, random_state=1), label="Rate")) == sorted(
        areas["force"]
    )


def test_by_rate_each_name_carries_the_ranks_it_could_hold(areas: pd.DataFrame) -> None:
    shown = names(interval_plot(areas, label="Rate", order="rate"))
    by_rate = areas.sort_values("rate", ascending=False, kind="stable")
    assert shown == [
        f"{row.force} (rank {row.rank_lower} to {row.rank_upper})" for row in by_rate.itertuples()
    ]


def test_by_rate_without_ranks_there_are_names_only(areas: pd.DataFrame) -> None:
    shown = names(
        interval_plot(areas.drop(columns=["rank_lower", "rank_upper"]), label="Rate", order="rate")
    )
    assert shown == list(areas.sort_values("rate", ascending=False, kind="stable")["force"])


def test_each_interval_is_drawn_from_end_to_end_around_its_dot() -> None:
    frame = pd.DataFrame(
        {"force": ["Kent", "Essex"], "rate": [2.0, 3.0], "lower": [1.0, 2.5], "upper": [4.0, 3.5]}
    )
    axes = interval_plot(frame, label="Rate").axes[0]
    (bars,) = axes.collections
    assert [segment.tolist() for segment in bars.get_segments()] == [  # type: ignore[attr-defined]
        [[2.5, 0], [3.5, 0]],
        [[1.0, 1], [4.0, 1]],
    ]
    (dots,) = axes.lines
    assert (np.asarray(dots.get_xdata()).tolist(), np.asarray(dots.get_ydata()).tolist()) == (
        [3.0, 2.0],
        [0, 1],
    )


def test_the_whole_is_a_line_with_its_name(areas: pd.DataFrame) -> None:
    axes = interval_plot(areas, label="Rate", reference=7.9, reference_label="England").axes[0]
    assert [line.get_xdata() for line in axes.lines if line.get_linestyle() == "--"] == [[7.9, 7.9]]
    assert [text.get_text() for text in axes.texts] == ["England: 7.9"]
    assert list(interval_plot(areas, label="Rate").axes[0].texts) == []
