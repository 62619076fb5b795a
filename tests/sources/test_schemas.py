"""Schemas accept the shipped tables and refuse what is not like them."""

import pandas as pd
import pytest

from replicate.sources import tables
from replicate.sources.schemas import SCHEMAS, schema, validate
from replicate.vocabulary.errors import RunError

LOADERS = {name: getattr(tables, name) for name in SCHEMAS}


def test_every_table_has_a_schema() -> None:
    assert set(SCHEMAS) == {*tables.NAMES, "recorded_crime"}


def test_all_vintages_share_one_schema() -> None:
    assert schema("recorded_crime_2026-07") is SCHEMAS["recorded_crime"]
    assert schema("offences_2026-07") is SCHEMAS["offences"]


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_column_too_many_or_too_few_is_refused(name: str) -> None:
    frame = LOADERS[name]().head(3)
    assert validate(frame, name) is not None
    with pytest.raises(RunError, match="not as its schema says"):
        validate(frame.assign(more=1), name)
    with pytest.raises(RunError, match=name):
        validate(frame.iloc[:, 1:], name)


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_same_key_twice_is_refused(name: str) -> None:
    frame = LOADERS[name]().head(1)
    with pytest.raises(RunError, match="unique"):
        validate(pd.concat([frame, frame], ignore_index=True), name)


WRONG = [
    ("recorded_crime", "quarter", "2024-Q5"),
    ("recorded_crime", "force", "Narnia"),
    ("offences", "last_quarter", "2024"),
    ("forces", "code", "S1"),
    ("forces", "country", "Scotland"),
    ("children", "year", 2011),
    ("children", "age_to", 18),
    ("children", "children", 0),
    ("children", "force", "British Transport Police"),
    ("residents", "residents", 0),
    ("census_ethnic_group", "broad_group", "None"),
    ("census_ethnic_group", "residents", -1),
    ("assessment_factors", "state", "hidden"),
    ("assessment_factors", "level", "Ward"),
    ("recorded_groups", "edition", "last"),
    ("recorded_groups", "period", "2024"),
    ("recorded_groups", "count", -1),
]


@pytest.mark.parametrize(
    ("name", "column", "value"), WRONG, ids=[f"{name}.{column}" for name, column, _ in WRONG]
)
def test_a_value_out_of_range_is_refused(name: str, column: str, value: object) -> None:
    frame = LOADERS[name]().head(1)
    frame[column] = pd.Series([value], dtype=frame[column].dtype)
    with pytest.raises(RunError, match=column):
        validate(frame, name)


def test_counts_of_recorded_crime_may_be_below_zero_or_missing() -> None:
    frame = tables.recorded_crime().head(2)
    frame["count"] = pd.array([-1, None], dtype="Int64")
    assert validate(frame, "recorded_crime_2026-04")["count"].isna().tolist() == [False, True]


def test_a_count_as_text_is_refused() -> None:
    frame = tables.recorded_crime().head(1)
    with pytest.raises(RunError, match="count"):
        validate(frame.assign(count=frame["count"].astype("str")), "recorded_crime")


@pytest.mark.parametrize(
    "rings",
    [
        [],
        [[[0.0, 0.0], [1.0, 0.0], [0.0, 0.0]]],
        [[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]],
    ],
)
def test_an_outline_that_is_empty_flat_or_open_is_refused(rings: list[object]) -> None:
    with pytest.raises(RunError, match="rings"):
        validate(pd.DataFrame({"force": ["Kent"], "rings": [rings]}), "boundaries")
