from collections.abc import Callable
from typing import Any, Literal

import pandas as pd
import pytest
from matplotlib.figure import Figure

from replicate.display.plots.series import series_plot

KINDS = ["contact", "grooming and exploitation", "images"]


def frame(*, last: int = 2025, whole: bool = False, kinds: list[str] = KINDS) -> pd.DataFrame:
    rows = [
        {
            "year": year,
            "kind": kind,
            "count": 1000 * (place + 1) + 100 * (year - 2013),
            "complete": whole or year < last,
        }
        for year in range(2013, last + 1)
        for place, kind in enumerate(kinds)
    ]
    return pd.DataFrame(rows)


def named(fig: Figure) -> list[str]:
    return [text.get_text() for text in fig.axes[0].texts]


@pytest.mark.parametrize("style", ["lines", "stacked"])
@pytest.mark.parametrize("whole", [True, False])
def test_it_is_laid_out_well_and_begins_at_zero(
    style: Literal["lines", "stacked"], whole: bool, laid_out: Callable[[Figure], None]
) -> None:
    fig = series_plot(
        frame(whole=whole), label="Offences recorded, including non-recent", style=style
    )
    laid_out(fig)
    axes = fig.axes[0]
    assert axes.get_ylim()[0] == 0
    assert axes.get_title(loc="left") == "Offences recorded, including non-recent"
    assert named(fig) == ["contact", "grooming and\nexploitation", "images"]
    assert axes.get_legend() is None


def lines_of(fig: Figure) -> list[Any]:
    """The lines drawn, without the single markers beside the names."""
    lines: list[Any] = list(fig.axes[0].lines)
    return [line for line in lines if len(line.get_xdata()) > 1]


def drawn(line: Any) -> dict[int, float]:
    """Year and count of the points a line goes through."""
    return {
        int(year): float(count)
        for year, count in zip(line.get_xdata(), line.get_ydata(), strict=True)
        if count == count
    }


def marked(line: Any) -> list[int]:
    return [
        int(year)
        for year, marks in zip(line.get_xdata(), line.get_markevery(), strict=True)
        if marks
    ]


def test_an_incomplete_year_is_dotted_with_an_open_marker() -> None:
    solid, dotted = lines_of(series_plot(frame(), label="Offences"))[:2]
    assert solid.get_color() == dotted.get_color() == "#12436D"
    assert (solid.get_linestyle(), max(drawn(solid))) == ("-", 2024)
    assert (dotted.get_linestyle(), drawn(dotted)) == (":", {2024: 2100, 2025: 2200})
    assert (dotted.get_markerfacecolor(), marked(dotted)) == ("#FFFFFF", [2025])


def test_complete_years_are_one_line() -> None:
    solid, *others = lines_of(series_plot(frame(whole=True), label="Offences"))
    assert list(drawn(solid)) == list(range(2013, 2026))
    assert {line.get_linestyle() for line in others} == {"-"}


def test_an_incomplete_first_year_leaves_the_others_whole() -> None:
    rows = frame(whole=True).assign(complete=lambda given: given["year"] > 2013)
    solid, dotted = lines_of(series_plot(rows, label="Offences"))[:2]
    assert min(drawn(solid)) == 2014
    assert list(drawn(dotted)) == [2013, 2014]
    assert marked(dotted) == [2013]


def test_years_that_are_all_incomplete_have_open_markers_only() -> None:
    lines: list[Any] = [
        line
        for line in series_plot(frame(last=2013), label="Offences").axes[0].lines
        if line.get_linestyle() == ":"
    ]
    assert [drawn(line) for line in lines] == [{2013: 1000}, {2013: 2000}, {2013: 3000}]


def test_each_kind_has_its_own_colour_and_marker() -> None:
    fig = series_plot(frame(whole=True, kinds=list("abcdef")), label="Offences")
    lines = lines_of(fig)
    assert (
        len({line.get_color() for line in lines}) == len({line.get_marker() for line in lines}) == 6
    )


def test_columns_stand_on_one_another_and_an_incomplete_year_is_hatched() -> None:
    bars = series_plot(frame(), label="Offences", style="stacked").axes[0].patches
    contact, grooming, images = (bars[start : start + 13] for start in (0, 13, 26))
    assert [bar.get_height() for bar in contact][-1] == 2200  # type: ignore[attr-defined]
    assert [bar.get_y() for bar in grooming] == [bar.get_height() for bar in contact]  # type: ignore[attr-defined]
    assert images[-1].get_y() + images[-1].get_height() == 2200 + 3200 + 4200  # type: ignore[attr-defined]
    assert [bar.get_hatch() for bar in contact] == [None] * 12 + ["///"]


def test_a_kind_without_a_count_in_a_year_adds_nothing() -> None:
    rows = frame(last=2014, whole=True)
    bars = series_plot(rows.drop(index=0), label="Offences", style="stacked").axes[0].patches
    assert sorted(bar.get_height() for bar in bars if bar.get_x() < 2013)[0] == 0  # type: ignore[attr-defined]


def test_the_last_year_is_always_named_and_part_years_say_so() -> None:
    ticks = [
        tick.get_text() for tick in series_plot(frame(), label="Offences").axes[0].get_xticklabels()
    ]
    assert ticks == [
        "2013\n ",
        "2015\n ",
        "2017\n ",
        "2019\n ",
        "2021\n ",
        "2023\n ",
        "2025\n(part)",
    ]
    assert [
        tick.get_text()
        for tick in series_plot(frame(last=2015, whole=True), label="x").axes[0].get_xticklabels()
    ] == [
        "2013\n ",
        "2014\n ",
        "2015\n ",
    ]


def test_words_can_be_given_for_kinds() -> None:
    assert named(series_plot(frame(), label="Offences", words={"images": "Images"}))[-1] == "Images"


def test_lines_that_end_together_keep_their_names_apart(laid_out: Callable[[Figure], None]) -> None:
    rows = frame(whole=True, kinds=list("abcdef")).assign(count=lambda given: 1000 + given["year"])
    laid_out(series_plot(rows, label="Offences"))


def test_more_kinds_than_colours_are_refused() -> None:
    with pytest.raises(ValueError, match="7 kinds: 6 can be told apart"):
        series_plot(frame(kinds=list("abcdefg")), label="Offences")
