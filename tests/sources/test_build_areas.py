"""Which force area an authority is in."""

from pathlib import Path

import pandas as pd
import pytest

from replicate.sources.build.areas import ABOLISHED, by_authority, require_known
from replicate.vocabulary.errors import InputError


def lookup(path: Path, *rows: tuple[str, str]) -> Path:
    pd.DataFrame(rows, columns=["ltla24_code", "pfa24_name"]).to_csv(path, index=False)
    return path


def tiers(path: Path, *rows: tuple[str, str]) -> Path:
    pd.DataFrame(rows, columns=["LTLA23CD", "UTLA23CD"]).to_csv(
        path, index=False, encoding="utf-8-sig"
    )
    return path


def test_an_authority_with_several_partnerships_is_in_one_area(tmp_path: Path) -> None:
    areas = lookup(
        tmp_path / "a.csv", ("E06000058", "Dorset"), ("E06000058", "Dorset"), ("E07000106", "Kent")
    )
    assert by_authority(areas)["E06000058"] == "Dorset"


def test_a_county_is_in_the_area_of_its_districts(tmp_path: Path) -> None:
    areas = lookup(tmp_path / "a.csv", ("E07000106", "Kent"), ("E07000107", "Kent"))
    upper = tiers(tmp_path / "u.csv", ("E07000106", "E10000016"), ("E07000107", "E10000016"))
    assert by_authority(areas, upper)["E10000016"] == "Kent"
    assert "E10000016" not in by_authority(areas)


def test_an_authority_in_two_areas_is_refused(tmp_path: Path) -> None:
    areas = lookup(tmp_path / "a.csv", ("E07000106", "Kent"), ("E07000107", "Essex"))
    upper = tiers(tmp_path / "u.csv", ("E07000106", "E10000016"), ("E07000107", "E10000016"))
    with pytest.raises(InputError, match="E10000016"):
        by_authority(areas, upper)


def test_a_code_of_no_area_is_refused() -> None:
    with pytest.raises(InputError, match="S12000036"):
        require_known(pd.Series(["E06000001", "S12000036"]), {"E06000001": "Cleveland"}, "a file")


def test_known_codes_pass() -> None:
    require_known(pd.Series(["E06000001"]), {"E06000001": "Cleveland"}, "a file")


def test_abolished_districts_by_the_home_offices_own_table(source_data: Path) -> None:
    """The Home Office's reference table lists community safety partnerships by the names of 14 of the 17 abolished districts.

    It has the other three, all Somerset's, under names of its own ("Somerset East_Mendip").
    """
    geography = pd.read_csv(
        source_data / "boundaries/recrime-geo-pfa.csv", encoding="latin-1"
    ).set_index("CSP Name")["Force Name"]
    census = pd.read_csv(source_data / "census/TS021-2021-2.csv").drop_duplicates(
        "Lower Tier Local Authorities Code"
    )
    names = census.set_index("Lower Tier Local Authorities Code")["Lower Tier Local Authorities"]
    force = {
        names[code]: name for name, codes in ABOLISHED.items() for code in codes if code in names
    }
    assert {name: force[name] for name in force if name in geography} == {
        name: geography[name] for name in force if name in geography
    }
    assert set(force) - set(geography.index) == {
        "Mendip",
        "South Somerset",
        "Somerset West and Taunton",
    }
