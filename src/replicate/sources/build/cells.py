"""What builders do alike with a publisher's cells: read them, or refuse them with their place."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from replicate.vocabulary.errors import InputError, unknown
from replicate.vocabulary.files import shipped_yaml
from replicate.vocabulary.forces import FORCES, canonical_force

PUBLISHERS: dict[str, dict[str, Any]] = shipped_yaml("sources.build", "publishers.yaml")
"""What is plain data among the publishers' quirks."""

Files = Mapping[str, Path]
"""Where each source of the catalogue is, by its id."""

_NOTE = re.compile(r"\s*\[note \d+\]", re.IGNORECASE)


def plain(text: object) -> str:
    r"""Take the marks of notes and spare spaces, also no-break ones, out of a name.

    Examples
    --------
    >>> plain("Leicestershire [note 4]"), plain(" Total recorded crime\n (excluding fraud)\n")
    ('Leicestershire', 'Total recorded crime (excluding fraud)')
    """
    return " ".join(_NOTE.sub("", str(text)).split())


def force(name: object, where: str) -> str:
    """Return a force's canonical name.

    Raises
    ------
    InputError
        When the name is none of a force's; the nearest is named.
    """
    found = canonical_force(plain(name))
    if found is None:
        raise unknown("force", name, FORCES, where=where)
    return found


def each(cells: pd.Series, read: Callable[[str], str], *, where: str) -> pd.Series:
    """Read every cell of a column as text, each distinct one once.

    Parameters
    ----------
    cells
        The name is that of the column, and the index says which row each is in.
    read
        Gives a cell's value from its text, or raises an InputError.
    where
        The file.

    Raises
    ------
    InputError
        What `read` raised, with the place of the cell.
    """
    texts, known = cells.map(str), {}
    for row, text in texts.drop_duplicates().items():
        try:
            known[text] = read(text)
        except InputError as error:
            place = f"{where}, row {row}, column '{cells.name}'"
            said = {"expected": error.expected, "hint": error.hint}
            raise InputError(error.what, where=place, got=repr(text), **said) from None
    return texts.map(known).astype("str")


def refuse(wrong: pd.Series, cells: pd.Series, what: str, *, where: str, expected: str) -> None:
    """Refuse a column in which a mask marks a row; the first of them is named.

    Raises
    ------
    InputError
        When there is any.
    """
    if wrong.any():
        place = f"{where}, row {wrong.idxmax()}, column '{cells.name}'"
        raise InputError(what, where=place, got=repr(cells[wrong].iloc[0]), expected=expected)
