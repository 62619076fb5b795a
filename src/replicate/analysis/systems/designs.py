"""Poisson models with any design, one at a time; the limit of a fit whose terms run to infinity together."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linprog

from replicate.analysis.rates import fitted
from replicate.analysis.systems.lattice import Array
from replicate.vocabulary.errors import InputError

CONSTANT = "constant"


@dataclass(frozen=True)
class DesignFit:
    """A fit of counts to a design.

    Attributes
    ----------
    unseen, se
        The exponential of the constant, and its standard error: root of (unseen + unseen squared x variance of the constant).
    coefficients, errors
        By name, those that the fit has a value for.
    deviance, log_likelihood
        Of the cells.
    at_limit
        Whether some terms run to infinity together, and the fit is the limit.
    """

    unseen: float
    se: float
    coefficients: dict[str, float]
    errors: dict[str, float]
    deviance: float
    log_likelihood: float
    at_limit: bool


def design_fit(counts: Array, design: pd.DataFrame, exposure: Array | None = None) -> DesignFit:
    """Fit counts by maximum likelihood, or find the limit that the fit runs to.

    Where zeros let some means run to zero, the likelihood has a limit: that of the model on the other cells alone (the face; Fienberg
    and Rinaldo 2012, Annals of Statistics 40:996-1023). Terms that can't be told apart there are left out. The limit says how many
    are unseen just when the constant can be told.

    Parameters
    ----------
    counts
        One a cell.
    design
        One row a cell, and a column `constant` of 1.
    exposure
        What means are proportional to; 1 unless given.

    Raises
    ------
    InputError
        When the constant has no finite estimate.
    """
    columns = design.to_numpy(dtype=float)
    kept = face(columns, counts)
    nobody = (design.columns == CONSTANT).astype(float)[None, :]
    if np.linalg.matrix_rank(np.vstack([columns[kept], nobody])) > np.linalg.matrix_rank(
        columns[kept]
    ):
        raise InputError(
            "a model that cannot be fitted to this table",
            where="design",
            got="how many are on no list cannot be told: it runs to infinity, or any number does as well",
            expected="a model whose estimate exists and is identifiable",
            hint="leave out a term",
        )
    names = _independent(design[kept])
    held = np.ones(len(counts)) if exposure is None else exposure
    # A model with a term for each cell leaves no degrees of freedom, by which statsmodels divides for a scale that is not used.
    with np.errstate(divide="ignore", invalid="ignore"):
        model = fitted(
            pd.Series(counts[kept]),
            design.loc[kept, names].reset_index(drop=True),
            pd.Series(held[kept]),
        )
    unseen = float(np.exp(model.params[CONSTANT]))
    se = float(np.sqrt(unseen + unseen**2 * model.cov_params().loc[CONSTANT, CONSTANT]))
    values, errors = model.params.to_dict(), model.bse.to_dict()
    return DesignFit(
        unseen, se, values, errors, float(model.deviance), float(model.llf), not kept.all()
    )


def face(columns: Array, counts: Array) -> NDArray[np.bool_]:
    """Return the cells whose means do not run to zero: those above zero in some table with the same margins, up to scale.

    Examples
    --------
    Nobody has the second trait but with the first: its own term runs to minus infinity, and the pair's to infinity.

    >>> design = np.array([[1, 1, 0, 0], [1, 0, 1, 0], [1, 1, 1, 1.0]])
    >>> face(design, np.array([5.0, 0.0, 3.0])).tolist()
    [True, False, True]
    """
    cells, terms = columns.shape
    # Cells' values, then how far each counts as above zero (up to 1), then the scale.
    equal = np.hstack([columns.T, np.zeros((terms, cells)), -(columns.T @ counts)[:, None]])
    below = np.hstack([-np.eye(cells), np.eye(cells), np.zeros((cells, 1))])
    goal = np.concatenate([np.zeros(cells), -np.ones(cells), [0.0]])
    bounds = [(0, None)] * cells + [(0, 1)] * cells + [(1, None)]
    found = linprog(
        goal,
        A_ub=below,
        b_ub=np.zeros(cells),
        A_eq=equal,
        b_eq=np.zeros(terms),
        bounds=bounds,
        method="highs",
    )
    return np.asarray(found.x)[cells : 2 * cells] > 0.5


def _independent(design: pd.DataFrame) -> list[str]:
    """Return columns that span the others, the constant first."""
    names: list[str] = []
    for name in [CONSTANT, *(name for name in design.columns if name != CONSTANT)]:
        if np.linalg.matrix_rank(design[[*names, name]].to_numpy()) > len(names):
            names.append(name)
    return names
