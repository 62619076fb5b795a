"""The cells of a table: numbers, words for what is missing, headers with a scope."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from replicate.display.markup import element, required
from replicate.vocabulary.files import shipped_yaml
from replicate.vocabulary.numbers import MINUS, MISSING, number, significant_decimals

if TYPE_CHECKING:
    from pandas import DataFrame, Series

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


@dataclass(frozen=True)
class Column:
    """How readers see one column of a table (see `columns.yaml`)."""

    name: str
    heading: str
    unit: str = ""
    format: str = ""
    state: str = ""
    is_number: bool = False

    @property
    def title(self) -> str:
        """What stands at its head."""
        return f"{self.heading} ({self.unit})" if self.unit else self.heading


Given = Mapping[str, str] | None


def written(frame: "DataFrame", columns: Sequence[Column]) -> list[list[str]]:
    """Turn every cell into the text a reader reads; no cell is left empty.

    Numbers of a column have the same decimals: none where all are whole, else at least one, and
    as many as leave three significant digits of the largest. A year has no separators.

    Examples
    --------
    >>> import pandas
    >>> kent = pandas.DataFrame({"force": ["Kent", ""], "count": [1234, None]})
    >>> written(kent, columns_of(kent, "example"))
    [['Kent', '1,234'], ['not available', 'not available']]
    """
    texts = []
    for column in columns:
        why = frame[column.state] if column.state else [None] * len(frame)
        write = _writer(frame[column.name], column.format)
        texts.append(
            [
                _absent(state) if _is_missing(value) else write(value)
                for value, state in zip(frame[column.name], why, strict=True)
            ]
        )
    return [list(row) for row in zip(*texts, strict=True)]


def _writer(column: "Series[Any]", spec: str) -> Any:
    if spec:
        return lambda value: format(value, spec).replace("-", MINUS)
    if not is_numeric(column):
        words = labels() if column.name == "verdict" else {"True": "yes", "False": "no"}
        return lambda value: words.get(str(value), str(value))
    if column.name == "year":
        return lambda value: str(int(value))
    held = column.dropna().astype(float)
    whole = held.mod(1).eq(0).all()
    places = 0 if whole else max(1, significant_decimals(*held))
    return lambda value: number(float(value), decimals=places)


def labels() -> dict[str, str]:
    """Return what readers see of each verdict: code and words → label."""
    from replicate.ledger import Verdict

    codes = {verdict.value: verdict.label for verdict in Verdict}
    return codes | {verdict.words: verdict.label for verdict in Verdict}


def _is_missing(value: Any) -> bool:
    from pandas import isna
    from pandas.api.types import is_scalar

    return bool(is_scalar(value) and isna(value)) or not str(value).strip()


def _absent(state: Any) -> str:
    return MISSING if _is_missing(state) else STATES.get(str(state), str(state))


def columns_of(
    frame: "DataFrame",
    table: str,
    *,
    headers: Given = None,
    units: Given = None,
    formats: Given = None,
    states: Given = None,
) -> list[Column]:
    """Say how each column of a table is shown; what is given goes before `columns.yaml`."""
    listed: dict[str, dict[str, dict[str, Any]]] = _listed()
    own, found = listed["tables"].get(table, {}), []
    for name in map(str, frame.columns):
        numeric = is_numeric(frame[name])
        usual = listed["columns"].get(name, {})
        usual = usual if numeric else {key: usual[key] for key in usual if key != "unit"}
        others = own.get("*", {}) if numeric and name != "year" else {}
        usual = usual | own.get(name, others)
        given = {"heading": headers, "unit": units, "format": formats, "state": states}
        told = usual | {key: words[name] for key, words in given.items() if words and name in words}
        if headers and name in headers:
            required(f"header of column '{name}'", headers[name])
        if units and name in units:
            required(f"unit of column '{name}'", units[name])
        told["heading"] = told.get("heading") or heading(name)
        found.append(Column(name, is_number=numeric, **told))
    reasons = {column.state for column in found}
    return [column for column in found if column.name not in reasons]


@cache
def _listed() -> Any:
    return shipped_yaml("display", "columns.yaml")


def grid(
    rows: Sequence[Sequence[str]],
    columns: Sequence[Column],
    *,
    caption: str,
    row_header: str,
    name: str,
) -> str:
    """Build a table of texts that scrolls sideways where it must.

    It has one caption, a scope on every header, and no empty cell.

    Parameters
    ----------
    rows
        The texts of each row, as `written` gave them.
    columns
        The columns, in order.
    caption, name
        What the table shows, and its id.
    row_header
        The column whose cells name their rows.
    """
    heads = (
        element("th", escape(column.title), scope="col", class_=_class(column))
        for column in columns
    )
    lines = (
        element(
            "tr",
            *(_cell(column, text, row_header) for column, text in zip(columns, texts, strict=True)),
        )
        for texts in rows
    )
    body = element(
        "table",
        element("caption", escape(caption), id=f"{name}-caption"),
        element("thead", element("tr", *heads)),
        element("tbody", *lines),
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


def heading(column: str) -> str:
    """Make a header of a column's name: `rank_lower` becomes "Rank lower"."""
    return column[:1].upper() + column[1:].replace("_", " ")


def _cell(column: Column, text: str, row_header: str) -> str:
    if column.name == row_header:
        return element("th", escape(text), scope="row")
    return element("td", escape(text), class_=_class(column))


def _class(column: Column) -> str | None:
    return "number" if column.is_number else None
