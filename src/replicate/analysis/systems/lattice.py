"""Sums over the lattice of sets of lists: how margins follow from cells, and log means from terms.

A set of lists is a whole number: bit i stands for list i. A table has one row a set, from the empty one (in no list) to all lists,
and one column a fit, so that one pass of additions serves every fit (the zeta transform: Kennes and Smets 1990, UAI, 401-411).
"""

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Codes = NDArray[np.int64]


def subset_sums(table: Array) -> Array:
    """Replace each row, in place, by the sum of the rows of all its subsets: terms become log means.

    Examples
    --------
    >>> subset_sums(np.array([[1.0], [2.0], [3.0], [4.0]])).ravel().tolist()
    [1.0, 3.0, 4.0, 10.0]
    """
    for halves in _halves(table):
        halves[:, 1] += halves[:, 0]
    return table


def superset_sums(table: Array) -> Array:
    """Replace each row, in place, by the sum of the rows of all its supersets: cells become margins.

    Examples
    --------
    >>> superset_sums(np.array([[1.0], [2.0], [3.0], [4.0]])).ravel().tolist()
    [10.0, 6.0, 7.0, 4.0]
    """
    for halves in _halves(table):
        halves[:, 0] += halves[:, 1]
    return table


def _halves(table: Array) -> list[Array]:
    """Return one view a list: without it and with it, along the second axis."""
    rows, columns = table.shape
    return [table.reshape(-1, 2, 1 << bit, columns) for bit in range(rows.bit_length() - 1)]


def of_size(lists: int, size: int) -> list[int]:
    """Return the sets of that many lists.

    Examples
    --------
    >>> of_size(3, 2)
    [3, 5, 6]
    """
    return [sum(1 << bit for bit in chosen) for chosen in combinations(range(lists), size)]
