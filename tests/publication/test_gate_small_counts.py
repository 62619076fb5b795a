import pandas as pd
import pytest

from replicate.display import table
from replicate.publication.gate import refuse_csv, refuse_small_counts, suppressed_cells
from replicate.sources import tables
from replicate.vocabulary.errors import RunError


@pytest.fixture(scope="module")
def cell() -> tuple[str, str, str]:
    """A cell that the Department for Education suppressed, as the table of assessment factors holds it."""
    held = tables.load("assessment_factors").query("state == 'suppressed'").iloc[0]
    assert pd.isna(held["episodes"])
    return str(held["year"]), str(held["area"]), str(held["factor"])


def rows(cell: tuple[str, str, str], episodes: str, **more: str) -> pd.DataFrame:
    year, area, factor = cell
    return pd.DataFrame(
        [{"year": year, "area": area, "factor": factor, "episodes": episodes} | more]
    )


def test_a_number_in_a_suppressed_cell_is_refused_with_the_cell(cell: tuple[str, str, str]) -> None:
    with pytest.raises(RunError, match="a count that its publisher suppressed") as caught:
        refuse_csv(rows(cell, "3").to_csv(index=False), where="factors.csv")
    assert caught.value.where == "factors.csv"
    assert caught.value.got == f"episodes 3 ({', '.join(cell)})"


def test_a_state_that_says_suppressed_is_believed() -> None:
    with pytest.raises(RunError, match="suppressed"):
        refuse_csv('force,count,state\nKent,"1,204",suppressed\n', where="data")
    refuse_csv("force,count,state\nKent,1204,value\nEssex,,suppressed\n", where="data")


def test_bounds_and_words_may_stand_for_it(cell: tuple[str, str, str]) -> None:
    refuse_csv(
        rows(cell, "", lower="1", upper="5", episodes_lower="1").to_csv(index=False), where="data"
    )
    refuse_csv(rows(cell, "suppressed by the publisher").to_csv(index=False), where="data")
    refuse_csv(rows(("2024", "nowhere", cell[2]), "3").to_csv(index=False), where="data")
    refuse_csv("a,b\n1\n1,2,3\n", where="rows of other lengths")


def test_a_table_that_the_project_shows_is_refused_by_its_file_and_by_its_cells(
    cell: tuple[str, str, str],
) -> None:
    frame = rows(cell, "3").astype({"episodes": int})
    shown = table(
        frame, caption="Factors", units={"episodes": "episodes"}, row_header="area", name="factors"
    ).html
    with pytest.raises(RunError, match="suppressed"):
        refuse_small_counts(shown, where="a page")
    without_file = shown.partition('<p class="download"')[0]
    with pytest.raises(RunError, match="suppressed"):
        refuse_small_counts(without_file, where="a page")


def test_a_table_with_the_cell_left_suppressed_passes(cell: tuple[str, str, str]) -> None:
    frame = rows(cell, "", state="suppressed").astype({"episodes": "object"}).assign(episodes=None)
    shown = table(
        frame,
        caption="Factors",
        units={},
        row_header="area",
        name="factors",
        states={"episodes": "state"},
    ).html
    assert "suppressed by the publisher" in shown
    refuse_small_counts(shown, where="a page")
    refuse_small_counts(
        "<table><thead><tr><th>Factor</th></tr></thead><tbody><tr><td>a</td><td>b</td></tr></tbody></table>",
        where="spans",
    )


def test_the_cells_are_those_that_the_table_holds_as_suppressed() -> None:
    held = tables.load("assessment_factors")
    assert len(suppressed_cells()) == len(
        held[held["state"] == "suppressed"].drop_duplicates(["year", "area", "factor"])
    )
