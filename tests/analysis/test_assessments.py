import csv
import re
from math import inf
from pathlib import Path

import pandas as pd
import pytest

from replicate.analysis.assessments import (
    ROUNDED_TO,
    SUPPRESSED,
    change,
    possible,
)
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.uncertainty import RoundingRange, WorstCaseBounds

CASE = Path(__file__).parents[1] / "cases/disclosure_control"
COLUMNS = ["year", "level", "area", "region", "factor", "episodes", "state"]

ROWS = [
    (2024, "National", "England", "Gangs", 2290, "value"),
    (2025, "National", "England", "Gangs", 2160, "value"),
    (2023, "National", "England", "Gangs", 0, "value"),
    (2024, "National", "England", "Split", 100, "value"),
    (2025, "National", "England", "Split", None, "ended"),
    (2024, "Local authority", "Bury", "Gangs", 10, "value"),
    (2025, "Local authority", "Bury", "Gangs", None, "suppressed"),
    (2024, "Local authority", "Wigan", "Gangs", 8, "value"),
    (2025, "Local authority", "Wigan", "Gangs", 12, "value"),
    (2024, "Local authority", "Leeds", "Gangs", None, "not_available"),
]
FRAME = pd.DataFrame(ROWS, columns=["year", "level", "area", "factor", "episodes", "state"]).astype(
    {"episodes": "Int64"}
)


def read(name: str) -> list[dict[str, str]]:
    with (CASE / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def frame(*rows: tuple[str, str, str | None, int | None, str]) -> pd.DataFrame:
    """Cells of one factor and year: level, area, region, episodes, state."""
    cells = [
        (2024, level, area, region, "Gangs", episodes, state)
        for level, area, region, episodes, state in rows
    ]
    return pd.DataFrame(cells, columns=COLUMNS).astype({"episodes": "Int64"})


def ends(cells: pd.DataFrame) -> list[tuple[float, float]]:
    found = possible(cells)
    return list(zip(found["lower"], found["upper"], strict=True))


def test_a_suppressed_cell_stands_for_what_the_publisher_says() -> None:
    (row,) = read("expected.csv")
    low, high = (int(number) for number in re.findall(r"\d+", row["published"]))
    assert (SUPPRESSED.lower, SUPPRESSED.upper) == (low, high) == (1, 5)
    assert ends(frame(("Local authority", "Bury", "North West", None, "suppressed"))) == [
        (low, high)
    ]


def test_totals_stand_for_what_the_publisher_rounds_to_them() -> None:
    (rule,) = [
        row["rule"]
        for row in read("rules.csv")
        if row["applies_to"] == "England and regional totals"
    ]
    (nearest,) = (int(number) for number in re.findall(r"\d+", rule))
    assert {ROUNDED_TO["National"], ROUNDED_TO["Regional"]} == {nearest} == {10}
    assert ends(
        frame(
            ("National", "England", None, 12400, "value"), ("Regional", "London", None, 0, "value")
        )
    ) == [(12395, 12405), (0, 5)]


@pytest.mark.parametrize(
    ("episodes", "state", "lower", "upper"),
    [
        (7, "value", 7, 7),
        (0, "value", 0, 0),
        (None, "not_applicable", 0, 0),
        (None, "not_available", 0, inf),
    ],
)
def test_cells_of_authorities(episodes: int | None, state: str, lower: float, upper: float) -> None:
    assert ends(frame(("Local authority", "Bury", "North West", episodes, state))) == [
        (lower, upper)
    ]


def test_a_factor_that_ended_has_no_cell() -> None:
    assert ends(frame(("National", "England", None, None, "ended"))) == []


def test_the_change_of_a_national_total_carries_its_rounding() -> None:
    """2,290 to 2,160 is -5.7 %; each end is rounded to ten, so from 2155 / 2295 to 2165 / 2285."""
    found = change(FRAME, "Gangs", 2024, 2025)
    assert found.percent == pytest.approx(-5.677, abs=5e-4)
    assert found.start.possible == RoundingRange(2285, 2295)
    assert found.end.possible == RoundingRange(2155, 2165)
    assert isinstance(found.possible, RoundingRange)
    assert found.possible.lower == pytest.approx(100 * (2155 / 2295 - 1))
    assert found.possible.upper == pytest.approx(100 * (2165 / 2285 - 1))


def test_counts_of_authorities_are_not_rounded() -> None:
    found = change(FRAME, "Gangs", 2024, 2025, "Local authority", "Wigan")
    assert found.percent == pytest.approx(50)
    assert found.possible == RoundingRange(found.percent or 0, found.percent or 0)


def test_a_suppressed_count_gives_worst_case_bounds_and_no_number() -> None:
    found = change(FRAME, "Gangs", 2024, 2025, "Local authority", "Bury")
    assert (found.end.published, found.end.possible, found.percent) == (None, SUPPRESSED, None)
    assert isinstance(found.possible, WorstCaseBounds)
    assert (found.possible.lower, found.possible.upper) == pytest.approx((-90, -50))


def test_a_rounded_zero_can_be_up_to_five_and_gives_no_percentage() -> None:
    with pytest.raises(InputError, match="a change from nothing"):
        change(FRAME, "Gangs", 2023, 2025)
    assert change(FRAME, "Gangs", 2024, 2023).end.possible == RoundingRange(0, 5)


@pytest.mark.parametrize(
    ("factor", "years", "level", "area", "message"),
    [
        ("Gang", (2024, 2025), "National", None, "did you mean 'Gangs'"),
        ("Gangs", (2024, 2025), "Nation", None, "did you mean 'National'"),
        ("Gangs", (2024, 2025), "Local authority", "Burry", "did you mean 'Bury'"),
        ("Gangs", (2024, 2025), "Local authority", None, "not one cell for a year"),
        ("Gangs", (2019, 2025), "National", None, "0 for 2019"),
        ("Split", (2024, 2025), "National", None, "no number was published"),
        ("Gangs", (2024, 2025), "Local authority", "Leeds", "no number was published"),
    ],
)
def test_what_is_not_held_is_refused(
    factor: str, years: tuple[int, int], level: str, area: str | None, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        change(FRAME, factor, *years, level, area)
