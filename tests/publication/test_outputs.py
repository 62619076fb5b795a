# mypy: disable-error-code="no-untyped-call"
# nbformat annotates little
import base64
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from markupsafe import Markup
from nbformat.v4 import new_output

from replicate.display import table
from replicate.display.bundle import SHOWN
from replicate.publication.outputs import Fragment, fragment
from replicate.vocabulary.errors import RunError
from replicate.vocabulary.runs import RECORD

Show = Callable[..., Any]


def read(output: Any) -> Fragment | None:
    return fragment(
        output,
        markdown=Markup("<p>{}</p>").format,
        table_name=lambda: "Table 1",
        where="a page, cell 1",
    )


def test_an_error_is_refused_where_it_stands() -> None:
    with pytest.raises(RunError, match="ValueError: no such force") as caught:
        read(new_output("error", ename="ValueError", evalue="no such force", traceback=[]))
    assert caught.value.where == "a page, cell 1"


def test_what_was_printed_is_escaped_and_warnings_are_notes(stream: Show) -> None:
    assert read(stream("stdout", "1 < 2\n")) == Fragment("text", Markup("1 &lt; 2"))
    assert read(stream("stderr", "cell:3: UserWarning: <b>\n")) == Fragment(
        "note", Markup("cell:3: UserWarning: &lt;b&gt;")
    )


@pytest.mark.parametrize(
    ("data", "html"),
    [
        ({"text_html": "<p>1</p>", "text_plain": "1"}, "<p>1</p>"),
        ({"text_markdown": "one", "text_plain": "1"}, "<p>one</p>"),
        (
            {"text_html": "<table><tr><td>1</td></tr></table>"},
            '<div aria-label="Table 1" class="table-scroll"',
        ),
        (
            {
                "text_html": '<svg viewBox="0 0 1 1"></svg><div class="table-scroll"><table></table></div>'
            },
            '<svg viewBox="0 0 1 1"></svg>',
        ),
        ({"text_html": "<style>p {}</style><p>x</p>"}, "<style>p {}</style><p>x</p>"),
    ],
)
def test_the_richest_form_for_readers_is_shown(show: Show, data: dict[str, str], html: str) -> None:
    piece = read(show(**data))
    assert piece is not None
    assert piece.kind == "html"
    assert str(piece.html).startswith(html)


def test_plain_text_is_shown_where_there_is_nothing_else(show: Show) -> None:
    assert read(show(text_plain="<Axes>")) == Fragment("text", Markup("&lt;Axes&gt;"))


def test_what_is_not_for_readers_is_left_out(show: Show) -> None:
    record = show(text_plain="total: 3")
    record.data[RECORD] = {"name": "total", "value": 3}
    assert read(record) is None
    assert read(show(text_html="<style>.figure { margin: 0 }</style>", text_plain="")) is None
    assert read(show(text_html=" ", text_plain="")) is None
    assert read(show(application_json={})) is None


def test_a_record_that_comes_with_html_is_shown(show: Show) -> None:
    verdict = show(text_html='<section class="verdict">', text_plain="")
    verdict.data[RECORD] = {"name": "C01", "value": "exact"}
    assert read(verdict) == Fragment("html", Markup('<section class="verdict">'))


def test_an_image_is_put_into_the_page_with_its_words(show: Show) -> None:
    picture = read(show(image_png="QU\nJD\n", alt='A "map"'))
    assert picture == Fragment(
        "html", Markup('<img src="data:image/png;base64,QUJD" alt="A &quot;map&quot;">')
    )


def test_a_drawing_is_put_into_the_page_as_an_image(show: Show) -> None:
    drawing = new_output(
        "display_data", data={"image/svg+xml": "<svg/>"}, metadata={"alt": "A map"}
    )
    encoded = base64.b64encode(b"<svg/>").decode()
    assert read(drawing) == Fragment(
        "html", Markup('<img src="data:image/svg+xml;base64,{}" alt="A map">').format(encoded)
    )


def test_an_image_without_words_says_so_and_will_be_refused(show: Show) -> None:
    picture = read(show(image_jpeg="QUJD"))
    assert picture is not None
    assert 'alt="no description has been provided for this image"' in picture.html


def test_an_output_of_ours_that_shows_something_else_than_it_says_is_refused(show: Show) -> None:
    counts = table(pd.DataFrame({"year": [2024], "count": [3]}), caption="Counts", name="counts")
    assert read(show(counts)) == Fragment("html", Markup(counts.html))  # noqa: S704
    for other in (counts.html.replace(">3<", ">4<"), counts.html + "<p>More.</p>"):
        forged = show(**(counts._repr_mimebundle_() | {"text/html": other}))
        with pytest.raises(RunError, match="is not what it says of itself") as caught:
            read(forged)
        assert caught.value.where == "a page, cell 1"
    with pytest.raises(RunError, match="is not what it says of itself"):
        read(show(**{SHOWN: counts.bundle}))
