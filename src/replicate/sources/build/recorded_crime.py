"""Recorded crime by quarter, force and offence code, from the Home Office's open data tables.

A release is an ODS workbook with one sheet a financial year, or somebody's copy of it as parquet.
What the sheets look like was learnt from public code that reads the releases of October 2023 to
July 2026: the headings stand in the first row, beside them one release has stray headings left over
from another table, the sheets of years are named `2012-13` in older releases and `2012_13` in later
ones, and cover and notes sheets stand among them.

Traps resolved here: codes stored as numbers, names of forces and fraud bodies that vary by year,
cells that are not numbers, keys that occur twice, titles and subgroups that change over the years,
and one row whose title belongs to another code.
"""

import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from python_calamine import CalamineError, CalamineWorkbook

from replicate.sources.build.cells import PUBLISHERS, each, force, plain, refuse
from replicate.vocabulary.definitions import has_form, mend_code
from replicate.vocabulary.errors import InputError, nearest
from replicate.vocabulary.periods import Quarter

COLUMNS = (
    "Financial Year",
    "Financial Quarter",
    "Force Name",
    "Offence Description",
    "Offence Group",
    "Offence Subgroup",
    "Offence Code",
    "Number of Offences",
)
"""The columns of the official workbook's sheets, in its own words."""

KEY = ["quarter", "force", "offence_code"]
TABLE = ["vintage", *KEY, "count"]
_TEXTS = ["vintage", *KEY, "description", "group", "subgroup"]
"""The columns of the table that is kept, and those that name its rows."""

MISSING_MARKS = ("-", "..", "n/a", "x")
"""What a cell without a count says, in lower case: the count is missing, and that is not zero."""

HEADINGS_WITHIN = 20
"""How many rows at the top of a sheet may come before its headings, and the headings themselves."""

_DAMAGED = "a truncated or damaged workbook"
_YEAR_SHEET = re.compile(r"(\d{4})[-_](\d{2})")
_TITLES_OF_4_1 = {"manslaughter": "4.1", "corporate manslaughter": "4.10"}
"""A spreadsheet that takes codes for numbers makes 4.1 of both; the title tells which is meant."""


def read(path: Path, vintage: str, *, headings: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Read a release.

    Parameters
    ----------
    path
        An ODS workbook such as `prc-pfa-mar2013-onwards-tables-230726.ods`, or a parquet copy.
    vintage
        The month of release, `2026-07`.
    headings
        The official headings of columns that a copy's keeper renamed.

    Returns
    -------
    pandas.DataFrame
        vintage, quarter, force, offence_code, count (missing where the source has no number),
        description, group and subgroup, ordered by quarter, force and code. Counts below zero,
        which correct earlier quarters, are kept.

    Raises
    ------
    InputError
        When the file is not a whole workbook, has no sheet of a year, a sheet has no row of
        headings or lacks one of them, a row is of another year than its sheet, a cell can't be
        read, a quarter, force and code occur twice, or the quarters are not those of the release.
    """
    if path.suffix == ".parquet":
        copy = pd.read_parquet(path)
        frame = copy.rename(columns=dict(headings or {}))[list(COLUMNS)]
    else:
        frame = read_workbook(path)
    table = tidy(frame, vintage=vintage, where=str(path))
    _require_quarters(table, vintage, where=str(path))
    return table


def tidy(frame: pd.DataFrame, *, vintage: str, where: str) -> pd.DataFrame:
    """Turn the official columns into those of `read`; the index names each row in errors."""
    titles = frame["Offence Description"].map(_single_spaced)
    spans = frame["Financial Year"].map(str) + " " + frame["Financial Quarter"].map(str)
    table = pd.DataFrame(
        {
            "vintage": vintage,
            "quarter": each(spans.rename("Financial Quarter"), _quarter, where=where),
            "force": each(frame["Force Name"], lambda name: force(name, where), where=where),
            "offence_code": _codes(frame["Offence Code"], titles, where),
            "count": _counts(frame["Number of Offences"], where),
            "description": titles,
            "group": frame["Offence Group"].map(_single_spaced),
            "subgroup": frame["Offence Subgroup"].map(_single_spaced),
        },
        index=frame.index,
    )
    key = table["quarter"] + ", " + table["force"] + ", " + table["offence_code"]
    what, key.name = "a quarter, force and offence code that occur twice", "Offence Code"
    refuse(key.duplicated(), key, what, where=where, expected="one row for each")
    return table.astype(dict.fromkeys(_TEXTS, "str")).sort_values(KEY, ignore_index=True)


def offences(releases: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """List the offence codes of several releases, one row each.

    Parameters
    ----------
    releases
        What `read` gives, by vintage.

    Returns
    -------
    pandas.DataFrame
        code, description, group, subgroup (each as the latest quarter of the latest release has
        it), first_quarter and last_quarter over all releases, and note: the house's own words, then
        other titles and subgroups with their quarters.
    """
    said = pd.concat([_titles(releases[vintage]) for vintage in sorted(releases)])
    rows = said.sort_values(["code", "vintage", "quarter"])
    return pd.DataFrame([_offence(str(code), held) for code, held in rows.groupby("code")])


def last_quarter(vintage: str) -> Quarter:
    """Return the quarter that a release runs to: the last but one before the one it appears in.

    So it was with the releases held: that of 19 October 2023 runs to June 2023, that of 23 April
    2026 to December 2025.

    Examples
    --------
    >>> last_quarter("2023-10").label, last_quarter("2026-04").label
    ('2023-Q2', '2025-Q4')
    """
    year, month = (int(part) for part in vintage.split("-"))
    return Quarter(year, (month + 2) // 3).shift(-2)


def _require_quarters(table: pd.DataFrame, vintage: str, *, where: str) -> None:
    held, last = sorted(set(table["quarter"])), last_quarter(vintage)
    first = Quarter.parse(held[0])
    if held != [first.shift(step).label for step in range(last.ordinal - first.ordinal + 1)]:
        raise InputError(
            "a release that does not cover its quarters",
            where=where,
            got=f"{held[0]} to {held[-1]}, quarters: {len(held)}",
            expected=f"every quarter to {last}, as befits the release {vintage}",
        )


def _single_spaced(text: object) -> str:
    return " ".join(str(text).split())


def _quarter(span: str) -> str:
    year, _, quarter = plain(span).rpartition(" ")
    number = quarter.removesuffix(".0")
    if number not in {"1", "2", "3", "4"}:
        raise InputError("not a financial quarter", where="", expected="1, 2, 3 or 4")
    return Quarter.from_financial(year, int(number)).label


def _codes(cells: pd.Series, titles: pd.Series, where: str) -> pd.Series:
    """Mend codes; what can't be one is refused, and so is 4.1 from a number without its title."""
    codes = each(cells, _code, where=where)
    written = cells.map(lambda cell: isinstance(cell, str) and cell.strip() == "4.1")
    doubtful = (codes == "4.1") & ~written
    meant = titles.str.casefold().map(_TITLES_OF_4_1)
    what = "a number that could be two offence codes"
    expected = " or ".join(f"{code} ({title})" for title, code in _TITLES_OF_4_1.items())
    refuse(doubtful & meant.isna(), codes + ", " + titles, what, where=where, expected=expected)
    return codes.mask(doubtful, meant)


def _code(cell: str) -> str:
    code = mend_code(cell)
    if not has_form(code):
        raise InputError("not an offence code", where="", expected="a code such as '17B' or '71'")
    return code


def _counts(cells: pd.Series, where: str) -> pd.Series:
    """Read whole numbers; a mark for a missing one is missing, and anything else is refused."""
    texts = cells.map(str).str.strip()
    numbers = pd.to_numeric(texts, errors="coerce").astype("float64")
    marked = texts.str.casefold().isin(MISSING_MARKS)
    wrong = ~marked & ~(np.isfinite(numbers) & (numbers % 1 == 0))
    expected = f"a whole number, or one of {', '.join(MISSING_MARKS)} where there is none"
    refuse(wrong, cells, "a count that is not a whole number", where=where, expected=expected)
    return numbers.astype("Int64")


def _titles(table: pd.DataFrame) -> pd.DataFrame:
    """Give the title, group and subgroup of each code and quarter that most rows have.

    In the release of April 2026 one row (Bedfordshire, 2014-Q2) has the code, group and subgroup of
    72, trafficking for sexual exploitation, and the title "Threats to kill". Only the title is
    wrong: the release of October 2023 has the same row, with the same count of 1, under 72's own
    title; and Bedfordshire's row of code 3B for that quarter stands beside it in both releases,
    with the same 16. So the count stays with code 72, and the title is passed over.
    """
    columns = ["offence_code", "quarter", "description", "group", "subgroup", "vintage"]
    rows = table.groupby(columns, as_index=False).size().sort_values("size", kind="stable")
    most = rows.groupby(["offence_code", "quarter"], as_index=False).last()
    return most.rename(columns={"offence_code": "code"})


def _offence(code: str, held: pd.DataFrame) -> dict[str, str]:
    own = PUBLISHERS["offence_notes"].get(code)
    notes = [*([own] if own else []), *_others(held, "description", "Titled")]
    return {
        "code": code,
        **{name: held[name].iloc[-1] for name in ("description", "group", "subgroup")},
        "first_quarter": held["quarter"].min(),
        "last_quarter": held["quarter"].max(),
        "note": " ".join([*notes, *_others(held, "subgroup", "In the subgroup")]),
    }


def _others(held: pd.DataFrame, column: str, words: str) -> list[str]:
    """Say which other titles, or subgroups, a code had: when, by the latest release that has them.

    A release may rename a code's whole past, so an older release's word is given as that release's.
    A difference of capitals or spaces is none.
    """
    latest = held["vintage"].iloc[-1]
    bare = held[column].str.replace(" ", "").str.casefold()
    said = []
    for old, rows in held[bare != bare.iloc[-1]].groupby(column, sort=False):
        release = rows["vintage"].iloc[-1]
        span = rows.loc[rows["vintage"] == release, "quarter"]
        when = f"from {span.min()} to {span.max()}"
        if release != latest:
            when = f"in the release of {release}"
        said.append(f"{words} '{old}' {when}.")
    return said


def read_workbook(path: Path) -> pd.DataFrame:
    """Read every sheet of a year and put them together under the official headings.

    Returns
    -------
    pandas.DataFrame
        The columns of `COLUMNS`, cells as the workbook has them. The index names each row in
        errors: `5 of sheet '2012_13'`. Columns to the right that repeat a heading or have another
        are left out, and so are empty rows.
    """
    require_workbook(path)
    try:
        book = CalamineWorkbook.from_path(path)
        sheets = {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for name in book.sheet_names
            if _YEAR_SHEET.fullmatch(name)
        }
    except (CalamineError, OSError) as error:  # its unzipping raises OSError
        raise InputError(_DAMAGED, where=str(path), got=error, expected="an ODS workbook") from None
    if not sheets:
        raise InputError(
            "a workbook without a sheet of a financial year",
            where=str(path),
            got=book.sheet_names,
            expected="sheets named by financial year, such as '2012_13'",
        )
    return pd.concat([_sheet(name, rows, where=str(path)) for name, rows in sheets.items()])


def require_workbook(path: Path) -> None:
    """Refuse a file that is not a whole workbook, without reading all of it.

    Raises
    ------
    InputError
        When the file is a web page, something else that is not a zip file (an ODS workbook is one),
        or the beginning of one only.
    """
    with path.open("rb") as file:
        head = file.read(512).lstrip(b"\xef\xbb\xbf \t\r\n")
    what, got = "a file that is not a workbook", repr(head[:80].decode("utf-8", errors="replace"))
    if head.startswith(b"<"):
        what = "an HTML page instead of a workbook"
    elif head.startswith(b"PK"):
        what, got = _DAMAGED, "the end of the file is missing"
    if not (head.startswith(b"PK") and zipfile.is_zipfile(path)):
        raise InputError(what, where=str(path), got=got, expected="an ODS workbook")


def _sheet(name: str, rows: Sequence[Sequence[object]], *, where: str) -> pd.DataFrame:
    at, places = _headings(rows, where=f"{where}, sheet '{name}'")
    below = range(at + 1, len(rows))
    frame = pd.DataFrame(
        [[rows[row][place] for place in places] for row in below],
        columns=list(COLUMNS),
        index=[f"{row + 1} of sheet '{name}'" for row in below],
        dtype=object,
    )
    frame = frame[(frame != "").any(axis=1)]
    years, year = frame["Financial Year"], "/".join(_YEAR_SHEET.findall(name)[0])
    what = "a row of another financial year than its sheet"
    refuse(years.map(plain) != year, years, what, where=where, expected=year)
    return frame


def _headings(rows: Sequence[Sequence[object]], *, where: str) -> tuple[int, list[int]]:
    """Find the row of headings, and where in it each official column is (the leftmost)."""
    found = [[plain(cell).casefold() for cell in row] for row in rows[:HEADINGS_WITHIN]]
    known = [sum(column.casefold() in row for column in COLUMNS) for row in found]
    if max(known, default=0) < len(COLUMNS) // 2:  # fewer are no headings with one renamed
        raise InputError(
            "a sheet without a row of headings",
            where=f"{where}, rows 1 to {HEADINGS_WITHIN}",
            expected=f"the headings {', '.join(COLUMNS)}",
            hint="the workbook may have a new layout",
        )
    at = known.index(max(known))
    if absent := [column for column in COLUMNS if column.casefold() not in found[at]]:
        close = nearest(absent[0], {str(cell) for cell in rows[at]} - {"", *COLUMNS})
        raise InputError(
            "a missing column",
            where=f"{where}, row {at + 1}",
            expected=f"a column '{absent[0]}'",
            hint=f"'{close}' is the nearest heading there" if close else None,
        )
    return at, [found[at].index(column.casefold()) for column in COLUMNS]
