"""Other models of the same table, beside the one chosen: a single row must never stand alone."""

from dataclasses import dataclass

import numpy as np

from replicate.analysis.systems.fits import Criterion, Fits, Tables, fit
from replicate.analysis.systems.intervals import LEVEL, log_normal
from replicate.analysis.systems.search import stepwise
from replicate.vocabulary.uncertainty import SamplingInterval

NEAR = 2.0
"""A difference of AIC or BIC that tells two models hardly apart (Burnham and Anderson 2002, section 2.6; Raftery 1995, section 4.2)."""


@dataclass(frozen=True)
class View:
    """One more estimate from the same table.

    Attributes
    ----------
    kind
        What it stands for.
    model
        Interactions by code; None for an average over models.
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
    """Every candidate that can be fitted to a table, and its fit."""

    tables: Tables
    models: list[int]
    fits: Fits
    considered: int

    @classmethod
    def of(cls, tables: Tables, candidates: list[int]) -> "Family":
        """Fit all candidates that have an estimate to one table."""
        allowed = tables.admissible(candidates)[:, 0]
        models = [model for model, good in zip(candidates, allowed, strict=True) if good]
        return cls(tables, models, fit(tables, models, [0] * len(models)), len(candidates))

    def best(self, criterion: Criterion) -> int:
        """Return the place of the model with the least criterion."""
        return int(self.fits.criterion(criterion).argmin())

    def view(self, place: int, kind: str, criterion: Criterion) -> View:
        """Return one fit as a view."""
        values = self.fits.criterion(criterion)
        unseen, se = float(self.fits.unseen[place]), float(self.fits.se[place])
        interval = log_normal(float(self.tables.totals[0]), unseen, se)
        return View(
            kind,
            self.models[place],
            float(self.fits.estimate[place]),
            se,
            interval,
            float(values[place] - values.min()),
        )

    def of_these(self, kinds: dict[str, int], criterion: Criterion) -> list[View]:
        """Return those of some models that could be fitted."""
        return [
            self.view(self.models.index(model), kind, criterion)
            for kind, model in kinds.items()
            if model in self.models
        ]

    def averaged(self, criterion: Criterion) -> View:
        """Return the average over all models.

        Weights are exp(-difference / 2), and the standard error takes in how far the models lie apart (Buckland, Burnham and
        Augustin 1997, Biometrics 53:603-618).
        """
        values = self.fits.criterion(criterion)
        weights = np.exp((values.min() - values) / 2)
        weights /= weights.sum()
        unseen = float(weights @ self.fits.unseen)
        se = float(weights @ np.sqrt(self.fits.se**2 + (self.fits.unseen - unseen) ** 2))
        total = float(self.tables.totals[0])
        kind = f"average over {len(self.models):,} models by {criterion.upper()}"
        return View(
            kind,
            None,
            total + unseen,
            se,
            log_normal(total, unseen, se, LEVEL),
            float(weights @ (values - values.min())),
        )

    def near(self, criterion: Criterion) -> list[View]:
        """Return the models within `NEAR` of the best, the best first."""
        values = self.fits.criterion(criterion)
        places = [
            int(place)
            for place in np.argsort(values, kind="stable")
            if values[place] - values.min() <= NEAR
        ]
        kinds = [f"best by {criterion.upper()}"] + [
            f"within {NEAR:g} of the best by {criterion.upper()}"
        ] * (len(places) - 1)
        return [
            self.view(place, kind, criterion) for place, kind in zip(places, kinds, strict=True)
        ]


def alternatives(
    family: Family | None, tables: Tables, criterion: Criterion, threshold: float
) -> list[View]:
    """Return the models that another way of choosing would have given, each with its own estimate.

    Parameters
    ----------
    family
        All models to the order; None where they are too many, and then only the ways that fit a few are taken.
    tables
        The one table.
    criterion
        The one that differences are in.
    threshold
        Of stepwise.
    """
    chosen = {
        f"stepwise below {threshold:g}": stepwise(tables, threshold).models[0],
        "no interactions": 0,
    }
    single = {kind: model for kind, model in chosen.items() if model is not None}
    if family is None or not family.models:
        few = Family.of(tables, sorted(set(single.values())))
        return few.of_these(single, criterion)
    other: Criterion = "aic" if criterion == "bic" else "bic"
    shared = [
        family.view(family.best(other), f"best by {other.upper()}", criterion),
        family.averaged(other),
    ]
    return [
        *family.near(criterion),
        family.averaged(criterion),
        *shared,
        *family.of_these(single, criterion),
    ]
