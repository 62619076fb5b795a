# mypy: disable-error-code="no-untyped-call"
# nbformat and nbconvert annotate little
import base64
import logging
import subprocess
import sys
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup, Tag
from matplotlib.figure import Figure as Drawing
from nbconvert.exporters import get_exporter
from nbformat.v4 import new_output, new_raw_cell

from replicate.display import figure, prose, table, verdict_box
from replicate.display.markup import SHOWN
from replicate.ledger import claims, compare
from replicate.publication.exporter import ReplicateExporter, style
from replicate.publication.page import Page, mathml, read_page, shown
from replicate.vocabulary.errors import RunError
from replicate.vocabulary.runs import RECORD

Make = Callable[..., Any]
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGD4DwABBAEAX+XDSwAAAABJRU5ErkJggg=="
)


def read(notebook: Any, **given: Any) -> Page:
    return read_page(notebook, name="01_counts", **given)


def html_of(page: Page) -> str:
    return "".join(piece.html for piece in page.fragments)


def soup_of(page: Page) -> BeautifulSoup:
    return BeautifulSoup(html_of(page), "html.parser")


def export(notebook: Any, /, **resources: Any) -> str:
    given = {"metadata": {"name": "01_counts"}, **resources}
    html, _ = ReplicateExporter().from_notebook_node(notebook, given)
    return html


def found(soup: BeautifulSoup, selector: str) -> Tag:
    (tag,) = soup.select(selector)
    return tag


# Headings, sections, the answer.


def test_the_first_heading_is_the_title_and_others_have_ids_of_their_own(make: Make) -> None:
    page = read(make("# Counts", "## Where?\n\n### Kent", "## Where?", "# Again", "## Contents"))
    assert page.title == "Counts"
    assert [heading.id for heading in page.contents] == ["where", "where-2", "again", "contents-2"]
    assert [tag["id"] for tag in soup_of(page).select("h2, h3")] == [
        *("where", "kent", "where-2", "again", "contents-2")
    ]
    assert read(make("Text")).title == "01 counts"


def test_a_link_to_a_heading_as_jupyterlab_writes_it_leads_there(make: Make) -> None:
    links = "[a](#My-Data) [b](#Where-was-it-recorded?) [c](#My%20Data) [d](#nowhere) [e](#my-data)"
    page = read(make(links, "## My Data", "## Where was it recorded?"))
    assert [link["href"] for link in soup_of(page).select("a")] == [
        *("#my-data", "#where-was-it-recorded", "#my-data", "#nowhere", "#my-data")
    ]


def test_sections_fold_by_tag_or_by_name_and_an_appendix_goes_to_the_end(
    make: Make, stream: Make
) -> None:
    notebook = make(
        "# Counts",
        "## Main points",
        ("x", [stream("stdout", "one")]),
        "## Data\n\nTables.",
        "### Files",
        ("x", [stream("stdout", "two")]),
        "## Checks",
        "More.",
        "## Rules",
        "## Limits\n\nFew.",
    )
    notebook.cells[6].metadata["tags"] = ["fold"]
    notebook.cells[8].metadata["tags"] = ["appendix"]
    soup = BeautifulSoup(export(notebook), "html.parser")
    folds = {
        summary.get_text().strip(): summary.parent.get_text()  # type: ignore[union-attr]
        for summary in soup.select("summary")
        if summary.h2
    }
    assert list(folds) == ["Data", "Checks", "Rules"]
    assert "two" in folds["Data"]
    assert "More." in folds["Checks"]
    heads = [tag.get_text() for tag in soup.select("h2")]
    assert heads == ["Main points", "Data", "Checks", "Limits", "Appendix", "Rules"]


def test_a_page_is_described_by_its_first_computed_sentence(make: Make, show: Make) -> None:
    said = show(prose("Kent recorded {count} offences.", count="3,882"))
    page = read(make("# Kent\n\nWhat one force recorded.", "## Main points", ("x", [said])))
    assert page.description == "Kent recorded 3,882 offences."
    assert page.finding == "Kent recorded 3,882 offences"
    assert read(make("# Kent\n\nWhat *one* force recorded.")).description == (
        "What one force recorded."
    )
    assert (read(make("# Kent")).description, read(make("# Kent")).finding) == ("", "")
    long = read(make("# Kent\n\n" + "A sentence of some length stands here. " * 20)).description
    assert len(long) <= 300
    assert long.endswith("here.")
    assert read(make("word " * 200)).description.endswith("word…")


# Cells.


def test_code_and_parameters_go_to_the_appendix(make: Make) -> None:
    notebook = make(
        "# Counts",
        ("period = '2024'  # a period\nforces = []", [], ["parameters"]),
        ("forces = ['Kent', 'Essex']", [], ["injected-parameters"]),
        "## Where?",
        ("# Count by year\nx = 1", []),
        ("y = 2", []),
        ("secret = 3", [], ["remove-input"]),
        ("  ", []),
    )
    page = read(notebook)
    assert [name for name, _ in page.code] == ["Count by year", "Cell 6, under 'Where?'"]
    assert [(one.name, one.value, one.default) for one in page.parameters] == [
        ("period", "2024", None),
        ("forces", "Kent, Essex", "none"),
    ]
    soup = BeautifulSoup(export(notebook), "html.parser")
    assert found(soup, "#parameters").find_parent("details")
    assert "a period" in found(soup, ".parameters").get_text()
    assert "secret" not in soup.get_text()


def test_parameters_that_are_not_plain_python_are_shown_as_code(make: Make) -> None:
    page = read(make(("%matplotlib inline\nx = 1", [], ["parameters"])))
    assert page.parameters == []
    assert len(page.code) == 1
    (odd,) = read(make(("x = [y]", [], ["parameters"]))).parameters
    assert odd.value == "[y]"


def test_what_the_author_removed_is_not_there(make: Make, stream: Make) -> None:
    notebook = make(
        ("a = 1", [stream("stdout", "first")], ["remove-cell"]),
        ("b = 1", [stream("stdout", "second")], ["remove-output"]),
        ("c = 1", [stream("stdout", "third")]),
        "Text",
    )
    notebook.cells[3].metadata["tags"] = ["remove-cell"]
    page = read(notebook)
    assert [str(piece.html) for piece in page.fragments] == ["third"]
    assert len(page.code) == 2


@pytest.mark.parametrize(
    ("option", "gone", "kept"),
    [
        ("exclude_input", "b = 1", "printed"),
        ("exclude_output", "printed", "b = 1"),
        ("exclude_markdown", "Words", "printed"),
        ("exclude_raw", "Raw words", "printed"),
        ("exclude_code_cell", "printed", "Words"),
    ],
)
def test_what_nbconvert_is_told_to_leave_out_is_left_out(
    make: Make, stream: Make, option: str, gone: str, kept: str
) -> None:
    notebook = make("Words", ("b = 1", [stream("stdout", "printed")]))
    notebook.cells.append(new_raw_cell("Raw words", id="raw"))
    html, _ = ReplicateExporter(**{option: True}).from_notebook_node(notebook, {})
    text = BeautifulSoup(html, "html.parser").get_text()
    assert gone not in text
    assert kept in text


def test_raw_cells_are_shown_as_what_they_say_they_are(make: Make) -> None:
    notebook = make("# Counts")
    for source, told in (
        ("a < b", {}),
        ("<b>bold</b>", {"raw_mimetype": "text/html"}),
        ("*soft*", {"format": "text/markdown"}),
        (" ", {}),
    ):
        notebook.cells.append(new_raw_cell(source, metadata=told, id=f"raw-{len(notebook.cells)}"))
    pieces = read(notebook).fragments[1:]
    assert [(piece.kind, str(piece.html)) for piece in pieces] == [
        ("text", "a &lt; b"),
        ("html", "<b>bold</b>"),
        ("prose", "<p><em>soft</em></p>"),
    ]


# Markdown: formulae, images, examples.


@pytest.mark.parametrize(
    "latex",
    [
        r"\hat{N} = \frac{n_1 n_2}{m}",
        r"a \label{eq:n}",
        r"\arg\max_x f(x)",
        r"\operatorname{Var}(x)",
        r"\begin{eqnarray}a&=&b \nonumber\\c&\le&d\end{eqnarray}",
        r"x=\{1,2\}",
        r"\eqref{eq:n}",
        r"a \& b",
    ],
)
def test_a_formula_is_mathml_without_any_latex_in_it(latex: str) -> None:
    text = BeautifulSoup(mathml(latex), "html.parser").get_text()
    assert text.strip() or "label" in latex
    assert "\\" not in text
    assert "label" not in text


@pytest.mark.parametrize(
    "latex",
    ["x_a_b", "", "x_", r"\left( x", r"\frac{1}{2", r"\unknown x", "a & b", "}", r"\ref"],
)
def test_a_formula_that_can_not_be_shown_is_text_with_a_warning(make: Make, latex: str) -> None:
    with pytest.raises(ValueError, match="not a formula"):
        mathml(latex)
    page = read(make("# Counts", f"## Method\n\nLet $${latex or ' '}$$ be."))
    (warning,) = page.warnings
    assert warning.startswith("01_counts, cell 2")
    assert latex in warning
    assert latex in soup_of(page).get_text()
    assert "Let" in html_of(page)


def test_a_warning_is_told_by_nbconvert(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    exporter = ReplicateExporter()
    exporter.log = logging.getLogger("exporter")
    exporter.from_notebook_node(make("Let $x_a_b$ be."), {"metadata": {"name": "n"}})
    assert "n, cell 1: a formula is shown as text: x_a_b" in caplog.text


@pytest.mark.parametrize(
    ("latex", "display"),
    [
        (r"$\displaystyle x^2$", "inline"),
        ("$$x^2$$", "block"),
        (r"\begin{align}x&=1\end{align}", "block"),
        (r"\[x^2\]", "block"),
        ("the square $x^2$", "inline"),
    ],
)
def test_what_math_and_latex_show_is_a_formula(
    make: Make, show: Make, latex: str, display: str
) -> None:
    shown = show(text_latex=latex, text_plain="<IPython.core.display.Math object>")
    assert found(soup_of(read(make(("x", [shown])))), "math")["display"] == display


def test_latex_without_a_formula_is_its_text(make: Make, show: Make) -> None:
    page = read(make(("x", [show(text_latex="a < b")])))
    assert soup_of(page).get_text() == "a < b"


def test_an_environment_in_markdown_is_a_formula(make: Make) -> None:
    page = read(make("\\begin{align}x&=1\\end{align}"))
    assert found(soup_of(page), "math")["display"] == "block"


def test_examples_are_coloured_and_can_be_scrolled(make: Make) -> None:
    soup = soup_of(read(make("```python\nx = 'a<b'\n```\n\n```\nmake report\n```")))
    first, second = soup.select("pre[tabindex='0']")
    assert first.select("span.s1")
    assert first.get_text().strip() == "x = 'a<b'"
    assert second.get_text().strip() == "make report"


def test_an_image_beside_the_notebook_is_put_into_the_page(make: Make, tmp_path: Path) -> None:
    (tmp_path / "dot.png").write_bytes(DOT)
    (tmp_path / "my dot.png").write_bytes(DOT)
    names = "![a](dot.png) ![b](my%20dot.png) <img src='dot.png' alt='c'>"
    soup = soup_of(read(make(names), folder=str(tmp_path)))
    encoded = base64.b64encode(DOT).decode()
    assert [tag["src"] for tag in soup.select("img")] == [f"data:image/png;base64,{encoded}"] * 3


def test_nbconvert_makes_a_page_of_a_file_named_without_its_folder(
    make: Make, tmp_path: Path
) -> None:
    (tmp_path / "my dot.png").write_bytes(DOT)
    nbformat.write(make("# Counts", "![a](my%20dot.png)"), tmp_path / "page.ipynb")
    command = [sys.executable, "-m", "nbconvert", "--to", "replicate", "page.ipynb"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    assert "data:image/png" in (tmp_path / "page.html").read_text()


def test_an_attached_image_is_put_into_the_page(make: Make) -> None:
    notebook = make("![a](attachment:dot.png)")
    notebook.cells[0]["attachments"] = {"dot.png": {"image/png": "QUJD"}}
    assert found(soup_of(read(notebook)), "img")["src"] == "data:image/png;base64,QUJD"


# Outputs.


def test_an_error_and_what_no_page_may_hold_are_refused_where_they_stand(
    make: Make, show: Make
) -> None:
    failed = new_output("error", ename="ValueError", evalue="no such force", traceback=[])
    with pytest.raises(RunError, match="ValueError: no such force") as caught:
        read(make("# Counts", "## Where?", ("x", [failed])))
    assert caught.value.where == "01_counts, cell 3, under 'Where?'"
    with pytest.raises(RunError, match="without a text alternative") as caught:
        read(make("# Counts", ("x", [show(image_png="QUJD")])))
    assert caught.value.where == "01_counts, cell 2"


def test_what_was_printed_is_shown_as_a_terminal_would(make: Make, stream: Make) -> None:
    red = "\x1b[31mred\x1b[0m \x1b]8;;https://example.org\x07link\x1b]8;;\x07 \x1b[1;32;40mgreen\x1b[m"
    printed = [
        stream("stdout", f"1 < 2\n{red}\n"),
        stream("stdout", "10 %\r50 %\r100 %\r\ndone\x08\n"),
        stream("stderr", "careful\n"),
    ]
    assert [(one.kind, str(one.html)) for one in read(make(("x", printed))).fragments] == [
        ("text", "1 &lt; 2\nred link green"),
        ("text", "100 %\ndone"),
        ("note", "careful"),
    ]


def test_outputs_are_shown_as_the_richest_of_what_they_are(make: Make, show: Make) -> None:
    outputs = [
        show(text_html="<style>p {}</style>"),
        show(**{RECORD: {"name": "n", "value": 1, "unit": "x"}, "text_plain": "n: 1"}),
        show(text_html=" "),
        show(text_markdown="*Soft*", text_plain="Soft"),
        show(image_png="QU\nJD", alt="A <dot>", text_plain="x"),
        show(text_plain="1 < 2"),
        show(application_json="{}"),
    ]
    svg = show(image_png="x", alt="A line")
    svg.data, svg.metadata = {"image/svg+xml": "<svg></svg>"}, {"alt": "A line"}
    pieces = read(make(("x", [*outputs, svg]))).fragments
    assert [piece.kind for piece in pieces] == ["prose", "html", "text", "html"]
    assert 'alt="A &lt;dot&gt;"' in pieces[1].html
    assert "base64,QUJD" in pieces[1].html
    assert "data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=" in pieces[3].html


def test_tables_of_libraries_can_be_read_by_ear(make: Make, show: Make) -> None:
    frame = pd.DataFrame({"n": [1.5], "word": ["a"]}, index=["Kent"])
    html = f"<style scoped>p {{}}</style>{frame.to_html()}"
    soup = soup_of(read(make("|a|b|\n|--|--|\n|c|2|", ("x", [show(text_html=html)]))))
    first, second = soup.select("div.table-scroll[role='region'][tabindex='0']")
    assert (first["aria-label"], second["aria-label"]) == ("Table 1", "Table 2")
    assert [(tag.get_text(), tag["scope"]) for tag in second.select("th")] == [
        *(("n", "col"), ("word", "col"), ("Kent", "row"))
    ]
    assert found(soup, "td.number:-soup-contains('1.5')")
    assert not soup.select("style, table[border], tr[style]")
    two = soup_of(read(make(("x", [show(text_html="<table></table><table></table>")]))))
    assert [tag["aria-label"] for tag in two.select("div")] == ["Table 1", "Table 1, part 2"]


def drawn() -> Any:
    fig = Drawing()
    fig.subplots().plot([1, 2])
    data = pd.DataFrame({"year": [2023, 2024], "count": [1, 2]})
    words: dict[str, Any] = {"title": "It rose", "subtitle": "Offences", "source": "Home Office"}
    return figure(fig, data=data, alt='A line called "offences".', name="series", **words)


def test_what_is_ours_is_found_by_what_it_says_of_itself(
    make: Make, show: Make, stream: Make
) -> None:
    chart, box = drawn(), verdict_box(compare(claims()["C02"], None))
    others = [stream("stdout", "words"), show(text_html=chart.html), show(chart)]
    output = show(chart, image_png=base64.b64encode(b"a picture").decode())
    series, box_shown, bare = shown(make("# Counts", ("x", [output, show(box), *others])))
    assert (series.name, series.cell, series.anchor) == ("series", "cell-1", "fig-series")
    assert (series.svg, series.png, bare.png) == (chart.svg, b"a picture", b"")
    assert box_shown.anchor == "verdict-C02"


def test_an_output_of_ours_that_shows_something_else_than_it_says_is_refused(
    make: Make, show: Make
) -> None:
    counts = table(pd.DataFrame({"year": [2024], "count": [3]}), caption="Counts", name="counts")
    assert html_of(read(make(("x", [show(counts)])))) == counts.html
    forged = [
        show(**(counts._repr_mimebundle_() | {"text/html": other}))
        for other in (counts.html.replace(">3<", ">4<"), counts.html + "<p>More.</p>")
    ]
    for output in (*forged, show(**{SHOWN: counts.bundle})):
        with pytest.raises(RunError, match="is not what it says of itself") as caught:
            read(make("# Counts", ("x", [output])))
        assert caught.value.where == "01_counts, cell 2"


# The whole page.


def test_nbconvert_knows_the_exporter(make: Make, tmp_path: Path) -> None:
    nbformat.write(make("# Counts", "## Where?"), tmp_path / "01_counts.ipynb")
    html, resources = get_exporter("replicate")().from_filename(str(tmp_path / "01_counts.ipynb"))
    assert resources["output_extension"] == ".html"
    assert "<h1>Counts</h1>" in html


def test_a_page_has_its_parts_in_order(make: Make, stream: Make) -> None:
    page = make("# Counts\n\nIn short.", "## Where?", ("# Count\nx = 1", [stream("stderr", "no")]))
    soup = BeautifulSoup(export(page), "html.parser")

    def texts(selector: str) -> list[str]:
        return [" ".join(tag.get_text(" ").split()) for tag in soup.select(selector)]

    assert len(soup.select('html[lang="en-GB"]')) == 1
    assert texts("title") == ["Counts – Casey audit replication"]
    assert found(soup, 'meta[name="description"]')["content"] == "In short."
    assert texts('body > a:first-child[href="#content"]') == ["Skip to content"]
    assert [tag.name for tag in soup.select("body > *")] == ["a", "header", "main", "footer"]
    assert texts("main#content > h1") == ["Counts"]
    assert texts('nav a[href="#where"]') == ["Where?"]
    assert texts('[role="note"]') == ["Warning from the program no"]
    ids = [tag["id"] for tag in soup.select("[id]")]
    assert len(ids) == len(set(ids))


def test_a_page_alone_carries_its_style(make: Make) -> None:
    alone = export(make("# Counts"))
    assert style() in alone
    assert "stylesheet" not in alone
    assert "download>" not in alone


def test_the_style_fetches_nothing() -> None:
    assert "url(" not in style()
    assert "@import" not in style()


def test_a_policy_in_the_page_forbids_every_script_and_request(make: Make) -> None:
    html = export(make("# Counts"))
    assert "default-src 'none'" in unescape(html)
    assert "<script" not in html


def test_html_in_a_title_or_a_parameter_is_shown_as_text(make: Make) -> None:
    attack = "<script>alert(1)</script>"
    safe = "&lt;script&gt;alert(1)&lt;/script&gt;"
    html = export(
        make(f"# {safe}\n\n## {safe}", (f"x = {attack!r}  # {attack}", [], ["parameters"]))
    )
    assert "<script" not in html
    assert f"<h1>{safe}</h1>" in html
    assert f"<td>{safe}</td>" in html
    assert f"<small>{safe}</small>" in html


def test_a_path_in_a_parameter_is_refused(make: Make) -> None:
    with pytest.raises(RunError, match="a path of this machine"):
        export(make("# Counts", ("x = '/" + "home/someone/x.csv'", [], ["parameters"])))


def test_a_page_alone_bears_a_date_only_where_one_is_set(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert "Built on" not in export(make("# Counts"))
    # 23 April 2026 00:00 UTC, by hand: 20566 days after 1 January 1970
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1776902400")
    html = export(make("# Counts"))
    assert "Built on 23 April 2026." in html
    assert '<meta name="date" content="2026-04-23">' in html


def test_what_it_was_built_from_stands_in_the_appendix(make: Make, show: Make) -> None:
    record = show(**{RECORD: {"name": "forces", "value": "cd" * 32, "unit": "sha256"}})
    soup = BeautifulSoup(export(make("# Counts", ("x", [record]))), "html.parser")
    fold = found(soup, "details:has(#built-from)")
    assert f"forces sha256 {'cd' * 32}" in " ".join(fold.get_text(" ").split())
    assert "built-from" not in export(make("# Counts"))


def test_the_shell_of_a_page_weighs_at_most_forty_kilobytes(make: Make) -> None:
    assert len(export(make("# Counts")).encode()) <= 40_000
