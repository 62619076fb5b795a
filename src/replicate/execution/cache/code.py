"""The code of a notebook, read without the libraries that notebooks need: a folder of results is checked in a moment."""

import ast
import json
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from replicate.vocabulary.cells import PARAMETERS, assigned
from replicate.vocabulary.errors import InputError

_MAGIC = re.compile(r"^(\s*)[%!?].*$|^(\s*)[\w, ]+=\s*[%!].*$", re.MULTILINE)


class Code:
    """The code cells of a notebook.

    Parameters
    ----------
    path
        The notebook.

    Raises
    ------
    InputError
        When the file can't be read as a notebook.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            written = json.loads(path.read_bytes())
            sheets = [
                written,
                *written.get("worksheets", []),
            ]  # formats before the fourth had these
            self.cells = [
                cell
                for sheet in sheets
                for cell in sheet.get("cells", [])
                if cell["cell_type"] == "code"
            ]
        except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
            raise InputError(
                "not a notebook",
                where=str(path),
                got=str(error),
                expected="a Jupyter notebook (.ipynb)",
            ) from None

    @cached_property
    def defaults(self) -> dict[str, str]:
        """The parameters' names and defaults, as Python text; none where no cell is tagged as holding them, or it can't be read."""
        tagged = [
            cell for cell in self.cells if PARAMETERS in cell.get("metadata", {}).get("tags", [])
        ]
        try:
            return assigned(_source(tagged[0])) if tagged else {}
        except SyntaxError:
            return {}

    def trees(self) -> Iterator[ast.Module | None]:
        """Yield each cell's code; None where it is not Python, lines of IPython's own apart."""
        for cell in self.cells:
            try:
                yield ast.parse(_MAGIC.sub(r"\1\2pass", _source(cell)))
            except SyntaxError:
                yield None


def _source(cell: dict[str, Any]) -> str:
    return "".join(cell.get("source", cell.get("input", "")))
