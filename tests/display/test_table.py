"""What a reader, a screen reader and a program find in tables, and in the box of a verdict."""

import csv
import io
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate.display import table, verdict_box
from replicate.display.figure import is_true
from replicate.display.markup import SHOWN, Shown, element
from replicate.display.table import STATES
from replicate.display.theme import SYMBOLS
from replicate.ledger import Computed, Verdict, claims, compare
from replicate.sources import tables
from replicate.vocabulary.files import shipped_yaml
from replicate.vocabulary.uncertainty import SamplingInterval, Uncertainty, WorstCaseBounds

NAN = float("nan")
FRAME = pd.DataFrame(
    {
        "area": ["Kent", "Essex <b>"],
        "year": [2024, 2025],
        "count": pd.array([1234, None], dtype="Int64"),
        "state": ["value", "suppressed"],
        "ratio": [1.25, None],
    }
)
UNITS = {"year": "calendar year", "ratio": "times"}
Read = Callable[[str], Any]


def made(**changed: Any) -> Shown:
    pieces: dict[str, Any] = {"frame": FRAME, "caption": "Offences & rates", "name": "rates"}
    pieces |= {"units": UNITS, "states": {"count": "state"}} | changed
    return table(pieces.pop("frame"), **pieces)


def column(values: Any, name: str = "x", **given: Any) -> list[str]:
    frame = pd.DataFrame({name: values, **given.pop("beside", {})}).rename_axis("row").reset_index()
    shown = table(frame, caption="A", name="example", units={name: "u", "row": "u"}, **given)
    return [texts[1] for texts in shown.bundle["rows"]]


def test_it_can_be_read_by_ear_and_scrolls_by_keyboard(read: Read) -> None:
    page = read(made(notes=["First.", "Second & last."]).html)
    assert page.all_text("caption") == ["Offences & rates"]
    heads = ["Area", "Year (calendar year)", "Count (offences)", "Ratio (times)"]
    assert page.all_text("th") == [*heads, "Kent", "Essex <b>"]
    scopes = [given["scope"] for tag, given in page.elements if tag == "th"]
    assert scopes == ["col"] * 4 + ["row"] * 2
    first, second = page.all_text("td")[:3], page.all_text("td")[3:]
    assert first == ["2024", "1,234", "1.25"]
    assert second == ["2025", "suppressed by the publisher", "not available"]
    assert [given.get("class") for tag, given in page.elements if tag == "td"] == ["number"] * 6
    assert page.one("table")["id"] == "tab-rates"
    (region,) = (given for _, given in page.elements if given.get("role") == "region")
    assert (region["tabindex"], region["aria-labelledby"]) == ("0", "tab-rates-caption")
    assert page.all_text("li") == ["First.", "Second & last."]


def test_it_is_shown_as_text_too() -> None:
    lines = str(made(notes=["A note."])).splitlines()
    assert (lines[0], lines[-1]) == ("Offences & rates", "A note.")
    assert "suppressed by the publisher" in lines[-2]


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"caption": " "}, "caption is empty"),
        ({"units": UNITS | {"ratio": ""}}, "unit of column 'ratio' is empty"),
        ({"units": {"year": "calendar year"}}, "unit of column 'ratio' is empty"),
        ({"frame": FRAME.head(0)}, "table 'rates' has no rows"),
        ({"name": "Rates"}, "name 'Rates'"),
        ({"name": "a/b"}, "expected small letters"),
    ],
)
def test_a_missing_piece_is_named(changed: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        made(**changed)


def test_numbers_of_a_column_have_the_same_decimals() -> None:
    assert column([1.5, 22.25, -300.125]) == ["1.5", "22.2", "−300.1"]
    assert column([1.5, 2.25]) == ["1.50", "2.25"]
    assert column([1234.0, NAN]) == ["1,234", "not available"]
    assert column([2024, 2025], "year") == ["2024", "2025"]
    assert column([-0.5], "relative") == ["−0.50"]  # the format of the file


def test_words_stand_for_truth_values_lists_verdicts_and_what_is_missing() -> None:
    assert column([True, False]) == ["yes", "no"]
    assert column([("Kent", "Essex")]) == ["('Kent', 'Essex')"]
    assert column(["exact", "differs"], "verdict") == ["Matches exactly", "Does not match"]
    assert column([None, "  "]) == ["not available"] * 2
    why = ["suppressed", "ended", "not_applicable", None, "lost in the post"]
    missing = column([None] * 5, beside={"state": why}, states={"x": "state"})
    words = ["suppressed by the publisher", "no longer collected", "not applicable"]
    assert missing == [*words, "not available", "lost in the post"]
    assert set(tables.load("assessment_factors")["state"]) - {"value"} <= set(STATES)


def test_headings_units_and_formats_are_those_of_the_file(read: Read) -> None:
    frame = pd.DataFrame({"force": ["Kent"], "relative": [0.5], "published": ["in words"]})
    page = read(table(frame, caption="Differences", name="example").html)
    assert page.all_text("th") == ["Force", "Difference (percent)", "Published", "Kent"]
    assert page.all_text("td") == ["+0.50", "in words"]
    years = pd.DataFrame({"code": ["17A"], "2024": [5]})
    heads = read(table(years, caption="By year", name="by-year").html).all_text("th")
    assert heads == ["Code", "2024 (offences)", "17A"]


def test_every_entry_of_the_file_says_what_a_column_can_have() -> None:
    listed = shipped_yaml("display", "columns.yaml")
    told = [listed["columns"], *listed["tables"].values()]
    for name, entry in ((name, entry) for part in told for name, entry in part.items()):
        assert set(entry) <= {"heading", "unit", "format", "state"}, name
        assert all(isinstance(words, str) for words in entry.values()), name


def test_nothing_in_the_data_becomes_markup(read: Read) -> None:
    bad = "<script>alert(1)</script>"
    frame = pd.DataFrame({bad: [bad], "n": [1]})
    page = read(table(frame, caption=bad, units={"n": bad}, name="x", notes=[bad]).html)
    assert page.count("script") == 0
    assert page.all_text("th") == [bad, f"N ({bad})", bad]


@given(st.text(), st.text())
def test_attributes_are_escaped(text: str, other: str) -> None:
    from html import unescape

    built = element("p", title=text, data_x=other)
    first, _, second = built.removeprefix('<p title="').partition('" data-x="')
    assert (unescape(first), unescape(second.removesuffix('"></p>'))) == (text, other)


cells = st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=9), min_size=1)


@given(cells)
def test_the_download_has_every_column_and_full_precision(words: list[str]) -> None:
    frame = pd.DataFrame({"word": words, "ratio": 0.1 + 0.2, "count": pd.NA})
    html = table(frame, caption="All", name="all", units={"ratio": "times"}).html
    address = html.partition('href="data:text/csv;charset=utf-8,')[2].partition('"')[0]
    held = list(csv.reader(io.StringIO(unquote(address.replace("&#x27;", "'")))))
    numbered = [[word, "0.30000000000000004", ""] for word in words]
    assert held == [["word", "ratio", "count"], *numbered]
    rows = f"{len(words)} row" + "s" * (len(words) > 1)
    assert f'download="all.csv">Download all.csv ({rows})</a>' in html


def test_it_says_of_itself_what_it_shows() -> None:
    frame = pd.DataFrame({"claim": ["C01", "C02", "C01"], "count": [1, 2, 3]})
    shown = table(frame, caption="Claims", name="claims")
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
    assert made().bundle["suppression"] == {"count": "state"}
    assert not is_true(made().bundle, made(states={}).html)


def box(name: str, value: float | None, unit: str, found: Uncertainty | None = None) -> Shown:
    computed = Computed(value, unit, found, definition_stated=True, description="Divided.")
    return verdict_box(compare(claims()[name], computed))


def facts(page: Any) -> dict[str, str]:
    return dict(zip(page.all_text("dt"), page.all_text("dd"), strict=True))


def test_a_box_says_what_was_published_how_it_was_seen_and_why_the_verdict(read: Read) -> None:
    # 1,125 of 4,228 is 26.6 %, published as 26 (claims H01, H04 and H05)
    shown = box("H05", 100 * 1125 / 4228, "percent")
    page = read(shown.html)
    named = {"id": "verdict-H05", "aria-labelledby": "verdict-H05-title"}
    assert page.elements[0] == ("section", {"class": "verdict verdict-inconsistent", **named})
    assert page.all_text("h3") == [f"Claim H05: {claims()['H05'].statement}"]
    assert page.all_text("strong") == ["↯ Contradicts another published figure"]
    assert page.one("span") == {"aria-hidden": "true"}
    told = facts(page)
    assert told["Published"] == "26 %, read in the publication of Hydrant COCAD"
    assert told["Our figure"] == "26.61 %. Divided."
    assert told["Difference"] == "0.608 percentage points above the published figure"
    assert str(shown).splitlines()[2:] == [f"{name}: {text}" for name, text in told.items()]
    assert facts(read(box("C01", 102878, "offences").html))["Difference"] == "none"


@pytest.mark.parametrize(
    ("value", "uncertainty", "text"),
    [
        (
            66.0,
            SamplingInterval(60, 72, level=0.95, method="Wilson"),
            "66\u00a0% (95\u00a0% interval 60\u00a0% to 72\u00a0%). Divided.",
        ),
        (
            None,
            WorstCaseBounds(2.5, 68),
            "could be anything from 2.5\u00a0% to 68.0\u00a0%, since the missing part is not known. "
            "Divided.",
        ),
        (None, None, "nothing"),
    ],
)
def test_uncertainty_keeps_its_kind(
    value: float | None, uncertainty: Uncertainty | None, text: str, read: Read
) -> None:
    assert facts(read(box("C06", value, "percent", uncertainty).html))["Our figure"] == text


def test_every_claim_has_a_box_and_every_verdict_a_sign(read: Read) -> None:
    for name, claim in claims().items():
        page = read(verdict_box(compare(claim, None)).html)
        assert facts(page)["Difference"] == "none can be stated", name
        assert all(facts(page).values()), name
    agreeing = {verdict.value for verdict in Verdict if verdict.label.startswith("Matches")}
    agreeing.remove("compatible")
    assert set(SYMBOLS) == {verdict.value for verdict in Verdict}
    others = {sign for name, sign in SYMBOLS.items() if name not in agreeing}
    assert not {SYMBOLS[name] for name in agreeing} & others


def test_a_box_says_of_itself_what_it_shows() -> None:
    shown = box("H05", 26.6, "percent")
    bundle = shown._repr_mimebundle_()[SHOWN]
    assert (bundle["kind"], bundle["claims"]) == ("verdict", ["H05"])
    assert is_true(bundle, shown.html)
    assert not is_true(bundle | {"verdict": "exact"}, shown.html)
    assert not is_true(bundle | {"claims": ["C01"]}, shown.html)
