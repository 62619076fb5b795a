"""Tables of lists: who was on which, read and checked."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from replicate.analysis.systems.lattice import Array
from replicate.analysis.systems.models import within
from replicate.vocabulary.errors import InputError, unknown

LARGEST = 10
"""Lists: 1,023 cells."""

MOST_PEOPLE = 100_000_000
"""On one combination: with more, the rounding of the machine shows in an estimate."""


@dataclass(frozen=True)
class ListTable:
    """How many people were on each combination of lists.

    Attributes
    ----------
    lists
        Their names.
    counts
        One entry a combination, by code: bit i stands for list i. The first, in no list, is 0: nobody knows it.
    """

    lists: tuple[str, ...]
    counts: Array

    @property
    def n_observed(self) -> int:
        """People on any list."""
        return int(self.counts.sum())

    def name(self, code: int) -> str:
        """Return a term's name.

        Examples
        --------
        >>> ListTable(("LA", "PF"), np.zeros(4)).name(3)
        'LA:PF'
        """
        return ":".join(name for bit, name in enumerate(self.lists) if code >> bit & 1)

    def model(self, terms: tuple[str, ...] | list[str]) -> int:
        """Return the hierarchical model of interactions given by name; each brings those within it.

        Raises
        ------
        InputError
            For an unknown list, one named twice in a term, or a term of one list.
        """
        found = 0
        for term in terms:
            names = [name.strip() for name in term.split(":")]
            for name in names:
                if name not in self.lists:
                    raise unknown("list", name, self.lists, where=f"term {term}")
            code = sum(1 << self.lists.index(name) for name in set(names))
            if len(names) < 2 or code.bit_count() < len(names):
                raise InputError(
                    "not an interaction",
                    where="terms",
                    got=term,
                    expected="two lists or more, each once, with a colon between: A:B",
                )
            found |= within(code)
        return found


def read_lists(frame: pd.DataFrame) -> ListTable:
    """Check a table of lists: one column of 0 and 1 a list, and the count last, whatever its name.

    Combinations that the table leaves out are zero. A row for nobody's list may stand there with a count of 0.

    Parameters
    ----------
    frame
        As read from a file; numbers may be text.

    Raises
    ------
    InputError
        For a single list, a cell that is not 0 or 1, a count that is not a whole number of people, a combination given twice, a
        list with nobody on it, or lists of which no two share anybody. Rows are named as in the file, the header being row 1.

    Examples
    --------
    >>> read_lists(pd.DataFrame({"A": [1, 0, 1], "B": [0, 1, 1], "n": [30, 20, 10]})).n_observed
    60
    """
    names = tuple(str(name).strip() for name in frame.columns[:-1])
    _check_names(names)
    counts = np.zeros(1 << len(names))
    seen: dict[int, int] = {}
    for row, values in enumerate(frame.itertuples(index=False), start=2):
        cells, count = (
            [_cell(value, row, name) for value, name in zip(values[:-1], names, strict=True)],
            _count(values[-1], row),
        )
        code = sum(cell << bit for bit, cell in enumerate(cells))
        if code in seen:
            raise _refused(
                "a combination of lists given twice",
                f"rows {seen[code]} and {row}",
                values,
                "each combination once",
            )
        if not code and count:
            raise _refused(
                "people on no list",
                f"row {row}",
                values,
                "only people seen; those on no list are what is estimated",
            )
        seen[code] = row
        counts[code] = count
    table = ListTable(names, counts)
    _check_overlap(table)
    return table


def _refused(what: str, where: str, got: object, expected: str) -> InputError:
    shown = ",".join(str(value) for value in got) if isinstance(got, tuple) else got
    return InputError(what, where=where, got=shown, expected=expected)


def _check_names(names: tuple[str, ...]) -> None:
    if len(names) < 2:
        raise _refused(
            "too few lists",
            "header",
            f"{len(names)} and a count",
            "at least two lists, and the count as last column",
        )
    if len(names) > LARGEST:
        raise _refused("too many lists", "header", len(names), f"up to {LARGEST}")
    if len(set(names)) < len(names) or any(
        not name or ":" in name or "," in name for name in names
    ):
        raise _refused(
            "lists without names of their own",
            "header",
            ",".join(names),
            "names that differ, without colon or comma",
        )


def _number(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        return np.nan


def _cell(value: object, row: int, name: str) -> int:
    number = float(value) if isinstance(value, bool | np.bool_) else _number(value)
    if number not in (0, 1):
        raise _refused("neither on the list nor off it", f"row {row}, {name}", value, "0 or 1")
    return int(number)


def _count(value: object, row: int) -> int:
    number = _number(value)
    if not (0 <= number <= MOST_PEOPLE and number == int(number)):
        raise _refused(
            "not a count of people", f"row {row}", value, f"a whole number, 0 to {MOST_PEOPLE:,}"
        )
    return int(number)


def _check_overlap(table: ListTable) -> None:
    on = [
        sum(count for code, count in enumerate(table.counts) if code >> bit & 1)
        for bit in range(len(table.lists))
    ]
    for name, total in zip(table.lists, on, strict=True):
        if not total:
            raise _refused(
                "a list with nobody on it",
                f"list {name}",
                0,
                "people on every list; leave the list out",
            )
    if sum(on) == table.n_observed:
        raise InputError(
            "no overlap",
            where="every row with people",
            got="nobody on two lists",
            expected="people on two lists or more: the overlap is what an estimate rests on",
            hint="totals of lists alone, without overlap counts, allow any number",
        )
