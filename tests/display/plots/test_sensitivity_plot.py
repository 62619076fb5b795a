from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from replicate.display.plots.sensitivity import sensitivity_plot

ODDS = [0.2, 0.5, 1.0, 2.0, 5.0]


def frame(*names: str) -> pd.DataFrame:
    rows = [
        {
            "name": name,
            "odds_ratio": odds,
            "lower": 0.5 - 0.05 * place - 0.02 * step,
            "upper": 0.52 - 0.05 * place - 0.02 * step,
        }
        for place, name in enumerate(names)
        for step, odds in enumerate(ODDS)
    ]
    return pd.DataFrame(rows)


TWO = frame("White", "Asian")


def drawn(rows: pd.DataFrame = TWO) -> Figure:
    return sensitivity_plot(
        rows, label="Share of all suspects, for each odds ratio of being recorded"
    )


def curves(fig: Figure) -> list[Any]:
    """The lines drawn, without the markers beside the names and the line at 1."""
    lines: list[Any] = list(fig.axes[0].lines)
    return [line for line in lines if len(line.get_xdata()) > 2]


@pytest.mark.parametrize("names", [("White", "Asian"), tuple("abcdef")])
def test_it_is_laid_out_well(names: tuple[str, ...], laid_out: Callable[[Figure], None]) -> None:
    laid_out(drawn(frame(*names)))


def test_both_ends_are_drawn_for_every_group_and_odds_ratio() -> None:
    shuffled = drawn(
        TWO.sample(frac=1, random_state=1).sort_values("name", ascending=False, kind="stable")
    )
    wanted = [
        list(TWO.loc[TWO["name"] == name, end])
        for name in ("White", "Asian")
        for end in ("lower", "upper")
    ]
    assert [list(line.get_xdata()) for line in curves(shuffled)] == [ODDS] * 4
    assert [list(line.get_ydata()) for line in curves(shuffled)] == wanted


def test_what_lies_between_the_ends_is_filled() -> None:
    band, _ = drawn().axes[0].collections
    (path,) = band.get_paths()
    corners = {(round(x, 6), round(y, 6)) for x, y in np.asarray(path.vertices)}
    rows = TWO[TWO["name"] == "White"]
    assert {
        (odds, round(end, 6))
        for odds, low, high in zip(ODDS, rows["lower"], rows["upper"], strict=True)
        for end in (low, high)
    } <= corners


def test_groups_differ_by_marker_as_well_as_colour_and_are_named() -> None:
    fig = drawn(frame(*"abcdef"))
    assert (
        len({line.get_color() for line in curves(fig)})
        == len({line.get_marker() for line in curves(fig)})
        == 6
    )
    assert [text.get_text() for text in fig.axes[0].texts] == list("abcdef")


def test_the_odds_ratio_is_logarithmic_with_one_marked_and_fractions_below() -> None:
    axes = drawn().axes[0]
    assert axes.get_xscale() == "log"
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["1/5", "1/2", "1", "2", "5"]
    assert list(axes.get_xticks()) == ODDS
    assert [line.get_xdata() for line in axes.lines if line.get_linestyle() == ":"] == [[1, 1]]
    assert axes.get_ylim() == (0, 1)


def test_more_groups_than_colours_and_odds_of_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="7 groups: 6 can be told apart"):
        drawn(frame(*"abcdefg"))
    with pytest.raises(ValueError, match="an odds ratio of 0"):
        drawn(TWO.assign(odds_ratio=0))
