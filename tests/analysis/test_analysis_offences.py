import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replicate.analysis import offences
from replicate.vocabulary.errors import InputError

FORCES = ("Kent", "Essex")
QUARTERS = ("2023-Q4", "2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4")
CODES = ("17B", "4.1", "4.10")


def cells(counts: list[int | None]) -> pd.DataFrame:
    keys = pd.MultiIndex.from_product(
        [FORCES, QUARTERS, CODES], names=["force", "quarter", "offence_code"]
    )
    return keys.to_frame(index=False).assign(count=pd.array(counts, dtype="Int64"))


every_cell = st.lists(st.one_of(st.none(), st.integers(-3, 400)), min_size=30, max_size=30).map(
    cells
)


@given(every_cell)
@settings(max_examples=40, deadline=None)
def test_sums_over_parts_equal_the_whole(frame: pd.DataFrame) -> None:
    numbers = [value for value in frame["count"].tolist() if value is not pd.NA]
    for column in ("force", "code", "quarter"):
        parts = offences.by(frame, column)
        assert sum(value for value in parts["count"] if value is not pd.NA) == sum(numbers)
        assert parts["missing_cells"].sum() == 30 - len(numbers)
    yearly = offences.series(frame, {"17B": "contact"})
    assert sum(value for value in yearly["count"] if value is not pd.NA) == sum(numbers)
    if numbers:
        assert offences.total(frame) == offences.Count(sum(numbers), 30 - len(numbers))


@given(
    every_cell,
    st.sets(st.sampled_from(CODES)),
    st.sets(st.sampled_from(QUARTERS)),
    st.sets(st.sampled_from(FORCES)),
)
@settings(max_examples=40, deadline=None)
def test_select_keeps_just_the_rows_asked_for(
    frame: pd.DataFrame, codes: set[str], quarters: set[str], forces: set[str]
) -> None:
    chosen = offences.select(frame, codes=codes, quarters=quarters, forces=forces)
    assert len(chosen) == len(codes) * len(quarters) * len(forces)
    assert set(chosen["offence_code"]) <= codes
    assert (
        len(offences.select(frame, codes=codes, quarters=quarters))
        == len(codes) * len(quarters) * 2
    )


def test_code_4_10_is_not_4_1() -> None:
    frame = cells([1, 10, 100] * 10)
    assert offences.total(offences.select(frame, codes=["4.10"], quarters=["2024-Q1"])).count == 200


def test_negative_cells_are_added_as_published() -> None:
    frame = cells([None] * 28 + [-2, 5])
    assert offences.total(frame) == offences.Count(3, 28)


@pytest.mark.parametrize(
    "frame", [cells([None] * 30), cells([1] * 30).iloc[:0]], ids=["every cell missing", "no cell"]
)
def test_a_total_without_any_number_is_refused_and_is_not_0(frame: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="no number is published"):
        offences.total(frame)


def test_a_sum_whose_every_cell_is_missing_is_missing() -> None:
    frame = cells([None] * 15 + [1] * 14 + [None])
    by_force = offences.by(frame, "force")
    assert by_force["force"].tolist() == ["Essex", "Kent"]
    assert by_force["count"].tolist() == [14, pd.NA]
    assert by_force["missing_cells"].tolist() == [1, 15]


def test_a_quarter_that_is_not_held_is_refused_with_those_that_are() -> None:
    with pytest.raises(InputError) as refused:
        offences.select(cells([1] * 30), codes=CODES, quarters=["2024-Q4", "2025-Q1"])
    assert refused.value.got == "2025-Q1"
    assert refused.value.expected == "quarters from 2023-Q4 to 2024-Q4"


def test_an_empty_table_holds_no_quarter() -> None:
    with pytest.raises(InputError, match="a frame with rows"):
        offences.select(cells([1] * 30).iloc[:0], codes=CODES, quarters=["2024-Q4"])


def test_the_series_marks_years_that_are_not_whole_and_kinds_not_given() -> None:
    frame = offences.series(cells([1, 10, 100] * 10), {"17B": "contact", "4.1": "death"})
    rows = {
        (row.year, row.kind): (row.count_, row.missing_cells, row.complete)
        for row in frame.rename(columns={"count": "count_"}).itertuples()
    }
    assert rows[2023, "contact"] == (2, 0, False)
    assert rows[2024, "contact"] == (8, 0, True)
    assert rows[2024, "death"] == (80, 0, True)
    assert rows[2024, offences.OTHER] == (800, 0, True)
