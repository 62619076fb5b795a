import json
from collections.abc import Callable
from pathlib import Path

import pytest

from replicate.execution.cache.code import Code
from replicate.vocabulary.errors import InputError

Write = Callable[..., Path]


def imported(path: Path) -> list[str | None]:
    return [
        tree if tree is None else " ".join(type(node).__name__ for node in tree.body)
        for tree in Code(path).trees()
    ]


def test_cells_are_read_past_lines_of_ipython_s_own(write: Write) -> None:
    cells = [
        "%matplotlib inline\nimport json",
        "%%time\nimport os",
        "files = !ls\nx = 1",
        "if x:\n    %time y = 1",
        "def broken(:",
        "# note",
    ]
    found = imported(write("parameters: k = 1", *cells, "## A heading"))
    assert found == ["Assign", "Pass Import", "Pass Import", "Pass Assign", "If", None]


def test_defaults_are_those_of_the_tagged_cell(write: Write) -> None:
    assert Code(write("x = 1")).defaults == {"period": "'2024'", "forces": "[]"}
    assert Code(write("parameters: def")).defaults == {}


def test_a_notebook_without_a_parameters_cell_has_no_defaults(tmp_path: Path) -> None:
    path = tmp_path / "old.ipynb"
    cells = [
        {"cell_type": "code", "input": ["import os\n", "import re"]},
        {"cell_type": "markdown", "source": "text"},
    ]
    path.write_text(json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}]}))
    assert Code(path).defaults == {}
    assert imported(path) == ["Import Import"]


@pytest.mark.parametrize("text", ["", "[]", '{"cells": [1]}', '{"cells": [{}]}', '{"cells": 7}'])
def test_what_is_no_notebook_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.ipynb").write_text(text)
    with pytest.raises(InputError, match="not a notebook"):
        Code(tmp_path / "a.ipynb")
