"""One model of one table, with all that is said of a fit."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import xlogy

from replicate.analysis.systems import newton
from replicate.analysis.systems.designs import CONSTANT, design_fit
from replicate.analysis.systems.fits import Tables, fit
from replicate.analysis.systems.intervals import log_normal
from replicate.analysis.systems.lattice import Array
from replicate.analysis.systems.models import terms
from replicate.vocabulary.uncertainty import SamplingInterval


@dataclass(frozen=True)
class Coefficient:
    """A term of a model: the constant, a list, or an interaction.

    Attributes
    ----------
    name
        `constant`, or the lists with a colon between.
    value
        On the log scale; minus infinity where the overlap is empty.
    se
        Standard error; not a number where the value is infinite.
    """

    name: str
    value: float
    se: float


@dataclass(frozen=True)
class SingleFit:
    """A fit of one model to one table.

    Attributes
    ----------
    model
        Its interactions, by code.
    unseen, estimate, se
        People on no list, and in all, and the standard error of either.
    interval
        Log-normal.
    coefficients
        The constant, lists and interactions.
    deviance, df
        Against a model with a term for each cell; and cells less terms, those of minus infinity among them.
    aic, bic
        BIC with the number of people observed as its size.
    at_limit
        Whether some terms run to infinity together while those unseen have a limit; the coefficients are then not unique, and those
        that could be left out are.
    """

    model: int
    unseen: float
    estimate: float
    se: float
    interval: SamplingInterval
    coefficients: tuple[Coefficient, ...]
    deviance: float
    df: int
    aic: float
    bic: float
    at_limit: bool


def single_fit(tables: Tables, model: int, name: Callable[[int], str]) -> SingleFit:
    """Fit a model that has an estimate to the one table.

    Parameters
    ----------
    tables
        One table.
    model
        Its interactions.
    name
        What a term is called.
    """
    found = fit(tables, [model], [0])
    codes = np.array(terms(model, tables.lists))
    observed = tables.margins[codes, 0]
    fitted = newton.margins(
        codes[:, None], observed[:, None], found.theta[0][:, None], 1 << tables.lists
    )[:, 0]
    finite = observed > 0
    counts, total = tables.counts[1:, 0], float(tables.totals[0])
    full = float(xlogy(counts, counts).sum() - total - tables.constants[0])
    return SingleFit(
        model=model,
        unseen=float(found.unseen[0]),
        estimate=float(found.estimate[0]),
        se=float(found.se[0]),
        interval=log_normal(total, float(found.unseen[0]), float(found.se[0])),
        coefficients=_coefficients(codes, found.theta[0], finite, fitted, name),
        deviance=max(0.0, 2 * (full - float(found.log_likelihood[0]))),
        df=len(counts) - len(codes),
        aic=float(found.criterion("aic")[0]),
        bic=float(found.criterion("bic")[0]),
        at_limit=False,
    )


def limit_fit(tables: Tables, model: int, name: Callable[[int], str]) -> SingleFit:
    """Fit a model whose means run to zero as the limit that the fit runs to (`designs.design_fit`), where there is one.

    Raises
    ------
    InputError
        When those unseen have no limit.
    """
    codes, cells = terms(model, tables.lists), np.arange(1, 1 << tables.lists)
    design = pd.DataFrame(
        {name(code) or CONSTANT: (cells & code == code).astype(float) for code in codes}
    )
    found = design_fit(tables.counts[1:, 0], design)
    total, size = float(tables.totals[0]), len(codes)
    return SingleFit(
        model=model,
        unseen=found.unseen,
        estimate=total + found.unseen,
        se=found.se,
        interval=log_normal(total, found.unseen, found.se),
        coefficients=tuple(
            Coefficient(term, value, found.errors[term])
            for term, value in found.coefficients.items()
        ),
        deviance=found.deviance,
        df=len(cells) - size,
        aic=2 * size - 2 * found.log_likelihood,
        bic=size * float(np.log(total)) - 2 * found.log_likelihood,
        at_limit=True,
    )


def _coefficients(
    codes: Array, theta: Array, finite: Array, fitted: Array, name: Callable[[int], str]
) -> tuple[Coefficient, ...]:
    held = codes[finite]
    errors = np.full(len(codes), np.nan)
    errors[finite] = np.sqrt(np.diag(np.linalg.inv(fitted[held[:, None] | held[None, :]])))
    values = np.where(finite, theta, -np.inf)
    rows = sorted(
        zip(codes.tolist(), values.tolist(), errors.tolist(), strict=True),
        key=lambda row: (row[0].bit_count(), row[0]),
    )
    return tuple(Coefficient(name(code) or CONSTANT, value, se) for code, value, se in rows)
