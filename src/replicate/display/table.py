"""A table with everything it needs: caption, units, notes, words where a value is missing."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

from replicate.display.cells import Column, Given, columns_of, grid, written
from replicate.display.markup import Shown, csv_link, element, identifier, required

if TYPE_CHECKING:
    from pandas import DataFrame

_CLAIM = re.compile(r"[A-Z]\d\d[a-z]?")


@dataclass(frozen=True)
class Table(Shown):
    """A table ready to be shown; `data` is what it was made of."""

    name: str
    data: "DataFrame" = field(repr=False, compare=False)


def table(
    frame: "DataFrame",
    *,
    caption: str,
    name: str,
    row_header: str | None = None,
    notes: Sequence[str] = (),
    headers: Given = None,
    units: Given = None,
    formats: Given = None,
    states: Given = None,
) -> Table:
    """Show a frame as a table that can be read by eye and by ear, with its rows as `<name>.csv`.

    Headings, units and formats are those of `columns.yaml`, unless given here.

    Parameters
    ----------
    frame, caption, name
        What to show; measure, place, period; its name on the page: letters, digits, hyphens.
    row_header, notes
        The column whose cells name their rows, the first unless given; what a reader must know.
    headers, units
        Column → heading, and column → unit; a column of numbers needs one, unless it names the rows.
    formats, states
        Column → a Python format, such as ",.2f", and column → the column that says why it is empty.

    Returns
    -------
    Table
        Shown by a notebook as a table with the id `tab-<name>`.

    Raises
    ------
    ValueError
        When caption, a header, a unit or the rows are missing.

    Examples
    --------
    >>> import pandas
    >>> kent = pandas.DataFrame({"force": ["Kent"], "count": [1234]})
    >>> print(table(kent, caption="Offences, 2024", name="example"))
    Offences, 2024
    Force Count (offences)
     Kent            1,234
    """
    caption, name = required("caption", caption), identifier(name)
    if frame.empty:
        raise ValueError(f"table '{name}' has no rows")
    columns = columns_of(frame, name, headers=headers, units=units, formats=formats, states=states)
    row_header = row_header or columns[0].name
    for one in columns:
        if one.is_number and one.name != row_header:
            required(f"unit of column '{one.name}'", one.unit)
    rows = written(frame, columns)
    words = {"kind": "table", "name": name, "title": caption, "notes": list(notes)}
    bundle: dict[str, Any] = words | _of_columns(rows, columns, row_header)
    bundle["data"] = frame.to_csv(index=False, lineterminator="\n")
    lines = [caption, *_aligned([[column.title for column in columns], *rows]), *notes]
    return Table(table_html(bundle), "\n".join(lines), name, frame, bundle=bundle)


def _of_columns(
    rows: Sequence[Sequence[str]], columns: Sequence[Column], row_header: str
) -> dict[str, Any]:
    return {
        "row_header": row_header,
        "rows": list(rows),
        "claims": claims_in(rows, columns, row_header),
        "columns": [asdict(column) for column in columns],
        "suppression": {column.name: column.state for column in columns if column.state},
    }


def table_html(bundle: Mapping[str, Any]) -> str:
    """Render the bundle of a table."""
    columns = [Column(**column) for column in bundle["columns"]]
    name, notes = f"tab-{bundle['name']}", bundle["notes"]
    shown = grid(
        bundle["rows"],
        columns,
        caption=bundle["title"],
        row_header=bundle["row_header"],
        name=name,
    )
    listed = (
        element("ul", *(element("li", escape(note)) for note in notes), class_="table-notes")
        if notes
        else ""
    )
    link = csv_link(bundle["data"], bundle["name"])
    return element("div", shown, listed, link, class_="table")


def claims_in(
    rows: Sequence[Sequence[str]], columns: Sequence[Column], row_header: str
) -> list[str]:
    """Return the ids of claims that name rows of a table."""
    place = [column.name for column in columns].index(row_header)
    return [name for name in dict.fromkeys(row[place] for row in rows) if _CLAIM.fullmatch(name)]


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        " ".join(text.rjust(width) for text, width in zip(row, widths, strict=True)) for row in rows
    ]
