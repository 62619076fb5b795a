"""Multiple systems estimation of one table, from lists to an estimate that does not stand alone.

A Poisson log-linear model of how many people are on each combination of lists is carried over to those on none. What carries it: nobody
comes or goes, people are matched without error, and whatever makes lists depend on one another is in the model's interactions, with
nothing of it between all lists at once. The table cannot say whether that holds.
"""

from collections.abc import Sequence
from functools import partial
from typing import get_args

from replicate.analysis.systems import exhaustive, search
from replicate.analysis.systems.bootstrap import Bootstrap, Rule, bootstrap
from replicate.analysis.systems.existence import fault
from replicate.analysis.systems.fits import Criterion, Tables
from replicate.analysis.systems.intervals import profile
from replicate.analysis.systems.lists import ListTable
from replicate.analysis.systems.models import hierarchical, interactions
from replicate.analysis.systems.result import Estimate, Select
from replicate.analysis.systems.single import SingleFit, limit_fit, single_fit
from replicate.analysis.systems.views import Family, alternatives
from replicate.vocabulary.errors import InputError, unknown
from replicate.vocabulary.uncertainty import SamplingInterval


def estimate(
    table: ListTable,
    *,
    order: int = 2,
    select: Select = "none",
    threshold: float = search.THRESHOLD,
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
        Interactions of up to so many lists are tried; at most one fewer than there are lists, since the last cannot be told.
    select
        `none`: the model with `terms`; `aic`, `bic`: the best of all hierarchical models to the order; `stepwise`: pairs added while
        the p-value of an overlap is below the threshold.
    threshold
        Of stepwise; above 0, up to 1.
    terms
        Interactions by name (`A:B`), for `none`.
    bootstrap
        Resamples; in each, the model is chosen anew.
    seed
        Of the resamples: the same seed gives the same bits, whatever the number of jobs.
    jobs
        Processes for the resamples.

    Raises
    ------
    InputError
        For an option out of range, terms with a way of selecting, an unknown list, or a model without an estimate for this table.

    Examples
    --------
    >>> import pandas as pd
    >>> from replicate.analysis.systems import read_lists
    >>> two = read_lists(pd.DataFrame({"A": [1, 0, 1], "B": [0, 1, 1], "people": [30, 20, 10]}))
    >>> round(estimate(two).estimate, 6)
    120.0
    """
    _check(
        order=order, select=select, threshold=threshold, terms=terms, bootstrap=bootstrap, jobs=jobs
    )
    lists = len(table.lists)
    tables = Tables(lists, table.counts[:, None])
    highest = min(order, lists - 1)
    family = _family(tables, select, highest)
    rule = _rule(select, table.model(tuple(terms)), family, threshold, jobs)
    choice = rule(tables)
    model = choice.models[0]
    fitted = (
        _limit(table, tables, terms, bootstrap)
        if model is None
        else single_fit(tables, model, table.name)
    )
    resampled = _resampled(table, rule, fitted, bootstrap, seed)
    criterion: Criterion = "aic" if select == "aic" else "bic"
    others = alternatives(family, tables, criterion, threshold)
    considered = (
        family.considered if family and select in get_args(Criterion) else choice.considered[0]
    )
    return Estimate(
        table,
        fitted,
        select,
        _intervals(tables, fitted, resampled),
        considered,
        tuple(others),
        resampled,
    )


def _intervals(
    tables: Tables, fitted: SingleFit, resampled: Bootstrap | None
) -> tuple[SamplingInterval, ...]:
    likely = None if fitted.at_limit else profile(tables, fitted.model, fitted.unseen)
    every = (fitted.interval, likely, resampled.interval if resampled else None)
    return tuple(interval for interval in every if interval)


def _resampled(
    table: ListTable, rule: Rule, fitted: SingleFit, resamples: int, seed: int
) -> Bootstrap | None:
    if not resamples:
        return None
    return bootstrap(
        len(table.lists), table.counts, rule, fitted.estimate, resamples=resamples, seed=seed
    )


def _family(tables: Tables, select: Select, order: int) -> Family | None:
    """Return all models to the order, fitted; none where there are too many and the way of selecting does not need them."""
    try:
        return Family.of(tables, hierarchical(tables.lists, order))
    except InputError:
        if select in get_args(Criterion):
            raise
        return None


def _rule(select: Select, model: int, family: Family | None, threshold: float, jobs: int) -> Rule:
    if select == "stepwise":
        return partial(search.stepwise, threshold=threshold)
    if select == "none" or family is None:
        return partial(exhaustive.given, model=model)
    starts = dict(zip(family.models, family.fits.theta, strict=True))
    return partial(
        exhaustive.best, models=family.models, criterion=select, starts=starts, jobs=jobs
    )


def _limit(table: ListTable, tables: Tables, names: Sequence[str], resamples: int) -> SingleFit:
    """Return the limit of a model without an estimate in which those unseen have one; refuse any other with the reason."""
    model = table.model(tuple(names))
    refused = InputError(
        "a model that cannot be fitted to this table",
        where=f"terms {', '.join(table.name(code) for code in interactions(model)) or 'none'}",
        got=fault(tables.lists, tables.patterns[0], model).reason,
        expected="a model whose estimate exists and is identifiable",
        hint="leave out an interaction, or let `aic`, `bic` or `stepwise` choose among models that can be fitted",
    )
    try:
        found = limit_fit(tables, model, table.name)
    except InputError:
        raise refused from None
    if resamples:
        raise refused
    return found


def _check(
    *, order: int, select: str, threshold: float, terms: Sequence[str], bootstrap: int, jobs: int
) -> None:
    if select not in get_args(Select):
        raise unknown("way of selecting", select, get_args(Select), where="select")
    if terms and select != "none":
        raise InputError(
            "terms beside a way of selecting",
            where="terms",
            got=f"select {select}",
            expected="select none, or no terms",
        )
    for name, value, lowest in (
        ("order", order, 1),
        ("bootstrap", bootstrap, 0),
        ("jobs", jobs, 1),
    ):
        if value < lowest:
            raise InputError(
                f"{name} out of range",
                where=name,
                got=value,
                expected=f"a whole number from {lowest}",
            )
    if not 0 < threshold <= 1:
        raise InputError(
            "threshold out of range", where="threshold", got=threshold, expected="above 0, up to 1"
        )
