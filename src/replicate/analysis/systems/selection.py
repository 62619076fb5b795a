"""Choosing a model, for one table or each of many, and what other ways would have chosen."""

from dataclasses import dataclass
from typing import get_args

import numpy as np
from scipy.stats import poisson

from replicate.analysis.systems.fits import QUICK, Criterion, Fits, Tables, fit, fitted_margins
from replicate.analysis.systems.intervals import log_normal
from replicate.analysis.systems.lists import Array, interactions, of_size, terms
from replicate.vocabulary.uncertainty import SamplingInterval

THRESHOLD = 0.02
"""The p-value that Chan, Silverman and Vincent (2021) recommend."""

NEAR = 2.0
"""A difference of AIC or BIC that tells two models hardly apart (Burnham and Anderson 2002, section
2.6; Raftery 1995, section 4.2).
"""

TOGETHER = 16
"""Models compared at a time for each table, those that could be best first."""

SLACK = 1e-4
"""Of a floor: more than a likelihood compared to `QUICK` can be wrong by."""

Models = list[int | None]
"""One a table; none where none can be fitted."""


@dataclass(frozen=True)
class Rule:
    """How a model is chosen, and people in all estimated, for each of many tables.

    Attributes
    ----------
    select
        `aic` or `bic`: the best of all candidates; `stepwise`: see `stepwise`; `none`: the one
        model given.
    model, threshold
        For `none`; for `stepwise`.
    candidates, start
        For a criterion: the models compared, and terms to start their fits from, one column a
        model.
    """

    select: str
    model: int
    threshold: float
    candidates: list[int]
    start: Array | None

    def choose(self, tables: Tables) -> tuple[Models, int]:
        """Return the model chosen for each table, and how many were compared for the first."""
        if self.select == "stepwise":
            return stepwise(tables, self.threshold)
        for criterion in get_args(Criterion):
            if self.select == criterion:
                return best(tables, self.candidates, criterion, self.start), len(self.candidates)
        return best(tables, [self.model], "bic"), 1

    def __call__(self, tables: Tables) -> Array:
        """Return people in all by the model chosen for each table, or not a number."""
        chosen = self.choose(tables)[0]
        here = [column for column, model in enumerate(chosen) if model is not None]
        models = sorted({model for model in chosen if model is not None})
        rows = [models.index(model) for model in chosen if model is not None]
        estimates = np.full(len(tables), np.nan)
        estimates[here] = fit(tables, models, rows, here).estimate
        return estimates


def best(
    tables: Tables, models: list[int], criterion: Criterion, start: Array | None = None
) -> Models:
    """Return the model with the least criterion for each table.

    Those that could be best are fitted first, until no model left can be better.

    Parameters
    ----------
    tables
        The tables.
    models
        Candidates.
    criterion
        Which.
    start
        Terms to start from, one column a model: those of the observed table, for resamples of it.
    """
    floors = _floors(tables, models, criterion, start)
    order = floors.argsort(axis=0, kind="stable")
    least, place = np.full(len(tables), np.inf), np.full(len(tables), -1)
    for first in range(0, len(models), TOGETHER):
        ahead = order[first : first + TOGETHER]
        waiting = np.flatnonzero(floors[ahead[0], range(len(tables))] <= least + SLACK)
        if not len(waiting):
            break
        rows = ahead[:, waiting]
        columns = np.broadcast_to(waiting, rows.shape)
        found = fit(tables, models, rows.ravel(), columns.ravel(), start=start, tolerance=QUICK)
        scores = found.criterion(criterion).reshape(rows.shape)
        best_row, best_score = rows[scores.argmin(axis=0), range(len(waiting))], scores.min(axis=0)
        better = best_score < least[waiting]
        least[waiting[better]] = best_score[better]
        place[waiting[better]] = best_row[better]
    return [models[at] if at >= 0 else None for at in place.tolist()]


def _floors(tables: Tables, models: list[int], criterion: Criterion, start: Array | None) -> Array:
    """Return what each model's criterion cannot be below for each table, one row a model.

    A model fits no better than one that holds it. So each is held against the models with every
    interaction of any but one or two that it lacks (the branch and bound of Furnival and Wilson
    1974, Technometrics 16:499-511): few of a family are then left to be fitted. The floor is minus
    infinity where such a model has no estimate, and where there are too few models to gain by it.
    """
    every = np.bitwise_or.reduce(np.array(models, dtype=object))
    codes = interactions(every)
    pairs = [(one, other) for at, one in enumerate(codes) for other in codes[: at + 1]]
    if len(models) <= max(len(pairs), TOGETHER):
        return np.full((len(models), len(tables)), -np.inf)
    larger = [_without(every, pair) for pair in pairs]
    rows, columns = np.indices((len(larger), len(tables))).reshape(2, -1)
    place = {model: at for at, model in enumerate(models)}
    begin = None
    if start is not None and place.keys() >= set(larger):
        begin = start[:, [place[model] for model in larger]]
    found = fit(tables, larger, rows, columns, start=begin, tolerance=QUICK)
    fits_no_better = np.nan_to_num(-2 * found.log_likelihood, nan=-np.inf).reshape(len(larger), -1)
    weight = 2.0 if criterion == "aic" else np.log(tables.totals)
    floors = np.empty((len(models), len(tables)))
    for row, model in enumerate(models):
        lacked = [not (model >> one & 1 or model >> other & 1) for one, other in pairs]
        most = fits_no_better[lacked].max(axis=0, initial=-np.inf)
        floors[row] = most + len(terms(model, tables.lists)) * weight
    return floors


def _without(model: int, codes: tuple[int, ...]) -> int:
    """Return a model less some interactions and those that hold them."""
    return sum(
        1 << held for held in interactions(model) if not any(held & code == code for code in codes)
    )


def stepwise(tables: Tables, threshold: float) -> tuple[Models, int]:
    """Add pairs of lists while the overlap of one is unlikely by the model so far.

    From main effects on: for each pair not yet in, the p-value is the smaller of the two one-sided
    Poisson probabilities of its overlap (people on both lists, whatever else they are on) given the
    overlap fitted; pairs whose model can't be fitted are passed over; the smallest is added while
    below the threshold (Chan, Silverman and Vincent 2021, JASA 116:1297-1306, section 3.2).

    Returns
    -------
    list of int, int
        The model of each table, and how many were compared for the first.
    """
    chosen, considered = best(tables, [0], "bic"), 1
    active = {column: 0 for column, model in enumerate(chosen) if model is not None}
    while active:
        values = _p_values(tables, active)
        if 0 in active:
            considered += values.shape[1] - active[0].bit_count()
        active = _grown(tables, active, values, threshold)
        for column, model in active.items():
            chosen[column] = model
    return chosen, considered


def _p_values(tables: Tables, active: dict[int, int]) -> Array:
    """Return the one-sided p-value of each pair's overlap, one row a table."""
    columns, pairs = list(active), of_size(tables.lists, 2)
    fitted = fitted_margins(tables, list(active.values()), columns)[pairs]
    overlap = tables.margins[np.array(pairs)[:, None], columns]
    return np.minimum(poisson.cdf(overlap, fitted), poisson.sf(overlap - 1, fitted)).T


def _grown(
    tables: Tables, active: dict[int, int], values: Array, threshold: float
) -> dict[int, int]:
    """Return the tables whose model grows, by the least p-value that can be fitted, with it."""
    pairs = np.array(of_size(tables.lists, 2))
    waiting = {}
    for (column, model), row in zip(active.items(), values, strict=True):
        order = [place for place in np.argsort(row, kind="stable") if row[place] < threshold]
        larger = [model | 1 << int(pairs[place]) for place in order]
        waiting[column] = [one for one in larger if one != model]
    grown: dict[int, int] = {}
    while tried := {column: queue.pop(0) for column, queue in waiting.items() if queue}:
        models = list(tried.values())
        found = fit(tables, models, range(len(models)), list(tried))
        for column, unseen in zip(tried, found.unseen, strict=True):
            if np.isfinite(unseen):
                grown[column] = tried[column]
                waiting[column] = []
    return {column: grown[column] for column in active if column in grown}


@dataclass(frozen=True)
class View:
    """One more estimate from the same table.

    Attributes
    ----------
    kind
        What it stands for.
    model
        Interactions; None for an average over models.
    estimate, se
        People in all.
    interval
        Log-normal, the model taken as known; of an average, with the spread between models in it.
    difference
        Its criterion less the least.
    """

    kind: str
    model: int | None
    estimate: float
    se: float
    interval: SamplingInterval
    difference: float


@dataclass(frozen=True)
class Family:
    """The candidates that can be fitted to a table, how many there were in all, and its cells."""

    models: list[int]
    fits: Fits
    considered: int
    cells: int

    @classmethod
    def of(cls, tables: Tables, candidates: list[int]) -> "Family":
        """Fit all candidates to one table."""
        found = fit(tables, candidates, range(len(candidates)), [0] * len(candidates))
        good = np.flatnonzero(np.isfinite(found.unseen))
        return cls(
            [candidates[place] for place in good],
            found.part(good),
            len(candidates),
            len(tables.counts) - 1,
        )

    def view(self, place: int, kind: str, criterion: Criterion) -> View:
        """Return one fit as a view."""
        values, unseen, se = self.fits.criterion(criterion), self.fits.unseen, self.fits.se
        away = values[place] - values.min()
        return self._view(kind, self.models[place], unseen[place], se[place], away)

    def _view(self, kind: str, model: int | None, unseen: float, se: float, away: float) -> View:
        total, unseen, se = float(self.fits.total[0]), float(unseen), float(se)
        interval = log_normal(total, unseen, se)
        return View(kind, model, total + unseen, se, interval, float(away))

    def averaged(self, criterion: Criterion) -> View:
        """Return the average over all models.

        Weights are exp(-difference / 2), and the standard error takes in how far the models lie
        apart (Buckland, Burnham and Augustin 1997, Biometrics 53:603-618).
        """
        values, fits = self.fits.criterion(criterion), self.fits
        weights = np.exp((values.min() - values) / 2)
        weights /= weights.sum()
        unseen = weights @ fits.unseen
        se = weights @ np.sqrt(fits.se**2 + (fits.unseen - unseen) ** 2)
        kind = f"average over {len(self.models):,} models by {criterion.upper()}"
        return self._view(kind, None, unseen, se, weights @ (values - values.min()))

    def near(self, criterion: Criterion) -> list[View]:
        """Return the models within `NEAR` of the best, the best first."""
        values = self.fits.criterion(criterion)
        # Rounded, since a term that changes nothing but the count of terms costs exactly 2 by AIC.
        away = np.round(values - values.min(), 9)
        best, *others = np.argsort(away, kind="stable")[: (away <= NEAR).sum()]
        name = criterion.upper()
        return [self.view(best, f"best by {name}", criterion)] + [
            self.view(place, f"within {NEAR:g} of the best by {name}", criterion)
            for place in others
        ]

    def views(self, criterion: Criterion) -> list[View]:
        """Return those near the best and the average, both by the other criterion, and by cells.

        BIC counts the people observed (Silverman, Chan and Vincent 2024). Regression software
        counts the rows of its data, which are cells here, and would choose another model.
        """
        other: Criterion = "aic" if criterion == "bic" else "bic"
        place = int(self.fits.criterion(other).argmin())
        by_cells = self.fits.parameters * np.log(self.cells) - 2 * self.fits.log_likelihood
        cells = self.view(int(by_cells.argmin()), "best by BIC of cells, not people", criterion)
        return [
            *self.near(criterion),
            self.averaged(criterion),
            self.view(place, f"best by {other.upper()}", criterion),
            self.averaged(other),
            cells,
        ]


def alternatives(
    family: Family | None, tables: Tables, criterion: Criterion, threshold: float
) -> list[View]:
    """Return the models that other ways of choosing would have given, each with its own estimate.

    Parameters
    ----------
    family
        All models to the order; None where they are too many, and then only the ways that fit a few
        are taken.
    tables
        The one table.
    criterion
        The one that differences are in.
    threshold
        Of stepwise.
    """
    ways = {
        f"stepwise below {threshold:g}": stepwise(tables, threshold)[0][0],
        "no interactions": 0,
    }
    single = {kind: model for kind, model in ways.items() if model is not None}
    every = family if family and family.models else Family.of(tables, sorted(set(single.values())))
    return (every.views(criterion) if every is family else []) + [
        every.view(every.models.index(model), kind, criterion)
        for kind, model in single.items()
        if model in every.models
    ]
