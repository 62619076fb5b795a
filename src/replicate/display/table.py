"""Tables with all they need (caption, units, notes, words for what is missing), and verdicts."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from replicate.display.markup import Shown, csv_link, element, identifier, required
from replicate.display.theme import SYMBOLS
from replicate.vocabulary.files import shipped_yaml
from replicate.vocabulary.numbers import (
    MINUS,
    MISSING,
    gap,
    interval,
    number,
    significant_decimals,
)

if TYPE_CHECKING:
    from pandas import DataFrame, Series

    from replicate.ledger import Comparison, Computed

STATES = {
    "suppressed": "suppressed by the publisher",
    "not_applicable": "not applicable",
    "not_available": MISSING,
    "ended": "no longer collected",
}
"""What the sources call a cell without a value → what a reader reads."""

Given = Mapping[str, str] | None


@dataclass(frozen=True)
class Table(Shown):
    """A table ready to be shown; `data` is what it was made of."""

    name: str
    data: "DataFrame" = field(repr=False, compare=False)


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


def table(
    frame: "DataFrame",
    *,
    caption: str,
    name: str,
    row_header: str | None = None,
    notes: Sequence[str] = (),
    units: Given = None,
    states: Given = None,
) -> Table:
    """Show a frame as a table that can be read by eye and by ear, with its rows as `<name>.csv`.

    Headings, units and formats of columns are those of `columns.yaml`.

    Parameters
    ----------
    frame, caption, name
        What to show; measure, place, period; its name on the page: letters, digits, hyphens.
    row_header, notes
        The column whose cells name their rows, the first unless given; what a reader must know.
    units, states
        Of columns that the file doesn't list: the unit; the column that says why one is empty.

    Returns
    -------
    Table
        Shown by a notebook as a table with the id `tab-<name>`.

    Raises
    ------
    ValueError
        When caption, a unit or the rows are missing.

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
    columns = columns_of(frame, name, units, states)
    row_header = row_header or columns[0].name
    for one in (one for one in columns if one.is_number and one.name != row_header):
        required(f"unit of column '{one.name}'", one.unit)
    bundle: dict[str, Any] = {
        "kind": "table",
        "name": name,
        "title": caption,
        "notes": list(notes),
        "row_header": row_header,
        "suppression": {column.name: column.state for column in columns if column.state},
        **of_data(frame, columns),
    }
    bundle["claims"] = claims_in(bundle)
    return Table(table_html(bundle), _as_text(bundle, columns), name, frame, bundle=bundle)


def _as_text(bundle: Mapping[str, Any], columns: Sequence[Column]) -> str:
    from pandas import DataFrame

    shown = DataFrame(bundle["rows"], columns=[column.title for column in columns])
    return "\n".join([bundle["title"], shown.to_string(index=False), *bundle["notes"]])


def of_data(
    frame: "DataFrame", columns: Sequence[Column], most: int | None = None
) -> dict[str, Any]:
    """Return a frame for a bundle: at most so many rows as texts, and all of it as a CSV file."""
    return {
        "columns": [asdict(column) for column in columns],
        "rows": written(frame.head(most) if most else frame, columns),
        "count": len(frame),
        "data": frame.to_csv(index=False, lineterminator="\n"),
    }


def table_html(bundle: Mapping[str, Any]) -> str:
    """Render the bundle of a table."""
    notes = (element("li", escape(note)) for note in bundle["notes"])
    return element(
        "div",
        grid(bundle, bundle["title"], bundle["row_header"], f"tab-{bundle['name']}"),
        element("ul", *notes, class_="table-notes") if bundle["notes"] else "",
        csv_link(bundle["data"], bundle["name"], bundle["count"]),
        class_="table",
    )


def grid(bundle: Mapping[str, Any], caption: str, row_header: str, name: str) -> str:
    """Render the rows and columns of a bundle, so that it scrolls sideways where it must.

    It has one caption, a scope on every header, and no empty cell.
    """
    columns = [Column(**column) for column in bundle["columns"]]

    def cell(column: Column, text: str, scope: str | None = None) -> str:
        look = "number" if column.is_number and scope != "row" else None
        return element("th" if scope else "td", escape(text), scope=scope, class_=look)

    rows = (zip(columns, texts, strict=True) for texts in bundle["rows"])
    lines = (
        element(
            "tr", *(cell(one, text, "row" if one.name == row_header else None) for one, text in row)
        )
        for row in rows
    )
    heads = (cell(column, column.title, "col") for column in columns)
    body = element(
        "table",
        element("caption", escape(caption), id=f"{name}-caption"),
        element("thead", element("tr", *heads)),
        element("tbody", *lines),
        id=name,
    )
    scrolls = {"class_": "table-scroll", "role": "region", "tabindex": "0"}
    return element("div", body, **scrolls, aria_labelledby=f"{name}-caption")


def claims_in(bundle: Mapping[str, Any]) -> list[str]:
    """Return the ids of claims that name rows of a table."""
    names = [column["name"] for column in bundle["columns"]]
    texts = dict.fromkeys(row[names.index(bundle["row_header"])] for row in bundle["rows"])
    return [text for text in texts if re.fullmatch(r"[A-Z]\d\d[a-z]?", text)]


def columns_of(
    frame: "DataFrame", table: str, units: Given = None, states: Given = None
) -> list[Column]:
    """Say how each column of a table is shown; what is given goes before `columns.yaml`."""
    listed = _listed()
    own, found = listed["tables"].get(table, {}), []
    for name in map(str, frame.columns):
        numeric = is_numeric(frame[name])
        told = dict(listed["columns"].get(name, {}))
        if not numeric:
            told.pop("unit", None)
        told |= own.get(name, own.get("*", {}) if numeric and name != "year" else {})
        for key, given in (("unit", units), ("state", states)):
            if given and name in given:
                told[key] = required(f"{key} of column '{name}'", given[name])
        told["heading"] = told.get("heading") or heading(name)
        found.append(Column(name, is_number=numeric, **told))
    reasons = {column.state for column in found}
    return [column for column in found if column.name not in reasons]


@cache
def _listed() -> dict[str, dict[str, dict[str, Any]]]:
    listed: dict[str, dict[str, dict[str, Any]]] = shipped_yaml("display", "columns.yaml")
    return listed


def heading(column: str) -> str:
    """Make a header of a column's name: `rank_lower` becomes "Rank lower"."""
    return column[:1].upper() + column[1:].replace("_", " ")


def is_numeric(column: "Series[Any]") -> bool:
    """Say whether a column holds numbers; truth values are words."""
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    return is_numeric_dtype(column) and not is_bool_dtype(column)


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
        write = _writer(frame[column.name], column.format)
        reasons = frame[column.state] if column.state else [None] * len(frame)
        texts.append(
            [
                write(value)
                if _is_there(value)
                else STATES.get(str(why), str(why) if _is_there(why) else MISSING)
                for value, why in zip(frame[column.name], reasons, strict=True)
            ]
        )
    return [list(row) for row in zip(*texts, strict=True)]


def _writer(column: "Series[Any]", spec: str) -> Callable[[Any], str]:
    if spec:
        return lambda value: format(value, spec).replace("-", MINUS)
    if not is_numeric(column):
        words = labels() if column.name == "verdict" else {"True": "yes", "False": "no"}
        return lambda value: words.get(str(value), str(value))
    if column.name == "year":
        return lambda value: str(int(value))
    held = column.dropna().astype(float)
    places = 0 if held.mod(1).eq(0).all() else max(1, significant_decimals(*held))
    return lambda value: number(float(value), decimals=places)


def labels() -> dict[str, str]:
    """Return what readers see of each verdict: code and words → label."""
    from replicate.ledger import Verdict

    codes = {verdict.value: verdict.label for verdict in Verdict}
    return codes | {verdict.words: verdict.label for verdict in Verdict}


def _is_there(value: Any) -> bool:
    from pandas import isna
    from pandas.api.types import is_scalar

    return not (is_scalar(value) and isna(value)) and bool(str(value).strip())


def verdict_box(comparison: "Comparison") -> Shown:
    """Show a claim, what was computed for it, and the verdict with its meaning and reason.

    It is a `<section class="verdict verdict-<verdict>" id="verdict-<claim>">`; the verdict is a
    word and a sign as well as a colour.
    """
    claim, verdict = comparison.claim, comparison.verdict
    facts = {
        "Published": f"{claim.figure}, {claim.attribution}",
        "Our figure": _computed(comparison.computed),
        "Difference": _difference(comparison),
        "Reason": comparison.reason,
    }
    bundle: dict[str, Any] = {
        "kind": "verdict",
        "name": claim.id,
        "title": f"Claim {claim.id}: {claim.statement}",
        "claims": [claim.id],
        "verdict": verdict.value,
        "facts": [list(fact) for fact in facts.items()],
    }
    lines = [bundle["title"], f"{verdict.label}: {verdict.meaning}."]
    lines += [f"{name}: {text}" for name, text in facts.items()]
    return Shown(html=verdict_html(bundle), text="\n".join(lines), bundle=bundle)


def verdict_html(bundle: Mapping[str, Any]) -> str:
    """Render the bundle of a verdict."""
    from replicate.ledger import Verdict

    verdict, name = Verdict(bundle["verdict"]), f"verdict-{bundle['name']}"
    sign = element("span", SYMBOLS[verdict.value], aria_hidden="true")
    word = element("strong", f"{sign} {escape(verdict.label)}", class_="verdict-word")
    facts = (
        element("dt", escape(fact)) + element("dd", escape(text)) for fact, text in bundle["facts"]
    )
    return element(
        "section",
        element("h3", escape(bundle["title"]), id=f"{name}-title"),
        element("p", word, f" {escape(verdict.meaning)}."),
        element("dl", *facts),
        class_=f"verdict verdict-{verdict.value}",
        id=name,
        aria_labelledby=f"{name}-title",
    )


def _computed(computed: "Computed | None") -> str:
    from replicate.ledger.comparison import in_words

    if computed is None or computed.is_empty:
        return "nothing"
    text = in_words(computed)
    if computed.uncertainty is not None:
        text = interval(computed.value, computed.uncertainty, computed.unit)
    return f"{text}. {computed.description}" if computed.description else text


def _difference(comparison: "Comparison") -> str:
    if not comparison.difference:
        return "none can be stated" if comparison.difference is None else "none"
    away = gap(comparison.difference, comparison.relative, comparison.claim.unit)
    return f"{away} the published figure"
