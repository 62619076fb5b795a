"""The project's notebooks: where they are, and each as it was written, checked before it runs."""

import ast
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from replicate.vocabulary.errors import InputError, nearest, unknown
from replicate.vocabulary.runs import INJECTED, PARAMETERS, assigned

_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
_FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)


def root() -> Path:
    """Return the nearest folder, from this one upwards, that has `notebooks/` and `params/`.

    Raises
    ------
    InputError
        When no folder above has both.
    """
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "notebooks").is_dir() and (folder / "params").is_dir():
            return folder
    raise InputError(
        "the notebooks are not here",
        where=str(here),
        expected="a folder of the project, with notebooks/ and params/",
        hint="change to the checkout",
    )


def notebooks() -> list[Path]:
    """Return the project's notebooks in their order."""
    return sorted((root() / "notebooks").glob("*.ipynb"))


def sweeps() -> list[Path]:
    """Return the project's sweeps."""
    return sorted((root() / "params" / "sweeps").glob("*.yaml"))


def find(name: Path, where: str = "NOTEBOOK", kind: str = "notebook") -> Path:
    """Return the notebook, or the sweep, that a path or a name (`01_offence_counts`) stands for.

    Parameters
    ----------
    name, where
        What was given, and where.
    kind
        `notebook` or `sweep`.

    Raises
    ------
    InputError
        When there is none; the nearest name is given.
    """
    if name.suffix and name.is_file():
        return name
    named = {path.stem: path for path in (sweeps() if kind == "sweep" else notebooks())}
    if str(name) in named:
        return named[str(name)]
    close = nearest(name.stem, named)
    raise InputError(
        f"no such {kind}",
        where=where,
        got=str(name),
        expected=f"a path, or one of {', '.join(named)}",
        hint=f"did you mean '{close}'?" if close else None,
    )


def parameter_file(notebook: Path) -> Path | None:
    """Return a notebook's own YAML of parameters, in `params/` beside its folder, if any."""
    file = notebook.resolve().parents[1] / "params" / f"{notebook.stem}.yaml"
    return file if file.is_file() else None


@dataclass(frozen=True)
class Source:
    """A notebook's file, and what was read from it without the libraries that run it.

    Attributes
    ----------
    path
        Where it was read, as it was asked for.
    document
        The notebook as JSON, its cells with an id each that is the same at every reading.
    """

    path: Path
    document: dict[str, Any]

    @cached_property
    def defaults(self) -> dict[str, str] | None:
        """The parameters' names and defaults, as Python text; None without a tagged cell.

        Raises
        ------
        InputError
            When the cell is no plain Python.
        """
        return self._assigned(PARAMETERS)

    def in_force(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the parameters that a run has when given some.

        Where none are given, these are those that papermill once left in the notebook: its cell
        of them then runs as it stands.

        Raises
        ------
        InputError
            When those are no plain values.
        """
        if values:
            return dict(values)
        left = self._assigned(INJECTED) or {}
        try:
            return {name: ast.literal_eval(text) for name, text in left.items()}
        except ValueError:
            hint = f"remove the cell tagged '{INJECTED}'"
            what = "injected parameters that are no plain values"
            raise InputError(what, where=str(self.path), hint=hint) from None

    def check_name(self, name: str, where: str) -> None:
        """Refuse a parameter that the notebook does not set, given somewhere.

        Raises
        ------
        InputError
            Naming the nearest that it does.
        """
        if self.defaults is None:
            what = "a notebook without a parameters cell takes no parameter"
            hint = f"in JupyterLab's property inspector, tag the cell '{PARAMETERS}'"
            raise InputError(what, where=str(self.path), got=name, hint=hint)
        if name not in self.defaults:
            raise unknown("parameter", name, self.defaults, where=where)

    def _assigned(self, tag: str) -> dict[str, str] | None:
        for number, cell in enumerate(self.document["cells"], 1):
            if tag not in cell.get("metadata", {}).get("tags", []):
                continue
            try:
                return assigned("".join(cell["source"]))
            except SyntaxError as error:
                raise InputError(
                    "a parameters cell that can't be read",
                    where=f"{self.path}, cell {number}, line {error.lineno}",
                    got=error.msg,
                    expected="`name = value` lines",
                ) from None
        return None

    def node(self) -> Any:
        """Return the notebook as nbformat has it.

        Raises
        ------
        InputError
            When nbformat does not take it for one.
        """
        import nbformat

        try:
            notebook = nbformat.v4.to_notebook(self.document)  # type: ignore[no-untyped-call]
            nbformat.validate(notebook)
        except (ValueError, KeyError, AttributeError, nbformat.ValidationError) as error:
            raise _no_notebook(self.path, error) from None
        return notebook


def read(path: Path) -> Source:
    """Read a Python notebook in any edition of format 4, which Jupyter has written since 2015.

    Raises
    ------
    InputError
        When the file can't be read, is not such a notebook, or is one in another language.
    """
    try:
        document = json.loads(path.read_bytes())
        if document["nbformat"] != 4:
            raise ValueError(f"format {document['nbformat']}")
        document["nbformat_minor"] = max(5, document["nbformat_minor"])  # the first with ids
        _identify(document["cells"])
        metadata = document["metadata"]
        language = metadata.get("kernelspec", {}).get("language") or metadata.get(
            "language_info", {}
        ).get("name", "python")
    except OSError as error:
        what = "a notebook that can't be read"
        raise InputError(what, where=str(path), got=error.strerror) from None
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise _no_notebook(path, error) from None
    if str(language).casefold() != "python":
        what = "a notebook in another language"
        raise InputError(what, where=str(path), got=language, expected="python")
    return Source(path, document)


def _identify(cells: Iterable[dict[str, Any]]) -> None:
    """Give cells without an id, or with that of an earlier one, an id by their position."""
    taken: set[str] = set()
    for number, cell in enumerate(cells, 1):
        name = cell.get("id", f"cell-{number}")
        while name in taken:
            name = f"{name[:50]}-{number}"
        taken.add(name)
        cell["id"] = name


def _no_notebook(path: Path, error: Exception) -> InputError:
    got = (str(error).splitlines() or [type(error).__name__])[0]
    expected = "a Jupyter notebook (.ipynb) in format 4"
    return InputError("not a notebook", where=str(path), got=got, expected=expected)


def heading_above(cells: Iterable[Any]) -> str | None:
    r"""Return the last heading in some cells, the one that the next cell stands under.

    Examples
    --------
    >>> heading_above([{"cell_type": "markdown", "source": "# Title\n\n## Counts ##\n\ntext"}])
    'Counts'
    """
    texts = (_FENCED.sub("", cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    found = [heading for text in texts for heading in _HEADING.findall(text)]
    return found[-1] if found else None
