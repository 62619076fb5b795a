import pytest

from replicate.sources.codebook import codebook
from replicate.sources.reading import load
from replicate.sources.schemas import SCHEMAS, schema
from replicate.sources.tables import NAMES

TABLES = [*NAMES, "recorded_crime_2026-04"]


@pytest.mark.parametrize("table", TABLES)
def test_every_column_of_a_table_is_described_in_its_order(table: str) -> None:
    book = codebook(table)
    assert [column.name for column in book.columns] == list(load(table).columns)
    assert book.describes
    assert all(column.means for column in book.columns)


@pytest.mark.parametrize("table", SCHEMAS)
def test_a_column_says_when_a_cell_has_no_value_if_and_only_if_it_may_have_none(table: str) -> None:
    for column in codebook(table).columns:
        assert bool(column.missing) == schema(table).columns[column.name].nullable, column.name


@pytest.mark.parametrize("table", SCHEMAS)
def test_what_is_counted_has_a_unit(table: str) -> None:
    counted = {"count", "children", "residents", "episodes"}
    assert all(column.unit for column in codebook(table).columns if column.name in counted)


def test_types_ranges_and_keys_are_those_of_the_schema() -> None:
    columns = {column.name: column for column in codebook("assessment_factors").columns}
    assert (columns["year"].minimum, columns["year"].maximum) == (2018, 2025)
    assert columns["state"].allowed == (
        "value",
        "suppressed",
        "not_applicable",
        "not_available",
        "ended",
    )
    assert columns["area_code"].pattern == r"^(?:E\d{8})$"
    assert (columns["episodes"].type, columns["episodes"].minimum) == ("integer", 0)
    assert [name for name, column in columns.items() if column.key] == [
        "year",
        "level",
        "area_code",
        "factor",
    ]
    assert {column.type for column in codebook("boundaries").columns} == {"string", "list"}
    assert codebook("forces").columns[-1].type == "boolean"
