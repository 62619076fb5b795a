"""Multiple systems estimation of one table, from lists to an estimate that does not stand alone.

A Poisson log-linear model of how many people are on each combination of lists is carried over to
those on none. What carries it: nobody comes or goes, people are matched without error, and whatever
makes lists depend on one another is in the model's interactions, with nothing of it between all
lists at once. The table cannot say whether that holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import isfinite
from typing import Any, Literal, get_args

import numpy as np
from scipy.special import xlogy

from replicate.analysis.systems.existence import design, face, fault
from replicate.analysis.systems.fits import Criterion, Fits, Solution, Tables, fit, solve
from replicate.analysis.systems.intervals import Bootstrap, log_normal, profile, resample
from replicate.analysis.systems.lists import ListTable, hierarchical, interactions
from replicate.analysis.systems.lists import terms as terms_of
from replicate.analysis.systems.selection import THRESHOLD, Family, Rule, View, alternatives
from replicate.vocabulary.errors import InputError, unknown
from replicate.vocabulary.uncertainty import SamplingInterval

Select = Literal["none", "aic", "bic", "stepwise"]
"""How a model is chosen; `none` is a model given by its terms."""


@dataclass(frozen=True)
class ModelFit:
    """One model fitted to one table.

    Attributes
    ----------
    model
        Its interactions.
    unseen, estimate, se
        People on no list, and in all, and the standard error of either.
    interval
        Log-normal.
    deviance, df
        Against a model with a term for each cell; and cells less terms, those of minus infinity
        among them.
    aic, bic
        BIC with the number of people observed as its size.
    at_limit
        Whether some terms run to infinity together while those unseen have a limit.
    """

    model: int
    unseen: float
    estimate: float
    se: float
    interval: SamplingInterval
    deviance: float
    df: int
    aic: float
    bic: float
    at_limit: bool


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
        Log-normal, then multinomial profile likelihood, both with the model taken as known; then
        BCa bootstrap, with the choice made anew in each resample, where resamples were asked for
        and the interval can be had.
    models_considered
        Models compared to choose it.
    alternatives
        Estimates by other models of the same table.
    resampled
        The bootstrap, if any.
    """

    table: ListTable
    fit: ModelFit
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
        """The bootstrap's, which allows for the choice of the model; else the log-normal one."""
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


def estimate(
    table: ListTable,
    *,
    order: int = 2,
    select: Select = "none",
    threshold: float = THRESHOLD,
    terms: Sequence[str] = (),
    bootstrap: int = 0,
    seed: int = 1,
    jobs: int = 1,
) -> Estimate:
    """Estimate how many people there are in all from lists that overlap.

    Parameters
    ----------
    table
        From `read_lists`.
    order
        Interactions of up to so many lists are tried; that of all lists cannot be told.
    select
        `none`: the model with `terms`; `aic`, `bic`: the best of all hierarchical models to the
        order; `stepwise`: pairs added while the p-value of an overlap is below the threshold.
    threshold
        Of stepwise; above 0, up to 1.
    terms
        Interactions by name (`A:B`), for `none`.
    bootstrap
        Resamples; in each, the model is chosen anew.
    seed, jobs
        Of the resamples, and processes for them; a seed gives the same bits whatever the jobs.

    Raises
    ------
    InputError
        For an option out of range, terms with a way of selecting, or a model without an estimate.

    Examples
    --------
    >>> import pandas as pd
    >>> from replicate.analysis.systems import read_lists
    >>> two = read_lists(pd.DataFrame({"A": [1, 0, 1], "B": [0, 1, 1], "people": [30, 20, 10]}))
    >>> round(estimate(two).estimate, 6)
    120.0
    """
    _check(select, terms, threshold, order=(order, 1), bootstrap=(bootstrap, 0), jobs=(jobs, 1))
    tables, model = Tables(table.counts[:, None]), table.model(terms)
    family = _family(tables, select, min(order, tables.lists - 1))
    candidates, start = (family.models, family.fits.theta) if family else ([], None)
    rule = Rule(select, model, threshold, candidates, start)
    (chosen,), considered = rule.choose(tables)
    if family and select in get_args(Criterion):
        considered = family.considered
    fitted = _limit(table, tables, model) if chosen is None else _fitted(tables, chosen)
    if bootstrap and fitted.at_limit:
        raise _refused(table, model)
    drawn = partial(resample, table.counts, rule, fitted.estimate, seed=seed, jobs=jobs)
    sampled = drawn(resamples=bootstrap) if bootstrap else None
    intervals = _intervals(tables, fitted, sampled)
    others = tuple(alternatives(family, tables, "aic" if select == "aic" else "bic", threshold))
    return Estimate(table, fitted, select, intervals, considered, others, sampled)


def _intervals(
    tables: Tables, fitted: ModelFit, sampled: Bootstrap | None
) -> tuple[SamplingInterval, ...]:
    likely = None if fitted.at_limit else profile(tables, fitted.model, fitted.unseen)
    every = (fitted.interval, likely, sampled.interval if sampled else None)
    return tuple(interval for interval in every if interval)


def _family(tables: Tables, select: Select, order: int) -> Family | None:
    """Return all models to the order, fitted; none where they are too many and not needed."""
    try:
        return Family.of(tables, hierarchical(tables.lists, order))
    except InputError:
        if select in get_args(Criterion):
            raise
        return None


def _fitted(tables: Tables, model: int) -> ModelFit:
    found = fit(tables, [model], [0], [0])
    return _described(tables, model, found, float(found.log_likelihood[0]))


def _limit(table: ListTable, tables: Tables, model: int) -> ModelFit:
    """Return the limit of a model without an estimate, or refuse one that has none.

    Where zeros let some means run to zero, the likelihood has a limit: that of the model on the
    other cells alone (the face; Fienberg and Rinaldo 2012, Annals of Statistics 40:996-1023). Terms
    that can't be told apart there are left out. The limit says how many are unseen just when the
    constant can be told.
    """
    columns = design(table.counts, model)
    kept = face(columns, table.counts[1:] > 0)
    held = columns[kept].astype(float)
    constant = np.eye(columns.shape[1])[-1]
    if np.linalg.matrix_rank(np.vstack([held, constant])) > np.linalg.matrix_rank(held):
        raise _refused(table, model)
    chosen = [columns.shape[1] - 1]
    for place in range(columns.shape[1] - 1):
        if np.linalg.matrix_rank(held[:, [place, *chosen]]) > len(chosen):
            chosen.insert(0, place)
    codes = np.array(terms_of(model, tables.lists))[chosen][:, None]
    observed = tables.margins[codes[:, 0]]
    found = solve(codes, observed, len(table.counts), kept=np.array([True, *kept]))
    likelihood = float(found.log_likelihood(observed)[0] - tables.constants[0])
    return _described(tables, model, found, likelihood, at_limit=True)


def _described(
    tables: Tables, model: int, found: Fits | Solution, likelihood: float, *, at_limit: bool = False
) -> ModelFit:
    counts, total = tables.counts[1:, 0], float(tables.totals[0])
    unseen, se = float(found.unseen[0]), float(found.se[0])
    size = len(terms_of(model, tables.lists))
    full = float(xlogy(counts, counts).sum() - total - tables.constants[0])
    return ModelFit(
        model=model,
        unseen=unseen,
        estimate=total + unseen,
        se=se,
        interval=log_normal(total, unseen, se),
        deviance=max(0.0, 2 * (full - likelihood)),
        df=len(counts) - size,
        aic=2 * size - 2 * likelihood,
        bic=size * float(np.log(total)) - 2 * likelihood,
        at_limit=at_limit,
    )


def _refused(table: ListTable, model: int) -> InputError:
    named = ", ".join(table.name(code) for code in interactions(model)) or "none"
    return InputError(
        "a model that cannot be fitted to this table",
        where=f"terms {named}",
        got=fault(table.counts, model).reason,
        expected="a model whose estimate exists and is identifiable",
        hint="leave out an interaction, or let `aic`, `bic` or `stepwise` choose among models that "
        "can be fitted",
    )


def _check(select: str, terms: Sequence[str], threshold: float, **counts: tuple[int, int]) -> None:
    if select not in get_args(Select):
        raise unknown("way of selecting", select, get_args(Select), where="select")
    if terms and select != "none":
        raise InputError(
            "terms beside a way of selecting",
            where="terms",
            got=f"select {select}",
            expected="select none, or no terms",
        )
    for name, (value, least) in counts.items():
        if value < least:
            expected = f"a whole number from {least}"
            raise InputError(f"{name} out of range", where=name, got=value, expected=expected)
    if not 0 < threshold <= 1:
        expected = "above 0, up to 1"
        raise InputError(
            "threshold out of range", where="threshold", got=threshold, expected=expected
        )
