"""Whether a model has a maximum-likelihood estimate, by linear programme.

Both conditions depend on a table only through which cells are zero.
"""

from enum import IntFlag

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from replicate.analysis.systems.lists import Array, terms


class Fault(IntFlag):
    """Why a model can't be fitted to a table (numbered as by Chan, Silverman and Vincent 2021)."""

    NONE = 0
    NO_ESTIMATE = 1
    NOT_IDENTIFIABLE = 2

    @property
    def reason(self) -> str:
        """The fault in words."""
        return "; ".join(text for fault, text in _REASONS.items() if fault in self)


_REASONS = {
    Fault.NO_ESTIMATE: "no maximum-likelihood estimate exists, even with terms of minus infinity: "
    "the zeros let a mean run to zero",
    Fault.NOT_IDENTIFIABLE: "its terms cannot be told apart on the cells that its empty overlaps "
    "leave",
}


def fault(counts: Array, model: int) -> Fault:
    """Say what, if anything, stops a model from being fitted to a table.

    Terms with an empty margin are minus infinity, and their cells are left out. On the others an
    estimate exists just when some table with the same margins has no zero (Fienberg and Rinaldo
    2012, Annals of Statistics 40:996-1023, as put by Chan, Silverman and Vincent 2021, JASA
    116:1297-1306, section 2.6). Terms can be told apart there unless they outnumber the cells: the
    log mean of a cell is the sum of the terms within it, so that terms of one set of log means can
    only differ by a number added with alternating signs to every set of lists that is left, and
    only a model with all of those as terms allows that.

    Parameters
    ----------
    counts
        One entry a set of lists.
    model
        Its interactions.

    Examples
    --------
    Three lists, nobody on the third and another (Chan, Silverman and Vincent 2021, Table 2); the
    pair of the first two:

    >>> fault(np.array([0.0, 40, 30, 6, 20, 0, 0, 0]), 1 << 3)
    <Fault.NO_ESTIMATE: 1>
    """
    columns, here = design(counts, model), counts[1:] > 0
    empty = ~columns[here].any(axis=0)
    kept = ~columns[:, empty].any(axis=1)
    finite = columns[kept][:, ~empty]
    found = Fault.NOT_IDENTIFIABLE if finite.shape[1] > finite.shape[0] else Fault.NONE
    return found if face(finite, here[kept]).all() else found | Fault.NO_ESTIMATE


def design(counts: Array, model: int) -> NDArray[np.bool_]:
    """Return one row a cell but that of no list, and one column a term, the constant last."""
    cells = np.arange(1, len(counts))[:, None]
    codes = np.array(terms(model, len(counts).bit_length() - 1))
    return np.asarray(cells & codes == codes)


def face(columns: NDArray[np.bool_], here: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the cells whose means do not run to zero.

    They are those above zero in some table with the same margins, up to scale.

    Parameters
    ----------
    columns
        A design.
    here
        Which cells are above zero.

    Examples
    --------
    Nobody has the second trait but with the first: its own term runs to minus infinity, and the
    pair's to infinity.

    >>> traits = np.array([[1, 0, 0, 1], [0, 1, 0, 1], [1, 1, 1, 1]], dtype=bool)
    >>> face(traits, np.array([True, False, True])).tolist()
    [True, False, True]
    """
    cells, size = columns.shape
    # Cells' values, then how far each counts as above zero (up to 1), then the scale.
    equal = np.hstack([columns.T, np.zeros((size, cells)), -columns[here].sum(axis=0)[:, None]])
    below = np.hstack([-np.eye(cells), np.eye(cells), np.zeros((cells, 1))])
    found = linprog(
        np.concatenate([np.zeros(cells), -np.ones(cells), [0.0]]),
        A_ub=below,
        b_ub=np.zeros(cells),
        A_eq=equal,
        b_eq=np.zeros(size),
        bounds=[(0, None)] * cells + [(0, 1)] * cells + [(1, None)],
        method="highs",
    )
    return np.asarray(found.x)[cells : 2 * cells] > 0.5
