"""Force areas: authorities, forces, children, residents, ethnic groups, against published totals."""

import json
from pathlib import Path

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from replicate.sources import tables
from replicate.sources.build import areas
from replicate.sources.build.cells import PUBLISHERS
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.forces import BTP, FORCES, FRAUD_BODIES, TERRITORIAL

WELSH = {"Dyfed-Powys", "Gwent", "North Wales", "South Wales"}
ENGLISH = [name for name in TERRITORIAL if name not in WELSH]
DORSET = ("E06000028", "Bournemouth"), ("E06000029", "Poole"), ("E10000009", "Dorset")


class Sources:
    """Small source files: one authority for each English force, with ten children of each age."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.codes = {f"E0600{place:04d}": name for place, name in enumerate(ENGLISH, start=900)}
        self.census: list[tuple[object, ...]] = []
        self.series: list[tuple[object, ...]] = [
            (2024, "Local authority", code, name, 180) for code, name in self.codes.items()
        ]
        self.series.append((2024, "National", "", "", 180 * len(ENGLISH)))

    @property
    def files(self) -> dict[str, Path]:
        ages = dict.fromkeys(map(str, range(91)), 10)
        single = [
            {"Code": code, "Name": name, "Geography": "Unitary Authority", **ages}
            for code, name in self.codes.items()
        ]
        england = {"Code": "E92000001", "Name": "ENGLAND", "Geography": "Country", **ages}
        head = ["time_period", "geographic_level", "new_la_code", "la_name", "population_estimate"]
        census = [
            "Lower Tier Local Authorities Code",
            "Lower Tier Local Authorities",
            "Ethnic group (20 categories)",
            "Observation",
        ]
        frames = {
            "ons-mye24-ew": pd.DataFrame([*single, england]),
            "dfe-ons-children-2012-2024": pd.DataFrame(self.series, columns=head),
            "ons-lookup-ltla24-pfa24": pd.DataFrame(
                self.codes.items(), columns=["ltla24_code", "pfa24_name"]
            ),
            "ons-lookup-ltla23-utla23": pd.DataFrame(
                {"LTLA23CD": list(self.codes), "UTLA23CD": list(self.codes)}
            ),
            "ons-census-ts021": pd.DataFrame(self.census, columns=census),
        }
        for name, frame in frames.items():
            frame.to_csv(self.folder / f"{name}.csv", index=False, encoding="utf-8-sig")
        return {name: self.folder / f"{name}.csv" for name in frames}


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    return Sources(tmp_path)


def test_abolished_districts_by_the_home_offices_own_table(source_data: Path) -> None:
    """The Home Office's reference table lists community safety partnerships by the names of 14 of
    the 17 abolished districts, and the other three, all Somerset's, under names of its own."""
    path = source_data / "boundaries/recrime-geo-pfa.csv"
    geography = pd.read_csv(path, encoding="latin-1").set_index("CSP Name")["Force Name"]
    census = pd.read_csv(source_data / "census/TS021-2021-2.csv").iloc[:, :2].drop_duplicates()
    names = census.set_index(census.columns[0])[census.columns[1]]
    pairs = [(code, name) for name, codes in PUBLISHERS["abolished"].items() for code in codes]
    force = {names[code]: name for code, name in pairs if code in names}
    assert len(force) == 17
    absent = {name for name in force if name not in geography}
    assert absent == {"Mendip", "South Somerset", "Somerset West and Taunton"}
    assert {name: geography[name] for name in set(force) - absent} == {
        name: force[name] for name in set(force) - absent
    }


def test_a_force_has_its_code_country_and_region(tmp_path: Path) -> None:
    boundaries, geography = tmp_path / "b.geojson", tmp_path / "g.csv"
    place = {"PFA23NM": "Devon & Cornwall", "PFA23CD": "E23000035"}
    boundaries.write_text(json.dumps({"features": [{"properties": place}]}), encoding="utf-8")
    geography.write_text(
        "Force Name,Region\nDevon & Cornwall,South West Region\n", encoding="latin-1"
    )
    files = {"ons-boundaries-pfa-2023": boundaries, "home-office-geography": geography}
    row = areas.forces(files).set_index("name").loc["Devon and Cornwall"]
    assert list(row) == ["E23000035", "England", "South West Region", True]
    geography.write_text("Force Name,Region\nDevon & Cornwal,Wales\n", encoding="latin-1")
    with pytest.raises(InputError, match="did you mean 'Devon and Cornwall'"):
        areas.forces(files)


def test_shipped_forces_are_the_vocabularys() -> None:
    table = tables.load("forces").set_index("name")
    assert tuple(table.index) == FORCES
    assert tuple(table.index[table["territorial"]]) == TERRITORIAL
    places = table.loc[list(TERRITORIAL)]
    assert set(places.index[places["country"] == "Wales"]) == WELSH
    assert set(places.loc[places["country"] == "Wales", "region"]) == {"Wales"}
    assert (places["code"].nunique(), places["region"].nunique()) == (43, 10)
    assert table.loc[[BTP, *FRAUD_BODIES], ["code", "country", "region"]].isna().all(axis=None)


def test_shipped_codes_are_those_of_the_ons_workbook_of_recorded_crime(source_data: Path) -> None:
    """Table P1, YE December 2024, prints code and name: another publication than the boundaries."""
    path = source_data / "crime/policeforceareatablesyedecember2024.xlsx"
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("Table P1").to_python()
    pairs = [(str(row[0]), str(row[1]).split("[")[0].strip()) for row in rows]
    spelt = {"City of London": "London, City of"}
    printed = {code: spelt.get(name, name) for code, name in pairs if code[:3] in {"E23", "W15"}}
    table = tables.load("forces").dropna(subset="code")
    assert dict(zip(table["code"], table["name"], strict=True)) == printed


def test_ages_are_summed_from_birth_to_15_and_to_17(sources: Sources) -> None:
    table = areas.children(sources.files)
    assert table.groupby("age_to")["children"].agg(set).to_dict() == {15: {160}, 17: {180}}
    assert set(table["age_from"]) == {0}


def test_trap_dorset_before_2019_is_what_englands_total_leaves(sources: Sources) -> None:
    sources.series += [(2018, "Local authority", code, name, "x") for code, name in DORSET]
    others = [(code, name) for code, name in sources.codes.items() if name != "Dorset"]
    sources.series += [(2018, "Local authority", code, name, 100) for code, name in others]
    sources.series.append((2018, "National", "", "", 100 * 38 + 77))
    table = areas.children(sources.files)
    earlier = table[table["year"] == 2018].set_index("force")
    assert earlier["children"]["Dorset"] == 77
    assert earlier["by_difference"].to_dict() == {name: name == "Dorset" for name in ENGLISH}


def test_another_gap_is_refused(sources: Sources) -> None:
    sources.series.append((2018, "Local authority", next(iter(sources.codes)), "Hartlepool", "x"))
    with pytest.raises(InputError, match="a population that is not a number"):
        areas.children(sources.files)


def test_two_editions_that_differ_are_refused(sources: Sources) -> None:
    sources.series[0] = (*sources.series[0][:-1], 181)
    with pytest.raises(InputError, match="two editions of mid-2024 that differ") as error:
        areas.children(sources.files)
    assert ENGLISH[0] in str(error.value)


def test_shipped_children_cover_43_areas_for_2024_and_39_english_ones_before() -> None:
    table = tables.load("children")
    latest, earlier = table[table["year"] == 2024], table[table["year"] < 2024]
    for oldest in (15, 17):
        assert set(latest.loc[latest["age_to"] == oldest, "force"]) == set(TERRITORIAL)
    assert set(earlier["age_to"]) == {17}
    names = earlier.groupby("year")["force"].agg(set)
    assert list(names.index) == list(range(2012, 2024))
    assert all(held == set(ENGLISH) for held in names)
    assert set(latest["edition"]) == {areas.MID_2024}
    assert set(earlier["edition"]) == {areas.SERIES}


def test_shipped_children_are_the_published_totals(source_data: Path) -> None:
    """England's row of every year, 12,183,016 in 2024; and the City of London, summed by hand from
    MYE2: 712 aged 0 to 15, 847 aged 0 to 17, too few for a rate."""
    rows = pd.read_csv(source_data / "dfe/ons_mid-year_population_estimates_2012_to_2024.csv")
    nation = rows[rows["geographic_level"] == "National"].set_index("time_period")
    table = tables.load("children")
    english = table[(table["age_to"] == 17) & table["force"].isin(ENGLISH)]
    sums = english.groupby("year")["children"].sum()
    assert sums.to_dict() == nation["population_estimate"].astype(int).to_dict()
    assert sums[2024] == 12_183_016
    city = table.query("force == 'London, City of' and year == 2024").set_index("age_to")
    assert city["children"].to_dict() == {15: 712, 17: 847}


def test_shipped_tables_equal_the_earlier_derivations(source_data: Path) -> None:
    """Made by other code from the same files, and for 2024 from another edition."""
    respelt = {"Devon & Cornwall": "Devon and Cornwall"}
    folder, table = source_data / "population", tables.load("children")
    held = pd.read_csv(folder / "derived_england_pfa_population_0_17_2012_2024.csv")
    held = held.replace({"pfa24_name": respelt}).set_index(["pfa24_name", "mid_year"])
    ours = table[(table["age_to"] == 17) & table["force"].isin(ENGLISH)]
    ours = ours.set_index(["force", "year"])
    assert len(held) == 507
    assert ours["children"].to_dict() == held["population_0_17"].to_dict()
    assert ours["by_difference"].to_dict() == held["by_difference"].to_dict()
    name = "derived_pfa43_population_0_15_0_17_all_mid2019_2020_2022_2023_2024.csv"
    wide = pd.read_csv(folder / name).query("mid_year == 2024").replace({"pfa24_name": respelt})
    wide = wide.set_index("pfa24_name")
    latest = table[table["year"] == 2024]
    for oldest in (15, 17):
        children = latest[latest["age_to"] == oldest].set_index("force")["children"]
        assert children.to_dict() == wide[f"population_0_{oldest}"].to_dict()
    residents = tables.load("residents").set_index("force")["residents"]
    assert residents.to_dict() == wide["population_all_ages"].to_dict()


def test_shipped_residents_sum_to_the_printed_total() -> None:
    """61,806,682: England and Wales, mid-2024, as the ONS prints it in the first row of MYE2."""
    table = tables.load("residents")
    assert table["residents"].sum() == 61_806_682
    assert sorted(table["force"]) == sorted(TERRITORIAL)


@pytest.mark.parametrize(
    ("code", "name", "force"),
    [
        ("E06000900", "An authority of today", ENGLISH[0]),
        ("E07000028", "Carlisle", "Cumbria"),
        ("E07000165", "Harrogate", "North Yorkshire"),
        ("E07000187", "Mendip", "Avon and Somerset"),
    ],
)
def test_trap_a_district_has_its_force_also_when_it_was_abolished(
    sources: Sources, code: str, name: str, force: str
) -> None:
    sources.census = [(code, name, "White: Irish", 12), (code, name, "Does not apply", 0)]
    (row,) = areas.census(sources.files).to_numpy().tolist()
    assert row == [code, name, force, "White: Irish", "White", 12]


def test_residents_in_no_group_are_refused(sources: Sources) -> None:
    sources.census = [("E06000900", "Canterbury", "Does not apply", 3)]
    with pytest.raises(InputError, match="residents in no ethnic group"):
        areas.census(sources.files)


def test_shipped_census_has_every_authority_force_and_group() -> None:
    """59,597,542 is the published population; the ONS's file, whose cells were perturbed, holds 36
    more."""
    table = tables.load("census_ethnic_group")
    assert (table["area_code"].nunique(), table["ethnic_group"].nunique()) == (331, 19)
    assert len(table) == 331 * 19
    assert set(table["force"]) == set(TERRITORIAL)
    assert set(table["broad_group"]) == set(PUBLISHERS["broad_groups"].values())
    assert table["residents"].sum() == 59_597_542 + 36


def test_manchester_by_broad_group_is_within_perturbation_of_the_published_table() -> None:
    """ONS, Census 2021, ethnic group in 6 categories, Manchester: White 313,630, Asian 115,113, of
    551,938 residents. Each cell of a census table is perturbed on its own, by a few units at most;
    the tolerance is one unit a cell added up."""
    manchester = tables.load("census_ethnic_group").query("area == 'Manchester'")
    broad = manchester.groupby("broad_group")["residents"].sum()
    assert broad["White"] == pytest.approx(313_630, abs=5)
    assert broad["Asian"] == pytest.approx(115_113, abs=5)
    assert manchester["residents"].sum() == pytest.approx(551_938, abs=19)
