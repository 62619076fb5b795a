"""Reads outputs as data: what commands print, tables and recorded values of executed notebooks."""

import contextlib
import csv
import io
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import unquote

from bs4 import BeautifulSoup, Tag
from tests.golden.comparison import Frames

COMMAND = str(Path(sys.executable).with_name("replicate"))
RECORD = "application/vnd.replicate.record+json"
LONGEST_LABEL = 60

_COUNT_OR_FRACTION = re.compile(r".*[,.]\d.*")
_NUMBER = re.compile(r"[-−+]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?")


def replicate(*words: str) -> tuple[int, str, str]:
    """Call the command as its console script does; return exit code, output and errors."""
    (script,) = entry_points(group="console_scripts", name="replicate")
    main = script.load()
    out, err, code = io.StringIO(), io.StringIO(), 0
    with (
        patch.object(sys, "argv", ["replicate", *words]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return code, out.getvalue(), err.getvalue()


@cache
def replicate_json(*words: str) -> Any:
    """Return what a command prints as JSON."""
    code, out, err = replicate(*words, "--json")
    if code:
        raise RuntimeError(f"replicate {' '.join(words)} --json ended with {code}: {err}")
    return json.loads(out)


def refusal(*words: str) -> dict[str, Any]:
    """Return how a command refuses: its exit code and the first line of its error."""
    code, _, err = replicate(*words)
    return {"exit code": code, "fault": first_line(err)}


def first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def told(*words: str) -> dict[str, dict[str, Any]]:
    """Return every value of the JSON that a command prints, or how it failed."""
    try:
        return {path: {"value": one} for path, one in leaves(replicate_json(*words))}
    except RuntimeError as error:
        return {"failed": {"value": str(error).splitlines()[0]}}


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every value inside JSON with its path; an empty list or mapping as text.

    A mapping in a list is named by its first text (kind, quarter, code, force), not by its place.
    """
    if not isinstance(value, dict | list) or not value:
        yield path, json.dumps(value) if isinstance(value, dict | list) else value
        return
    named = value.items() if isinstance(value, dict) else zip(_names(value), value, strict=True)
    for name, one in named:
        yield from leaves(one, f"{path}/{name}" if path else str(name))


def _names(listed: list[Any]) -> list[str]:
    found = [
        next((text for text in one.values() if isinstance(text, str)), str(place))
        if isinstance(one, dict)
        else str(place)
        for place, one in enumerate(listed)
    ]
    return _numbered(found)


def _numbered(names: Iterable[str]) -> list[str]:
    """Tell names apart that are the same, by `#2` and so on."""
    seen: dict[str, int] = {}
    told_apart = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        told_apart.append(name if seen[name] == 1 else f"{name} #{seen[name]}")
    return told_apart


def number_or_text(text: str) -> Any:
    if not _NUMBER.fullmatch(text):
        return text
    plain = text.replace(",", "").replace("−", "-")
    return int(plain) if re.fullmatch(r"[-+]?\d+", plain) else float(plain)


def read_notebook(path: Path, into: Frames, prefix: str = "") -> None:
    """Add the recorded values, tables and data of an executed notebook to frames."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if RECORD in data:
                record = dict(leaves(data[RECORD]))
                _add(into, f"{prefix}record", {str(record.pop("name")): record})
            _read_html("".join(data.get("text/html", "")), into, prefix)


def _read_html(html: str, into: Frames, prefix: str) -> None:
    soup = BeautifulSoup(html, "html.parser")
    for table in soup.select("table"):
        name = str(table.get("id", "unnamed"))
        if not re.fullmatch("fig-.*-data", name):  # a figure's table is the first rows of its file
            shown = _rows(_shown(table), _first(table))
            _add(into, f"{prefix}table/{name.removeprefix('tab-')}", shown)
    for link in soup.select("a[download][href^='data:text/csv']"):
        name = str(link["download"]).removesuffix(".csv")
        text = unquote(str(link["href"]).partition(",")[2])
        grid = list(csv.reader(io.StringIO(text)))
        if link.find_parent("figure"):
            _add(into, f"{prefix}figure/{name}", _rows(grid, 0))
        else:
            _add(into, f"{prefix}data/{name}", _unrounded(grid))


def _text(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


def _shown(table: Tag) -> list[list[str]]:
    """Return a table as texts, its headers first."""
    heads = [_text(cell) for cell in table.select("thead tr:last-child > *")]
    return [
        heads,
        *([_text(cell) for cell in row.select("th, td")] for row in table.select("tbody tr")),
    ]


def _first(table: Tag) -> int:
    """Return the number of the column that names the rows."""
    row = table.select_one("tbody tr")
    cells = row.select("th, td") if row else []
    return next((place for place, cell in enumerate(cells) if cell.name == "th"), 0)


def _unrounded(grid: list[list[str]]) -> dict[str, dict[str, Any]]:
    """Return of a table's file the columns with numbers that the page shows rounded."""
    rows = _rows(grid, 0)
    fractions = {
        name
        for cells in rows.values()
        for name, value in cells.items()
        if isinstance(value, float) and not value.is_integer()
    }
    return {
        label: {name: value for name, value in cells.items() if name in fractions}
        for label, cells in rows.items()
        if fractions
    }


def _rows(grid: Sequence[Sequence[str]], first: int) -> dict[str, dict[str, Any]]:
    """Return rows by label; codes stay text, since 4.10 is not 4.1."""
    heads, *rows = grid
    places = [place for place in range(len(heads)) if place != first]
    return {
        label: {
            heads[place]: row[place]
            if "code" in heads[place].casefold()
            else number_or_text(row[place])
            for place in places
        }
        for label, row in zip(_labels(rows, first), rows, strict=True)
    }


def _labels(rows: Sequence[Sequence[str]], first: int) -> list[str]:
    """Name each row by its header; where rows share it, by further words or years, then place."""

    def joined(places: Iterable[int]) -> list[str]:
        return [" · ".join(row[place] for place in places) for row in rows]

    def order(place: int) -> tuple[bool, int]:
        texts = [row[place] for row in rows]
        return all(map(_NUMBER.fullmatch, texts)), max(map(len, texts))

    chosen = [first]
    for place in sorted(set(range(len(rows[0]) if rows else 0)) - {first}, key=order):
        results = any(
            _NUMBER.fullmatch(row[place]) and _COUNT_OR_FRACTION.fullmatch(row[place])
            for row in rows
        )
        if order(place)[1] > LONGEST_LABEL or results:
            continue
        if len(set(joined([*chosen, place]))) > len(set(joined(chosen))):
            chosen.append(place)
    return _numbered(joined(chosen))


def _add(into: Frames, prefix: str, rows: dict[str, dict[str, Any]]) -> None:
    """Add rows; where tables of one name differ under a key, the key has both values, in order."""
    if not rows:
        return
    held = into.setdefault(prefix, {})
    for label, cells in rows.items():
        for column, value in cells.items():
            there = held.setdefault(label, {})
            values = (
                there[column]
                if isinstance(there.get(column), list)
                else [*([there[column]] if column in there else [])]
            )
            if not any(type(one) is type(value) and one == value for one in values):
                values = sorted([*values, value], key=lambda one: (str(type(one)), str(one)))
            there[column] = values[0] if len(values) == 1 else values
