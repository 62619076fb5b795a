import csv
import re
from math import inf
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replicate.analysis.assessments import (
    ROUNDED_TO,
    SUPPRESSED,
    change,
    held_against_parts,
    possible,
    sums,
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


def test_a_larger_number_can_be_hidden_too_as_the_publisher_says() -> None:
    """The rule that [1, 5] can't carry: why a published total can lie above the sum of its
    parts."""
    (rule,) = [row["rule"] for row in read("rules.csv") if row["applies_to"] == "counts 1-5"]
    assert "secondary suppression" in rule
    larger = frame(
        ("Local authority", "Bury", "North West", 90, "value"),
        ("Local authority", "Wigan", "North West", None, "suppressed"),
    )
    found = held_against_parts(
        pd.concat([larger, frame(("Regional", "North West", None, 110, "value"))])
    )
    assert found[["published_lower", "upper", "agrees"]].to_numpy().tolist() == [[105, 95, False]]


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


@given(
    st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=1, max_size=12), st.booleans()
)
@settings(max_examples=40, deadline=None)
def test_bounds_of_a_sum_hold_every_completion(
    cells: list[tuple[int, bool]], rounded: bool
) -> None:
    """True numbers, some of those from 1 to 5 hidden, others as counted or to the nearest ten."""
    level = "Regional" if rounded else "Local authority"
    published = [
        (level, str(place), None, None, "suppressed")
        if hidden and 1 <= true <= 5
        else (level, str(place), None, _shown(true, rounded), "value")
        for place, (true, hidden) in enumerate(cells)
    ]
    (found,) = sums(frame(*published), ["year"]).to_dict("records")
    assert found["lower"] <= sum(true for true, _ in cells) <= found["upper"]
    assert found["not_available"] == 0
    hidden = sum(state == "suppressed" for *_, state in published)
    assert found["suppressed"] == hidden
    if not rounded:
        assert found["upper"] - found["lower"] == 4 * hidden


def _shown(true: int, rounded: bool) -> int:
    return 10 * ((true + 5) // 10) if rounded else true


LONDON = [
    ("Regional", "London", None, 60, "value"),
    ("Regional", "Inner London", None, 20, "value"),
    ("Regional", "Outer London", None, 30, "value"),
    ("Local authority", "Camden", "Inner London", 13, "value"),
    ("Local authority", "Hackney", "Inner London", None, "suppressed"),
    ("Local authority", "Barnet", "Outer London", 34, "value"),
    ("Local authority", "Bexley", "Outer London", 8, "value"),
]


def test_a_region_is_held_against_its_authorities_and_london_against_both() -> None:
    found = held_against_parts(frame(*LONDON)).set_index(["area", "parts"])
    assert found[["lower", "upper"]].to_dict("index") == {
        ("Inner London", "authorities"): {"lower": 14, "upper": 18},
        ("London", "authorities"): {"lower": 56, "upper": 60},
        ("London", "regions"): {"lower": 40, "upper": 60},
        ("Outer London", "authorities"): {"lower": 42, "upper": 42},
    }
    assert found["agrees"].to_dict() == {
        ("Inner London", "authorities"): True,  # 15 to 25
        ("London", "authorities"): True,  # 55 to 65
        ("London", "regions"): True,
        ("Outer London", "authorities"): False,  # 25 to 35, and 42 were counted
    }


def test_england_is_held_against_its_regions_without_the_parts_of_london() -> None:
    rows = [
        ("National", "England", None, 140, "value"),
        ("Regional", "South West", None, 80, "value"),
        *LONDON,
    ]
    found = held_against_parts(frame(*rows)).query("area == 'England'").set_index("parts")
    assert (found.loc["regions", "lower"], found.loc["regions", "upper"]) == (130, 150)
    assert (found.loc["authorities", "lower"], found.loc["authorities", "upper"]) == (56, 60)
    assert found["agrees"].to_dict() == {"regions": True, "authorities": False}


@pytest.mark.parametrize(
    ("published", "agrees"),
    [(10_000, True), (90, True), (80, False)],
    ids=["any more", "as many", "too few"],
)
def test_a_part_without_a_number_leaves_only_too_few_to_disagree(
    published: int, agrees: bool
) -> None:
    parts = [
        ("Local authority", "Kent", "South East", 90, "value"),
        ("Local authority", "Hampshire", "South East", None, "not_available"),
    ]
    (found,) = held_against_parts(
        frame(*parts, ("Regional", "South East", None, published, "value"))
    ).to_dict("records")
    assert (found["upper"], found["not_available"], found["agrees"]) == (inf, 1, agrees)


def test_a_total_without_a_number_is_held_against_nothing() -> None:
    parts = [
        ("Local authority", "Kent", "South East", 90, "value"),
        ("Regional", "South East", None, None, "not_available"),
    ]
    assert held_against_parts(frame(*parts)).empty


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
