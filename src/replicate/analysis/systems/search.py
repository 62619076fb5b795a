"""Searching for a model step by step, for each of many tables: forward stepwise, or downhill."""

import numpy as np
from scipy.stats import poisson

from replicate.analysis.systems import newton
from replicate.analysis.systems.exhaustive import Choice, given
from replicate.analysis.systems.existence import admissible, can_fit
from replicate.analysis.systems.fits import Criterion, Fits, Tables, fit
from replicate.analysis.systems.lattice import Array, of_size
from replicate.analysis.systems.models import neighbours, terms

THRESHOLD = 0.02
"""The p-value that Chan, Silverman and Vincent (2021) recommend."""


def stepwise(tables: Tables, threshold: float = THRESHOLD) -> Choice:
    """Add pairs of lists one by one while the overlap of one is further from its fitted value than chance makes likely.

    From main effects on: for each pair not yet in, the p-value is the smaller of the two one-sided Poisson probabilities of its
    overlap (people on both lists, whatever else they are on) given the overlap fitted; pairs whose model can't be fitted are
    passed over; the smallest is added while below the threshold (Chan, Silverman and Vincent 2021, section 3.2).
    """
    columns = len(tables.totals)
    models, considered = [0] * columns, [1] * columns
    active = [
        column for column in range(columns) if can_fit(tables.lists, tables.patterns[column], 0)
    ]
    possible = set(active)
    while active:
        values = _p_values(tables, [models[column] for column in active], active)
        grown = {
            column: _added(tables, models[column], column, row, threshold)
            for column, row in zip(active, values, strict=True)
        }
        for column, pair in grown.items():
            considered[column] += len(values[0]) - models[column].bit_count()
            models[column] |= pair
        active = [column for column, pair in grown.items() if pair]
    return _settled(
        tables,
        [model if column in possible else None for column, model in enumerate(models)],
        considered,
    )


def _p_values(tables: Tables, models: list[int], columns: list[int]) -> Array:
    """Return the one-sided p-value of each pair's overlap, one row a table; the models have as many terms each."""
    found = fit(tables, models, columns)
    codes = np.array([terms(model, tables.lists) for model in models]).T
    pairs = of_size(tables.lists, 2)
    fitted = newton.margins(
        codes, tables.margins[codes, columns], np.array(found.theta).T, 1 << tables.lists
    )[pairs]
    overlap = tables.margins[np.array(pairs)[:, None], columns]
    return np.minimum(poisson.cdf(overlap, fitted), poisson.sf(overlap - 1, fitted)).T


def _added(tables: Tables, model: int, column: int, values: Array, threshold: float) -> int:
    """Return the pair to add, as a model; 0 for none."""
    for place, code in sorted(
        enumerate(of_size(tables.lists, 2)), key=lambda entry: values[entry[0]]
    ):
        if not values[place] < threshold:
            break
        pair = 1 << code
        if not model & pair and can_fit(tables.lists, tables.patterns[column], model | pair):
            return pair
    return 0


def _settled(tables: Tables, models: list[int | None], considered: list[int]) -> Choice:
    """Fit the chosen models once more, for their estimates."""
    here = [column for column, model in enumerate(models) if model is not None]
    estimates = np.full(len(models), np.nan)
    estimates[here] = fit(tables, [model for model in models if model is not None], here).estimate
    return Choice(models, estimates, considered)


def downhill(tables: Tables, order: int, criterion: Criterion = "bic") -> Choice:
    """From main effects on, move to the best hierarchical model with one interaction more or fewer, while it is better.

    Silverman, Chan and Vincent (2024, section 5.2). It can stop in a valley that is not the lowest.
    """
    columns = len(tables.totals)
    start = given(tables, 0)
    models, least = list(start.models), np.full(columns, np.inf)
    active = [column for column, model in enumerate(models) if model is not None]
    least[active] = fit(tables, [0] * len(active), active, tolerance=newton.QUICK).criterion(
        criterion
    )
    seen: list[set[int]] = [{0} for _ in range(columns)]
    while active:
        pairs = _around(tables, models, active, order, seen)
        found = fit(
            tables,
            [model for model, _ in pairs],
            [column for _, column in pairs],
            tolerance=newton.QUICK,
        )
        active = _moved(pairs, found, criterion, models, least)
    return _settled(tables, models, [len(some) for some in seen])


def _around(
    tables: Tables, models: list[int | None], active: list[int], order: int, seen: list[set[int]]
) -> list[tuple[int, int]]:
    """Return the models one interaction away, not seen before, that can be fitted, each with its table."""
    by_pattern: dict[int, list[tuple[int, int]]] = {}
    for column in active:
        around = [
            model
            for model in neighbours(models[column] or 0, tables.lists, order)
            if model not in seen[column]
        ]
        seen[column].update(around)
        by_pattern.setdefault(tables.patterns[column], []).extend(
            (model, column) for model in around
        )
    return [
        pair
        for held, pairs in by_pattern.items()
        for pair, allowed in zip(
            pairs, admissible(tables.lists, held, [model for model, _ in pairs]), strict=True
        )
        if allowed
    ]


def _moved(
    pairs: list[tuple[int, int]],
    found: Fits,
    criterion: Criterion,
    models: list[int | None],
    least: Array,
) -> list[int]:
    """Move each table to its best neighbour where that is better; return the tables that moved."""
    moved = set()
    for (model, column), score in zip(pairs, found.criterion(criterion), strict=True):
        if score < least[column]:
            models[column], least[column] = model, score
            moved.add(column)
    return sorted(moved)
