"""Poisson log-linear models by damped Newton steps, many models and many tables at once.

With 0/1 terms, an entry of the information matrix is a fitted margin: that of the union of two
terms. One pass of sums over the sets of lists gives them all, and the steps of a batch of fits are
solved together.

Let r be the most that a full Newton step would move a log mean. The loss is a sum of exponentials
less a linear part, so its third derivative along the step is at most r times the second, from which
follows: a step of length log(1 + r) / r lowers the loss, and so does a full step while r is below
1.79 (the case nu = 2 of Sun and Tran-Dinh 2019, Mathematical Programming 178:145-213). No search
along the line is needed.

A fit that settles has an estimate: where there is none, some direction v lowers log means and
raises none while the margins stay the same, so that the loss falls along it by the sum of means
times |v|; that is the Newton step's product with v in the information matrix, which is at most r
times the same sum. So r is never below 1 there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from replicate.analysis.systems.existence import Fault, fault
from replicate.analysis.systems.lists import Array, of_size, terms
from replicate.vocabulary.errors import RunError

Criterion = Literal["aic", "bic"]
Places = NDArray[np.int64]
Truths = NDArray[np.bool_]

PRECISE = 1e-8
"""The last step moves no log mean by more: standard errors then hold to about as many digits."""

QUICK = 1e-4
"""To compare models.

Newton's error after a step is about half the square of the step: log means hold to about 1e-8.
"""

WIDTH = 512
"""Fits in a batch: enough for the work to outweigh the calls, few enough for it to stay in a
processor's cache.
"""

ROUND, ROUNDS, MOST_ROUNDS = 5, 4, 24
"""Steps before fits that have settled leave their batches; rounds before existence is asked; rounds
before giving up.
"""

RIDGE = 1e-15
"""Relative; lost in rounding wherever there is an estimate."""


class Tables:
    """Tables over the same lists, one a column."""

    def __init__(self, counts: Array) -> None:
        self.counts, self.lists = counts, len(counts).bit_length() - 1
        self.totals = counts.sum(axis=0)
        self.margins = superset_sums(counts.copy())
        self.constants = gammaln(counts + 1).sum(axis=0)
        self._unfit: dict[bytes, list[int]] = {}

    def __len__(self) -> int:
        """Return how many tables there are."""
        return len(self.totals)

    @cached_property
    def _patterns(self) -> list[bytes]:
        return [column.tobytes() for column in self.counts.T > 0]

    @cached_property
    def _empty(self) -> list[int]:
        overlaps = [code for size in range(2, self.lists + 1) for code in of_size(self.lists, size)]
        return [
            sum(1 << code for code in overlaps if not margins[code]) for margins in self.margins.T
        ]

    def has_estimate(self, model: int, column: int) -> bool:
        """Say whether a model has an estimate for a table.

        A model that holds one without an estimate, and no empty overlap more, has none (Chan,
        Silverman and Vincent 2021, JASA 116:1297-1306, section 2.7): it asks for more margins to
        agree, of more columns.
        """
        unfit = self._unfit.setdefault(self._patterns[column], [])
        for smaller in unfit:
            if not smaller & ~model and not model & ~smaller & self._empty[column]:
                return False
        found = Fault.NO_ESTIMATE not in fault(self.counts[:, column], model)
        if not found:
            unfit.append(model)
        return found


def subset_sums(table: Array) -> Array:
    """Replace each row by the sum of the rows of its subsets: terms become log means.

    A row is a set of lists. The sums go bit by bit (the zeta transform: Kennes and Smets 1990, UAI,
    401-411).

    Examples
    --------
    >>> subset_sums(np.array([[1.0], [2.0], [3.0], [4.0]])).ravel().tolist()
    [1.0, 3.0, 4.0, 10.0]
    """
    for halves in _halves(table):
        halves[:, 1] += halves[:, 0]
    return table


def superset_sums(table: Array) -> Array:
    """Replace each row by the sum of the rows of its supersets: cells become margins.

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


@dataclass(frozen=True)
class Fits:
    """Fits, one an entry; without an estimate, or terms that can be told apart, not a number.

    Attributes
    ----------
    unseen
        People on no list, estimated.
    se
        Standard error of the estimate.
    log_likelihood
        Of the observed cells, Poisson, with its constant.
    parameters
        How many, those of minus infinity with them (Silverman, Chan and Vincent 2024, Statistics
        and Computing 34:44).
    total
        People observed.
    theta
        Terms, one column an entry, the constant in the last row; rows before a model's own terms
        say nothing.
    """

    unseen: Array
    se: Array
    log_likelihood: Array
    parameters: Places
    total: Array
    theta: Array

    @property
    def estimate(self) -> Array:
        """People in all."""
        return self.total + self.unseen

    def part(self, places: Places) -> "Fits":
        """Return some of the fits."""
        return Fits(*(getattr(self, field.name)[..., places] for field in fields(self)))

    def criterion(self, name: Criterion) -> Array:
        """Return AIC, or BIC by the number of people observed; infinite where there is no fit."""
        weight = 2.0 if name == "aic" else np.log(self.total)
        values = -2 * self.log_likelihood + self.parameters * weight
        return np.where(np.isnan(values), np.inf, values)


def fit(
    tables: Tables,
    models: Sequence[int],
    rows: Sequence[int] | Places,
    columns: Sequence[int] | Places,
    *,
    start: Array | None = None,
    tolerance: float = PRECISE,
) -> Fits:
    """Fit models to tables, pair by pair.

    Parameters
    ----------
    tables
        The tables.
    models
        The models, hierarchical.
    rows, columns
        Which model and which table, one of each an entry.
    start
        Terms to start from, one column a model, as `Fits.theta` has them.
    tolerance
        See `solve`.
    """
    at, where = np.asarray(rows, dtype=np.int64), np.asarray(columns, dtype=np.int64)
    sizes = np.array([len(terms(model, tables.lists)) for model in models], dtype=np.int64)
    codes = np.zeros((sizes.max(initial=1), len(models)), dtype=np.int64)
    for place, model in enumerate(models):
        codes[-sizes[place] :, place] = terms(model, tables.lists)
    unseen, se, likelihood = np.full((3, len(at)), np.nan)
    theta = np.full((len(codes), len(at)), np.nan)
    for size in np.unique(sizes[at]):
        places = np.flatnonzero(sizes[at] == size)
        these, own = at[places], where[places]
        stack = codes[-size:, these]
        observed = tables.margins[stack, own]

        def exists(place: int, these: Places = these, own: Places = own) -> bool:
            return tables.has_estimate(models[these[place]], int(own[place]))

        found = solve(
            stack,
            observed,
            len(tables.counts),
            start=None if start is None else start[-size:, these],
            tolerance=tolerance,
            exists=exists,
        )
        theta[-size:, places], unseen[places], se[places] = found.theta, found.unseen, found.se
        likelihood[places] = found.log_likelihood(observed) - tables.constants[own]
    return Fits(unseen, se, likelihood, sizes[at], tables.totals[where], theta)


def fitted_margins(tables: Tables, models: Sequence[int], columns: Sequence[int]) -> Array:
    """Return fitted margins by set of lists, for one model a table, all of as many terms."""
    theta = fit(tables, models, range(len(models)), columns).theta
    codes = np.array([terms(model, tables.lists) for model in models]).T
    batch = _Batch(codes, tables.margins[codes, columns], len(tables.counts))
    return batch.margins(batch.spread(theta))


@dataclass(frozen=True)
class Solution:
    """Fits with as many terms each, one a column; nothing is a number where there is no estimate.

    Attributes
    ----------
    theta
        One row a term. A term whose observed margin is 0 is minus infinity; it keeps its start
        here, and weighs nothing.
    variance
        Of the last term, the constant.
    """

    theta: Array
    variance: Array

    @property
    def unseen(self) -> Array:
        """People on no list."""
        return np.asarray(np.exp(self.theta[-1]))

    @property
    def se(self) -> Array:
        """Standard error of people in all (Rivest and Baillargeon 2007, Biometrics 63:999-1006)."""
        return np.asarray(np.sqrt(self.unseen + self.unseen**2 * self.variance))

    def log_likelihood(self, observed: Array) -> Array:
        """Return it but for its constant: at the maximum the fitted total is the observed one."""
        return np.asarray((self.theta * observed).sum(axis=0) - observed[-1])


def solve(
    codes: Places,
    observed: Array,
    cells: int,
    *,
    start: Array | None = None,
    kept: Truths | None = None,
    tolerance: float = PRECISE,
    whole: bool = False,
    exists: Callable[[int], bool] | None = None,
) -> Solution:
    """Fit Poisson log-linear models with as many terms each by extended maximum likelihood.

    A term whose margin is empty is minus infinity: the cells above it are left out and the other
    terms are fitted to the rest (Chan, Silverman and Vincent 2021, JASA 116:1297-1306).

    Parameters
    ----------
    codes, observed
        Terms, one column a fit, the constant (0) last; the observed margin of each.
    cells
        2 to the number of lists.
    start
        Terms to start from; None starts from equal cells.
    kept
        Cells that are fitted, the same for each fit; None leaves out those above empty overlaps.
    tolerance
        A fit is done when a step moved its log means by this much at most.
    whole
        Whether the cell of those in no list is observed too, as a profile likelihood fixes it.
    exists
        Says whether the fit in a column has an estimate; asked of those that take long.

    Raises
    ------
    RunError
        When a fit does not settle.
    """
    if start is None:
        start = np.zeros(codes.shape)
        start[-1] = np.log(observed[-1] / cells)
    theta, variance = start.copy(), np.full(codes.shape[1], np.nan)
    pending = np.arange(codes.shape[1])
    for turn in range(MOST_ROUNDS):
        if turn == ROUNDS and exists:
            lost = np.array([not exists(place) for place in pending.tolist()], dtype=bool)
            theta[:, pending[lost]] = variance[pending[lost]] = np.nan
            pending = pending[~lost]
        left = [pending[:0]]
        for first in range(0, len(pending), WIDTH):
            some = pending[first : first + WIDTH]
            batch = _Batch(codes[:, some], observed[:, some], cells, kept=kept, whole=whole)
            theta[:, some], variance[some], settled = batch.climb(theta[:, some], tolerance)
            left.append(some[~settled])
        pending = np.concatenate(left)
        if not len(pending):
            return Solution(theta, variance)
    hint = "a mean may be running to zero: check existence first"
    raise RunError("a log-linear fit that does not settle", where="systems", hint=hint)


class _Batch:
    """Fits with as many terms each."""

    def __init__(
        self,
        codes: Places,
        observed: Array,
        cells: int,
        *,
        kept: Truths | None = None,
        whole: bool = False,
    ) -> None:
        self.observed, self.cells, self.whole = observed, cells, whole
        size, width = codes.shape
        fits = np.arange(width)
        self.at = codes * width + fits
        self.unions_at = (codes.T[:, :, None] | codes.T[:, None, :]) * width + fits[:, None, None]
        empty = observed == 0
        self.kept = (self.spread(empty) == 0 if kept is None else kept[:, None]).astype(float)
        # As in `existence.fault`: terms that outnumber the cells.
        self.lost = size - empty.sum(axis=0) > self.kept.sum(axis=0) - (not whole)
        # What rounding makes singular is still solved, and settles as little.
        self.ridge = RIDGE * np.eye(size)
        # An empty term has no information: 1 keeps it where it is. The second column on the right
        # gives the variance of the last term.
        self.held = np.eye(size) * (empty | self.lost).T[:, None, :]
        self.right = np.zeros((width, size, 2))
        self.right[:, -1, 1] = 1

    def spread(self, values: NDArray[Any]) -> Array:
        """Return the sums over the terms within each cell."""
        table = np.zeros((self.cells, self.at.shape[1]))
        table.ravel()[self.at] = values
        return subset_sums(table)

    def climb(self, theta: Array, tolerance: float) -> tuple[Array, Array, Truths]:
        """Take some steps; return terms, the variance of the last, and which fits are done."""
        log_means = self.spread(theta)
        for _ in range(ROUND):
            fitted = self.margins(log_means).ravel()
            self.right[:, :, 0] = (self.observed - fitted[self.at]).T
            information = np.take(fitted, self.unions_at) + self.held
            # Scaled to ones on the diagonal, so that rounding is relative to each term.
            scale = 1 / np.sqrt(np.einsum("fii->fi", information))
            information *= scale[:, :, None] * scale[:, None, :]
            solved = np.linalg.solve(information + self.ridge, self.right * scale[:, :, None])
            solved *= scale[:, :, None]
            step = solved[:, :, 0].T
            move = self.spread(step) * self.kept
            reach = np.abs(move).max(axis=0)
            length = np.where(reach > 1, np.log1p(reach) / np.maximum(reach, 1), 1.0)
            theta += step * length
            log_means += move * length
            settled = reach <= tolerance
            if settled.all():
                break
        variance = solved[:, -1, 1]
        theta[:, self.lost] = variance[self.lost] = np.nan
        return theta, variance, settled | self.lost

    def margins(self, log_means: Array) -> Array:
        """Return the fitted margin of each set of lists: how many are on all of them."""
        means = np.exp(log_means) * self.kept
        if not self.whole:
            means[0] = 0.0
        return superset_sums(means)
