"""Tables of lists, read and checked, and models of which lists depend on one another.

A set of lists is a whole number: bit i stands for list i. So is a model: bit c stands for the
interaction of the lists in set c. The constant and the main effects are in every model and are not
written. A model is hierarchical when each interaction in it brings the interactions within it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from replicate.vocabulary.errors import InputError, unknown

Array = NDArray[np.float64]

LARGEST = 10
"""Lists: 1,023 cells."""

MOST_PEOPLE = 100_000_000
"""On one combination: with more, the rounding of the machine shows in an estimate."""

MOST_MODELS = 100_000
"""Models fitted to find the best: six lists have 32,768 to order 2; seven have two million."""


def of_size(lists: int, size: int) -> list[int]:
    """Return the sets of that many lists.

    Examples
    --------
    >>> of_size(3, 2)
    [3, 5, 6]
    """
    return [sum(1 << bit for bit in chosen) for chosen in combinations(range(lists), size)]


def interactions(model: int) -> tuple[int, ...]:
    """Return a model's interactions as sets of lists, the smallest first.

    Examples
    --------
    >>> interactions(1 << 3 | 1 << 7 | 1 << 5)
    (3, 5, 7)
    """
    codes = [code for code in range(model.bit_length()) if model >> code & 1]
    return tuple(sorted(codes, key=lambda code: (code.bit_count(), code)))


def terms(model: int, lists: int) -> tuple[int, ...]:
    """Return every term of a model: its interactions, the main effects, and the constant last."""
    return (*interactions(model), *(1 << bit for bit in range(lists)), 0)


def within(code: int) -> int:
    """Return the model that an interaction brings with it: itself and the interactions within it.

    Examples
    --------
    >>> interactions(within(7))
    (3, 5, 6, 7)
    """
    model, part = 0, code
    while part:
        if part.bit_count() > 1:
            model |= 1 << part
        part = (part - 1) & code
    return model


def hierarchical(lists: int, order: int) -> list[int]:
    """Return every hierarchical model with interactions of up to `order` lists, the smallest first.

    Raises
    ------
    InputError
        When there are more than `MOST_MODELS`.

    Examples
    --------
    >>> len(hierarchical(3, 2)), len(hierarchical(5, 2))
    (8, 1024)
    """
    found = [0]
    for size in range(2, order + 1):
        grown: list[int] = []
        for model in found:
            free = [
                code for code in of_size(lists, size) if not within(code) & ~model & ~(1 << code)
            ]
            if len(grown) + (1 << len(free)) > MOST_MODELS:
                raise InputError(
                    "more models than can be fitted one by one",
                    where=f"{lists} lists to order {order}",
                    got=f"over {MOST_MODELS} models",
                    expected="fewer lists, or a lower order",
                    hint="select stepwise, which fits a few",
                )
            chosen = [model]
            for code in free:
                chosen += [one | 1 << code for one in chosen]
            grown += chosen
        found = grown
    return sorted(found, key=lambda model: (model.bit_count(), model))


@dataclass(frozen=True)
class ListTable:
    """How many people were on each combination of lists.

    Attributes
    ----------
    lists
        Their names.
    counts
        One entry a set of lists, by its number. The first, in no list, is 0: nobody knows it.
    """

    lists: tuple[str, ...]
    counts: Array

    @property
    def n_observed(self) -> int:
        """People on any list."""
        return int(self.counts.sum())

    @property
    def on_each(self) -> list[int]:
        """People on each list, whatever other lists they are on."""
        sets = np.arange(len(self.counts))
        return [int(self.counts[sets >> bit & 1 == 1].sum()) for bit in range(len(self.lists))]

    def name(self, code: int) -> str:
        """Return a term's name.

        Examples
        --------
        >>> ListTable(("LA", "PF"), np.zeros(4)).name(3)
        'LA:PF'
        """
        return ":".join(name for bit, name in enumerate(self.lists) if code >> bit & 1)

    def model(self, terms: Iterable[str]) -> int:
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
            if len(names) < 2 or len(set(names)) < len(names):
                raise InputError(
                    "not an interaction",
                    where="terms",
                    got=term,
                    expected="two lists or more, each once, with a colon between: A:B",
                )
            found |= within(sum(1 << self.lists.index(name) for name in names))
        return found


def read_lists(frame: pd.DataFrame) -> ListTable:
    """Check a table of lists: one column of 0 and 1 a list, and the count last, whatever its name.

    Combinations that the table leaves out are zero. A row for no list at all may be there with a
    count of 0.

    Parameters
    ----------
    frame
        As read from a file; numbers may be text.

    Raises
    ------
    InputError
        For a single list, a cell that is not 0 or 1, a count that is not a whole number of people,
        a combination given twice, a list with nobody on it, or lists of which no two share anybody.
        Rows are named as in the file, the header being row 1.

    Examples
    --------
    >>> read_lists(pd.DataFrame({"A": [1, 0, 1], "B": [0, 1, 1], "n": [30, 20, 10]})).n_observed
    60
    """
    names = tuple(str(name).strip() for name in frame.columns[:-1])
    _check_names(names)
    counts = np.zeros(1 << len(names))
    seen: dict[int, int] = {}
    for row, values in enumerate(frame.itertuples(index=False, name=None), start=2):
        *cells, last = values
        code = sum(
            _cell(cell, row, name) << bit
            for bit, (cell, name) in enumerate(zip(cells, names, strict=True))
        )
        count, shown = _count(last, row), ",".join(map(str, values))
        if code in seen:
            what, where = "a combination of lists given twice", f"rows {seen[code]} and {row}"
            raise InputError(what, where=where, got=shown, expected="each combination once")
        if not code and count:
            expected = "only people seen; those on no list are what is estimated"
            raise InputError("people on no list", where=f"row {row}", got=shown, expected=expected)
        seen[code] = row
        counts[code] = count
    table = ListTable(names, counts)
    _check_overlap(table)
    return table


def _check_names(names: tuple[str, ...]) -> None:
    if len(names) < 2:
        what, got = "too few lists", f"{len(names)} and a count"
        expected = "at least two lists, and the count as last column"
    elif len(names) > LARGEST:
        what, got, expected = "too many lists", str(len(names)), f"up to {LARGEST}"
    elif len(set(names)) < len(names) or any(
        not name or ":" in name or "," in name for name in names
    ):
        what, got = "lists without names of their own", ",".join(names)
        expected = "names that differ, without colon or comma"
    else:
        return
    raise InputError(what, where="header", got=got, expected=expected)


def _number(value: object) -> float:
    try:
        return float(value if isinstance(value, bool | np.bool_) else str(value))
    except ValueError:
        return np.nan


def _cell(value: object, row: int, name: str) -> int:
    number = _number(value)
    if number not in (0, 1):
        what = "neither on the list nor off it"
        raise InputError(what, where=f"row {row}, {name}", got=value, expected="0 or 1")
    return int(number)


def _count(value: object, row: int) -> int:
    number = _number(value)
    if not (0 <= number <= MOST_PEOPLE and number == int(number)):
        expected = f"a whole number, 0 to {MOST_PEOPLE:,}"
        raise InputError("not a count of people", where=f"row {row}", got=value, expected=expected)
    return int(number)


def _check_overlap(table: ListTable) -> None:
    for name, people in zip(table.lists, table.on_each, strict=True):
        if not people:
            raise InputError(
                "a list with nobody on it",
                where=f"list {name}",
                got=0,
                expected="people on every list; leave the list out",
            )
    if sum(table.on_each) == table.n_observed:
        raise InputError(
            "no overlap",
            where="every row with people",
            got="nobody on two lists",
            expected="people on two lists or more: the overlap is what an estimate rests on",
            hint="totals of lists alone, without overlap counts, allow any number",
        )
