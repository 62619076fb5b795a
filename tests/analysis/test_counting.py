import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replicate.analysis import counting
from replicate.vocabulary.errors import InputError

FORCES = ("Kent", "Essex")
QUARTERS = ("2023-Q4", "2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4")
CODES = ("17B", "4.1", "4.10")

# Census 2021, TS021, as published: residents of the city of Manchester and of the county, White,
# Asian and all.
CITY = {"White": 313_630, "Asian": 115_113, "Other": 551_938 - 313_630 - 115_113}
COUNTY = {"White": 2_190_804, "Asian": 389_295, "Other": 2_867_730 - 2_190_804 - 389_295}

# Local Government Act 1972, schedule 1, part I: the city of Manchester is one of the ten.
GREATER_MANCHESTER = (
    "Bolton",
    "Bury",
    "Manchester",
    "Oldham",
    "Rochdale",
    "Salford",
    "Stockport",
    "Tameside",
    "Trafford",
    "Wigan",
)


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
        parts = counting.by(frame, column)
        assert sum(value for value in parts["count"] if value is not pd.NA) == sum(numbers)
        assert parts["missing_cells"].sum() == 30 - len(numbers)
    yearly = counting.series(frame, {"17B": "contact"})
    assert sum(value for value in yearly["count"] if value is not pd.NA) == sum(numbers)
    if numbers:
        assert counting.total(frame) == counting.Count(sum(numbers), 30 - len(numbers))


def test_negative_cells_are_added_as_published() -> None:
    frame = cells([None] * 28 + [-2, 5])
    assert counting.total(frame) == counting.Count(3, 28)


@pytest.mark.parametrize(
    "frame", [cells([None] * 30), cells([1] * 30).iloc[:0]], ids=["every cell missing", "no cell"]
)
def test_a_total_without_any_number_is_refused_and_is_not_0(frame: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="no number is published"):
        counting.total(frame)


def test_a_sum_whose_every_cell_is_missing_is_missing() -> None:
    frame = cells([None] * 15 + [1] * 14 + [None])
    by_force = counting.by(frame, "force")
    assert by_force["force"].tolist() == ["Essex", "Kent"]
    assert by_force["count"].tolist() == [14, pd.NA]
    assert by_force["missing_cells"].tolist() == [1, 15]


def test_the_series_marks_years_that_are_not_whole_and_kinds_not_given() -> None:
    frame = counting.series(cells([1, 10, 100] * 10), {"17B": "contact", "4.1": "death"})
    rows = {
        (row.year, row.kind): (row.count_, row.missing_cells, row.complete)
        for row in frame.rename(columns={"count": "count_"}).itertuples()
    }
    assert rows[2023, "contact"] == (2, 0, False)
    assert rows[2024, "contact"] == (8, 0, True)
    assert rows[2024, "death"] == (80, 0, True)
    assert rows[2024, counting.OTHER] == (800, 0, True)


@pytest.fixture
def census() -> pd.DataFrame:
    rest = {group: COUNTY[group] - CITY[group] for group in CITY}
    others = [name for name in GREATER_MANCHESTER if name != "Manchester"]
    rows = [("Manchester", group, number) for group, number in CITY.items()]
    rows += [
        (name, group, number // 9 + (number % 9 if place == 0 else 0))
        for place, name in enumerate(others)
        for group, number in rest.items()
    ]
    rows += [("Kent", "White", 7)]
    return pd.DataFrame(rows, columns=["area", "broad_group", "residents"])


def test_the_city_is_not_the_county(census: pd.DataFrame) -> None:
    """The shares published for each: 56.8 and 20.9 % for the city, 76.4 and 13.6 % for the
    county."""
    assert round(counting.residents(census, ["Manchester"], "White").percent, 1) == 56.8
    assert round(counting.residents(census, ["Manchester"], "Asian").percent, 1) == 20.9
    county = counting.residents(census, GREATER_MANCHESTER, "White")
    assert county[:2] == (2_190_804, 2_867_730)
    assert round(county.percent, 1) == 76.4
    assert round(counting.residents(census, GREATER_MANCHESTER, "Asian").percent, 1) == 13.6


@pytest.mark.parametrize(
    ("areas", "group", "nearest"),
    [(["Manchestre"], "White", "Manchester"), (["Bury"], "Asien", "Asian")],
)
def test_unknown_names_are_refused_with_the_nearest(
    census: pd.DataFrame, areas: list[str], group: str, nearest: str
) -> None:
    with pytest.raises(InputError, match=f"did you mean '{nearest}'"):
        counting.residents(census, areas, group)
