"""How verbs print: JSON for programs, tables for people."""

import json
import sys
from collections.abc import Iterable, Mapping

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

WIDTH = 140
"""Characters a line where the output is no terminal."""


def _words(value: object) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return (
        ", ".join(map(str, value))
        if isinstance(value, list)
        else ""
        if value is None
        else str(value)
    )


def print_json(value: object) -> None:
    """Print a value as one line of JSON."""
    typer.echo(json.dumps(value, ensure_ascii=False, allow_nan=False))


def print_table(title: str, rows: Iterable[Mapping[str, object]]) -> None:
    """Print rows as a table under a title."""
    listed = list(rows)
    table = Table()
    for name, first in listed[0].items():
        whole = not any(
            " " in _words(row[name]) for row in listed
        )  # a single word is not broken across lines
        table.add_column(
            name.replace("_", " "),
            overflow="fold",
            no_wrap=whole,
            justify="right" if isinstance(first, int) else "left",
        )
    for row in listed:
        table.add_row(*(Text(_words(value)) for value in row.values()))
    typer.echo(title)
    Console(width=None if sys.stdout.isatty() else WIDTH).print(table)
