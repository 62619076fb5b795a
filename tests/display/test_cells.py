import numpy as np
import pandas as pd
import pytest

from replicate.display.cells import STATES, columns_of, heading, is_numeric, written


def texts(frame: pd.DataFrame, **given: dict[str, str]) -> list[list[str]]:
    return written(frame, columns_of(frame, "example", **given))


def column(values: list[object], name: str = "x", **given: dict[str, str]) -> list[str]:
    return [text for (text,) in texts(pd.DataFrame({name: values}), **given)]


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
    assert column([2024, 2025], "year") == ["2024", "2025"]


def test_truth_values_are_words_and_lists_are_kept() -> None:
    assert column([True, False]) == ["yes", "no"]
    assert column([("Kent", "Essex")]) == ["('Kent', 'Essex')"]


def test_a_format_overrides() -> None:
    assert column([-0.5, None], formats={"x": ".3f"}) == ["−0.500", "not available"]


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
    assert [text for (text,) in texts(frame, states={"episodes": "state"})] == [
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
    texts(frame)
    assert frame["x"].isna().tolist() == [False, True]


def test_the_states_are_those_of_the_assessment_factors() -> None:
    from replicate.sources import tables

    assert set(tables.load("assessment_factors")["state"]) - {"value"} <= set(STATES)


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
