"""Reading tables of lists, and refusing what is not one."""

from typing import Any

import pandas as pd
import pytest

from replicate.analysis.systems import interactions, read_lists
from replicate.vocabulary.errors import InputError

GOOD = {"A": [1, 0, 1], "B": [0, 1, 1], "people": [30, 20, 10]}


def test_absent_combinations_are_zero_and_the_last_column_is_the_count() -> None:
    table = read_lists(
        pd.DataFrame(
            {"A": [1, 0, 1], "B": [0, 1, 1], "C": [0, 0, 0], "whatever": [3, 2, 1]}
        ).assign(C=[0, 1, 0])
    )
    assert table.lists == ("A", "B", "C")
    assert table.n_observed == 6
    assert table.counts.tolist() == [0, 3, 0, 1, 0, 0, 2, 0]


def test_text_numbers_truths_and_an_empty_row_for_nobody_are_read() -> None:
    table = read_lists(
        pd.DataFrame(
            {"A": ["1", "0", "1", "0"], "B": [False, True, True, False], "n": ["30", "20.0", 10, 0]}
        )
    )
    assert table.counts.tolist() == [0, 30, 20, 10]


@pytest.mark.parametrize(
    ("frame", "message", "where"),
    [
        ({"A": [1], "n": [4]}, "too few lists", "header"),
        ({f"L{i}": [1] for i in range(11)} | {"n": [4]}, "too many lists", "header"),
        ({"A:B": [1], "C": [1], "n": [4]}, "names of their own", "header"),
        (GOOD | {"B": [0, 2, 1]}, "neither on the list", "row 3, B"),
        (GOOD | {"B": [0, None, 1]}, "neither on the list", "row 3, B"),
        (GOOD | {"A": [1, "x", 1]}, "neither on the list", "row 3, A"),
        (GOOD | {"people": [30, -2, 10]}, "not a count of people", "row 3"),
        (GOOD | {"people": [30, 20, 1.5]}, "not a count of people", "row 4"),
        (GOOD | {"people": [None, 20, 10]}, "not a count of people", "row 2"),
        (GOOD | {"people": [30, 20, float("inf")]}, "not a count of people", "row 4"),
        (GOOD | {"people": [30, 20, 1e9]}, "not a count of people", "0 to 100,000,000"),
        (GOOD | {"A": [1, 1, 1], "B": [0, 1, 1]}, "given twice", "rows 3 and 4"),
        (GOOD | {"A": [1, 0, 1], "B": [0, 0, 1]}, "people on no list", "row 3"),
        (GOOD | {"people": [0, 20, 0]}, "a list with nobody on it", "list A"),
        (GOOD | {"people": [30, 20, 0]}, "no overlap", "nobody on two lists"),
    ],
)
def test_what_is_no_table_of_lists_is_refused_naming_the_row(
    frame: dict[str, Any], message: str, where: str
) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read_lists(pd.DataFrame(frame))
    assert where in str(caught.value)


def test_terms_bring_the_interactions_within_them() -> None:
    table = read_lists(
        pd.DataFrame({"A": [1, 0, 1], "B": [0, 1, 1], "C": [0, 0, 1], "n": [3, 2, 1]})
    )
    assert [table.name(code) for code in interactions(table.model(["A:B:C"]))] == [
        "A:B",
        "A:C",
        "B:C",
        "A:B:C",
    ]
    assert table.model(["B : A"]) == table.model(["A:B"])


@pytest.mark.parametrize(
    ("term", "message"),
    [("A", "not an interaction"), ("A:A", "not an interaction"), ("A:b", "did you mean 'B'")],
)
def test_terms_that_are_none_are_refused(term: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_lists(pd.DataFrame(GOOD)).model([term])
