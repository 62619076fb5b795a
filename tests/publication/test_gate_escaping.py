"""HTML that comes from a parameter or from data is shown as the text that it is."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from replicate.display import prose, table
from replicate.publication.exporter import ReplicateExporter
from replicate.vocabulary.errors import RunError
from replicate.vocabulary.runs import INJECTED, PARAMETERS

Make = Callable[..., Any]
SCRIPT = "<script>alert(1)</script>"


def export(notebook: Any) -> str:
    html, _ = ReplicateExporter().from_notebook_node(notebook, {"metadata": {"name": "01_counts"}})  # type: ignore[no-untyped-call]
    return html


def test_a_script_in_a_parameter_is_shown_as_text(make: Make) -> None:
    given: tuple[str, list[Any], list[str]] = (f"force = {SCRIPT!r}", [], [INJECTED])
    soup = BeautifulSoup(
        export(make("# Counts", ("force = 'Kent'", [], [PARAMETERS]), given)), "html.parser"
    )
    assert soup.find("script") is None
    assert SCRIPT in soup.get_text()


def test_a_script_in_data_is_shown_as_text(make: Make, show: Make) -> None:
    frame = pd.DataFrame({"force": [SCRIPT], "count": [3]})
    shown = table(
        frame, caption=SCRIPT, units={"count": "offences"}, row_header="force", name="data"
    ).html
    words = prose("The force is {force}.", force=SCRIPT).markdown
    page = make(
        "# Counts",
        ("show()", [show(text_html=shown), show(text_markdown=words)]),
        ("print(force)", [show(text_plain=SCRIPT)]),
    )
    soup = BeautifulSoup(export(page), "html.parser")
    assert soup.find("script") is None
    assert soup.get_text().count(SCRIPT) == 4  # caption, cell, sentence, printed text


def test_html_that_nobody_escaped_is_refused_with_its_cell(make: Make, show: Make) -> None:
    raw = pd.DataFrame({"force": [SCRIPT]}).to_html(escape=False)
    with pytest.raises(RunError, match="an element that needs a script") as caught:
        export(make("# Counts", ("show()", [show(text_html=raw)])))
    assert caught.value.where == "01_counts, cell 2"
