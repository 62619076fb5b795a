"""Held to the Data Package standard, version 2 (https://datapackage.org/standard/): what it requires of packages, resources and schemas."""

import csv
import hashlib
import io
import re
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from replicate.publication.crate import datapackage, tables_as_csv

ROOT = Path(__file__).parents[2]
TABLES = tables_as_csv()
PACKAGE = datapackage(TABLES, version="0.1.0")
FIELD_TYPES = {"string", "integer", "boolean", "array"}
CONSTRAINTS = {"required", "pattern", "enum", "minimum", "maximum"}


def test_a_package_says_what_it_conforms_to_and_has_resources() -> None:
    assert PACKAGE["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    names = [resource["name"] for resource in PACKAGE["resources"]]
    assert names
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z0-9._-]+", name) for name in [PACKAGE["name"], *names])
    assert all({"name", "path"} & set(licence) for licence in PACKAGE["licenses"])


@pytest.mark.parametrize("resource", PACKAGE["resources"], ids=lambda resource: resource["name"])
def test_a_resource_is_the_file_that_it_names(resource: dict[str, Any]) -> None:
    content = TABLES[resource["path"]]
    assert resource["bytes"] == len(content)
    assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert not Path(resource["path"]).is_absolute()
    assert resource["sources"]
    assert all(source["title"] for source in resource["sources"])


@pytest.mark.parametrize("resource", PACKAGE["resources"], ids=lambda resource: resource["name"])
def test_a_codebook_names_every_column_of_the_file_in_order(resource: dict[str, Any]) -> None:
    fields = resource["schema"]["fields"]
    head = next(csv.reader(io.StringIO(TABLES[resource["path"]].decode())))
    assert [field["name"] for field in fields] == head
    assert all(field["type"] in FIELD_TYPES and field["description"] for field in fields)
    assert all(set(field["constraints"]) <= CONSTRAINTS for field in fields)
    assert set(resource["schema"]["primaryKey"]) <= {field["name"] for field in fields}


def test_a_cell_that_may_have_no_value_says_what_that_means() -> None:
    (factors,) = [
        resource for resource in PACKAGE["resources"] if resource["name"] == "assessment-factors"
    ]
    (episodes,) = [field for field in factors["schema"]["fields"] if field["name"] == "episodes"]
    assert episodes["constraints"] == {"required": False, "minimum": 0}
    assert "suppressed" in episodes["missing"]
    assert episodes["unit"] == "episodes"


def test_every_table_that_is_shipped_is_a_resource_with_the_same_cells() -> None:
    shipped = {
        path.stem: path for path in (ROOT / "src/replicate/sources/tables").glob("*.parquet")
    }
    assert {Path(resource["path"]).stem for resource in PACKAGE["resources"]} == set(shipped)
    for name in ("assessment_factors", "offences"):
        rows = list(csv.DictReader(io.StringIO(TABLES[f"tables/{name}.csv"].decode())))
        held = pq.read_table(shipped[name]).to_pylist()
        text = [
            {key: "" if cell is None else str(cell) for key, cell in row.items()} for row in held
        ]
        assert rows == text
