from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbconvert.exporters import get_exporter

from replicate.display import verdict_box
from replicate.ledger import claims, compare
from replicate.publication.exporter import ReplicateExporter, publication_date, style
from replicate.vocabulary.errors import RunError

Make = Callable[..., Any]


def export(notebook: Any, /, **resources: Any) -> str:
    html, _ = ReplicateExporter().from_notebook_node(  # type: ignore[no-untyped-call]
        notebook, {"metadata": {"name": "01_counts"}, **resources}
    )
    return html


def test_nbconvert_makes_a_page_of_a_file(make: Make, tmp_path: Path) -> None:
    nbformat.write(make("# Counts", "## Where?"), tmp_path / "01_counts.ipynb")  # type: ignore[no-untyped-call]
    exporter = get_exporter("replicate")()  # type: ignore[no-untyped-call]
    html, resources = exporter.from_filename(str(tmp_path / "01_counts.ipynb"))
    assert resources["output_extension"] == ".html"
    assert "<h1>Counts</h1>" in html


def test_a_page_has_its_parts_in_order(make: Make, stream: Make) -> None:
    soup = BeautifulSoup(
        export(make("# Counts", "## Where?", ("# Count\nx = 1", [stream("stderr", "careful")]))),
        "html.parser",
    )

    def texts(selector: str) -> list[str]:
        return [" ".join(tag.get_text(" ").split()) for tag in soup.select(selector)]

    assert len(soup.select('html[lang="en-GB"]')) == 1
    assert texts("title") == ["Counts – Casey audit replication"]
    assert texts('body > a:first-child[href="#content"]') == ["Skip to content"]
    assert [tag.name for tag in soup.select("body > *")] == ["a", "header", "main", "footer"]
    assert texts("main#content > h1") == ["Counts"]
    assert texts('nav a[href="#where"]') == ["Where?"]
    assert texts("details > summary") == ["Code: Count"]
    assert texts('[role="note"]') == ["Warning from the program careful"]
    ids = [tag["id"] for tag in soup.select("[id]")]
    assert len(ids) == len(set(ids))


def test_a_page_alone_carries_its_style_and_a_page_of_a_site_shares_it(make: Make) -> None:
    alone, shared = export(make("# Counts")), export(make("# Counts"), site=True)
    assert style() in alone
    assert "stylesheet" not in alone
    assert '<link rel="stylesheet" href="style.css">' in shared
    assert "<style>" not in shared
    assert '<a class="home" href="index.html">' in shared
    assert '<a class="home" href="../index.html">' in export(
        make("# Counts"), site=True, root="../"
    )


def test_the_style_covers_what_notebooks_show_and_fetches_nothing() -> None:
    for name in (
        ".figure",
        ".table-scroll",
        ".verdict",
        ".contents",
        ".skip",
        "prefers-reduced-motion",
        "@media print",
    ):
        assert name in style()
    assert "url(" not in style()
    assert "@import" not in style()


def test_a_policy_in_the_page_forbids_every_script_and_request(make: Make) -> None:
    html = export(make("# Counts"))
    assert "default-src 'none'" in unescape(html)
    assert "<script" not in html


def test_html_in_a_title_or_a_parameter_is_shown_as_text(make: Make) -> None:
    attack = "<script>alert(1)</script>"
    html = export(
        make(
            f"# Counts &lt;script&gt;alert(1)&lt;/script&gt;\n\n## {attack.replace('<', '&lt;')}",
            (f"x = {attack!r}  # {attack}", [], ["parameters"]),
        )
    )
    assert "<script" not in html
    assert "<h1>Counts &lt;script&gt;alert(1)&lt;/script&gt;</h1>" in html
    assert "<td>&lt;script&gt;alert(1)&lt;/script&gt;</td>" in html
    assert "<small>&lt;script&gt;alert(1)&lt;/script&gt;</small>" in html


def test_a_path_in_a_parameter_is_refused(make: Make) -> None:
    with pytest.raises(RunError, match="a path of this machine"):
        export(make("# Counts", ("x = '/" + "home/someone/x.csv'", [], ["parameters"])))


def test_a_page_bears_a_date_only_where_one_is_set(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert publication_date() is None
    undated = export(make("# Counts"))
    monkeypatch.setenv(
        "SOURCE_DATE_EPOCH", "1776902400"
    )  # 23 April 2026 00:00 UTC, by hand: 20566 days after 1 January 1970
    assert publication_date() == "23 April 2026"
    assert export(make("# Counts")).replace(", 23 April 2026", "") == undated


def test_what_it_was_built_from_stands_in_the_footer(make: Make) -> None:
    manifest = {
        "name": "01_counts",
        "notebook_sha256": "ab" * 32,
        "package": "0.1.0",
        "python": "3.11.7",
        "kernel": "ipykernel 7.4.0",
    }
    footer = BeautifulSoup(export(make("# Counts"), manifest=manifest), "html.parser").footer
    assert footer
    text = " ".join(footer.get_text(" ").split())
    assert f"Notebook 01_counts sha256 {'ab' * 32}" in text
    assert "Open Government Licence v3.0" in text
    assert "MIT licence" in text
    assert "Cite as: Casey audit replication, version" in text
    assert "Built from" not in export(make("# Counts"))


def test_the_text_under_the_title_is_the_page_in_plain_words_and_verdicts_are_told_at_the_top(
    make: Make, show: Make
) -> None:
    box = show(verdict_box(compare(claims()["C02"], None)))
    html = export(make("# Counts\n\nIn short.", "## Where?", ("# Say\nx", [box])))
    article = BeautifulSoup(html, "html.parser").select_one(".article")
    assert article
    summary, verdicts = article.select_one(".summary"), article.select_one(".verdicts")
    assert summary
    assert summary.get_text().strip() == "In short."
    assert verdicts
    assert (
        verdicts.get_text()
        == f"Verdict on this page: C02 {compare(claims()['C02'], None).verdict.label}."
    )
    assert html.count("In short.") == 1


def test_a_label_begins_the_title_of_a_page(make: Make) -> None:
    html = export(
        make("# What the tables say"), metadata={"name": "05", "label": "London, City of"}
    )
    assert "<h1>City of London: what the tables say</h1>" in html


def test_the_executed_notebook_is_offered_where_there_is_one(make: Make) -> None:
    assert '<a href="01_counts.ipynb" download>' in export(
        make("# Counts"), site=True, notebook="01_counts.ipynb"
    )
    assert "download" not in export(make("# Counts")).partition("<body>")[2]


def test_the_shell_of_a_page_weighs_at_most_forty_kilobytes(make: Make) -> None:
    assert len(export(make("# Counts")).encode()) <= 40_000
