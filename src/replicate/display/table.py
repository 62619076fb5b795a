"""A table with everything it needs: caption, units, notes, words where a value is missing."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from replicate.display.cells import grid, heading, is_numeric, written
from replicate.display.markup import Shown, csv_link, element, identifier, required

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True)
class Table(Shown):
    """A table ready to be shown; `data` is what it was made of."""

    name: str
    data: "DataFrame" = field(repr=False, compare=False)


def table(
    frame: "DataFrame",
    *,
    caption: str,
    units: Mapping[str, str],
    row_header: str,
    name: str,
    headers: Mapping[str, str] | None = None,
    notes: Sequence[str] = (),
    formats: Mapping[str, str] | None = None,
    states: Mapping[str, str] | None = None,
) -> Table:
    """Show a frame as a table that can be read by eye and by ear, with its rows as `<name>.csv`.

    Parameters
    ----------
    frame, caption
        What to show, in the order to show it; measure, place, period.
    units
        Column → unit; every column of numbers needs one, but for the one that names the rows.
    row_header
        The column whose cells name their rows.
    name, headers
        Its name on the page (small letters, digits, hyphens); column → header, where that is not the column's name with spaces.
    notes
        What a reader must know to read it rightly.
    formats, states
        Column → a Python format specification, such as ",.2f" (the default leaves three significant digits), and column → the
        column that says why its cell has no value, which is then not shown as a column.

    Returns
    -------
    Table
        Shown by a notebook as a table with the id `tab-<name>` that scrolls sideways where it must.

    Raises
    ------
    ValueError
        When caption, a header, a unit or the rows are missing; the message names the piece.

    Examples
    --------
    >>> import pandas
    >>> kent = pandas.DataFrame({"force": ["Kent"], "count": [1234]})
    >>> print(table(kent, caption="Offences, 2024", units={"count": "offences"}, row_header="force", name="example"))
    Offences, 2024
    Force Count (offences)
     Kent            1,234
    """
    caption, name = required("caption", caption), identifier(name)
    if frame.empty:
        raise ValueError(f"table '{name}' has no rows")
    words = written(frame, formats=formats, states=states)
    numeric = frozenset(str(column) for column in words.columns if is_numeric(frame[column]))
    titles = _titles(map(str, words.columns), headers or {}, units, numeric - {row_header})
    names = {"name": f"tab-{name}", "row_header": row_header}
    shown = grid(words, caption=caption, headers=titles, numeric=numeric, **names)
    text = "\n".join([caption, words.rename(columns=titles).to_string(index=False), *notes])
    return Table(html=_html(shown, notes, csv_link(frame, name)), text=text, name=name, data=frame)


def _titles(
    columns: Iterable[str],
    headers: Mapping[str, str],
    units: Mapping[str, str],
    measured: Container[str],
) -> dict[str, str]:
    """Return the header of each column; those that are measured need a unit."""
    return {
        column: _header(column, headers, units, needs_unit=column in measured) for column in columns
    }


def _html(shown: str, notes: Sequence[str], link: str) -> str:
    listed = (
        element("ul", *(element("li", escape(note)) for note in notes), class_="table-notes")
        if notes
        else ""
    )
    return element("div", shown, listed, link, class_="table")


def _header(
    column: str, headers: Mapping[str, str], units: Mapping[str, str], *, needs_unit: bool
) -> str:
    title = required(f"header of column '{column}'", headers.get(column, heading(column)))
    if needs_unit or column in units:
        unit = required(f"unit of column '{column}'", units.get(column, ""))
        return f"{title} ({unit})"
    return title
