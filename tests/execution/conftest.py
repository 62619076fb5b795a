# mypy: disable-error-code="no-untyped-call"
# nbformat annotates little
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

Write = Callable[..., Path]


def cell(text: str) -> Any:
    """Make a cell: markdown where the text begins with `#` and a blank, the parameters where it begins with `parameters:`."""
    if text.startswith(("# ", "## ")):
        return new_markdown_cell(text)
    if text.startswith("parameters:"):
        return new_code_cell(text.removeprefix("parameters:").strip(), metadata={"tags": ["parameters"]})
    return new_code_cell(text)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a notebook of cells, with the parameters `period` and `forces` unless some are given."""

    def written(*texts: str, name: str = "toy", folder: Path | None = None) -> Path:
        given = texts if any(text.startswith("parameters:") for text in texts) else ("parameters: period = '2024'\nforces = []", *texts)
        cells = [cell(text) for text in given]
        for number, made in enumerate(cells):
            made["id"] = f"toy-{number}"
        path = (folder or tmp_path) / f"{name}.ipynb"
        nbformat.write(new_notebook(cells=cells), path)
        return path

    return written
