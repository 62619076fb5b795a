"""Offence groups as several releases had them."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from replicate.sources import tables
from replicate.sources.build.groups import GROUPS, build
from replicate.sources.catalogue import catalogue
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.forces import BTP, TERRITORIAL

ANNUAL = "ons-pfa-first-published-2015-2024"
OTHERS = ("ons-pfa-tables-2024-12", "ons-pfa-tables-2025-06")
HEADINGS = [name for name in GROUPS if name != "Miscellaneous crimes against society"]
TOTAL = HEADINGS[0]
Make = Callable[..., pd.DataFrame]


@pytest.fixture
def made(source_data: Path, tmp_path: Path) -> Make:
    """Build the table of other years as first published: year, area, one count in every group."""

    def make(*rows: tuple[object, ...]) -> pd.DataFrame:
        whole = [[year, area, *[count] * len(HEADINGS)] for year, area, count in rows]
        frame = pd.DataFrame(whole, columns=["Year ending September", "Area name", *HEADINGS])
        frame.to_csv(tmp_path / "annual.csv", index=False, encoding="utf-8-sig")
        files = {name: source_data / str(catalogue()[name].file) for name in OTHERS}
        table = build(files | {ANNUAL: tmp_path / "annual.csv"})
        return table[table["period"].str.endswith("-09")]

    return make


def test_each_year_is_first_published_in_the_january_after_it(made: Make) -> None:
    table = made((2024, "Kent", "1,234 "))
    columns = ["release", "edition", "period", "area", "count", "complete"]
    (row,) = table[columns].drop_duplicates().to_numpy().tolist()
    assert row == ["2025-01", "first published", "YE 2024-09", "Kent", 1234, True]
    assert set(table["group"]) == set(GROUPS.values())


def test_trap_totals_of_2019_without_greater_manchester_are_kept_and_flagged(made: Make) -> None:
    without = ["England and Wales", "England", "North West Region", "Greater Manchester"]
    printed = ["ENGLAND AND WALES", "ENGLAND", "North West", "Greater Manchester"]
    rows = [
        (2019, area, None if area == printed[-1] else 5) for area in [*printed, "WALES", "Kent"]
    ]
    table = made(*rows, (2020, "ENGLAND", 5))
    table = table.drop_duplicates(["period", "area"]).set_index(["period", "area"])
    complete = table["complete"]
    assert not complete["YE 2019-09"][without].any()
    assert complete["YE 2019-09"][["Wales", "Kent"]].all()
    assert complete["YE 2020-09", "England"]
    assert table["count"].isna().sum() == 1


@pytest.mark.parametrize(
    ("printed", "area"),
    [
        ("West Midlands", "West Midlands"),
        ("West Midlands Region", "West Midlands Region"),
        ("East ", "Eastern Region"),
        ("London", "London Region"),
        ("Leicestershire [note 4]", "Leicestershire"),
        ("Devon & Cornwall", "Devon and Cornwall"),
    ],
)
def test_trap_a_region_is_not_taken_for_the_force_of_its_name(
    made: Make, printed: str, area: str
) -> None:
    assert set(made((2024, printed, 5))["area"]) == {area}


@pytest.mark.parametrize(
    ("area", "cell", "said"),
    [("Kent", "[x]", r"'\[x\]'"), ("Humbersid [note 4]", 5, "did you mean 'Humberside'")],
)
def test_what_can_not_be_read_is_refused(made: Make, area: str, cell: object, said: str) -> None:
    with pytest.raises(InputError, match=said) as error:
        made((2024, area, cell))
    assert "annual.csv" in str(error.value)


def whole(period: str) -> pd.DataFrame:
    """Lay out one period: groups by area."""
    table = tables.load("recorded_groups").query("period == @period")
    return table.pivot_table(index="group", columns="area", values="count", aggfunc="sum")


def test_shipped_totals_of_april_2025_are_the_printed_ones() -> None:
    """ONS, police force area tables, YE December 2024: P1 prints 205,465 and 120,410 for England
    and Wales, P4 190,300 and 116,855; P1 tells the region West Midlands from the force by code."""
    groups = ["Sexual offences", "Miscellaneous crimes against society"]
    latest, earlier = whole("YE 2024-12"), whole("YE 2023-12")
    assert latest["England and Wales"][groups].tolist() == [205_465, 120_410]
    assert earlier["England and Wales"][groups].tolist() == [190_300, 116_855]
    areas = ["West Midlands Region", "West Midlands"]
    assert [latest[area][TOTAL] for area in areas] == [522_755, 313_763]


PERIODS = [*(f"YE {year}-09" for year in range(2015, 2025)), "YE 2023-12", "YE 2024-12"]


@pytest.mark.parametrize("period", PERIODS)
def test_shipped_parts_sum_to_their_totals(period: str) -> None:
    """In 2019 too: the printed totals of that year leave Greater Manchester out."""
    areas = whole(period)
    nation = areas["England and Wales"].to_dict()
    assert areas[[*TERRITORIAL, BTP]].sum(axis=1).to_dict() == nation
    assert (areas["England"] + areas["Wales"] + areas[BTP]).to_dict() == nation
    for region, rows in tables.load("forces").dropna(subset="region").groupby("region"):
        assert areas[list(rows["name"])].sum(axis=1).to_dict() == areas[region].to_dict()


def test_october_2025_has_each_force_and_no_british_transport_police() -> None:
    """Table C2: City of London, one partnership, 8,801 crimes, of them 194 sexual offences."""
    latest = tables.load("recorded_groups").query("release == '2025-10'")
    assert set(latest["area"]) == {*TERRITORIAL, "England and Wales"}
    city = whole("YE 2025-06")["London, City of"]
    assert (city[TOTAL], city["Sexual offences"]) == (8_801, 194)


def test_groups_go_by_the_home_offices_names() -> None:
    groups = set(tables.offences()["group"]) - {"Fraud offences"}
    assert set(tables.load("recorded_groups")["group"]) == {*groups, TOTAL}


def test_only_the_rows_that_2019_and_october_2025_explain_are_incomplete() -> None:
    table = tables.load("recorded_groups")
    partial = table.loc[~table["complete"], ["release", "area"]].itertuples(index=False, name=None)
    north = ["England and Wales", "England", "North West Region", "Greater Manchester"]
    expected = {("2020-01", area) for area in north} | {("2025-10", "England and Wales")}
    assert set(partial) == expected
