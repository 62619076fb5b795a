"""A published total, the ways of counting tried for it, and areas: against Arrow alone in the shipped files."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from replicate.derivations import offence_counts
from replicate.derivations.verification import Verification
from replicate.ledger import Verdict, claims
from replicate.sources import tables
from replicate.vocabulary.definitions import definitions
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.forces import CITY_OF_LONDON, TERRITORIAL
from replicate.vocabulary.parameters import OffenceCounts

Counter = Callable[..., int]
Results = dict[str, Verification]

OWN = OffenceCounts(definitions={"mine": ("71", "86")})
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
    ).set_index(["title", "vintage"])
    quarters = [f"2022-Q{quarter}" for quarter in (1, 2, 3, 4)]
    for vintage in ("2023-10", "2026-04"):
        images = definitions()["images"].title
        assert rows.loc[(images, vintage), "count"] == arrow(vintage, ("86",), quarters)
        assert rows.loc[("Offence codes 71", vintage), "count"] == arrow(vintage, ("71",), quarters)
    assert set(offence_counts.by_definition(OffenceCounts())["vintage"]) == {"2026-04"}


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


# The claim, and every way of counting that was tried for it.


def test_only_totals_of_recorded_offences_can_be_asked_for() -> None:
    with pytest.raises(InputError, match="unknown total of recorded offences") as error:
        offence_counts.examine(OffenceCounts(claim="S06a"))
    assert "did you mean 'S06" in str(error.value)
    with pytest.raises(InputError, match="unknown claim"):
        offence_counts.examine(OffenceCounts(claim="C99"))


def test_every_choice_is_listed_once_with_its_reason() -> None:
    rows = offence_counts.choices_listed(OWN)
    assert rows["choice"].is_unique
    assert rows.groupby("kind", sort=False).size().to_dict() == {
        "definition": 6,
        "period": 3,
        "territory": 2,
        "vintage": 1,
    }
    why = rows.set_index("choice")["reason"]
    assert why["mine"] == "Chosen by the reader."
    assert why["2024"] == "The year that the figure is quoted for."
    listed = offence_counts.definitions_listed(OWN)
    assert (len(listed), listed["codes"].iloc[-1]) == (len(definitions()) + 1, "71, 86")
    totals = offence_counts.agreement().set_index("claim")["published"]
    assert totals.to_dict() == {name: claims()[name].figure for name in offence_counts.TOTALS}


def test_a_release_that_was_fetched_is_tried_and_said_to_be_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copyfile(
        Path(tables.__file__).with_name("tables") / "recorded_crime_2026-04.parquet",
        tmp_path / "recorded_crime_2099-07.parquet",
    )
    monkeypatch.setenv("REPLICATE_DATA", str(tmp_path))
    why = offence_counts.choices_listed(OffenceCounts()).set_index("choice")["reason"]
    assert why["2099-07"] == "A release that was fetched."
    assert why["2026-04"].startswith("The newest release")


def test_the_nearest_specification_is_the_one_compared(results: Results) -> None:
    found = offence_counts.examine(OffenceCounts())
    computed = found.result.computed
    assert computed is not None
    assert found.result.comparison == results["C01"].comparison
    assert found.curve.iloc[0]["total"] == computed.value
    assert len(found.curve) == computed.tried == 3 * 5 * 2
    assert found.band[0] <= found.published <= found.band[1]
    assert found.band[0] <= found.curve.iloc[0]["total"] <= found.band[1]


def test_each_specification_has_a_comparison_of_its_own(arrow: Counter) -> None:
    verdicts = {}
    for name in ("child_specific", "child_contact", "child_specific_images_familial"):
        found = offence_counts.compare(OffenceCounts(definition=name))
        counted = arrow("2026-04", definitions()[name].codes, YEAR_2024)
        assert found.comparison.difference == counted - 102_878
        verdicts[name] = found.verdict.value
    assert verdicts == {
        "child_specific": "differs",
        "child_contact": "differs",
        "child_specific_images_familial": "compatible",
    }
    mine = OffenceCounts(definition="mine", definitions={"mine": ("71",)}, vintage="latest")
    assert offence_counts.compare(mine).verdict is Verdict.DIFFERS


# Revisions.


def test_the_revisions_that_make_the_band_are_marked() -> None:
    rows = offence_counts.revisions_seen(OffenceCounts())
    used = rows[rows["used"] == "yes"]
    assert used["age_quarters"].eq(0).all()
    assert used["apart_quarters"].le(24).all()
    others = rows[rows["used"] == "no"]
    assert (others["age_quarters"].gt(0) | others["apart_quarters"].gt(24)).all()
    assert rows["revision"].to_numpy() == pytest.approx(
        (100 * (rows["later"] / rows["earlier"] - 1)).to_numpy(dtype=float)
    )
