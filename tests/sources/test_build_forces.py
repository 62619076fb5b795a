"""The forces table."""

import json
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from replicate.sources import tables
from replicate.sources.build.forces import build
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.forces import BTP, FORCES, FRAUD_BODIES, TERRITORIAL


def write(folder: Path, name: str) -> tuple[Path, Path]:
    boundaries, geography = folder / "b.geojson", folder / "g.csv"
    boundaries.write_text(
        json.dumps({"features": [{"properties": {"PFA23NM": name, "PFA23CD": "E23000035"}}]}),
        encoding="utf-8",
    )
    geography.write_text(
        "CSP Name,Force Name,Region,ONS Code\nCornwall,Devon & Cornwall,South West Region,E22000001\n",
        encoding="latin-1",
    )
    return boundaries, geography


def test_a_force_has_its_code_country_and_region(tmp_path: Path) -> None:
    boundaries, geography = write(tmp_path, "Devon & Cornwall")
    table = build(boundaries=boundaries, geography=geography)
    row = table[table["name"] == "Devon and Cornwall"].to_dict("records")
    place = {"code": "E23000035", "country": "England", "region": "South West Region"}
    assert row == [{"name": "Devon and Cornwall", **place, "territorial": True}]


def test_an_unknown_force_of_the_boundary_file_is_refused(tmp_path: Path) -> None:
    boundaries, geography = write(tmp_path, "Devon & Cornwal")
    with pytest.raises(InputError, match="did you mean 'Devon and Cornwall'"):
        build(boundaries=boundaries, geography=geography)


def test_shipped_forces_are_the_vocabularys() -> None:
    table = tables.forces().set_index("name")
    assert tuple(table.index) == FORCES
    assert tuple(table.index[table["territorial"]]) == TERRITORIAL


def test_shipped_territorial_forces_are_39_english_and_4_welsh_each_with_a_code_and_a_region() -> (
    None
):
    table = tables.forces().set_index("name").loc[list(TERRITORIAL)]
    assert table["country"].value_counts().to_dict() == {"England": 39, "Wales": 4}
    assert table["code"].nunique() == 43
    assert table.loc[table["country"] == "Wales", "region"].tolist() == ["Wales"] * 4
    assert table["region"].nunique() == 10


def test_trap_british_transport_police_and_fraud_bodies_have_no_territory() -> None:
    table = tables.forces().set_index("name").loc[[BTP, *FRAUD_BODIES]]
    assert not table["territorial"].any()
    assert table[["code", "country", "region"]].isna().all(axis=None)


def test_shipped_codes_are_those_of_the_ons_workbook_of_recorded_crime(source_data: Path) -> None:
    """Table P1 for the year ending December 2024 prints code and name of each force: another publication than the boundary file."""
    book = CalamineWorkbook.from_path(
        source_data / "crime/policeforceareatablesyedecember2024.xlsx"
    )
    rows = [
        (str(row[0]), str(row[1]).split("[")[0].strip())
        for row in book.get_sheet_by_name("Table P1").to_python()
    ]
    printed = {
        code: {"City of London": "London, City of"}.get(name, name)
        for code, name in rows
        if code.startswith(("E23", "W15"))
    }
    table = tables.forces().dropna(subset="code")
    assert dict(zip(table["code"], table["name"], strict=True)) == printed
