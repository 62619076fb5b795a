from collections.abc import Callable
from itertools import product
from typing import Any

import pandas as pd
import pytest
from matplotlib.figure import Figure

from replicate.display.plots.curve import CHOICES, specification_curve
from replicate.vocabulary.definitions import definitions

LABELS = {name: definition.title for name, definition in definitions().items()} | {
    "definition": "Offences counted",
    "period": "Period",
    "territory": "Territory",
    "vintage": "Release",
    "without_btp": "without British Transport Police",
}


FIVE = sorted(definitions(), key=lambda name: len(definitions()[name].title))[-5:]
"""The definitions with the longest titles, which need the most room."""


@pytest.fixture
def specifications() -> pd.DataFrame:
    """Forty specifications with made-up totals, out of order."""
    rows = product(FIVE, ["2024", "2023/24"], ["all", "without_btp"], ["2023-10", "2026-04"])
    frame = pd.DataFrame([dict(zip(CHOICES, row, strict=True)) for row in rows])
    frame["total"] = [60_000 + 7919 * number % 45_000 for number in range(len(frame))]
    frame["reaches"] = frame["total"].between(101_000, 104_000)
    assert len(frame) == 40
    assert frame["reaches"].any()
    return frame


def drawn(frame: pd.DataFrame, **changed: Any) -> Figure:
    pieces: dict[str, Any] = {"published": 102_878, "band": (101_000, 104_000), "labels": LABELS}
    return specification_curve(frame, **(pieces | changed))


def test_forty_specifications_can_be_read(
    specifications: pd.DataFrame, laid_out: Callable[[Figure], None]
) -> None:
    laid_out(drawn(specifications))


def points(axes: Any, marker: str) -> list[tuple[float, float]]:
    lines = [line for line in axes.lines if line.get_marker() == marker]
    return [
        (float(x), float(y))
        for line in lines
        for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)
    ]


def test_totals_ascend_and_those_that_reach_have_another_shape(
    specifications: pd.DataFrame,
) -> None:
    above = drawn(specifications).axes[0]
    reached, not_reached = points(above, "D"), points(above, "o")
    assert [total for _, total in sorted(reached + not_reached)] == sorted(specifications["total"])
    assert {total for _, total in reached} == set(
        specifications.loc[specifications["reaches"], "total"]
    )


def test_each_total_stands_over_its_choices(specifications: pd.DataFrame) -> None:
    below = drawn(specifications).axes[1]
    texts = dict(
        zip(
            below.get_yticks(),
            (tick.get_text().replace("\n", " ") for tick in below.get_yticklabels()),
            strict=True,
        )
    )
    marks = {(x, texts[y]) for x, y in points(below, "D") + points(below, "o")}
    in_order = specifications.sort_values("total").reset_index(drop=True)
    assert marks == {
        (float(place), LABELS.get(row[choice], row[choice]))
        for place, row in enumerate(in_order.to_dict("records"))
        for choice in CHOICES
    }


def test_headings_stand_over_the_values_of_a_choice(specifications: pd.DataFrame) -> None:
    ticks = drawn(specifications).axes[1].get_yticklabels()
    assert [tick.get_text() for tick in ticks if tick.get_fontweight() == "bold"] == [
        "Offences counted",
        "Period",
        "Territory",
        "Release",
    ]


def test_the_published_figure_and_its_band_are_drawn(specifications: pd.DataFrame) -> None:
    above = drawn(specifications).axes[0]
    assert [line.get_ydata() for line in above.lines if line.get_marker() == "None"] == [
        [102_878, 102_878]
    ]
    (band,) = above.patches
    assert (band.get_y(), band.get_y() + band.get_height()) == (101_000, 104_000)  # type: ignore[attr-defined]
    assert [text.get_text() for text in above.texts] == ["published: 102,878"]


def test_the_published_figure_is_named_on_its_free_side(
    specifications: pd.DataFrame, laid_out: Callable[[Figure], None]
) -> None:
    assert drawn(specifications).axes[0].texts[0].get_verticalalignment() == "bottom"
    low = drawn(specifications, published=50_000, band=(49_000, 51_000))
    assert low.axes[0].texts[0].get_verticalalignment() == "top"
    laid_out(low)


def test_other_choices_can_be_shown(specifications: pd.DataFrame) -> None:
    frame = specifications.rename(columns={"definition": "codes"})
    below = drawn(frame, choices=["codes"], labels={}, label="Cases").axes[1]
    assert below.get_yticklabels()[0].get_text() == "codes"
    assert len(below.get_yticks()) == 1 + frame["codes"].nunique()
