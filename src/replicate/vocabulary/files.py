"""The package's own YAML and CSV, read; and files written whole or not at all."""

import csv
import secrets
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict

from replicate.vocabulary.errors import RunError

# PyYAML's wheels have libyaml, which is several times as fast.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

RowOf = TypeVar("RowOf", bound="Row")


class Row(BaseModel):
    """A row of a table that ships with the package; what no field names is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def read_yaml(text: str) -> Any:
    """Read a document: mappings, lists, text, numbers, dates and truth values, and nothing else.

    Examples
    --------
    >>> read_yaml("codes: ['71', 88A]")
    {'codes': ['71', '88A']}
    """
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 - either loader is a safe one


def shipped_yaml(room: str, name: str) -> Any:
    """Read a YAML file of one of the package's rooms.

    Examples
    --------
    >>> shipped_yaml("vocabulary", "definitions.yaml")["definitions"]["images"]["codes"]
    ['86']
    """
    return read_yaml(files(f"replicate.{room}").joinpath(name).read_text(encoding="utf-8"))


def shipped_rows(room: str, name: str) -> list[dict[str, str]]:
    """Read the rows of a CSV file of one of the package's rooms; an empty cell is left out.

    Examples
    --------
    >>> shipped_rows("ledger", "starting_numbers.csv")[0]
    {'document': '000', 'line': '7', 'place': '1', 'number': '7', 'kind': 'date'}
    """
    with files(f"replicate.{room}").joinpath(name).open(encoding="utf-8") as file:
        return [{key: cell for key, cell in row.items() if cell} for row in csv.DictReader(file)]


def read_rows(room: str, name: str, model: type[RowOf]) -> tuple[RowOf, ...]:
    """Read the rows of a CSV file of one of the package's rooms, each held to a model."""
    return tuple(model.model_validate(row) for row in shipped_rows(room, name))


def write_atomic(path: Path, content: str | bytes) -> Path:
    r"""Write a file beside its place, then put it there, so that no partial file ever has the name.

    The file beside is called `.NAME.` and eight hexadecimal digits; it goes whatever happens, short
    of the process being killed.

    Parameters
    ----------
    path
        Where the file goes; folders that are missing are made.
    content
        Its bytes, or its text, which is written as UTF-8 with the line ends it has.

    Returns
    -------
    pathlib.Path
        The path, as given.

    Raises
    ------
    RunError
        When it can't be written; what was there is untouched.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_atomic(Path(folder, "new", "note.txt"), "one\n").read_bytes()
    b'one\n'
    """
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(content.encode() if isinstance(content, str) else content)
        beside.replace(path)
    except OSError as error:
        raise RunError(
            "a file that can't be written",
            where=str(path),
            got=error.strerror or str(error),
            hint="make room or choose another folder; what was there before is untouched",
        ) from None
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
    return path
