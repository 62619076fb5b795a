from collections.abc import Callable
from typing import Any

import pytest

from replicate.publication.page import read_page
from replicate.vocabulary.errors import RunError
from replicate.vocabulary.runs import RECORD

Make = Callable[..., Any]


def kinds(notebook: Any) -> list[tuple[str, str]]:
    return [(piece.kind, piece.label) for piece in read_page(notebook, name="01_counts").fragments]


def test_a_page_is_its_title_contents_and_pieces_in_order(
    make: Make, show: Make, stream: Make
) -> None:
    notebook = make(
        "# Counts\n\nA summary.",
        ("period = '2024'  # a period", [], ["parameters"]),
        ("period = '2023'", [], ["injected-parameters"]),
        "## Where?",
        ("# Count by force\nx = 1", [stream("stdout", "43"), show(text_html="<p>x</p>")]),
        ("y = 2", [show(text_markdown="### More\n\n| a | b |\n|---|---|\n| 1 | 2 |")]),
        ("hidden()", [show(text_html="<p>shown</p>")], ["remove-input"]),
        ("", []),
    )
    page = read_page(notebook, name="01_counts")
    assert page.title == "Counts"
    assert [heading.text for heading in page.contents] == ["Where?"]
    assert [
        (parameter.name, parameter.value, parameter.default) for parameter in page.parameters
    ] == [("period", "2023", "2024")]
    assert page.summary == "<p>A summary.</p>"
    assert kinds(notebook) == [
        ("parameters", ""),
        ("html", ""),
        ("code", "Count by force"),
        ("text", ""),
        ("html", ""),
        ("code", "cell 2"),
        ("html", ""),
        ("html", ""),
    ]
    more = str(page.fragments[6].html)
    assert more.startswith('<h3 id="more">More</h3>')
    assert 'aria-label="Table 1"' in more


def test_text_with_a_section_in_it_is_no_summary(make: Make) -> None:
    for first in ("# Counts\n\nText.\n\n## Where?", "# Counts"):
        page = read_page(make(first, ("x = 1",)), name="01_counts")
        assert page.summary is None
        assert page.fragments[0].kind == "html"
    assert read_page(make(("x = 1",)), name="01_counts").summary is None
    assert read_page(make(), name="01_counts").summary is None


def test_code_is_named_by_its_comment_the_question_above_or_its_number(make: Make) -> None:
    notebook = make(("x = 1",), "How many?", ("y = 2",), ("z = 3",), "Why?", ("# Say why\nw = 4",))
    assert [
        piece.label
        for piece in read_page(notebook, name="01_counts").fragments
        if piece.kind == "code"
    ] == [
        "cell 1",
        "How many?",
        "cell 3",
        "Say why",
    ]


def test_a_notebook_without_a_title_is_called_by_its_name(make: Make) -> None:
    assert read_page(make("text"), name="01_offence_counts").title == "01 offence counts"


def test_raw_cells_are_not_shown(make: Make) -> None:
    notebook = make("text")
    notebook.cells[0]["cell_type"] = "raw"
    assert kinds(notebook) == []


def test_a_parameters_cell_that_is_more_than_assignments_is_shown_as_code(make: Make) -> None:
    assert kinds(make(("%matplotlib inline\nx = 1", [], ["parameters"]))) == [("code", "cell 1")]


def test_what_it_was_built_from_is_what_it_recorded_as_checksums(make: Make, show: Make) -> None:
    table, value = show(text_plain=""), show(text_plain="")
    table.data[RECORD] = {
        "name": "recorded_crime_2026-04",
        "value": "3f" * 32,
        "unit": "sha256",
        "interval": None,
    }
    value.data[RECORD] = {"name": "total", "value": 3, "unit": "offences", "interval": None}
    page = read_page(make("# Counts", ("x", [table, value])), name="01_counts")
    assert page.built_from == {"recorded_crime_2026-04": "3f" * 32}


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("![](attachment:x.png)\n\n<script>x</script>", "needs a script"),
        (("plt.show()", "image"), "without a text alternative"),
        (("plt.show()", "error"), "an error in it"),
    ],
)
def test_a_refusal_names_the_cell_and_the_heading_above(
    make: Make, show: Make, cell: Any, fault: str
) -> None:
    from nbformat.v4 import new_output

    outputs = {
        "image": [show(image_png="QUJD")],
        "error": [new_output("error", ename="ValueError", evalue="x", traceback=[])],  # type: ignore[no-untyped-call]
    }
    bad = (
        cell.replace("![](attachment:x.png)\n\n", "")
        if isinstance(cell, str)
        else (cell[0], outputs[cell[1]])
    )
    with pytest.raises(RunError, match=fault) as caught:
        read_page(make("# Counts", "## Where?", bad), name="01_counts")
    assert caught.value.where == "01_counts, cell 3, under 'Where?'"


def test_a_refusal_before_any_heading_names_the_cell(make: Make) -> None:
    with pytest.raises(RunError) as caught:
        read_page(make("<script>x</script>"), name="01_counts")
    assert caught.value.where == "01_counts, cell 1"
