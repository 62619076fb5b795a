from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from matplotlib.figure import Figure

from replicate.display import figure, table, verdict_box
from replicate.ledger import Computed, claims, compare
from replicate.publication.archive import BEGIN, END, Output, outputs, readme_block
from replicate.vocabulary.runs import RECORD

Make = Callable[..., Any]
DATA = pd.DataFrame({"year": [2023, 2024], "count": [1, 2]})


@pytest.fixture
def executed(make: Make, show: Make, stream: Make) -> Any:
    fig = Figure()
    fig.subplots().plot([1, 2])
    words = {
        "title": "It rose to 2",
        "subtitle": "Offences",
        "source": "Home Office",
        "alt": "A line.",
        "name": "series",
    }
    drawn = figure(fig, data=DATA, **words)  # type: ignore[arg-type]
    listed = table(
        DATA, caption="Counts", units={"count": "offences"}, row_header="year", name="by-year"
    )
    boxed = verdict_box(compare(claims()["H05"], Computed(26.6, "percent", definition_stated=True)))
    value = {"name": "count", "value": 2, "unit": "offences", "interval": None}
    numbers = [
        show(**{"text_plain": "x", RECORD: value | {"name": name}}) for name in ("count", "nearest")
    ]
    numbers.append(show(**{RECORD: value | {"name": "forces", "unit": "sha256"}}))
    return make(
        "# Counts",
        "## Result\n\nSome words. How did it *develop*? Years are calendar years.",
        ("display.figure()", [show(drawn)]),
        "These values are reported.",
        ("display.record()", numbers),
        (
            "display.table()",
            [show(listed), show(boxed), stream("stdout", "words")],
        ),
    )


def test_each_thing_made_is_traced_to_its_cell_and_to_what_it_answers(executed: Any) -> None:
    made = outputs(executed, "01_counts")
    assert made == [
        Output("figure", "series", "01_counts", "cell-2", "How did it develop?"),
        Output("number", "count", "01_counts", "cell-4", "These values are reported."),
        Output("number", "nearest", "01_counts", "cell-4", "These values are reported."),
        Output("table", "by-year", "01_counts", "cell-5", ""),
        Output("verdict", "H05", "01_counts", "cell-5", ""),
    ]
    places = ["01_counts.html#fig-series", "01_counts.manifest.json", "01_counts.manifest.json"]
    assert [one.place for one in made] == [
        *places,
        "01_counts.html#tab-by-year",
        "01_counts.html#verdict-H05",
    ]


def test_what_a_page_links_to_is_on_it(executed: Any) -> None:
    html = "".join(
        output.data.get("text/html", "")
        for cell in executed.cells
        for output in cell.get("outputs", [])
        if "data" in output
    )
    anchors = [
        one.place.partition("#")[2]
        for one in outputs(executed, "01_counts")
        if one.kind != "number"
    ]
    assert all(html.count(f'id="{anchor}"') == 1 for anchor in anchors)


def test_the_block_for_the_readme_has_a_row_a_thing_and_no_title_with_a_number(
    executed: Any,
) -> None:
    block = readme_block(outputs(executed, "01_counts")).splitlines()
    assert (block[0], block[-1]) == (BEGIN, END)
    assert len(block) == 4 + 4  # marks, head and rule; one row for the numbers of a cell
    assert "| numbers `count`, `nearest` |" in block[4]
    assert "It rose to 2" not in "\n".join(block)


def test_a_bar_in_a_question_does_not_end_its_column() -> None:
    block = readme_block([Output("table", "a", "01", "b", "One | two?")])
    assert r"One \| two?" in block
