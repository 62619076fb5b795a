"""The series, the areas and the model of notebook 01, against Arrow alone in the shipped files."""

from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from replicate.derivations import offence_counts
from replicate.sources import tables
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.forces import BTP, CITY_OF_LONDON, TERRITORIAL
from replicate.vocabulary.parameters import OffenceCounts

Counter = Callable[..., int]

IMAGES = OffenceCounts(definition="images")
YEAR_2024 = ("2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4")
WALES = {"Dyfed-Powys", "Gwent", "North Wales", "South Wales"}


def children(force: str, year: int) -> int:
    """Read the children under 18 of a shipped file with Arrow alone."""
    rows = pq.read_table(Path(tables.__file__).with_name("tables") / "children.parquet").to_pylist()
    (found,) = [
        row["children"]
        for row in rows
        if (row["force"], row["year"], row["age_from"], row["age_to"]) == (force, year, 0, 17)
    ]
    return int(found)


def test_the_table_of_a_release_is_named_and_a_period_it_lacks_is_refused(newest: str) -> None:
    named = offence_counts.recorded_table(OffenceCounts(vintage="latest"))
    assert named == f"recorded_crime_{newest}"
    with pytest.raises(InputError, match="doesn't wholly cover"):
        offence_counts.recorded_table(OffenceCounts(vintage="2023-10"))


def test_the_series_has_every_year_and_says_which_are_whole(arrow: Counter) -> None:
    rows = offence_counts.series(OffenceCounts(definition="images_and_grooming"))
    assert set(rows["kind"]) == {"images", "grooming and exploitation"}
    whole = rows[rows["kind"] == "images"].set_index("year")["complete"]
    assert (whole[2012], whole[2013], whole[2025]) == (False, True, True)
    cell = rows[(rows["year"] == 2024) & (rows["kind"] == "images")]
    assert cell["count"].item() == arrow("2026-04", ("86",), YEAR_2024)


def test_a_territory_without_british_transport_police_leaves_it_out_of_the_series(
    arrow: Counter,
) -> None:
    rows = offence_counts.series(OffenceCounts(definition="images", territory="without_btp"))
    assert rows.set_index("year").loc[2024, "count"] == arrow(
        "2026-04", ("86",), YEAR_2024, but=[BTP]
    )


def test_the_offences_of_a_definition_are_titled_and_counted(arrow: Counter) -> None:
    rows = offence_counts.by_offence(OffenceCounts(definition="images_and_grooming")).set_index(
        "code"
    )
    assert list(rows.index) == ["86", "88A"]
    assert (rows.loc["86", "description"], rows.loc["86", "kind"]) == (
        "Obscene publications etc",
        "images",
    )
    assert rows.loc["88A", "count"] == arrow("2026-04", ("88A",), YEAR_2024)


def test_offences_by_year_are_a_row_each(arrow: Counter) -> None:
    rows = offence_counts.by_offence_and_year(
        OffenceCounts(definition="images_and_grooming")
    ).set_index("code")
    assert [name for name in rows.columns if name != "description"] == [
        str(year) for year in range(2013, 2026)
    ]
    assert rows.loc["88A", "2024"] == arrow("2026-04", ("88A",), YEAR_2024)
    assert rows.loc["86", "description"] == "Obscene publications etc"


def test_definitions_are_counted_in_every_release_that_covers_the_period(arrow: Counter) -> None:
    rows = offence_counts.by_definition(
        OffenceCounts(period="2022", definitions={"mine": ("71",)})
    ).set_index(["definition", "vintage"])
    quarters = [f"2022-Q{quarter}" for quarter in (1, 2, 3, 4)]
    for vintage in ("2023-10", "2026-04"):
        assert rows.loc[("images", vintage), "count"] == arrow(vintage, ("86",), quarters)
        assert rows.loc[("mine", vintage), "count"] == arrow(vintage, ("71",), quarters)
    assert set(offence_counts.by_definition(OffenceCounts())["vintage"]) == {"2026-04"}


def test_an_unknown_code_of_ones_own_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean '19D'"):
        offence_counts.series(OffenceCounts(definition="mine", definitions={"mine": ("19DD",)}))


def test_the_panel_is_of_english_areas_in_whole_years(arrow: Counter) -> None:
    rows = offence_counts.panel(IMAGES)
    assert set(rows["force"]) <= set(TERRITORIAL) - WALES
    assert (rows["year"].min(), rows["year"].max()) == (2013, 2024)
    kent = rows[(rows["force"] == "Kent") & (rows["year"] == 2024)]
    assert kent["count"].item() == arrow("2026-04", ("86",), YEAR_2024, forces=["Kent"])
    assert kent["children"].item() == children("Kent", 2024)


@pytest.fixture(scope="module")
def areas() -> offence_counts.Areas:
    return offence_counts.areas(IMAGES)


def test_rates_are_per_1_000_children_a_year(areas: offence_counts.Areas, arrow: Counter) -> None:
    rows = areas.rates.set_index("force")
    assert set(rows.index) == set(TERRITORIAL)
    recorded = arrow("2026-04", ("86",), YEAR_2024, forces=["Gwent"])
    assert rows.loc["Gwent", "count"] == recorded
    assert rows.loc["Gwent", "rate"] == pytest.approx(1_000 * recorded / children("Gwent", 2024))
    assert rows["count"].sum() == arrow("2026-04", ("86",), YEAR_2024, forces=TERRITORIAL)


def test_an_interval_holds_its_rate_and_a_rank_is_a_range(areas: offence_counts.Areas) -> None:
    rows = areas.rates.dropna(subset="rate")
    assert (rows["lower"].lt(rows["rate"]) & rows["rate"].lt(rows["upper"])).all()
    assert rows["rank_lower"].ge(1).all()
    assert rows["rank_upper"].le(areas.ranked).all()
    assert (rows["rank_lower"] <= rows["rank_upper"]).all()
    assert areas.dispersion > 1
    assert areas.years == (2013, 2024)


def test_the_city_of_london_has_a_count_and_no_rate(areas: offence_counts.Areas) -> None:
    """Fewer than a thousand children live there."""
    row = areas.rates.set_index("force").loc[CITY_OF_LONDON]
    assert row["count"] >= 0
    assert row[["rate", "lower", "upper"]].isna().all()
    assert areas.ranked == len(TERRITORIAL) - 1


def test_a_quarter_is_a_quarter_of_the_exposure(arrow: Counter) -> None:
    found = offence_counts.areas(
        OffenceCounts(definition="images", period="2024-Q1", forces=("Kent",))
    ).rates
    recorded = arrow("2026-04", ("86",), ("2024-Q1",), forces=["Kent"])
    assert found["force"].tolist() == ["Kent"]
    assert found["rate"].item() == pytest.approx(1_000 * recorded / (children("Kent", 2024) / 4))


def test_areas_are_shown_or_not_and_ranked_all_the_same(areas: offence_counts.Areas) -> None:
    few = offence_counts.areas(OffenceCounts(definition="images", forces=("Kent", "Essex")))
    assert (
        few.rates["force"].tolist()
        == areas.rates[areas.rates["force"].isin(["Kent", "Essex"])]["force"].tolist()
    )
    whole = areas.rates.set_index("force").loc[few.rates["force"], ["rank_lower", "rank_upper"]]
    assert (few.rates.set_index("force")[["rank_lower", "rank_upper"]] == whole).all(axis=None)
    assert few.ranked == areas.ranked


def test_a_map_shades_rates(areas: offence_counts.Areas) -> None:
    shaded = offence_counts.mapped(areas).set_index("force")["value"]
    assert shaded[CITY_OF_LONDON] != shaded[CITY_OF_LONDON]
    assert shaded.drop(CITY_OF_LONDON).notna().all()
    assert set(offence_counts.boundaries()["force"]) == set(shaded.index)


def test_the_model_is_of_the_panel_at_the_level_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five areas in five years, so that the fit is quick."""
    rows = offence_counts.panel(IMAGES)
    few = rows[
        rows["force"].isin(["Dorset", "Essex", "Kent", "Surrey", "Sussex"]) & rows["year"].ge(2020)
    ]
    monkeypatch.setattr(offence_counts, "panel", lambda _: few)
    model = offence_counts.model(OffenceCounts(definition="images", level=0.8))
    assert (model.level, model.areas, model.n, model.base_year) == (0.8, 5, 25, 2020)
    assert model.year_effects["year"].tolist() == [2020, 2021, 2022, 2023, 2024]
