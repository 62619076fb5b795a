"""Reads the package's own YAML and CSV."""

import csv
from importlib.resources import files
from typing import Any

import yaml

# PyYAML's wheels have libyaml, which is several times as fast.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


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
