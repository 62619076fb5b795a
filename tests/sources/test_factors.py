"""Assessment factors: hidden counts are states, never numbers."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from replicate.sources import tables
from replicate.sources.build.factors import EPISODES, build
from replicate.vocabulary.errors import InputError

AREA = ["country_code", "country_name", "region_code", "region_name", "new_la_code", "la_name"]
HEAD = ["time_period", "geographic_level", *AREA, EPISODES, "Gangs"]
ENGLAND = ["National", "E92000001", "England", "", "", "", ""]
KENT = ["Local authority", "E92000001", "England", "E12000008", "South East", "E10000016", "Kent"]
SOUTH_EAST = ["Regional", "E92000001", "England", "E12000008", "South East", "", ""]


def made(folder: Path, *rows: list[str]) -> pd.DataFrame:
    """Build the table of a file with these rows and one factor."""
    with (folder / "c3.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEAD, *rows])
    return build({"dfe-c3-factors": folder / "c3.csv"})


@pytest.fixture(scope="module")
def source(source_data: Path) -> list[dict[str, str]]:
    """Read the publisher's file by another route."""
    name = "c3_factors_identified_at_end_of_assessment_2018_to_2025.csv"
    with (source_data / "dfe" / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("cell", "state", "episodes"),
    [
        ("12", "value", 12),
        ("0", "value", 0),
        ("c", "suppressed", None),
        ("x", "not_available", None),
        ("u", "not_available", None),
        ("z", "not_applicable", None),
    ],
)
def test_trap_a_hidden_count_is_a_state_and_no_number(
    tmp_path: Path, cell: str, state: str, episodes: int | None
) -> None:
    table = made(tmp_path, ["2024", *KENT, "100", cell])
    (row,) = table[table["factor"] == "Gangs"].to_dict("records")
    assert row["state"] == state
    assert row["episodes"] == episodes or (episodes is None and pd.isna(row["episodes"]))


@pytest.mark.parametrize("cell", ["~", "", "1.5", "-1"])
def test_any_other_cell_is_refused(tmp_path: Path, cell: str) -> None:
    with pytest.raises(InputError, match=f"'{cell}'"):
        made(tmp_path, ["2024", *KENT, "100", cell])


def test_each_level_has_its_own_code_and_name(tmp_path: Path) -> None:
    table = made(tmp_path, *(["2024", *area, "9", "9"] for area in (ENGLAND, SOUTH_EAST, KENT)))
    areas = table[["level", "area_code", "area", "region"]].drop_duplicates().fillna("")
    assert areas.to_numpy().tolist() == [
        ["Local authority", "E10000016", "Kent", "South East"],
        ["National", "E92000001", "England", ""],
        ["Regional", "E12000008", "South East", ""],
    ]


def test_trap_a_factor_that_is_0_everywhere_after_it_was_counted_has_ended(tmp_path: Path) -> None:
    cells = [
        ("2024", ENGLAND, "5"),
        ("2024", KENT, "0"),
        ("2025", ENGLAND, "0"),
        ("2025", KENT, "0"),
    ]
    table = made(tmp_path, *([year, *area, "9", cell] for year, area, cell in cells))
    gangs = table[table["factor"] == "Gangs"]
    assert gangs["state"].tolist() == ["value", "value", "ended", "ended"]
    assert gangs["episodes"].isna().tolist() == [False, False, True, True]


@pytest.mark.parametrize(
    ("before", "later"),
    [("5", "3"), ("5", "c"), ("x", "0")],
    ids=["counted elsewhere", "hidden elsewhere", "never counted"],
)
def test_another_factor_has_not_ended(tmp_path: Path, before: str, later: str) -> None:
    cells = [("2024", ENGLAND, before), ("2025", ENGLAND, later), ("2025", KENT, "0")]
    table = made(tmp_path, *([year, *area, "9", cell] for year, area, cell in cells))
    assert "ended" not in set(table["state"])


def test_shipped_ended_factors_are_the_two_unsplit_ones_of_2025() -> None:
    table = tables.load("assessment_factors")
    ended = table[table["state"] == "ended"]
    assert set(ended["factor"]) == {"Physical_Abuse_unknown", "Sexual_Abuse_unknown"}
    assert set(ended["year"]) == {2025}
    assert len(ended) == 2 * (1 + 11 + 153)


def test_trap_split_factors_are_not_available_before_2021_and_counted_from_then() -> None:
    split = ["Sexual_Abuse_child_on_child", "Sexual_Abuse_adult_on_child"]
    table = tables.load("assessment_factors")
    table = table[(table["level"] == "National") & table["factor"].isin(split)]
    assert set(table.loc[table["year"] < 2021, "state"]) == {"not_available"}
    assert set(table.loc[table["year"] >= 2021, "state"]) == {"value"}


def test_shipped_counts_of_england_are_the_publishers() -> None:
    """DfE, Children in need, table C3: child sexual exploitation 12,400 in 2025 and 20,000 in 2018,
    of 513,250 and 482,750 episodes."""
    table = tables.load("assessment_factors")
    england = table[table["level"] == "National"].set_index(["year", "factor"])["episodes"]
    exploitation = "Child_sexual_exploitation"
    assert (england[2025, exploitation], england[2018, exploitation]) == (12_400, 20_000)
    assert (england[2025, EPISODES], england[2018, EPISODES]) == (513_250, 482_750)


def test_shipped_regions_and_states_are_those_of_the_file_read_by_another_route(
    source: list[dict[str, str]],
) -> None:
    table = tables.load("assessment_factors")
    local = table[table["level"] == "Local authority"]
    regions = {row["new_la_code"]: row["region_name"] for row in source if row["new_la_code"]}
    assert dict(zip(local["area_code"], local["region"], strict=True)) == regions
    assert len(regions) == 161
    cells = [cell for row in source for cell in list(row.values())[11:]]
    states = table["state"].value_counts()
    assert len(cells) == 1312 * 40 == states.sum()
    assert states["suppressed"] == cells.count("c")
    assert states["not_available"] == cells.count("x") + cells.count("u")
    assert states["not_applicable"] == cells.count("z")
    assert states["value"] + states["ended"] == sum(cell.isdigit() for cell in cells)
    assert (table["episodes"].notna() == (table["state"] == "value")).all()
