"""Residents by ethnic group, Census of 2021."""

from pathlib import Path

import pandas as pd
import pytest

from replicate.sources import tables
from replicate.sources.build.census import BROAD, build
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.forces import TERRITORIAL

IRISH, NOBODY = "White: Irish", "Does not apply"


def write(folder: Path, *rows: tuple[str, str, str, int]) -> tuple[Path, Path]:
    columns = [
        "Lower Tier Local Authorities Code",
        "Lower Tier Local Authorities",
        "Ethnic group (20 categories)",
        "Observation",
    ]
    pd.DataFrame(rows, columns=columns).to_csv(folder / "ts021.csv", index=False)
    pd.DataFrame({"ltla24_code": ["E07000106"], "pfa24_name": ["Kent"]}).to_csv(
        folder / "areas.csv", index=False
    )
    return folder / "ts021.csv", folder / "areas.csv"


def test_an_authority_has_its_force_and_a_group_its_broad_group(tmp_path: Path) -> None:
    source, areas = write(
        tmp_path, ("E07000106", "Canterbury", IRISH, 12), ("E07000106", "Canterbury", NOBODY, 0)
    )
    (row,) = build(ethnic_group=source, areas=areas).to_dict("records")
    assert row == {
        "area_code": "E07000106",
        "area": "Canterbury",
        "force": "Kent",
        "ethnic_group": IRISH,
        "broad_group": "White",
        "residents": 12,
    }


@pytest.mark.parametrize(
    ("code", "name", "force"),
    [
        ("E07000028", "Carlisle", "Cumbria"),
        ("E07000165", "Harrogate", "North Yorkshire"),
        ("E07000187", "Mendip", "Avon and Somerset"),
    ],
)
def test_trap_a_district_that_was_abolished_keeps_its_force(
    tmp_path: Path, code: str, name: str, force: str
) -> None:
    source, areas = write(tmp_path, (code, name, IRISH, 1))
    assert build(ethnic_group=source, areas=areas)["force"].tolist() == [force]


def test_an_authority_of_no_force_area_is_refused(tmp_path: Path) -> None:
    source, areas = write(tmp_path, ("S12000036", "City of Edinburgh", IRISH, 1))
    with pytest.raises(InputError, match="S12000036"):
        build(ethnic_group=source, areas=areas)


def test_residents_in_no_group_are_refused(tmp_path: Path) -> None:
    source, areas = write(tmp_path, ("E07000106", "Canterbury", NOBODY, 3))
    with pytest.raises(InputError, match="Canterbury"):
        build(ethnic_group=source, areas=areas)


def test_shipped_table_has_every_authority_force_and_group() -> None:
    table = tables.census_ethnic_group()
    assert (table["area_code"].nunique(), table["ethnic_group"].nunique()) == (331, 19)
    assert len(table) == 331 * 19
    assert set(table["force"]) == set(TERRITORIAL)
    assert set(table["broad_group"]) == set(BROAD.values())


def test_trap_perturbed_counts_sum_to_36_more_than_the_published_population() -> None:
    """59,597,542 is the published population; the sum of perturbed cells, 59,597,578, is what the ONS's file holds."""
    assert tables.census_ethnic_group()["residents"].sum() == 59_597_542 + 36


def test_manchester_by_broad_group_is_within_perturbation_of_the_published_table() -> None:
    """ONS, Census 2021, ethnic group in 6 categories, Manchester: White 313,630, Asian 115,113, of 551,938 residents.

    Each cell of a census table is perturbed on its own, by a few units at most, so the five White and five Asian cells of the
    finer table need not sum to the coarser one's. The tolerance is one unit a cell added up.
    """
    table = tables.census_ethnic_group()
    manchester = table[table["area"] == "Manchester"]
    broad = manchester.groupby("broad_group")["residents"].sum()
    assert broad["White"] == pytest.approx(313_630, abs=5)
    assert broad["Asian"] == pytest.approx(115_113, abs=5)
    assert manchester["residents"].sum() == pytest.approx(551_938, abs=19)
