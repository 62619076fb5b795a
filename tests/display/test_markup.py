import csv
import io
from html.parser import HTMLParser
from urllib.parse import unquote

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate.display.markup import Shown, csv_link, element, identifier, required


class Tag(HTMLParser):
    """The last tag read."""

    attributes: dict[str, str | None]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del tag
        self.attributes = dict(attrs)


def attributes_of(html: str) -> dict[str, str | None]:
    parser = Tag()
    parser.feed(html)
    return parser.attributes


def rows_of(html: str) -> list[list[str]]:
    kind, _, text = (attributes_of(html)["href"] or "").partition(",")
    assert kind == "data:text/csv;charset=utf-8"
    return list(csv.reader(io.StringIO(unquote(text))))


def test_shown_gives_html_and_text() -> None:
    shown = Shown(html="<p>x</p>", text="x")
    assert shown._repr_mimebundle_(include=None, exclude=None) == {
        "text/html": "<p>x</p>",
        "text/plain": "x",
    }
    assert str(shown) == "x"


@pytest.mark.parametrize("text", ["", " ", "\n\t"])
def test_a_missing_piece_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="subtitle is empty"):
        required("subtitle", text)


def test_a_piece_loses_its_outer_blanks() -> None:
    assert required("title", " a b\n") == "a b"


@pytest.mark.parametrize("name", ["", "A", "1a", "a b", "a.b", "a/b", "á", 'a"'])
def test_a_name_that_cannot_stand_in_an_id_or_a_file_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="expected small letters"):
        identifier(name)


def test_a_name_is_given_back() -> None:
    assert identifier("offences-by_year2") == "offences-by_year2"


@given(st.text())
def test_attributes_are_escaped(text: str) -> None:
    assert attributes_of(element("p", title=text)) == {"title": text}


cells = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)


@given(st.lists(cells, min_size=1, max_size=5), st.lists(st.integers(), min_size=1, max_size=5))
def test_a_csv_comes_back_from_its_link(words: list[str], numbers: list[int]) -> None:
    size = min(len(words), len(numbers))
    frame = pd.DataFrame({"word": words[:size], "number": numbers[:size]}, dtype=object)
    rows = rows_of(csv_link(frame.to_csv(index=False), "x"))
    assert rows == [
        ["word", "number"],
        *([word, str(number)] for word, number in zip(words, numbers, strict=False)),
    ]


def test_a_csv_keeps_full_precision_and_leaves_missing_cells_empty() -> None:
    frame = pd.DataFrame(
        {"rate": [0.1 + 0.2, None], "count": pd.array([1234567, None], dtype="Int64")}
    )
    assert rows_of(csv_link(frame.to_csv(index=False), "rates")) == [
        ["rate", "count"],
        ["0.30000000000000004", "1234567"],
        ["", ""],
    ]


def test_the_link_says_what_it_saves() -> None:
    link = csv_link("a\n1\n", "one-row")
    assert "Download one-row.csv (1 row)" in link
    assert 'download="one-row.csv"' in link
    assert "(2 rows)" in csv_link("a\n1\n2\n", "two")
