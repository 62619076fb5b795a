"""Schemas accept the shipped tables and refuse what is not like them; the codebook tells of both."""

from functools import partial

import pandas as pd
import pytest

from replicate.sources import tables
from replicate.sources.schemas import SCHEMAS, codebook, schema, validate
from replicate.vocabulary.errors import RunError

OTHERS = {"recorded_crime": tables.recorded_crime}
LOADERS = {name: OTHERS.get(name, partial(tables.load, name)) for name in SCHEMAS}


def test_every_table_has_a_schema_and_all_vintages_share_one() -> None:
    assert set(SCHEMAS) == {*tables.NAMES, "recorded_crime"}
    assert schema("recorded_crime_2026-07") is SCHEMAS["recorded_crime"]
    assert schema("offences_2026-07") is SCHEMAS["offences"]


@pytest.mark.parametrize("name", SCHEMAS)
def test_another_column_or_the_same_key_twice_is_refused(name: str) -> None:
    frame = LOADERS[name]().head(1)
    assert validate(frame, name) is not None
    with pytest.raises(RunError, match="not as its schema says"):
        validate(frame.assign(more=1), name)
    with pytest.raises(RunError, match=name):
        validate(frame.iloc[:, 1:], name)
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


def test_counts_of_recorded_crime_may_be_below_zero_or_missing_but_no_text() -> None:
    frame = tables.recorded_crime().head(2)
    frame["count"] = pd.array([-1, None], dtype="Int64")
    assert validate(frame, "recorded_crime_2026-07")["count"].isna().tolist() == [False, True]
    with pytest.raises(RunError, match="count"):
        validate(frame.assign(count=["1", "2"]), "recorded_crime")


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_column_is_described_with_its_unit_and_when_it_has_no_value(name: str) -> None:
    book = codebook(name)
    assert book.describes
    assert [column.name for column in book.columns] == list(LOADERS[name]().columns)
    for column in book.columns:
        assert column.means
        assert bool(column.missing) == schema(name).columns[column.name].nullable
        assert column.unit or column.name not in {"count", "children", "residents", "episodes"}


def test_types_ranges_and_keys_are_those_of_the_schema() -> None:
    columns = {column.name: column for column in codebook("assessment_factors").columns}
    assert (columns["year"].min_value, columns["year"].max_value) == (2018, 2025)
    states = ("value", "suppressed", "not_applicable", "not_available", "ended")
    assert columns["state"].allowed_values == states
    assert columns["area_code"].pattern == r"^(?:E\d{8})$"
    assert (columns["episodes"].type, columns["episodes"].min_value) == ("integer", 0)
    key = [name for name, column in columns.items() if column.key]
    assert key == ["year", "level", "area_code", "factor"]
    assert codebook("forces").columns[-1].type == "boolean"
