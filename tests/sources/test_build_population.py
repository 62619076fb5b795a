"""Children and residents of force areas, against the publishers' totals and an earlier, independent derivation."""

from pathlib import Path

import pandas as pd
import pytest

from replicate.sources import tables
from replicate.sources.build.population import MID_2024, SERIES, children
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.forces import TERRITORIAL

DORSET = ("E06000028", "Bournemouth"), ("E06000029", "Poole"), ("E10000009", "Dorset")
ENGLISH = [
    name
    for name in TERRITORIAL
    if name not in {"Dyfed-Powys", "Gwent", "North Wales", "South Wales"}
]


class Sources:
    """Small source files: one authority for each English force, with `of_each` children of each age."""

    def __init__(self, folder: Path, *, of_each: int = 10) -> None:
        self.folder = folder
        self.codes = {f"E0600{place:04d}": name for place, name in enumerate(ENGLISH, start=900)}
        ages = {str(age): of_each for age in range(91)}
        self.single = [
            {"Code": code, "Name": name, "Geography": "Unitary Authority", **ages}
            for code, name in self.codes.items()
        ]
        self.single.append(
            {
                "Code": "E92000001",
                "Name": "ENGLAND",
                "Geography": "Country",
                **dict.fromkeys(ages, 1),
            }
        )
        self.series: list[tuple[object, ...]] = [
            (2024, "Local authority", code, name, 18 * of_each) for code, name in self.codes.items()
        ]
        self.series.append((2024, "National", "", "", 18 * of_each * len(ENGLISH)))

    def build(self) -> pd.DataFrame:
        pd.DataFrame(self.single).to_csv(
            self.folder / "single.csv", index=False, encoding="utf-8-sig"
        )
        columns = [
            "time_period",
            "geographic_level",
            "new_la_code",
            "la_name",
            "population_estimate",
        ]
        pd.DataFrame(self.series, columns=columns).to_csv(self.folder / "series.csv", index=False)
        pd.DataFrame(self.codes.items(), columns=["ltla24_code", "pfa24_name"]).to_csv(
            self.folder / "areas.csv", index=False
        )
        pd.DataFrame({"LTLA23CD": self.codes, "UTLA23CD": self.codes}).to_csv(
            self.folder / "upper.csv", index=False, encoding="utf-8-sig"
        )
        paths = {
            name: self.folder / f"{name}.csv" for name in ("single", "series", "areas", "upper")
        }
        return children(
            single_years=paths["single"],
            series=paths["series"],
            areas=paths["areas"],
            upper_tier=paths["upper"],
        )


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    return Sources(tmp_path)


def test_ages_are_summed_from_birth_to_15_and_to_17(sources: Sources) -> None:
    table = sources.build()
    assert set(table["age_from"]) == {0}
    assert set(table.loc[table["age_to"] == 15, "children"]) == {160}
    assert set(table.loc[table["age_to"] == 17, "children"]) == {180}


def test_trap_dorset_before_2019_is_what_englands_total_leaves(sources: Sources) -> None:
    sources.series += [(2018, "Local authority", code, name, "x") for code, name in DORSET]
    sources.series += [
        (2018, "Local authority", code, name, 100)
        for code, name in sources.codes.items()
        if name != "Dorset"
    ]
    sources.series.append((2018, "National", "", "", 100 * 38 + 77))
    table = sources.build()
    earlier = table[table["year"] == 2018].set_index("force")
    assert earlier["children"]["Dorset"] == 77
    assert earlier["by_difference"].to_dict() == {name: name == "Dorset" for name in ENGLISH}


def test_another_gap_is_refused(sources: Sources) -> None:
    sources.series.append((2018, "Local authority", next(iter(sources.codes)), "Hartlepool", "x"))
    with pytest.raises(InputError, match="Hartlepool, 2018"):
        sources.build()


def test_an_authority_of_no_force_area_is_refused(sources: Sources) -> None:
    sources.series.append((2018, "Local authority", "E06009999", "Nowhere", 5))
    with pytest.raises(InputError, match="E06009999"):
        sources.build()


def test_two_editions_that_differ_are_refused(sources: Sources) -> None:
    sources.series[0] = (*sources.series[0][:-1], 181)
    with pytest.raises(InputError, match="two editions of mid-2024 that differ") as error:
        sources.build()
    assert ENGLISH[0] in str(error.value)


def test_an_area_absent_from_one_edition_is_refused(sources: Sources) -> None:
    sources.series.pop(0)
    with pytest.raises(InputError, match="38 areas in both"):
        sources.build()


def test_shipped_coverage_43_areas_for_mid_2024_and_39_english_ones_before() -> None:
    table = tables.children()
    latest = table[table["year"] == 2024]
    assert all(
        set(latest.loc[latest["age_to"] == oldest, "force"]) == set(TERRITORIAL)
        for oldest in (15, 17)
    )
    earlier = table[table["year"] < 2024]
    assert set(earlier["age_to"]) == {17}
    assert earlier.groupby("year")["force"].agg(set).map(lambda names: names == set(ENGLISH)).all()
    assert sorted(earlier["year"].unique()) == list(range(2012, 2024))
    assert (latest["edition"].unique().tolist(), earlier["edition"].unique().tolist()) == (
        [MID_2024],
        [SERIES],
    )


def test_trap_welsh_years_other_than_2024_are_left_out() -> None:
    table = tables.children()
    assert set(table.loc[table["force"].isin(set(TERRITORIAL) - set(ENGLISH)), "year"]) == {2024}


def test_shipped_children_of_england_in_2024_are_the_published_total() -> None:
    """12,183,016: the row for England of the estimates that DfE publishes with Children in Need."""
    table = tables.children()
    england = table[
        (table["year"] == 2024) & (table["age_to"] == 17) & table["force"].isin(ENGLISH)
    ]
    assert england["children"].sum() == 12_183_016


def test_shipped_children_sum_to_englands_row_in_every_year(source_data: Path) -> None:
    rows = pd.read_csv(source_data / "dfe/ons_mid-year_population_estimates_2012_to_2024.csv")
    england = (
        rows[rows["geographic_level"] == "National"]
        .set_index("time_period")["population_estimate"]
        .astype(int)
    )
    table = tables.children()
    english = (
        table[(table["age_to"] == 17) & table["force"].isin(ENGLISH)]
        .groupby("year")["children"]
        .sum()
    )
    assert english.to_dict() == england.to_dict()


def test_trap_the_city_of_london_has_few_children() -> None:
    """712 aged 0 to 15, 847 aged 0 to 17 in mid-2024 (summed by hand from MYE2): too few for a rate."""
    table = tables.children()
    city = table[(table["force"] == "London, City of") & (table["year"] == 2024)].set_index(
        "age_to"
    )["children"]
    assert city.to_dict() == {15: 712, 17: 847}


def test_shipped_series_equals_the_earlier_derivation(source_data: Path) -> None:
    held = pd.read_csv(source_data / "population/derived_england_pfa_population_0_17_2012_2024.csv")
    expected = held.replace({"pfa24_name": {"Devon & Cornwall": "Devon and Cornwall"}}).set_index(
        ["pfa24_name", "mid_year"]
    )
    table = tables.children()
    ours = table[(table["age_to"] == 17) & table["force"].isin(ENGLISH)].set_index(
        ["force", "year"]
    )
    assert len(expected) == 507
    assert ours["children"].to_dict() == expected["population_0_17"].to_dict()
    assert ours["by_difference"].to_dict() == expected["by_difference"].to_dict()


def test_shipped_cross_section_equals_the_earlier_derivation(source_data: Path) -> None:
    held = pd.read_csv(
        source_data
        / "population/derived_pfa43_population_0_15_0_17_all_mid2019_2020_2022_2023_2024.csv"
    )
    expected = (
        held[held["mid_year"] == 2024]
        .replace({"pfa24_name": {"Devon & Cornwall": "Devon and Cornwall"}})
        .set_index("pfa24_name")
    )
    latest = tables.children().query("year == 2024")
    for oldest, column in ((15, "population_0_15"), (17, "population_0_17")):
        assert (
            latest[latest["age_to"] == oldest].set_index("force")["children"].to_dict()
            == expected[column].to_dict()
        )
    assert (
        tables.residents().set_index("force")["residents"].to_dict()
        == expected["population_all_ages"].to_dict()
    )


def test_shipped_residents_sum_to_the_printed_total() -> None:
    """61,806,682: England and Wales, mid-2024, as the ONS prints it in the first row of MYE2."""
    table = tables.residents()
    assert table["residents"].sum() == 61_806_682
    assert sorted(table["force"]) == sorted(TERRITORIAL)
