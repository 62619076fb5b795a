"""What a table of lists says by one model, with what others say beside it."""

from dataclasses import dataclass
from math import isfinite
from typing import Any, Literal

from replicate.analysis.systems.bootstrap import Bootstrap
from replicate.analysis.systems.lists import ListTable
from replicate.analysis.systems.models import interactions
from replicate.analysis.systems.single import SingleFit
from replicate.analysis.systems.views import View
from replicate.vocabulary.uncertainty import SamplingInterval

Select = Literal["none", "aic", "bic", "stepwise"]
"""How a model is chosen; `none` is a model given by its terms."""


@dataclass(frozen=True)
class Estimate:
    """What a table of lists says by one model, with what others say beside it.

    Attributes
    ----------
    table
        The lists.
    fit
        The chosen model, fitted.
    select
        How it was chosen; `none` is a model given by its terms.
    intervals
        Log-normal, then multinomial profile likelihood, both with the model taken as known; then BCa bootstrap, with the choice made
        anew in each resample, where resamples were asked for and the interval can be had.
    models_considered
        Models compared to choose it.
    alternatives
        Estimates by other models of the same table.
    resampled
        The bootstrap, if any.
    """

    table: ListTable
    fit: SingleFit
    select: Select
    intervals: tuple[SamplingInterval, ...]
    models_considered: int
    alternatives: tuple[View, ...]
    resampled: Bootstrap | None

    @property
    def estimate(self) -> float:
        """People in all: observed, and by the model on no list."""
        return self.fit.estimate

    @property
    def interval(self) -> SamplingInterval:
        """The bootstrap's, which takes the choice of the model into account; without it, the log-normal one."""
        return (
            self.intervals[-1] if self.resampled and self.resampled.interval else self.intervals[0]
        )

    @property
    def model(self) -> list[str]:
        """The interactions of the model by name; main effects are always in."""
        return self.names(self.fit.model)

    def names(self, model: int) -> list[str]:
        """Return a model's interactions by name."""
        return [self.table.name(code) for code in interactions(model)]

    def as_dict(self) -> dict[str, Any]:
        """Return what `replicate systems --json` prints; an end at infinity is None."""
        return {
            "estimate": self.estimate,
            "lower": self.interval.lower,
            "upper": _finite(self.interval.upper),
            "se": self.fit.se,
            "model": self.model,
            "criterion": self.select,
            "n_observed": self.table.n_observed,
            "models_considered": self.models_considered,
            "alternatives": [self._view(view) for view in self.alternatives],
            "interval": self.interval.method,
            "level": self.interval.level,
            "intervals": [
                {"method": one.method, "lower": one.lower, "upper": _finite(one.upper)}
                for one in self.intervals
            ],
            "at_limit": self.fit.at_limit,
            "resamples": len(self.resampled.estimates) if self.resampled else 0,
            "resamples_without_model": self.resampled.without_model if self.resampled else 0,
        }

    def _view(self, view: View) -> dict[str, Any]:
        return {
            "kind": view.kind,
            "model": None if view.model is None else self.names(view.model),
            "estimate": view.estimate,
            "lower": view.interval.lower,
            "upper": view.interval.upper,
            "se": view.se,
            "difference": view.difference,
        }


def _finite(value: float) -> float | None:
    return value if isfinite(value) else None
