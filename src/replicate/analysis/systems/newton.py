"""Poisson log-linear models by damped Newton steps, many models and many tables at once.

With 0/1 terms, an entry of the information matrix is a fitted margin: that of the union of two terms. One pass of sums over the
lattice gives them all, and each operation of a Cholesky factorisation is done for every fit of a batch together.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from replicate.analysis.systems.lattice import Array, Codes, subset_sums, superset_sums
from replicate.vocabulary.errors import RunError

PRECISE = 1e-8
"""The last step moves no log mean by more: standard errors then hold to about as many digits."""

QUICK = 1e-4
"""For refits. Newton's error after a step is about half the square of the step, so log means hold to about 1e-8 after this one."""

WIDTH = 512
"""Fits in a batch: enough for the work to outweigh the calls, few enough for it to stay in a processor's cache."""

ROUND = 3
"""Steps before the fits that have settled are taken out of their batches."""

ROUNDS = 40
"""Each step lowers the loss; even poor starts take some ten steps."""


@dataclass(frozen=True)
class Solution:
    """Fits, one a column.

    Attributes
    ----------
    theta
        One row a term. A term whose observed margin is 0 is minus infinity; it keeps its start here, and weighs nothing.
    variance
        Of the last term, the constant.
    """

    theta: Array
    variance: Array


def solve(
    terms: Codes,
    observed: Array,
    cells: int,
    *,
    start: Array | None = None,
    tolerance: float = PRECISE,
    whole: bool = False,
) -> Solution:
    """Fit Poisson log-linear models with as many terms each by maximum likelihood, empty overlaps as extended maximum likelihood.

    A term whose margin is empty is minus infinity: the cells above it are left out and the other terms are fitted to the rest
    (Chan, Silverman and Vincent 2021, JASA 116:1297-1306). Existence has to be settled before (`existence`).

    Let r be the most that a full Newton step would move a log mean. The loss is a sum of exponentials less a linear part, so its
    third derivative along the step is at most r times the second, from which follows: a step of length log(1 + r) / r lowers the
    loss, and so does a full step while r is below 1.79 (the case nu = 2 of Sun and Tran-Dinh 2019, Mathematical Programming
    178:145-213). No search along the line is needed.

    Parameters
    ----------
    terms
        Codes of terms, one column a fit, the constant (0) last.
    observed
        The observed margin of each term.
    cells
        2 to the number of lists.
    start
        Terms to start from; None starts from equal cells.
    tolerance
        A fit is done when a step moved none of its log means by more.
    whole
        Whether the cell of those in no list is observed too (as when a profile likelihood fixes it).

    Raises
    ------
    RunError
        When a fit does not settle.
    """
    if start is None:
        start = np.zeros(terms.shape)
        start[-1] = np.log(observed[-1] / cells)
    theta, variance = start.copy(), np.empty(terms.shape[1])
    pending = np.arange(terms.shape[1])
    for _ in range(ROUNDS):
        left = []
        for first in range(0, len(pending), WIDTH):
            some = pending[first : first + WIDTH]
            batch = _Batch(terms[:, some], observed[:, some], cells, whole=whole)
            theta[:, some], variance[some], settled = batch.climb(theta[:, some], tolerance)
            left.append(some[~settled])
        pending = np.concatenate([*left, pending[:0]])
        if not len(pending):
            return Solution(theta, variance)
    raise RunError(
        "a log-linear fit that does not settle",
        where="systems",
        hint="a mean may be running to zero: check existence first",
    )


def margins(terms: Codes, observed: Array, theta: Array, cells: int) -> Array:
    """Return the fitted margin of each set of lists (how many are on all of them), those in no list left out."""
    return _Batch(terms, observed, cells, whole=False).margins(theta)


class _Batch:
    """Fits with as many terms each."""

    def __init__(self, terms: Codes, observed: Array, cells: int, *, whole: bool) -> None:
        self.observed, self.cells, self.whole = observed, cells, whole
        size, width = terms.shape
        self.at = terms * width + np.arange(width)
        # Columns of the lower triangle one below another: each is then one block of memory.
        self.offsets = np.concatenate([[0], np.cumsum(np.arange(size, 0, -1))]).tolist()
        self.union_at = np.concatenate(
            [terms[j:] | terms[j] for j in range(size)]
        ) * width + np.arange(width)
        self.empty = observed == 0
        self.kept = (self._spread(self.empty) == 0).astype(float) if self.empty.any() else None

    def _spread(self, values: NDArray[Any]) -> Array:
        """Return the sums over terms within each cell; cells that an empty term rules out are not yet taken out."""
        table = np.zeros((self.cells, self.at.shape[1]))
        table.ravel()[self.at] = values
        return subset_sums(table)

    def climb(self, theta: Array, tolerance: float) -> tuple[Array, Array, NDArray[np.bool_]]:
        """Take some steps up; return the terms, the variance of the last term, and which fits have settled."""
        # Where means run to zero numbers run out: such a fit is not a number from there on, and never settles.
        with np.errstate(all="ignore"):
            return self._climb(theta, tolerance)

    def _climb(self, theta: Array, tolerance: float) -> tuple[Array, Array, NDArray[np.bool_]]:
        for _ in range(ROUND):
            fitted = self.margins(theta).ravel()
            columns = self._factor(fitted)
            step = _back(columns, self.observed - fitted[self.at])
            reach = np.abs(self._kept(self._spread(step))).max(axis=0)
            theta += step * np.where(reach > 1, np.log1p(reach) / np.maximum(reach, 1), 1.0)
            settled = reach <= tolerance
            if settled.all():
                break
        return theta, columns[-1][0] ** -2, settled

    def margins(self, theta: Array) -> Array:
        """Return the fitted margin of each set of lists."""
        means = self._kept(np.exp(self._spread(theta)))
        if not self.whole:
            means[0] = 0.0
        return superset_sums(means)

    def _kept(self, table: Array) -> Array:
        return table if self.kept is None else np.multiply(table, self.kept, out=table)

    def _factor(self, fitted: Array) -> list[Array]:
        """Return the Cholesky factor of the information matrices, column by column from the diagonal down."""
        packed = np.take(fitted, self.union_at)
        columns = [packed[a:b] for a, b in pairwise(self.offsets)]
        work = np.empty_like(columns[0])
        for j, column in enumerate(columns):
            column[0] += self.empty[j]  # an empty term has no information: 1 keeps it where it is
            column /= np.sqrt(column[0])
            for k in range(1, len(column)):
                columns[j + k] -= np.multiply(column[k:], column[k], out=work[: len(column) - k])
        return columns


def _back(columns: list[Array], gradient: Array) -> Array:
    """Solve for the step: forward with the factor, back with its transpose."""
    step = gradient
    for j, column in enumerate(columns):
        step[j] /= column[0]
        step[j + 1 :] -= column[1:] * step[j]
    for j in range(len(columns) - 1, -1, -1):
        step[j] -= (columns[j][1:] * step[j + 1 :]).sum(axis=0)
        step[j] /= columns[j][0]
    return step
