"""Assessments with the factor of sexual exploitation, against the publisher's file read with the csv module alone."""

import csv
from collections import defaultdict
from collections.abc import Callable
from math import isinf
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from replicate.derivations.recording_rates import social_care
from replicate.display.cells import STATES
from replicate.ledger import claims

FILE = "c3_factors_identified_at_end_of_assessment_2018_to_2025.csv"
Cell = Callable[[str, int], str]
Row = dict[str, Any]


def listed(frame: pd.DataFrame) -> list[Row]:
    return [{str(name): cell for name, cell in row.items()} for row in frame.to_dict("records")]


def by(frame: pd.DataFrame, column: str) -> dict[Any, Row]:
    """Name the rows of a frame by a column."""
    return {row[column]: row for row in listed(frame)}


@pytest.fixture(scope="module")
def rows(source_data: Path) -> list[dict[str, str]]:
    with (source_data / "dfe" / FILE).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def cell(rows: list[dict[str, str]]) -> Cell:
    cells = {
        (row["la_name"] or row["region_name"] or row["country_name"], int(row["time_period"])): row[
            "Child_sexual_exploitation"
        ]
        for row in rows
    }
    return lambda area, year: cells[area, year]


@pytest.fixture(scope="module")
def sums() -> pd.DataFrame:
    return social_care.sums()


def test_england_by_year_is_the_publishers_with_its_rounding(cell: Cell) -> None:
    found = social_care.national()
    assert dict(zip(found["year"], found["episodes"], strict=True)) == {
        year: int(cell("England", year)) for year in range(2018, 2026)
    }
    assert (found["upper"] - found["episodes"] == 5).all()
    assert (found["episodes"] - found["lower"] == 5).all()
    shown = social_care.as_series(social_care.national())
    assert shown.columns.tolist() == ["year", "kind", "count", "complete"]
    assert set(shown["kind"]) == {"England"}


def test_regions_by_hand(cell: Cell) -> None:
    """East Midlands: 1,720 to 1,010, each to the nearest ten, so from 1005 / 1725 to 1015 / 1715."""
    found = by(social_care.by_region(), "area")
    assert list(found)[:2] == ["England", "East Midlands"]
    assert len(found) == 1 + 11
    row = found["East Midlands"]
    assert (
        (row["first"], row["last"])
        == (int(cell("East Midlands", 2018)), int(cell("East Midlands", 2025)))
        == (1720, 1010)
    )
    assert row["percent"] == pytest.approx(100 * (1010 / 1720 - 1))
    assert (row["lower"], row["upper"]) == pytest.approx(
        (100 * (1005 / 1725 - 1), 100 * (1015 / 1715 - 1))
    )


def test_authorities_by_year_are_as_published_or_say_why_not(cell: Cell) -> None:
    found = social_care.by_authority()
    states = social_care.states(found)
    assert list(states) == [str(year) for year in range(2018, 2026)]
    table = by(found, "area")
    assert table["Kent"]["2024"] == int(cell("Kent", 2024))
    assert (table["Kent"]["region"], table["Hackney"]["region"]) == ("South East", "Inner London")
    assert (cell("Rutland", 2022), cell("Hackney", 2021), cell("Isles of Scilly", 2019)) == (
        "c",
        "x",
        "z",
    )
    why = {
        ("Rutland", 2022): "suppressed",
        ("Hackney", 2021): "not_available",
        ("Isles of Scilly", 2019): "not_applicable",
    }
    for (area, year), state in why.items():
        assert pd.isna(table[area][str(year)])
        assert table[area][f"state_{year}"] == state
    assert table["Cumbria"]["state_2025"] == "not an authority then"
    assert {row[column] for row in table.values() for column in states.values()} <= {
        "value",
        "not an authority then",
        *STATES,
    }


def test_the_states_of_authorities_are_the_marks_of_the_file(rows: list[dict[str, str]]) -> None:
    marks: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        if row["la_name"]:
            marks[int(row["time_period"])].append(row["Child_sexual_exploitation"])
    for year in listed(social_care.by_state()):
        cells = marks[int(year["year"])]
        assert year["authorities"] == len(cells)
        assert year["counted"] == sum(mark.isdigit() for mark in cells)
        assert (year["suppressed"], year["not_applicable"]) == (cells.count("c"), cells.count("z"))
        assert year["not_available"] == cells.count("x") + cells.count("u")


def test_sums_of_authorities_by_another_route(
    rows: list[dict[str, str]], sums: pd.DataFrame
) -> None:
    """Each region and year, added up from the file: numbers as they are, `c` as 1 to 5, `z` as nothing, other marks as any number."""
    wanted: dict[tuple[int, str], tuple[float, float]] = defaultdict(lambda: (0, 0))
    ends = {"c": (1.0, 5.0), "z": (0.0, 0.0)}
    for row in rows:
        if row["la_name"]:
            mark, key = (
                row["Child_sexual_exploitation"],
                (int(row["time_period"]), row["region_name"]),
            )
            low, high = (
                (float(mark), float(mark))
                if mark.isdigit()
                else ends.get(mark, (0.0, float("inf")))
            )
            wanted[key] = wanted[key][0] + low, wanted[key][1] + high
    found = {
        (row["year"], row["area"]): (row["lower"], row["upper"])
        for row in listed(sums)
        if row["parts"] == "authorities"
    }
    assert {key: found[key] for key in wanted} == wanted
    assert len(wanted) == 8 * 10


def test_every_published_total_of_the_factor_lies_within_the_sums_of_its_parts(
    sums: pd.DataFrame,
) -> None:
    """The executable check: 8 years of 10 regions, London, and England against authorities; London and England against regions."""
    assert len(sums) == 8 * (10 + 1 + 1 + 1 + 1)
    assert sums["agrees"].all()
    open_ended = sums[sums["not_available"] > 0]
    assert open_ended["upper"].map(isinf).all()
    assert set(open_ended["year"]) == {2021, 2022, 2024}
    assert not sums[sums["not_available"] == 0]["upper"].map(isinf).any()


def test_sums_of_parts_that_hide_nothing_agree_for_every_factor_and_some_that_hide_do_not(
    rows: list[dict[str, str]],
) -> None:
    found = {
        (row["parts"], row["hidden"]): row for row in listed(social_care.sums_of_every_factor())
    }
    assert (
        found["authorities", "nothing"]["disagree"] == found["regions", "nothing"]["disagree"] == 0
    )
    hidden = found["authorities", "suppressed cells"]
    assert 0 < hidden["disagree"] == hidden["above"] < hidden["totals"]
    ended = {("2025", "Sexual_Abuse_unknown"), ("2025", "Physical_Abuse_unknown")}
    names = list(rows[0])[11:]  # after the columns that say what a row is
    counted = [
        row
        for row in rows
        if not row["la_name"]
        for name in names
        if row[name].isdigit() and (row["time_period"], name) not in ended
    ]
    twice = [row for row in counted if row["region_name"] in ("", "London")]
    assert sum(row["totals"] for row in found.values()) == len(counted) + len(twice)


def test_other_factors_are_beside_it_over_the_years_that_they_were_counted(
    rows: list[dict[str, str]],
) -> None:
    england = {
        int(row["time_period"]): row for row in rows if row["geographic_level"] == "National"
    }
    found = by(social_care.beside_other_factors(), "factor")
    for name, words in social_care.BESIDE.items():
        counted = [
            year
            for year, row in england.items()
            if row[name].isdigit() and not (row[name] == "0" and year == 2025)
        ]
        row = found[words]
        assert (row["since"], row["until"]) == (min(counted), max(counted))
        assert (row["first"], row["last"]) == (
            int(england[min(counted)][name]),
            int(england[max(counted)][name]),
        )


def test_what_is_published_of_children_is_not_held_and_the_series_is_context_only() -> None:
    found = by(social_care.published(), "claim")
    assert {row["verdict"] for row in found.values()} == {"not held"}
    assert found["S20a"]["context"].endswith("episodes are not children.")
    assert found["S20a"]["published"] == "29 percent"
    assert found["S19"]["context"] == ""
    assert all(claims()[name].table for name in found)
