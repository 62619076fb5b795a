"""Every candidate model fitted to every table, and the best taken for each."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray

from replicate.analysis.systems import newton
from replicate.analysis.systems.fits import Criterion, Tables, fit
from replicate.analysis.systems.lattice import Array

BLOCK = 16_384
"""Fits in a task: a few hundredths of a second, and the memory of a few megabytes."""


@dataclass(frozen=True)
class Choice:
    """What was chosen for each of many tables.

    Attributes
    ----------
    models
        One a table; none where none can be fitted.
    estimates
        People in all; not a number where there is no model.
    considered
        Models compared, whether or not they could be fitted.
    """

    models: list[int | None]
    estimates: Array
    considered: list[int]


def given(tables: Tables, model: int) -> Choice:
    """Take one model for every table that it can be fitted to."""
    return best(tables, [model], "bic")


def best(
    tables: Tables,
    models: Sequence[int],
    criterion: Criterion,
    *,
    starts: Mapping[int, Array] | None = None,
    jobs: int = 1,
) -> Choice:
    """Fit every model to every table and take the one with the least criterion; the first of them where several have it.

    Parameters
    ----------
    tables
        The tables.
    models
        Candidates.
    criterion
        Which.
    starts
        Terms to start from, by model: those of the observed table, for resamples of it.
    jobs
        Processes. Each task is the same whatever their number, and so is the result, bit for bit.
    """
    columns = len(tables.totals)
    least, estimates = np.full(columns, np.inf), np.full(columns, np.nan)
    chosen: list[int | None] = [None] * columns
    work = list(_blocks(models, max(1, BLOCK // columns), starts, tables.admissible(models)))
    for block, found in zip(
        work,
        _mapped(partial(_best_of, tables.lists, tables.counts, criterion), work, jobs),
        strict=True,
    ):
        for column in np.flatnonzero(found[0] < least):
            least[column], estimates[column] = found[0][column], found[1][column]
            chosen[column] = block.models[found[2][column]]
    return Choice(chosen, estimates, [len(models)] * columns)


@dataclass(frozen=True)
class _Block:
    models: list[int]
    starts: dict[int, Array] | None
    allowed: NDArray[np.bool_]


def _blocks(
    models: Sequence[int],
    width: int,
    starts: Mapping[int, Array] | None,
    allowed: NDArray[np.bool_],
) -> Iterator[_Block]:
    for first in range(0, len(models), width):
        some = list(models[first : first + width])
        yield _Block(
            some,
            None if starts is None else {model: starts[model] for model in some},
            allowed[first : first + width],
        )


def _mapped(
    task: "partial[tuple[Array, Array, Array]]", work: list[_Block], jobs: int
) -> Iterator[tuple[Array, Array, Array]]:
    if jobs == 1 or len(work) == 1:
        yield from map(task, work)
        return
    with ProcessPoolExecutor(min(jobs, len(work)), mp_context=get_context("spawn")) as pool:
        yield from pool.map(task, work)


def _best_of(
    lists: int, counts: Array, criterion: Criterion, block: _Block
) -> tuple[Array, Array, Array]:
    """Return the least criterion of a block of models by table, the estimate there, and which model it was."""
    tables = Tables(lists, counts)
    rows, columns = np.nonzero(block.allowed)
    found = fit(
        tables,
        [block.models[row] for row in rows],
        columns,
        starts=block.starts,
        tolerance=newton.QUICK,
    )
    scores, estimates = np.full(block.allowed.shape, np.inf), np.full(block.allowed.shape, np.nan)
    scores[rows, columns], estimates[rows, columns] = found.criterion(criterion), found.estimate
    place = scores.argmin(axis=0)
    every = np.arange(len(place))
    return scores[place, every], estimates[place, every], place
