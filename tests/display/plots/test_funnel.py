from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from matplotlib.figure import Figure

from replicate.display.plots.funnel import funnel_plot

KINDS = ["99.8 %, chance alone", "99.8 %, forces differing"]
POINTS = pd.DataFrame(
    {
        "force": [
            "Kent",
            "London, City of",
            "Devon and Cornwall",
            "Northamptonshire",
            "West Yorkshire",
        ],
        "size": [1342.2, 660.3, 1210.8, 1176.8, 1872.3],
        "rate": [0.895, 0.958, 0.909, 0.92, 0.758],
        "outside": ["", KINDS[0], KINDS[0], KINDS[0], KINDS[1]],
    }
)
LIMITS = pd.DataFrame(
    [
        {"kind": kind, "size": size, "lower": 0.876 - half, "upper": 0.876 + half}
        for kind, width in zip(KINDS, (1.0, 4.0), strict=True)
        for size in (2000, 1000, 500)
        for half in [width / size**0.5]
    ]
)


def drawn(points: pd.DataFrame = POINTS, limits: pd.DataFrame = LIMITS) -> Figure:
    return funnel_plot(
        points,
        limits,
        label="Share of reported crime recorded",
        size_label="Implied sample (cases)",
        target=0.876,
    )


def lines(fig: Figure, marker: str) -> list[list[tuple[float, float]]]:
    found: list[Any] = [line for line in fig.axes[0].lines if line.get_marker() == marker]
    return [list(zip(line.get_xdata(), line.get_ydata(), strict=True)) for line in found]


def test_it_is_laid_out_well(laid_out: Callable[[Figure], None]) -> None:
    laid_out(drawn())


def test_many_units_outside_keep_their_names_apart(
    laid_out: Callable[[Figure], None], areas: pd.DataFrame
) -> None:
    """Eighteen, most of them high and some alike, as the published rates are."""
    many = areas.head(18).assign(
        size=1000, rate=[0.93 - 0.0005 * (place // 2) for place in range(18)], outside=KINDS[0]
    )
    laid_out(drawn(many))
    laid_out(drawn(many.assign(rate=0.76)))


def test_each_unit_stands_where_the_frame_has_it_by_what_it_lies_beyond() -> None:
    fig = drawn()
    for kind, marker in zip(["", *KINDS], "oDs", strict=True):
        rows = POINTS[POINTS["outside"] == kind]
        (found,) = lines(fig, marker)
        assert found == list(zip(rows["size"], rows["rate"], strict=True))
    assert lines(drawn(POINTS[POINTS["outside"] == ""]), "D") == []


def test_limits_are_drawn_from_the_smallest_size_to_the_largest() -> None:
    curves = [line for line in lines(drawn(), "None") if len(line) == 3]
    wanted = [
        list(zip(rows["size"], rows[end], strict=True))
        for kind in KINDS
        for rows in [LIMITS[LIMITS["kind"] == kind].sort_values("size")]
        for end in ("lower", "upper")
    ]
    assert curves == wanted


def test_kinds_of_limits_differ_by_line_as_well_as_colour() -> None:
    found = [line for line in drawn().axes[0].lines if line.get_marker() == "None"][:-1]
    assert (
        len({line.get_color() for line in found})
        == len({line.get_linestyle() for line in found})
        == 2
    )


def test_units_outside_are_named_and_others_are_not() -> None:
    texts: list[Any] = list(drawn().axes[0].texts)
    assert [text.get_text() for text in texts if text.get_text()] == [
        "all together: 87.6\N{NO-BREAK SPACE}%",
        "City of London",
        "Devon and Cornwall",
        "Northamptonshire",
        "West Yorkshire",
    ]
    assert [text.xy for text in texts if not text.get_text()] == [
        (660.3, 0.958),
        (1210.8, 0.909),
        (1176.8, 0.92),
        (1872.3, 0.758),
    ]


def test_the_target_is_a_line() -> None:
    assert [line for line in lines(drawn(), "None") if len(line) == 2] == [[(0, 0.876), (1, 0.876)]]


def test_the_axis_of_rates_ends_with_what_a_rate_can_be() -> None:
    wide = LIMITS.assign(lower=-0.2, upper=1.2)
    assert drawn(limits=wide).axes[0].get_ylim() == (0, 1)
    low, high = (
        drawn(limits=LIMITS[LIMITS["kind"] == KINDS[0]], points=POINTS[POINTS["outside"] == ""])
        .axes[0]
        .get_ylim()
    )
    assert 0 < low < 0.84
    assert 0.91 < high < 1


def test_what_cannot_be_told_apart_or_is_not_drawn_is_refused() -> None:
    with pytest.raises(ValueError, match="4 kinds of limits: 3 can be told apart"):
        drawn(limits=pd.concat([LIMITS.assign(kind=kind) for kind in "abcd"]))
    with pytest.raises(ValueError, match=r"units outside '99.8 %, forces differing'"):
        drawn(limits=LIMITS[LIMITS["kind"] == KINDS[0]])
