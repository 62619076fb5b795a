"""Read the cells of the Home Office's sheets: quarters, forces, codes, titles and counts."""

import numpy as np
import pandas as pd

from replicate.vocabulary.errors import InputError, unknown
from replicate.vocabulary.forces import FORCES, canonical_force
from replicate.vocabulary.offences import is_code, mend_code
from replicate.vocabulary.periods import Quarter

MISSING_MARKS = frozenset({"n/a", "..", "-", "x"})
"""What a cell without a count says, in lower case: the count is missing, and that is not zero."""


def quarters(frame: pd.DataFrame, where: str) -> pd.Series:
    """Turn financial years and quarters into calendar quarters."""
    pairs = pd.MultiIndex.from_frame(frame[["Financial Year", "Financial Quarter"]])
    places, unique = pairs.factorize()
    rows = frame.index[
        ~pairs.duplicated()
    ]  # where each pair stands first, in the order of the pairs
    labels = np.array(
        [
            _quarter(year, quarter, where, row)
            for (year, quarter), row in zip(unique, rows, strict=True)
        ],
        dtype=object,
    )
    return pd.Series(labels[places], index=frame.index, dtype="str")


def _quarter(year: object, quarter: object, where: str, row: object) -> str:
    number = str(quarter).removesuffix(".0")
    if number not in {"1", "2", "3", "4"}:
        place = f"{where}, column 'Financial Quarter', row {row}"
        raise InputError(
            "not a financial quarter", where=place, got=repr(quarter), expected="1, 2, 3 or 4"
        )
    try:
        return Quarter.from_financial(str(year), int(number)).label
    except InputError as error:
        place = f"{where}, column 'Financial Year', row {row}"
        raise InputError(error.what, where=place, got=error.got, expected=error.expected) from None


def forces(names: pd.Series, where: str) -> pd.Series:
    """Give forces and bodies their canonical names."""
    known = {name: canonical_force(str(name)) for name in names.unique()}
    for name, force in known.items():
        if force is None:
            raise unknown("force", name, FORCES, where=f"{where}, row {first_label(names == name)}")
    return names.map(known)


def codes(cells: pd.Series, where: str) -> pd.Series:
    """Mend codes; one that a workbook keeps as a whole number arrives as `71.0`, and what can't be a code is refused."""
    mended = {
        cell: mend_code(cell if isinstance(cell, str) else str(cell).removesuffix(".0"))
        for cell in cells.unique()
    }
    for cell, code in mended.items():
        if not is_code(code):
            place = f"{where}, column 'Offence Code', row {first_label(cells == cell)}"
            raise InputError(
                "not an offence code", where=place, got=repr(cell), expected="a code such as '17B'"
            )
    return cells.map(mended).astype("str")


def words(cells: pd.Series) -> pd.Series:
    """Take doubled, trailing and no-break spaces out of a title."""
    return cells.map({cell: " ".join(str(cell).split()) for cell in cells.unique()}).astype("str")


def counts(cells: pd.Series, where: str) -> pd.Series:
    """Read whole numbers; a mark for a missing one is missing, and anything else is refused."""
    numbers = pd.to_numeric(cells, errors="coerce").astype("float64")
    marks = cells.astype("str").str.strip().str.casefold().isin(MISSING_MARKS)
    wrong = ~marks & ~(np.isfinite(numbers) & (numbers % 1 == 0))
    if wrong.any():
        raise InputError(
            "a count that is not a whole number",
            where=f"{where}, column 'Number of Offences', row {first_label(wrong)}",
            got=repr(cells[wrong].iloc[0]),
            expected=f"a whole number, or one of {', '.join(sorted(MISSING_MARKS))} where there is none",
        )
    return numbers.astype("Int64")


def first_label(mask: pd.Series) -> object:
    """Return the label of the first row that a mask marks."""
    return mask.index[int(mask.to_numpy().argmax())]
