"""Assessment factors: hidden counts are states, never numbers."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from replicate.sources import tables
from replicate.sources.build.factors import EPISODES, build
from replicate.vocabulary.errors import InputError

HEAD = [
    "time_period",
    "geographic_level",
    "country_code",
    "country_name",
    "region_code",
    "region_name",
    "new_la_code",
    "la_name",
]
ENGLAND = ["National", "E92000001", "England", "", "", "", ""]
KENT = ["Local authority", "E92000001", "England", "E12000008", "South East", "E10000016", "Kent"]
SOUTH_EAST = ["Regional", "E92000001", "England", "E12000008", "South East", "", ""]


def write(folder: Path, *rows: list[str], factors: tuple[str, ...] = ("Gangs",)) -> Path:
    path = folder / "c3.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([[*HEAD, EPISODES, *factors], *rows])
    return path


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
    table = build(factors=write(tmp_path, ["2024", *KENT, "100", cell]))
    (row,) = table[table["factor"] == "Gangs"].to_dict("records")
    assert row["state"] == state
    assert row["episodes"] == episodes or (episodes is None and pd.isna(row["episodes"]))


def test_any_other_cell_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'~'"):
        build(factors=write(tmp_path, ["2024", *KENT, "100", "~"]))


def test_an_unknown_level_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Ward"):
        build(factors=write(tmp_path, ["2024", "Ward", *KENT[1:], "100", "1"]))


def test_each_level_has_its_own_code_and_name(tmp_path: Path) -> None:
    table = build(
        factors=write(
            tmp_path, *(["2024", *area, "9", "9"] for area in (ENGLAND, SOUTH_EAST, KENT))
        )
    )
    found = (
        table[["level", "area_code", "area", "region"]]
        .drop_duplicates()
        .fillna("")
        .to_numpy()
        .tolist()
    )
    assert found == [
        ["Local authority", "E10000016", "Kent", "South East"],
        ["National", "E92000001", "England", ""],
        ["Regional", "E12000008", "South East", ""],
    ]


def test_shipped_authorities_have_the_region_of_the_file_read_by_another_route(
    source_data: Path,
) -> None:
    name = "c3_factors_identified_at_end_of_assessment_2018_to_2025.csv"
    with (source_data / "dfe" / name).open(encoding="utf-8-sig", newline="") as file:
        regions = {
            row["new_la_code"]: row["region_name"]
            for row in csv.DictReader(file)
            if row["new_la_code"]
        }
    table = tables.assessment_factors().query("level == 'Local authority'")
    assert dict(zip(table["area_code"], table["region"], strict=True)) == regions
    assert len(regions) == 161


def test_trap_a_factor_that_is_0_everywhere_after_it_was_counted_has_ended(tmp_path: Path) -> None:
    rows = [
        ["2024", *ENGLAND, "9", "5"],
        ["2024", *KENT, "9", "0"],
        ["2025", *ENGLAND, "9", "0"],
        ["2025", *KENT, "9", "0"],
    ]
    table = build(factors=write(tmp_path, *rows))
    gangs = table[table["factor"] == "Gangs"].set_index(["year", "area"])
    assert gangs["state"].to_dict() == {
        (2024, "England"): "value",
        (2024, "Kent"): "value",
        (2025, "England"): "ended",
        (2025, "Kent"): "ended",
    }
    assert gangs["episodes"].isna().tolist() == [False, False, True, True]


@pytest.mark.parametrize(
    "later",
    [[*ENGLAND, "9", "3"], [*ENGLAND, "9", "c"]],
    ids=["counted elsewhere", "hidden elsewhere"],
)
def test_a_factor_that_is_0_in_one_area_only_has_not_ended(
    tmp_path: Path, later: list[str]
) -> None:
    rows = [["2024", *ENGLAND, "9", "5"], ["2025", *later], ["2025", *KENT, "9", "0"]]
    table = build(factors=write(tmp_path, *rows))
    assert "ended" not in set(table["state"])


def test_a_factor_that_was_never_counted_has_not_ended(tmp_path: Path) -> None:
    rows = [["2024", *ENGLAND, "9", "x"], ["2025", *ENGLAND, "9", "0"]]
    assert "ended" not in set(build(factors=write(tmp_path, *rows))["state"])


def test_shipped_ended_factors_are_the_two_unsplit_ones_of_2025() -> None:
    table = tables.assessment_factors()
    ended = table[table["state"] == "ended"]
    assert set(ended["factor"]) == {"Physical_Abuse_unknown", "Sexual_Abuse_unknown"}
    assert set(ended["year"]) == {2025}
    assert len(ended) == 2 * (1 + 11 + 153)


def test_trap_split_factors_are_not_available_before_2021_and_counted_from_then() -> None:
    table = tables.assessment_factors()
    split = table[
        (table["level"] == "National")
        & table["factor"].isin(["Sexual_Abuse_child_on_child", "Sexual_Abuse_adult_on_child"])
    ]
    assert set(split.loc[split["year"] < 2021, "state"]) == {"not_available"}
    assert set(split.loc[split["year"] >= 2021, "state"]) == {"value"}


def test_shipped_counts_of_england_are_the_publishers() -> None:
    """DfE, Children in need, table C3: child sexual exploitation 12,400 in 2025 and 20,000 in 2018, of 513,250 and 482,750 episodes."""
    table = tables.assessment_factors()
    england = table[table["level"] == "National"].set_index(["year", "factor"])["episodes"]
    assert (
        england[2025, "Child_sexual_exploitation"],
        england[2018, "Child_sexual_exploitation"],
    ) == (12_400, 20_000)
    assert (england[2025, EPISODES], england[2018, EPISODES]) == (513_250, 482_750)


def test_shipped_states_are_the_marks_of_the_file_read_by_another_route(source_data: Path) -> None:
    name = "c3_factors_identified_at_end_of_assessment_2018_to_2025.csv"
    with (source_data / "dfe" / name).open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in list(csv.reader(file))[1:] for cell in row[11:]]
    states = tables.assessment_factors()["state"].value_counts()
    assert len(cells) == 1312 * 40 == states.sum()
    assert states["suppressed"] == cells.count("c")
    assert states["not_available"] == cells.count("x") + cells.count("u")
    assert states["not_applicable"] == cells.count("z")
    assert states["value"] + states["ended"] == sum(cell.isdigit() for cell in cells)


def test_a_suppressed_count_is_never_a_number() -> None:
    table = tables.assessment_factors()
    assert (table["episodes"].notna() == (table["state"] == "value")).all()
