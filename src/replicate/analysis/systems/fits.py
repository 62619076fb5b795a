"""Fits of many models to many tables, and what a criterion makes of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from replicate.analysis.systems import newton
from replicate.analysis.systems.existence import admissible, pattern
from replicate.analysis.systems.lattice import Array, superset_sums
from replicate.analysis.systems.models import terms

Criterion = Literal["aic", "bic"]
Places = NDArray[np.int64]


class Tables:
    """Tables over the same lists, one a column: the observed one, resamples of it, or it with one person left out."""

    def __init__(self, lists: int, counts: Array) -> None:
        self.lists, self.counts = lists, counts
        self.totals = counts.sum(axis=0)
        self.margins = superset_sums(counts.copy())
        self.constants = gammaln(counts + 1).sum(axis=0)

    @cached_property
    def patterns(self) -> list[int]:
        """Which cells are not zero, by table."""
        return [pattern(column) for column in self.counts.T]

    def admissible(self, models: Sequence[int]) -> NDArray[np.bool_]:
        """Say which models (rows) can be fitted to which tables (columns)."""
        answers = {
            held: admissible(self.lists, held, models) for held in sorted(set(self.patterns))
        }
        return (
            np.array([answers[held] for held in self.patterns], dtype=bool)
            .reshape(len(self.patterns), len(models))
            .T
        )


@dataclass(frozen=True)
class Fits:
    """Fits, one an entry.

    Attributes
    ----------
    unseen
        People on no list, estimated.
    se
        Standard error of the estimate: var(N) = d + d squared x var(constant), d being those unseen (Rivest and Baillargeon 2007,
        Biometrics 63:999-1006).
    log_likelihood
        Of the observed cells, Poisson, with its constant.
    parameters
        How many, those of minus infinity with them (Silverman, Chan and Vincent 2024, Statistics and Computing 34:44).
    total
        People observed.
    theta
        Terms, by entry.
    """

    unseen: Array
    se: Array
    log_likelihood: Array
    parameters: Places
    total: Array
    theta: list[Array]

    @property
    def estimate(self) -> Array:
        """People in all."""
        return self.total + self.unseen

    def criterion(self, name: Criterion) -> Array:
        """Return AIC, or BIC with the number of people observed as its size (as Silverman, Chan and Vincent 2024 take it)."""
        return -2 * self.log_likelihood + self.parameters * (
            2.0 if name == "aic" else np.log(self.total)
        )


def fit(
    tables: Tables,
    models: Sequence[int],
    columns: Sequence[int] | Places,
    *,
    starts: Mapping[int, Array] | None = None,
    tolerance: float = newton.PRECISE,
) -> Fits:
    """Fit models to tables, pair by pair; every pair has to be admissible.

    Parameters
    ----------
    tables
        The tables.
    models, columns
        One model and one table's column an entry.
    starts
        Terms to start from, by model.
    tolerance
        See `newton.solve`.
    """
    where = np.asarray(columns, dtype=np.int64)
    sizes = np.array([model.bit_count() for model in models], dtype=np.int64)
    constant, likelihood, variance = (
        np.empty(len(models)),
        np.empty(len(models)),
        np.empty(len(models)),
    )
    theta: list[Array] = [np.empty(0)] * len(models)
    for size in np.unique(sizes):
        places = np.flatnonzero(sizes == size)
        these = [models[place] for place in places.tolist()]
        codes = {model: np.array(terms(model, tables.lists)) for model in set(these)}
        stack = np.array([codes[model] for model in these]).T
        start = None if starts is None else np.array([starts[model] for model in these]).T
        observed = tables.margins[stack, where[places]]
        found = newton.solve(stack, observed, 1 << tables.lists, start=start, tolerance=tolerance)
        constant[places], variance[places] = found.theta[-1], found.variance
        # At the maximum the fitted total is the observed one.
        likelihood[places] = (
            (found.theta * observed).sum(axis=0) - observed[-1] - tables.constants[where[places]]
        )
        for place, column in zip(places.tolist(), found.theta.T, strict=True):
            theta[place] = column
    unseen = np.exp(constant)
    se = np.sqrt(unseen + unseen**2 * variance)
    return Fits(unseen, se, likelihood, sizes + tables.lists + 1, tables.totals[where], theta)
