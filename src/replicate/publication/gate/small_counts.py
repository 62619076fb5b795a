"""Counts that their publisher suppressed: shown as suppressed or as bounds, never as a number."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from functools import cache
from urllib.parse import unquote

from bs4 import BeautifulSoup

from replicate.vocabulary.errors import RunError

KEY = ("year", "area", "factor")
"""The columns that name a cell of the table of assessment factors."""

_NO_VALUES = re.compile(
    r"(?:.*_)?(?:lower|upper)|.*code|year|state|count_?suppressed|suppressed(?:_cells)?"
)
"""Columns that hold no count of their own: bounds, codes, years, and how many cells are suppressed."""

_NUMBER = re.compile(r"[-+−]?[\d,]*\d(?:\.\d+)?")
_FILE = re.compile(r'href="data:text/csv[^,"]*,([^"]*)"')
_SUPPRESSED = ("suppressed", "suppressed by the publisher", "c")


def refuse_small_counts(html: str, *, where: str) -> None:
    """Refuse a page on which a table, or a file of data inside it, has a number where the publisher suppressed one.

    Parameters
    ----------
    html
        A page.
    where
        Its name.

    Raises
    ------
    RunError
        Naming the cell.
    """
    for address in _FILE.findall(html):
        refuse_csv(unquote(address), where=where)
    if "factor" in html.casefold() or "suppressed" in html:
        for rows in _tables(BeautifulSoup(html, "html.parser")):
            _refuse(rows, where)


def refuse_csv(text: str, *, where: str) -> None:
    """Refuse a CSV file with a number where the publisher suppressed one.

    A row is of a suppressed cell where its state says so, or where its year, area and factor are those of a cell that the table of
    assessment factors holds as suppressed. No column of such a row may hold a number, but for bounds.

    Raises
    ------
    RunError
        Naming the cell.
    """
    _refuse(csv.DictReader(io.StringIO(text)), where)


def _refuse(rows: Iterable[Mapping[str, str | None]], where: str) -> None:
    for row in rows:
        cells = {
            str(name).casefold().partition(" (")[0]: (value or "").strip()
            for name, value in row.items()
            if not isinstance(value, list)
        }
        if not _is_suppressed(cells):
            continue
        numbers = [
            (name, value)
            for name, value in cells.items()
            if _NUMBER.fullmatch(value) and not _NO_VALUES.fullmatch(name)
        ]
        if numbers:
            name, value = numbers[0]
            told = (
                ", ".join(cells[part] for part in KEY if part in cells)
                or ", ".join(cells.values())[:80]
            )
            hint = "show it as suppressed, or as the bounds 1 and 5"
            raise RunError(
                "a count that its publisher suppressed",
                where=where,
                got=f"{name} {value} ({told})",
                hint=hint,
            )


def _is_suppressed(cells: Mapping[str, str]) -> bool:
    if cells.get("state") in _SUPPRESSED:
        return True
    return (
        set(KEY) <= set(cells)
        and (cells["year"], cells["area"], cells["factor"]) in suppressed_cells()
    )


@cache
def suppressed_cells() -> frozenset[tuple[str, str, str]]:
    """Return year, area and factor of every cell that the Department for Education suppressed."""
    from replicate.sources import tables

    table = tables.assessment_factors()
    held = table[table["state"] == "suppressed"]
    return frozenset(
        zip(
            held["year"].astype(str),
            held["area"].astype(str),
            held["factor"].astype(str),
            strict=True,
        )
    )


def _tables(soup: BeautifulSoup) -> Iterable[list[dict[str, str | None]]]:
    for table in soup.select("table"):
        heads = [cell.get_text(" ", strip=True) for cell in table.select("thead tr:last-child > *")]
        rows = [
            [cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])]
            for row in table.select("tbody tr")
        ]
        yield [dict(zip(heads, row, strict=True)) for row in rows if len(row) == len(heads)]
