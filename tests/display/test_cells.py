from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from replicate.display.cells import MOST_ROWS, STATES, data_table, heading, is_numeric, written


def column(values: list[object], **options: object) -> list[str]:
    return list(written(pd.DataFrame({"x": values}, **options))["x"])  # type: ignore[call-overload]


def test_numbers_of_a_column_have_the_same_decimals() -> None:
    assert column([1.5, 22.25, -300.125]) == ["1.5", "22.2", "−300.1"]
    assert column([1.5, 2.25]) == ["1.50", "2.25"]
    assert column([1234, 5]) == ["1,234", "5"]
    assert column([1234.0, np.nan]) == ["1,234", "not available"]


def test_a_column_without_any_value_says_so() -> None:
    assert column([np.nan, np.nan]) == ["not available"] * 2
    assert column([None, ""]) == ["not available"] * 2
    assert column(["  "]) == ["not available"]


def test_years_have_no_separator() -> None:
    assert list(written(pd.DataFrame({"year": [2024, 2025]}))["year"]) == ["2024", "2025"]


def test_truth_values_are_words_and_lists_are_kept() -> None:
    assert column([True, False]) == ["yes", "no"]
    assert column([("Kent", "Essex")]) == ["('Kent', 'Essex')"]


def test_a_format_overrides() -> None:
    assert list(written(pd.DataFrame({"x": [-0.5, None]}), formats={"x": ".3f"})["x"]) == [
        "−0.500",
        "not available",
    ]


def test_the_reason_for_a_missing_value_is_printed_instead_of_it() -> None:
    frame = pd.DataFrame(
        {
            "episodes": pd.array([3, None, None, None, None, None, None], dtype="Int64"),
            "state": [
                "value",
                "suppressed",
                "not_applicable",
                "not_available",
                "ended",
                None,
                "lost in the post",
            ],
        }
    )
    words = written(frame, states={"episodes": "state"})
    assert list(words.columns) == ["episodes"]
    assert list(words["episodes"]) == [
        "3",
        "suppressed by the publisher",
        "not applicable",
        "not available",
        "no longer collected",
        "not available",
        "lost in the post",
    ]


def test_the_frame_given_is_left_as_it_was() -> None:
    frame = pd.DataFrame({"x": [1.0, np.nan]})
    written(frame)
    assert frame["x"].isna().tolist() == [False, True]


def test_the_states_are_those_of_the_assessment_factors() -> None:
    from replicate.sources import tables

    assert set(tables.assessment_factors()["state"]) - {"value"} <= set(STATES)


@pytest.mark.parametrize(
    ("values", "numeric"),
    [
        ([1, 2], True),
        ([1.5], True),
        ([True], False),
        (["1"], False),
        (pd.array([1, None], dtype="Int64"), True),
    ],
)
def test_truth_values_and_texts_are_not_numbers(values: list[object], numeric: bool) -> None:
    assert is_numeric(pd.Series(values)) is numeric


def test_a_heading_is_the_columns_name_in_words() -> None:
    assert heading("rank_lower") == "Rank lower"
    assert heading("YE 2024-03") == "YE 2024-03"


def test_data_are_a_table_with_its_first_column_as_row_headers(read: Callable[[str], Any]) -> None:
    page = read(
        data_table(pd.DataFrame({"force": ["Kent"], "rate": [1.5]}), caption="Rates", name="d")
    )
    assert page.all_text("caption") == ["Data: Rates"]
    assert page.all_text("th") == ["Force", "Rate", "Kent"]
    assert page.all_text("td") == ["1.50"]


def test_long_data_are_cut_and_say_so(read: Callable[[str], Any]) -> None:
    frame = pd.DataFrame({"row": range(MOST_ROWS + 1)})
    html = data_table(frame, caption="Rows", name="d")
    read(html)
    assert html.count("<tr>") == MOST_ROWS + 1  # and the row of headers
    assert (
        f"Data: Rows (the first {MOST_ROWS} of {MOST_ROWS + 1} rows; the CSV file has them all)"
        in html
    )
    assert "the first" not in data_table(frame.head(MOST_ROWS), caption="Rows", name="d")
