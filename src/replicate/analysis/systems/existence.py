"""Whether a model has a maximum-likelihood estimate, by linear programme, before anything is fitted.

Both conditions depend on the table only through which cells are zero, so that answers are kept by pattern of zeros.
"""

from collections.abc import Sequence
from enum import IntFlag
from functools import cache, reduce
from operator import or_

import numpy as np
from scipy.optimize import linprog

from replicate.analysis.systems.lattice import Array, of_size
from replicate.analysis.systems.models import interactions, terms

Pattern = int
"""Cells that are not zero: bit c is set when cell c holds anybody."""

SMALLEST = 1e-7
"""A least mean below this is 0: the solver's own tolerance."""


class Fault(IntFlag):
    """Why a model can't be fitted to a table (numbered as by Chan, Silverman and Vincent 2021)."""

    NONE = 0
    NO_ESTIMATE = 1
    NOT_IDENTIFIABLE = 2

    @property
    def reason(self) -> str:
        """The fault in words."""
        words = {
            Fault.NO_ESTIMATE: "no maximum-likelihood estimate exists, even with terms of minus infinity: the zeros let a mean run to zero",
            Fault.NOT_IDENTIFIABLE: "its terms cannot be told apart on the cells that its empty overlaps leave",
        }
        return "; ".join(text for fault, text in words.items() if fault in self)


def pattern(counts: Array) -> Pattern:
    """Return which cells are not zero.

    Examples
    --------
    >>> bin(pattern(np.array([0.0, 4.0, 0.0, 2.0])))
    '0b1010'
    """
    return sum(1 << int(cell) for cell in np.flatnonzero(counts))


def fault(lists: int, held: Pattern, model: int) -> Fault:
    """Say what, if anything, stops a model from being fitted to a table with these cells not zero.

    Terms with an empty margin are minus infinity and their cells are left out. On the others an estimate exists just when some
    table with the same margins has no zero: the linear programme looks for the table whose least cell is largest (Fienberg and
    Rinaldo 2012, Annals of Statistics 40:996-1023, as put by Chan, Silverman and Vincent 2021, JASA 116:1297-1306, section 2.6).
    Terms can be told apart when their columns there are linearly independent.

    Parameters
    ----------
    lists
        How many.
    held
        Cells that are not zero.
    model
        Its interactions.

    Examples
    --------
    Three lists, nobody on the third and another (Chan, Silverman and Vincent 2021, Table 2); the pair of the first two:

    >>> fault(3, 1 << 1 | 1 << 2 | 1 << 4 | 1 << 3, 1 << 3)
    <Fault.NO_ESTIMATE: 1>
    """
    finite, cells = _face(lists, held, model)
    return _fault(finite, cells, held)


def _face(lists: int, held: Pattern, model: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the terms that are finite, and the cells that are left: both as codes."""
    full = 1 << lists
    every = terms(model, lists)
    empty = [code for code in every if not held & _above(code, full)]
    finite = tuple(code for code in every if code not in empty)
    return finite, tuple(
        cell for cell in range(1, full) if not any(cell & code == code for code in empty)
    )


@cache
def _above(code: int, full: int) -> int:
    """Return the cells that hold a set of lists."""
    return sum(1 << cell for cell in range(1, full) if cell & code == code)


@cache
def _fault(finite: tuple[int, ...], cells: tuple[int, ...], held: Pattern) -> Fault:
    columns = np.array([[float(cell & code == code) for code in finite] for cell in cells])
    here = np.array([float(held >> cell & 1) for cell in cells])
    found = Fault.NOT_IDENTIFIABLE if np.linalg.matrix_rank(columns) < len(finite) else Fault.NONE
    return found if _least(columns, here) > SMALLEST else found | Fault.NO_ESTIMATE


def _least(columns: Array, here: Array) -> float:
    """Return the largest least cell among tables with the margins of this one."""
    size = len(here)
    equal = np.hstack([columns.T, np.zeros((columns.shape[1], 1))])
    below = np.hstack([-np.eye(size), np.ones((size, 1))])
    goal = np.zeros(size + 1)
    goal[-1] = -1
    found = linprog(
        goal,
        A_ub=below,
        b_ub=np.zeros(size),
        A_eq=equal,
        b_eq=columns.T @ here,
        bounds=(0, None),
        method="highs",
    )
    return -float(found.fun or 0.0)


def admissible(lists: int, held: Pattern, models: Sequence[int]) -> list[bool]:
    """Say which of many models can be fitted.

    A model within another that can be fitted, with the same empty overlaps, can be fitted as well (Chan, Silverman and Vincent 2021,
    section 2.7): it asks for fewer margins to agree, of fewer columns. So the models with the same empty overlaps are asked all in
    one first, and one by one, the largest first, only where that fails.
    """
    empty = _empty(lists, held)
    groups: dict[int, list[int]] = {}
    for model in models:
        groups.setdefault(model & empty, []).append(model)
    good = {model for group in groups.values() for model in _good(lists, held, group)}
    return [model in good for model in models]


def _good(lists: int, held: Pattern, group: list[int]) -> list[int]:
    if can_fit(lists, held, reduce(or_, group)):
        return group
    found: list[int] = []
    for model in sorted(set(group), key=lambda model: (-model.bit_count(), model)):
        if any(model & ~larger == 0 for larger in found) or fault(lists, held, model) is Fault.NONE:
            found.append(model)
    return found


@cache
def can_fit(lists: int, held: Pattern, model: int) -> bool:
    """Say whether a model can be fitted; that with every other overlap of its order that is not empty is asked first."""
    order = max((code.bit_count() for code in interactions(model)), default=2)
    overlaps = sum(
        1 << code for size in range(2, order + 1) for code in of_size(lists, size)
    ) & ~_empty(lists, held)
    return (
        fault(lists, held, model | overlaps) is Fault.NONE
        or fault(lists, held, model) is Fault.NONE
    )


@cache
def _empty(lists: int, held: Pattern) -> int:
    """Return the interactions whose overlap is empty."""
    return sum(
        1 << code
        for code in range(1 << lists)
        if code.bit_count() > 1 and not held & _above(code, 1 << lists)
    )
