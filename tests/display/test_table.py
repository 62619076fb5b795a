from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from replicate.display.bundle import SHOWN, is_true
from replicate.display.table import Table, table
from replicate.vocabulary.files import shipped_yaml

FRAME = pd.DataFrame(
    {
        "area": ["Kent", "Essex <b>"],
        "year": [2024, 2025],
        "count": pd.array([1234, None], dtype="Int64"),
        "state": ["value", "suppressed"],
        "rate": [1.25, None],
    }
)
UNITS = {"year": "calendar year", "count": "offences", "rate": "per 1,000 children"}


def made(**changed: Any) -> Table:
    pieces: dict[str, Any] = {
        "frame": FRAME,
        "caption": "Recorded offences & rates",
        "units": UNITS,
        "row_header": "area",
        "name": "rates",
        "states": {"count": "state"},
    }
    pieces |= changed
    return table(pieces.pop("frame"), **pieces)


def test_it_can_be_read_by_ear(read: Callable[[str], Any]) -> None:
    page = read(made().html)
    assert page.all_text("caption") == ["Recorded offences & rates"]
    assert page.all_text("th") == [
        "Area",
        "Year (calendar year)",
        "Count (offences)",
        "Rate (per 1,000 children)",
        "Kent",
        "Essex <b>",
    ]
    assert [given["scope"] for tag, given in page.elements if tag == "th"] == ["col"] * 4 + [
        "row"
    ] * 2
    assert page.all_text("td") == [
        "2024",
        "1,234",
        "1.25",
        "2025",
        "suppressed by the publisher",
        "not available",
    ]
    assert page.one("table")["id"] == "tab-rates"


def test_it_scrolls_by_keyboard_under_its_caption(read: Callable[[str], Any]) -> None:
    page = read(made().html)
    (region,) = (given for _, given in page.elements if given.get("role") == "region")
    assert region == {
        "class": "table-scroll",
        "role": "region",
        "tabindex": "0",
        "aria-labelledby": "tab-rates-caption",
    }


def test_numbers_stand_to_the_right(read: Callable[[str], Any]) -> None:
    page = read(made().html)
    assert [given.get("class") for tag, given in page.elements if tag == "td"] == ["number"] * 6
    assert [given.get("class") for tag, given in page.elements if tag == "th"] == [
        None,
        "number",
        "number",
        "number",
        None,
        None,
    ]


def test_headers_formats_and_notes(read: Callable[[str], Any]) -> None:
    shown = made(
        headers={"area": "Police force area"},
        formats={"rate": ".3f"},
        notes=["First.", "Second & last."],
    )
    page = read(shown.html)
    assert "Police force area" in page.all_text("th")
    assert "1.250" in page.all_text("td")
    assert page.all_text("li") == ["First.", "Second & last."]
    assert shown.text.splitlines()[-2:] == ["First.", "Second & last."]


def test_the_download_has_every_column(read: Callable[[str], Any]) -> None:
    link = read(made().html).one("a")
    assert link["download"] == "rates.csv"
    assert link["href"].startswith("data:text/csv;charset=utf-8,area,year,count,state,rate%0A")


def test_it_is_shown_as_text_too() -> None:
    shown = made()
    assert shown._repr_mimebundle_()["text/plain"] == shown.text
    assert shown.text.splitlines()[0] == "Recorded offences & rates"
    assert "suppressed by the publisher" in shown.text


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"caption": " "}, "caption is empty"),
        ({"units": UNITS | {"rate": ""}}, "unit of column 'rate' is empty"),
        (
            {"units": {"count": "offences", "year": "calendar year"}, "name": "example"},
            "unit of column 'rate' is empty",
        ),
        ({"headers": {"area": ""}}, "header of column 'area' is empty"),
        ({"frame": FRAME.head(0)}, "table 'rates' has no rows"),
        ({"name": "Rates"}, "name 'Rates'"),
    ],
)
def test_a_missing_piece_is_named(changed: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        made(**changed)


def test_numbers_that_name_rows_need_no_unit(read: Callable[[str], Any]) -> None:
    frame = pd.DataFrame({"year": [2024], "count": [3]})
    page = read(
        table(
            frame, caption="By year", units={"count": "offences"}, row_header="year", name="by-year"
        ).html
    )
    assert page.all_text("th") == ["Year", "Count (offences)", "2024"]


def test_a_column_of_words_can_have_a_unit(read: Callable[[str], Any]) -> None:
    frame = pd.DataFrame({"claim": ["C01"], "published": ["around 700"]})
    page = read(
        table(
            frame,
            caption="Claims",
            units={"published": "offences"},
            row_header="claim",
            name="claims",
        ).html
    )
    assert "Published (offences)" in page.all_text("th")


def test_nothing_in_the_data_becomes_markup(read: Callable[[str], Any]) -> None:
    bad = "<script>alert(1)</script>"
    frame = pd.DataFrame({bad: [bad], "n": [1]})
    page = read(
        table(frame, caption=bad, units={"n": bad}, row_header=bad, name="x", notes=[bad]).html
    )
    assert page.count("script") == 0
    assert page.all_text("th") == [bad, f"N ({bad})", bad]


def test_headings_units_and_formats_are_those_of_the_file(read: Callable[[str], Any]) -> None:
    frame = pd.DataFrame({"force": ["Kent"], "relative": [0.5], "published": ["in words"]})
    page = read(table(frame, caption="Differences", name="example").html)
    assert page.all_text("th") == ["Force", "Difference (percent)", "Published", "Kent"]
    assert page.all_text("td") == ["+0.50", "in words"]


def test_a_table_has_words_of_its_own_in_the_file(read: Callable[[str], Any]) -> None:
    frame = pd.DataFrame({"code": ["17A"], "2024": [5]})
    heads = read(table(frame, caption="By year", name="by-year").html).all_text("th")
    assert heads == ["Code", "2024 (offences)", "17A"]


def test_it_says_of_itself_what_it_shows() -> None:
    frame = pd.DataFrame({"claim": ["C01", "C02", "C01"], "count": [1, 2, 3]})
    shown = table(frame, caption="Claims", name="claims", units={"count": "claims"})
    bundle = shown._repr_mimebundle_()[SHOWN]
    assert (bundle["kind"], bundle["name"], bundle["claims"]) == ("table", "claims", ["C01", "C02"])
    assert bundle["data"] == "claim,count\nC01,1\nC02,2\nC01,3\n"
    assert is_true(bundle, shown.html)
    others: list[dict[str, Any]] = [
        {"title": "Others"},
        {"claims": ["C03"]},
        {"data": "claim,count\nC01,9\n"},
        {"rows": [["C01", "1"]]},
        {"columns": []},
        {"kind": "picture"},
    ]
    for changed in others:
        assert not is_true(bundle | changed, shown.html), changed
    assert not is_true("a text", shown.html)


def test_what_is_suppressed_is_said() -> None:
    assert made().bundle["suppression"] == {"count": "state"}
    assert not is_true(made().bundle, made(states={}).html)


def test_every_entry_of_the_file_says_what_a_column_can_have() -> None:
    listed = shipped_yaml("display", "columns.yaml")
    told = [listed["columns"], *listed["tables"].values()]
    for name, entry in ((name, entry) for part in told for name, entry in part.items()):
        assert set(entry) <= {"heading", "unit", "format", "state"}, name
        assert all(isinstance(words, str) for words in entry.values()), name
