# mypy: disable-error-code="no-untyped-call"
# nbformat and nbclient annotate little
from typing import Any

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from replicate.display.records import MIME

pytestmark = pytest.mark.slow

CELLS = [
    "from replicate import display\nimport pandas\nimport matplotlib.pyplot as plt\ndisplay.use_theme()",
    "fig, axes = plt.subplots()\naxes.plot([1, 2])\ndata = pandas.DataFrame({'a': [1]})\n"
    "display.figure(fig, title='It rises', subtitle='Counts', source='Made up', alt='A line.', data=data, name='a')",
    "display.table(pandas.DataFrame({'a': ['x'], 'n': [1]}), caption='Counts', units={'n': 'things'}, row_header='a', name='t')",
    "display.prose('There are {n}.', n=display.number(1234, 'things'))",
    "display.record('things', 1234, 'things')",
]


@pytest.fixture(scope="module")
def outputs() -> list[list[Any]]:
    """What each cell of a notebook shows, run in a kernel of its own."""
    notebook = new_notebook(cells=[new_code_cell(text) for text in CELLS])
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    return [cell.outputs for cell in notebook.cells]


def test_the_theme_brings_its_style_sheet(outputs: list[list[Any]]) -> None:
    (output,) = outputs[0]
    assert output.data["text/html"].startswith("<style>")


def test_a_figure_is_drawn_once(outputs: list[list[Any]]) -> None:
    (output,) = outputs[1]
    assert set(output.data) == {
        "text/html",
        "text/plain",
        "image/png",
    }  # no editor names these cells, so this is a batch
    assert output.data["text/html"].count("<svg") == 1
    assert output.data["image/png"].startswith("iVBORw0KGgo")


def test_tables_and_sentences_are_shown(outputs: list[list[Any]]) -> None:
    assert "<caption" in outputs[2][0].data["text/html"]
    assert outputs[3][0].data["text/markdown"] == "There are 1,234 things."


def test_a_record_is_emitted_once(outputs: list[list[Any]]) -> None:
    (output,) = outputs[4]
    assert output.output_type == "display_data"
    assert output.data == {
        MIME: {"name": "things", "value": 1234, "unit": "things", "interval": None},
        "text/plain": "things: 1,234 things",
    }
