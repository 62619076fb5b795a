"""The cells of a table: numbers, words for what is missing, headers with a scope."""

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from replicate.display.markup import element
from replicate.vocabulary.numbers import MINUS, MISSING, number, significant_decimals

if TYPE_CHECKING:
    from pandas import DataFrame, Series

MOST_ROWS = 60
"""Rows of data shown beside a figure; all of them are in the CSV."""

STATES = {
    "suppressed": "suppressed by the publisher",
    "not_applicable": "not applicable",
    "not_available": MISSING,
    "ended": "no longer collected",
}
"""What the sources call a cell without a value → what a reader reads."""


def is_numeric(column: "Series[Any]") -> bool:
    """Say whether a column holds numbers; truth values are words."""
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    return is_numeric_dtype(column) and not is_bool_dtype(column)


def written(
    frame: "DataFrame",
    *,
    formats: Mapping[str, str] | None = None,
    states: Mapping[str, str] | None = None,
) -> "DataFrame":
    """Turn every cell into the text a reader reads; no cell is left empty.

    Parameters
    ----------
    frame
        Numbers of a column are given the same decimals: none where all are whole, else at least one, and as many as
        leave three significant digits of the largest. A column named year is written without separators.
    formats
        Column → a Python format specification, such as ",.2f".
    states
        Column → the column that says why its cell has no value (see `STATES`); that column is left out.

    Examples
    --------
    >>> import pandas
    >>> written(pandas.DataFrame({"force": ["Kent", ""], "count": [1234, None]})).to_dict("list")
    {'force': ['Kent', 'not available'], 'count': ['1,234', 'not available']}
    """
    formats, states = formats or {}, states or {}
    words = frame.drop(columns=list(states.values())).astype(object)
    for name in map(str, words.columns):
        why = frame[states[name]] if name in states else [None] * len(frame)
        write = _writer(frame[name], formats.get(name))
        words[name] = [
            _absent(state) if _is_missing(value) else write(value)
            for value, state in zip(frame[name], why, strict=True)
        ]
    return words


def _writer(column: "Series[Any]", spec: str | None) -> Any:
    if spec:
        return lambda value: format(value, spec).replace("-", MINUS)
    if not is_numeric(column):
        return lambda value: {"True": "yes", "False": "no"}.get(str(value), str(value))
    if column.name == "year":
        return lambda value: str(int(value))
    held = column.dropna().astype(float)
    whole = held.mod(1).eq(0).all()
    places = 0 if whole else max(1, significant_decimals(*held))
    return lambda value: number(float(value), decimals=places)


def _is_missing(value: Any) -> bool:
    from pandas import isna
    from pandas.api.types import is_scalar

    return bool(is_scalar(value) and isna(value)) or not str(value).strip()


def _absent(state: Any) -> str:
    return MISSING if _is_missing(state) else STATES.get(str(state), str(state))


def grid(
    words: "DataFrame",
    *,
    caption: str,
    headers: Mapping[str, str],
    numeric: frozenset[str],
    row_header: str,
    name: str,
) -> str:
    """Build a table of texts that scrolls sideways where it must: one caption, a scope on every header, no empty cell.

    Parameters
    ----------
    words
        What `written` gave.
    caption
        What the table shows.
    headers
        Column → its header.
    numeric
        The columns set as numbers, to the right.
    row_header
        The column whose cells name their rows.
    name
        The id of the table.
    """
    columns = [str(column) for column in words.columns]
    heads = (
        element("th", escape(headers[column]), scope="col", class_=_class(column, numeric))
        for column in columns
    )
    rows = (
        element(
            "tr",
            *(
                _cell(column, text, numeric, row_header)
                for column, text in zip(columns, texts, strict=True)
            ),
        )
        for texts in words.itertuples(index=False, name=None)
    )
    body = element(
        "table",
        element("caption", escape(caption), id=f"{name}-caption"),
        element("thead", element("tr", *heads)),
        element("tbody", *rows),
        id=name,
    )
    return element(
        "div",
        body,
        class_="table-scroll",
        role="region",
        tabindex="0",
        aria_labelledby=f"{name}-caption",
    )


def data_table(data: "DataFrame", *, caption: str, name: str) -> str:
    """Build the table of a figure's data; of long data the first rows, saying so."""
    shown = data.head(MOST_ROWS)
    cut = (
        f" (the first {number(len(shown))} of {number(len(data))} rows; the CSV file has them all)"
        if len(shown) < len(data)
        else ""
    )
    columns = [str(column) for column in data.columns]
    headers = {column: heading(column) for column in columns}
    numeric = frozenset(column for column in columns if is_numeric(data[column]))
    return grid(
        written(shown),
        caption=f"Data: {caption}{cut}",
        headers=headers,
        numeric=numeric,
        row_header=columns[0],
        name=name,
    )


def heading(column: str) -> str:
    """Make a header of a column's name: `rank_lower` becomes "Rank lower"."""
    return column[:1].upper() + column[1:].replace("_", " ")


def _cell(column: str, text: str, numeric: frozenset[str], row_header: str) -> str:
    if column == row_header:
        return element("th", escape(text), scope="row")
    return element("td", escape(text), class_=_class(column, numeric))


def _class(column: str, numeric: frozenset[str]) -> str | None:
    return "number" if column in numeric else None
