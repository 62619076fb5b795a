"""Held to the Data Package standard, version 2 (https://datapackage.org/standard/)."""

import csv
import hashlib
import io
import re
from typing import Any

import pyarrow.parquet as pq
import pytest

from replicate.publication.crate import datapackage, tables_as_csv
from replicate.sources.tables import shipped_home

TABLES = tables_as_csv()
PACKAGE = datapackage(TABLES, version="0.1.0")
FIELD_TYPES = {"string", "integer", "boolean"}
CONSTRAINTS = {"required", "pattern", "enum", "minimum", "maximum"}


def test_a_package_describes_every_table_that_is_shipped() -> None:
    assert PACKAGE["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    names = [resource["name"] for resource in PACKAGE["resources"]]
    assert all(re.fullmatch(r"[a-z0-9._-]+", name) for name in [PACKAGE["name"], *names])
    assert set(names) == {path.stem.replace("_", "-") for path in shipped_home().glob("*.parquet")}
    assert all({"name", "path"} & set(licence) for licence in PACKAGE["licenses"])


@pytest.mark.parametrize("resource", PACKAGE["resources"], ids=lambda resource: resource["name"])
def test_a_resource_is_the_file_that_it_names_and_its_codebook_names_every_column(
    resource: dict[str, Any],
) -> None:
    content = TABLES[resource["path"]]
    assert resource["bytes"] == len(content)
    assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert resource["sources"]
    assert all(source["title"] for source in resource["sources"])
    fields = resource["schema"]["fields"]
    names = [field["name"] for field in fields]
    assert names == next(csv.reader(io.StringIO(content.decode())))
    assert all(field["type"] in FIELD_TYPES and field["description"] for field in fields)
    assert all(set(field["constraints"]) <= CONSTRAINTS for field in fields)
    assert set(resource["schema"]["primaryKey"]) <= set(names)


def test_a_column_says_its_unit_what_it_can_hold_and_what_an_empty_cell_means() -> None:
    fields = {
        f"{resource['name']}.{field['name']}": field
        for resource in PACKAGE["resources"]
        for field in resource["schema"]["fields"]
    }
    episodes = fields["assessment-factors.episodes"]
    assert episodes["constraints"] == {"required": False, "minimum": 0}
    assert "suppressed" in episodes["missing"]
    assert episodes["unit"] == "episodes"
    state = fields["assessment-factors.state"]["constraints"]
    assert "suppressed" in state["enum"]
    assert state["required"]
    assert fields["forces.code"]["constraints"]["pattern"] == r"^(?:[EW]\d{8})$"
    assert not fields["offences.note"]["constraints"]["required"]


@pytest.mark.parametrize("name", ["assessment_factors", "offences"])
def test_a_file_has_the_same_cells_as_the_table(name: str) -> None:
    rows = list(csv.DictReader(io.StringIO(TABLES[f"tables/{name}.csv"].decode())))
    held = pq.read_table(shipped_home() / f"{name}.parquet").to_pylist()
    assert rows == [
        {key: "" if cell is None else str(cell) for key, cell in row.items()} for row in held
    ]
