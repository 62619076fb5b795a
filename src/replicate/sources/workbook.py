"""Read the Home Office's workbook of recorded crime: an ODS file with one sheet a financial year.

What the sheets look like was learnt from public code that reads the releases of October 2023 to July 2026: the headings
stand in the first row, beside them one release has stray headings left over from another table, the sheets of years are
named `2012-13` in older releases and `2012_13` in later ones, and cover and notes sheets stand among them.
"""

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from python_calamine import CalamineError, CalamineWorkbook

from replicate.sources.build.recorded_crime import COLUMNS
from replicate.vocabulary.errors import InputError, nearest
from replicate.vocabulary.offences import mend_code

HEADINGS_WITHIN = 20
"""How many rows at the top of a sheet may come before its headings, and the headings themselves."""

_YEAR_SHEET = re.compile(r"(\d{4})[-_](\d{2})")
_HEADINGS_ENOUGH = (
    len(COLUMNS) // 2
)  # a row with fewer of the official headings isn't a row of headings with one renamed

_SAME_AS_NUMBERS = {"4.1": {"manslaughter": "4.1", "corporate manslaughter": "4.10"}}
"""Codes that are the same once a spreadsheet has taken them for numbers, and the title that tells which is meant."""


def read_recorded_crime(path: Path) -> pd.DataFrame:
    """Read every sheet of a year and put them together under the official headings.

    Parameters
    ----------
    path
        An ODS workbook such as `prc-pfa-mar2013-onwards-tables-230726.ods`.

    Returns
    -------
    pandas.DataFrame
        The columns of `build.recorded_crime.COLUMNS`, cells as the workbook has them, except that offence codes are text
        (a number 37.2 is `37.2`, 71 is `71`). The index names each row in errors: `5 of sheet '2012_13'`. Columns to the
        right that repeat a heading or have another are left out, and so are empty rows.

    Raises
    ------
    InputError
        When the file is not a whole workbook, has no sheet of a year, a sheet has no row of headings or lacks one of
        them, a row is of another year than its sheet, or a code that is a number could be two codes.
    """
    require_workbook(path)
    try:
        book = CalamineWorkbook.from_path(path)
        years = [name for name in book.sheet_names if _YEAR_SHEET.fullmatch(name)]
        sheets = [
            _sheet(
                name, book.get_sheet_by_name(name).to_python(skip_empty_area=False), where=str(path)
            )
            for name in years
        ]
    except (CalamineError, OSError) as error:  # its unzipping raises OSError
        raise _damaged(path, str(error)) from None
    if not sheets:
        expected = "sheets named by financial year, such as '2012_13'"
        raise InputError(
            "a workbook without a sheet of a financial year",
            where=str(path),
            got=book.sheet_names,
            expected=expected,
        )
    return pd.concat(sheets)


def require_workbook(path: Path) -> None:
    """Refuse a file that is not a whole workbook, without reading all of it.

    Raises
    ------
    InputError
        When the file is a web page, something else that is not a zip file (an ODS workbook is one), or the beginning of
        one only.
    """
    with path.open("rb") as file:
        head = file.read(512)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        got = head.decode("utf-8", errors="replace").strip().splitlines()[0][:80]
        raise InputError(
            "an HTML page instead of a workbook",
            where=str(path),
            got=got,
            expected="an ODS workbook",
        )
    if not head.startswith(b"PK"):
        raise InputError(
            "a file that is not a workbook",
            where=str(path),
            got=repr(head[:20]),
            expected="an ODS workbook",
        )
    if not zipfile.is_zipfile(path):
        raise _damaged(path, "the end of the file is missing")


def _damaged(path: Path, fault: str) -> InputError:
    return InputError(
        "a truncated or damaged workbook",
        where=str(path),
        got=fault,
        hint="fetch the workbook again",
    )


def _sheet(name: str, rows: Sequence[Sequence[object]], *, where: str) -> pd.DataFrame:
    headings, places = _headings(rows, where=f"{where}, sheet '{name}'")
    below = range(headings + 1, len(rows))
    frame = pd.DataFrame(
        [[rows[row][place] for place in places] for row in below],
        columns=list(COLUMNS),
        index=[f"{row + 1} of sheet '{name}'" for row in below],
        dtype=object,
    )
    frame = frame[(frame != "").any(axis=1)]
    _require_year(frame, "/".join(_YEAR_SHEET.findall(name)[0]), where=where)
    cells = zip(frame.index, frame["Offence Code"], frame["Offence Description"], strict=True)
    return frame.assign(
        **{
            "Offence Code": [
                _code(cell, title, where=f"{where}, row {row}") for row, cell, title in cells
            ]
        }
    )


def _headings(rows: Sequence[Sequence[object]], *, where: str) -> tuple[int, list[int]]:
    """Find the row of headings, and where in it each official column is (the leftmost, should a heading be repeated)."""
    found = [[_plain(cell) for cell in row] for row in rows[:HEADINGS_WITHIN]]
    known = [sum(_plain(column) in row for column in COLUMNS) for row in found]
    if max(known, default=0) < _HEADINGS_ENOUGH:
        raise InputError(
            "a sheet without a row of headings",
            where=f"{where}, rows 1 to {HEADINGS_WITHIN}",
            expected=f"the headings {', '.join(COLUMNS)}",
            hint="the workbook may have a new layout",
        )
    at = known.index(max(known))
    for column in COLUMNS:
        if _plain(column) not in found[at]:
            others = {str(cell) for cell in rows[at]} - {"", *COLUMNS}
            close = nearest(column, others)
            hint = f"'{close}' is the nearest heading there" if close else None
            raise InputError(
                "a missing column",
                where=f"{where}, row {at + 1}",
                expected=f"a column '{column}'",
                hint=hint,
            )
    return at, [found[at].index(_plain(column)) for column in COLUMNS]


def _plain(heading: object) -> str:
    return " ".join(str(heading).split()).casefold()


def _require_year(frame: pd.DataFrame, year: str, *, where: str) -> None:
    for row, cell in frame["Financial Year"].items():
        if str(cell).strip() != year:
            what = "a row of another financial year than its sheet"
            raise InputError(
                what,
                where=f"{where}, row {row}, column 'Financial Year'",
                got=repr(cell),
                expected=year,
            )


def _code(cell: object, title: object, *, where: str) -> str:
    if not isinstance(cell, str | float):
        raise InputError(
            "an offence code that is neither text nor a number",
            where=where,
            got=repr(cell),
            expected="a code such as '17B'",
        )
    code = mend_code(cell) if isinstance(cell, str) else f"{cell:.10g}"
    was_number = not isinstance(cell, str) or code != cell.strip()
    if not was_number or code not in _SAME_AS_NUMBERS:
        return code
    meant = _SAME_AS_NUMBERS[code]
    if _plain(title) not in meant:
        codes = " or ".join(f"{value} ({name})" for name, value in meant.items())
        raise InputError(
            "a number that could be two offence codes",
            where=where,
            got=f"{code}, {title}",
            expected=codes,
        )
    return meant[_plain(title)]
