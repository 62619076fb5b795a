"""Searching for a model step by step, for each of many tables: forward stepwise."""

import numpy as np
from scipy.stats import poisson

from replicate.analysis.systems import newton
from replicate.analysis.systems.exhaustive import Choice
from replicate.analysis.systems.existence import can_fit
from replicate.analysis.systems.fits import Tables, fit
from replicate.analysis.systems.lattice import Array, of_size
from replicate.analysis.systems.models import terms

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
