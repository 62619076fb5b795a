"""Choosing a model, for one table or each of many, and what other ways would have chosen."""

from dataclasses import dataclass
from typing import get_args

import numpy as np
from scipy.stats import poisson

from replicate.analysis.systems.fits import QUICK, Criterion, Fits, Tables, fit, fitted_margins
from replicate.analysis.systems.intervals import log_normal
from replicate.analysis.systems.lists import Array, of_size
from replicate.vocabulary.uncertainty import SamplingInterval

THRESHOLD = 0.02
"""The p-value that Chan, Silverman and Vincent (2021) recommend."""

NEAR = 2.0
"""A difference of AIC or BIC that tells two models hardly apart (Burnham and Anderson 2002, section
2.6; Raftery 1995, section 4.2).
"""

BLOCK = 16_384
"""Fits compared together: the memory of a few tens of megabytes."""

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
    """Return the model with the least criterion for each table, the first of several.

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
    least, place = np.full(len(tables), np.inf), np.full(len(tables), -1)
    width = max(1, BLOCK // len(tables))
    for first in range(0, len(models), width):
        some = models[first : first + width]
        rows, columns = np.indices((len(some), len(tables))).reshape(2, -1)
        begin = None if start is None else start[:, first : first + width]
        found = fit(tables, some, rows, columns, start=begin, tolerance=QUICK)
        scores = found.criterion(criterion).reshape(len(some), -1)
        better = scores.min(axis=0) < least
        least[better] = scores.min(axis=0)[better]
        place[better] = first + scores.argmin(axis=0)[better]
    return [models[at] if at >= 0 else None for at in place.tolist()]


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
    """The candidates that can be fitted to a table, and how many there were in all."""

    models: list[int]
    fits: Fits
    considered: int

    @classmethod
    def of(cls, tables: Tables, candidates: list[int]) -> "Family":
        """Fit all candidates to one table."""
        found = fit(tables, candidates, range(len(candidates)), [0] * len(candidates))
        good = np.flatnonzero(np.isfinite(found.unseen))
        return cls([candidates[place] for place in good], found.part(good), len(candidates))

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
        """Return those near the best and the average, and both by the other criterion."""
        other: Criterion = "aic" if criterion == "bic" else "bic"
        place = int(self.fits.criterion(other).argmin())
        return [
            *self.near(criterion),
            self.averaged(criterion),
            self.view(place, f"best by {other.upper()}", criterion),
            self.averaged(other),
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
