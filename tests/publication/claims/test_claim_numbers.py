import io
from collections.abc import Callable, Mapping

import pandas as pd
import pytest

from replicate.publication.claims.numbers import as_csv, numbers, picture
from replicate.publication.verdicts import complete

MakeRow = Callable[..., Mapping[str, object]]
ENDS = {"lower": 1199.5, "upper": 1200.5}


def test_what_was_published_and_computed_are_rows_with_their_ends(row: MakeRow) -> None:
    (given,) = complete(
        [row("C01", value=1200.0, printed=ENDS, revised={"lower": 1190.0, "upper": 1205.0})]
    )
    frame = numbers(given)
    assert frame.columns.tolist() == ["what", "value", "lower", "upper", "kind", "unit"]
    assert frame["kind"].tolist() == ["rounding", "revision", "none"]
    assert frame[["value", "lower", "upper"]].iloc[0].tolist() == [1200.0, 1199.5, 1200.5]
    assert frame["value"].tolist()[2] == 1198.0
    assert pd.read_csv(io.StringIO(as_csv(frame)))["unit"].tolist() == ["offences"] * 3


def test_a_range_keeps_its_kind_and_has_no_value(row: MakeRow) -> None:
    bounds = {"kind": "worst-case bounds", "lower": 761.0, "upper": None}
    (given,) = complete([row("H09", computed=None, value=4450.0, printed=ENDS, uncertainty=bounds)])
    last = numbers(given).iloc[-1]
    assert (last["kind"], last["lower"]) == ("worst-case bounds", 761.0)
    assert last[["value", "upper"]].isna().all()


def test_releases_stand_by_themselves_where_several_cover_the_period(row: MakeRow) -> None:
    def one(vintage: str, value: float | None) -> dict[str, object]:
        return {
            "vintage": vintage,
            "computed": f"{value} offences",
            "value": value,
            "verdict": "differs",
            "reason": "",
        }

    both, single = ([one("2023-10", value), one("2026-04", 1198.0)] for value in (1190.0, None))
    (two,), (alone,) = (
        complete([row("C01", value=1200.0, printed=ENDS, vintages=releases)])
        for releases in (both, single)
    )
    assert numbers(two)["what"].tolist()[2:] == [
        "Computed in release 2023-10 alone",
        "Computed in release 2026-04 alone",
    ]
    assert len(numbers(alone)) == 2
    drawn = picture(two, numbers(two), source="a publisher")
    assert drawn
    assert "in release 2023-10 1190.0 offences" in drawn.figure.text


def test_a_figure_is_a_drawing_and_a_picture_that_come_out_the_same(row: MakeRow) -> None:
    (given,) = complete(
        [row("C01", value=1200.0, printed=ENDS, derivation={"kind": "recorded_total"})]
    )
    first, second = (picture(given, numbers(given), source="a publisher") for _ in range(2))
    assert first
    assert second
    assert (first.png, first.figure.svg) == (second.png, second.figure.svg)
    assert first.png.startswith(b"\x89PNG")
    assert (
        "Published 1,200 offences, computed 1,198 offences, a difference of −2 offences."
        in first.figure.text
    )
    assert first.figure.name == "c01"


@pytest.mark.parametrize(
    "changes",
    [
        {"computed": None, "difference": None},
        {"unit": "weekday", "published": "2", "computed": 6.0},
        {"value": None, "printed": None, "published": "not seen"},
    ],
)
def test_nothing_is_drawn_where_there_is_nothing_to_compare(
    row: MakeRow, changes: dict[str, object]
) -> None:
    (given,) = complete([row("C03", **({"value": 1200.0, "printed": ENDS} | changes))])
    assert picture(given, numbers(given), source="a publisher") is None
