import pandas as pd
import pytest
from bs4 import BeautifulSoup, Tag

from replicate.publication.tables import accessible

FRAME = pd.DataFrame(
    {
        "force": ["Kent", "Essex"],
        "offences": [2456, 3021],
        "change": [-0.5, 1e-9],
        "share": ["12.5%", None],
    }
)


@pytest.fixture
def table() -> Tag:
    found = BeautifulSoup(accessible(FRAME.to_html(notebook=True), "Table 1"), "html.parser").table
    assert found is not None
    return found


def test_a_frame_scrolls_in_a_region_that_has_a_name_and_the_keyboard_reaches(table: Tag) -> None:
    region = table.parent
    assert region is not None
    assert (region["role"], region["aria-label"], region["tabindex"], region["class"]) == (
        "region",
        "Table 1",
        "0",
        ["table-scroll"],
    )


def test_headers_have_a_scope_and_none_is_empty(table: Tag) -> None:
    heads = table.find_all("th")
    assert [head.get_text() for head in heads] == ["force", "offences", "change", "share", "0", "1"]
    assert [head["scope"] for head in heads] == ["col"] * 4 + ["row"] * 2


def test_numbers_are_told_from_words(table: Tag) -> None:
    row = table.find_all("tr")[1]
    assert [cell.get("class") for cell in row.find_all("td")] == [
        None,
        ["number"],
        ["number"],
        ["number"],
    ]
    missing = table.find_all("tr")[2].find_all("td")[-1]
    assert missing.get_text() in {"None", "NaN"}


def test_styles_of_the_tables_own_are_taken_away(table: Tag) -> None:
    html = str(table.parent and table.parent.parent)
    assert "style" not in html
    assert "border" not in html


def test_a_header_row_with_a_data_cell_names_rows() -> None:
    html = accessible(
        "<table><tr><th>No. Observations:</th><td>43</td><th>AIC:</th><td>12.5</td></tr></table>",
        "Table 2",
    )
    assert html.count('scope="row"') == 2
    assert 'scope="col"' not in html


def test_several_tables_have_names_of_their_own() -> None:
    html = accessible(
        "<table><tr><td>a</td></tr></table><p>and</p><table><tr><td>b</td></tr></table>", "Table 3"
    )
    assert 'aria-label="Table 3"' in html
    assert 'aria-label="Table 3, part 2"' in html
