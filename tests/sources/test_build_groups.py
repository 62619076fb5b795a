"""Offence groups as several releases had them."""

from pathlib import Path

import pandas as pd
import pytest

from replicate.sources import tables
from replicate.sources.build.groups import (
    GROUPS,
    TOTAL,
    _annual,
    _april_2025,
    _area,
    _below_headings,
    _october_2025,
)
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.forces import BTP, TERRITORIAL

HEADINGS = [name for name in GROUPS if name != "Miscellaneous crimes against society"]


def annual(folder: Path, *rows: tuple[object, ...], headings: list[str] | None = None) -> Path:
    """Write a year as the assembly has it: year, area, and the same count in every group."""
    names = headings or HEADINGS
    frame = pd.DataFrame(
        [[year, area, *[count] * len(names)] for year, area, count in rows],
        columns=["Year ending September", "Area name", *names],
    )
    frame.to_csv(folder / "annual.csv", index=False, encoding="utf-8-sig")
    return folder / "annual.csv"


def test_each_year_is_first_published_in_the_january_after_it(tmp_path: Path) -> None:
    table = _annual(annual(tmp_path, (2024, "Kent", 5)))
    assert set(
        table[["release", "edition", "period", "area"]].itertuples(index=False, name=None)
    ) == {("2025-01", "first published", "YE 2024-09", "Kent")}
    assert set(table["group"]) == set(GROUPS.values())
    assert table["complete"].all()


def test_trap_totals_of_2019_without_greater_manchester_are_kept_and_flagged(
    tmp_path: Path,
) -> None:
    rows = [
        (2019, area, 5) for area in ("ENGLAND AND WALES", "ENGLAND", "North West", "WALES", "Kent")
    ]
    table = _annual(
        annual(tmp_path, *rows, (2019, "Greater Manchester", None), (2020, "ENGLAND", 5))
    )
    complete = table.drop_duplicates(["period", "area"]).set_index(["period", "area"])["complete"]
    assert not complete["YE 2019-09"][
        ["England and Wales", "England", "North West Region", "Greater Manchester"]
    ].any()
    assert complete["YE 2019-09"][["Wales", "Kent"]].all()
    assert complete["YE 2020-09", "England"]
    assert table.loc[table["area"] == "Greater Manchester", "count"].isna().all()


def test_a_missing_group_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a column 'Sexual offences'"):
        _annual(
            annual(
                tmp_path,
                (2024, "Kent", 5),
                headings=[name for name in HEADINGS if name != "Sexual offences"],
            )
        )


def test_a_cell_that_is_no_number_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"'\[x\]'"):
        _annual(annual(tmp_path, (2024, "Kent", "[x]")))


def test_thousands_are_read_with_commas(tmp_path: Path) -> None:
    assert set(_annual(annual(tmp_path, (2024, "Kent", "1,234 ")))["count"]) == {1234}


@pytest.mark.parametrize(
    ("printed", "area"),
    [
        ("West Midlands", "West Midlands"),
        ("West Midlands Region", "West Midlands Region"),
        ("East ", "Eastern Region"),
        ("London", "London Region"),
    ],
)
def test_trap_a_region_is_not_taken_for_the_force_of_its_name(printed: str, area: str) -> None:
    assert _area(printed, "a table") == area


def test_rows_without_headings_are_refused() -> None:
    with pytest.raises(InputError, match="no row of headings"):
        _below_headings([["a", "b"]], "Table P1")


def test_a_force_without_a_row_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "c2.csv"
    columns = ["Police Force\nArea name", "Community Safety\nPartnership name", *HEADINGS]
    pd.DataFrame([["Kent", None, *[1] * len(HEADINGS)]], columns=columns).to_csv(path, index=False)
    with pytest.raises(InputError, match="1 rows"):
        _october_2025(path)


def test_the_workbooks_regions_are_told_from_forces_by_their_codes(source_data: Path) -> None:
    table = _april_2025(source_data / "crime/policeforceareatablesyedecember2024.xlsx")
    counts = table[(table["group"] == TOTAL) & (table["period"] == "YE 2024-12")].set_index("area")[
        "count"
    ]
    assert (counts["West Midlands Region"], counts["West Midlands"]) == (522_755, 313_763)


def whole(period: str) -> pd.DataFrame:
    """Lay out one period: groups by area."""
    table = tables.recorded_groups()
    return table[table["period"] == period].pivot_table(
        index="group", columns="area", values="count", aggfunc="sum", observed=True
    )


def test_shipped_totals_of_april_2025_are_the_printed_ones() -> None:
    """ONS, police force area tables, YE December 2024: P1 prints 205,465 and 120,410 for England and Wales, P4 190,300 and 116,855."""
    latest, earlier = (
        whole("YE 2024-12")["England and Wales"],
        whole("YE 2023-12")["England and Wales"],
    )
    assert (latest["Sexual offences"], latest["Miscellaneous crimes against society"]) == (
        205_465,
        120_410,
    )
    assert (earlier["Sexual offences"], earlier["Miscellaneous crimes against society"]) == (
        190_300,
        116_855,
    )


PERIODS = [*(f"YE {year}-09" for year in range(2015, 2025)), "YE 2023-12", "YE 2024-12"]


@pytest.mark.parametrize("period", PERIODS)
def test_shipped_forces_and_british_transport_police_sum_to_the_printed_total(period: str) -> None:
    """In 2019 too: the printed totals of that year leave Greater Manchester out."""
    areas = whole(period)
    assert areas[[*TERRITORIAL, BTP]].sum(axis=1).to_dict() == areas["England and Wales"].to_dict()


@pytest.mark.parametrize("period", PERIODS)
def test_shipped_regions_sum_to_their_country(period: str) -> None:
    regions = tables.forces().dropna(subset="region")
    areas = whole(period)
    for region, rows in regions.groupby("region"):
        assert areas[list(rows["name"])].sum(axis=1).to_dict() == areas[region].to_dict()
    assert (areas["England"] + areas["Wales"] + areas[BTP]).to_dict() == areas[
        "England and Wales"
    ].to_dict()


def test_trap_october_2025_leaves_british_transport_police_out_and_says_so() -> None:
    table = tables.recorded_groups()
    latest = table[table["release"] == "2025-10"]
    assert BTP not in set(latest["area"])
    assert latest.set_index("area")["complete"].groupby(level=0).all().to_dict() == {
        **dict.fromkeys(TERRITORIAL, True),
        "England and Wales": False,
    }


def test_october_2025_city_of_london_is_its_one_partnerships_row() -> None:
    """Table C2: City of London, 8,801 crimes, of them 194 sexual offences."""
    city = whole("YE 2025-06")["London, City of"]
    assert (city[TOTAL], city["Sexual offences"]) == (8_801, 194)


def test_groups_go_by_the_home_offices_names() -> None:
    groups = set(tables.offences()["group"]) - {"Fraud offences"}
    assert set(tables.recorded_groups()["group"]) == {*groups, TOTAL}


def test_only_the_rows_that_2019_and_october_2025_explain_are_incomplete() -> None:
    table = tables.recorded_groups()
    partial = set(
        table.loc[~table["complete"], ["release", "area"]].itertuples(index=False, name=None)
    )
    north = [
        ("2020-01", area)
        for area in ("England and Wales", "England", "North West Region", "Greater Manchester")
    ]
    assert partial == {*north, ("2025-10", "England and Wales")}
