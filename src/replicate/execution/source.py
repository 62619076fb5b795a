"""A notebook as it was written: read once, checked before any kernel starts."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat

from replicate.vocabulary.cells import PARAMETERS, assigned
from replicate.vocabulary.errors import InputError, nearest, unknown

_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
_FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Source:
    """A notebook's file and what was read from it.

    Attributes
    ----------
    path
        Where it was read, as it was asked for.
    sha256
        Of the file's bytes.
    notebook
        The notebook in the current format, each cell with an id that is the same at every reading.
    """

    path: Path
    sha256: str
    notebook: Any

    @property
    def name(self) -> str:
        """The file's name without its suffix, which names what a run writes."""
        return self.path.stem

    @cached_property
    def defaults(self) -> dict[str, str]:
        """The parameters' names and defaults, as Python text.

        Raises
        ------
        InputError
            When no cell is tagged as holding them, or that cell is more than assignments.
        """
        return _defaults(self.notebook, where=str(self.path))

    def check_names(self, names: Iterable[str]) -> None:
        """Refuse a parameter that the parameters cell does not set, and a notebook without such a cell.

        Raises
        ------
        InputError
            Naming the nearest one that it sets.
        """
        if given := list(names):
            _check_names(given, self.defaults, where=str(self.path))


def _defaults(notebook: Any, *, where: str) -> dict[str, str]:
    tagged = [cell for cell in notebook.cells if PARAMETERS in cell.metadata.get("tags", [])]
    if not tagged:
        hint = f"in JupyterLab's property inspector, tag the cell that sets the parameters '{PARAMETERS}'"
        raise InputError(
            "a notebook without a parameters cell",
            where=where,
            expected=f"a cell tagged '{PARAMETERS}'",
            hint=hint,
        )
    try:
        return assigned(tagged[0].source)
    except SyntaxError as error:
        place = f"{where}, cell {notebook.cells.index(tagged[0]) + 1}, line {error.lineno}"
        raise InputError(
            "a parameters cell that can't be read",
            where=place,
            got=error.msg,
            expected="`name = value` lines",
        ) from None


def _check_names(names: Iterable[str], known: Iterable[str], *, where: str) -> None:
    for name in names:
        if name not in known:
            raise unknown("parameter", name, known, where=f"the parameters cell of {where}")


def load(path: Path) -> Source:
    """Read a Python notebook and check that it is one.

    Raises
    ------
    InputError
        When the file is missing (the nearest name is given), is not a notebook, or is one in another language.
    """
    content = _content(path)
    try:
        notebook = _read(content.decode())
        nbformat.validate(notebook)
    except (ValueError, KeyError, AttributeError, TypeError, nbformat.ValidationError) as error:
        raise InputError(
            "not a notebook",
            where=str(path),
            got=_first_line(error),
            expected="a Jupyter notebook (.ipynb)",
        ) from None
    check_language(notebook, where=str(path))
    return Source(path, hashlib.sha256(content).hexdigest(), notebook)


def check_language(notebook: Any, *, where: str) -> None:
    """Refuse a notebook that is not in Python.

    Raises
    ------
    InputError
        Naming its language.
    """
    language = notebook.metadata.get("kernelspec", {}).get("language") or notebook.metadata.get(
        "language_info", {}
    ).get("name", "python")
    if str(language).casefold() != "python":
        raise InputError(
            "a notebook in another language", where=where, got=language, expected="python"
        )


def check_given(notebook: Any, *, where: str) -> None:
    """Refuse what papermill would run: a notebook in another language, or with a parameter that its parameters cell does not set.

    Papermill itself warns of such a parameter, and runs with the default of the one that was meant.

    Raises
    ------
    InputError
        Naming the language, or the parameter and the nearest one that the cell sets.
    """
    check_language(notebook, where=where)
    if given := notebook.metadata.papermill.get("parameters"):
        _check_names(given, _defaults(notebook, where=where), where=where)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        beside = (
            sorted(other.name for other in path.parent.glob("*.ipynb"))
            if path.parent.is_dir()
            else []
        )
        close = nearest(path.name, beside)
        hint = f"did you mean '{path.with_name(close)}'?" if close else None
        raise InputError(
            "no such notebook", where=str(path), expected=", ".join(beside) or None, hint=hint
        ) from None
    except OSError as error:
        raise InputError(
            "a notebook that can't be read", where=str(path), got=error.strerror
        ) from None


def _read(text: str) -> Any:
    """Read a notebook of any format, and give cells without an id one by position: nbformat would draw it at random."""
    written = nbformat.reader.reads(text)  # type: ignore[no-untyped-call]
    without_ids = (written.nbformat, written.nbformat_minor) < (4, 5)
    notebook = nbformat.convert(written, 4)  # type: ignore[no-untyped-call]
    for number, cell in enumerate(notebook.cells, 1):
        cell["id"] = f"cell-{number}" if without_ids else cell.get("id", f"cell-{number}")
    notebook["nbformat_minor"] = max(notebook.nbformat_minor, 5)
    return notebook


def as_text(notebook: Any) -> str:
    """Write a notebook as JSON."""
    return str(nbformat.writes(notebook))  # type: ignore[no-untyped-call]


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def heading_above(cells: Iterable[Any]) -> str | None:
    r"""Return the last heading in some cells, the one that the next cell stands under.

    Examples
    --------
    >>> heading_above([nbformat.v4.new_markdown_cell("# Title\n\n## Counts ##\n\ntext")])
    'Counts'
    """
    texts = [_FENCED.sub("", cell.source) for cell in cells if cell.cell_type == "markdown"]
    found = [heading for text in texts for heading in _HEADING.findall(text)]
    return found[-1] if found else None
