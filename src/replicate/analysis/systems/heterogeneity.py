"""Log-linear models in which people differ in how likely any list is to hold them."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from replicate.analysis.systems.designs import CONSTANT, design_fit
from replicate.analysis.systems.intervals import log_normal
from replicate.analysis.systems.lattice import Array
from replicate.analysis.systems.lists import ListTable
from replicate.analysis.systems.models import terms as terms_of
from replicate.vocabulary.errors import InputError, unknown
from replicate.vocabulary.uncertainty import SamplingInterval

Kind = Literal["none", "chao", "darroch", "gamma", "poisson"]

BASES: dict[str, float] = {"gamma": 3.5, "poisson": 2.0}
"""The parameters that Rivest and Baillargeon (2007) give these two, unless told."""

FAR, NOTHING = 30.0, 1e-5
"""On the log scale: bounds that no term of a fit comes near, and what is no more than the rounding of the search."""


@dataclass(frozen=True)
class HeterogeneityFit:
    """A fit with heterogeneity.

    Attributes
    ----------
    kind
        Which.
    estimate, se, interval
        People in all; the interval is log-normal.
    deviance, df, aic
        Of the fit.
    coefficients
        By name; Chao's that came out negative are left out, and were held at 0.
    """

    kind: Kind
    estimate: float
    se: float
    interval: SamplingInterval
    deviance: float
    df: int
    aic: float
    coefficients: dict[str, float]


def heterogeneity(
    table: ListTable, kind: Kind, *, terms: tuple[str, ...] = (), base: float | None = None
) -> HeterogeneityFit:
    """Fit main effects, interactions given by name, and a term in the number of lists that a person is on.

    With k lists: Darroch's term is k squared / 2 (Darroch, Fienberg, Glonek and Junker 1993, JASA 88:1137-1148); Poisson's base^k - 1,
    gamma's -log((base + k) / base), and Chao's, which gives a lower bound, a term max(k - j + 1, 0) for each j from 3 to the number
    of lists, none below 0 (Rivest and Baillargeon 2007, Biometrics 63:999-1006; Rivest 2011). No table can say which holds: the
    terms differ in what they make of people on no list, where nothing is seen.

    Parameters
    ----------
    table
        From `read_lists`; three lists or more.
    kind
        Which term; `none` for none.
    terms
        Interactions.
    base
        Of gamma (above 0; 3.5 unless told) or Poisson (above 1; 2 unless told).

    Raises
    ------
    InputError
        For an unknown kind or list, a base out of range, or a model without an estimate for this table.
    """
    codes = np.array(terms_of(table.model(terms), len(table.lists)))
    cells = np.arange(1, 1 << len(table.lists))
    names = [table.name(code) or CONSTANT for code in codes.tolist()]
    design = pd.DataFrame(
        {
            name: (cells & code == code).astype(float)
            for name, code in zip(names, codes, strict=True)
        }
    )
    lists_on = np.array([int(cell).bit_count() for cell in cells])
    return _fit(kind, table.counts[1:], design, lists_on, np.ones(len(cells)), base)


def repeats(frame: pd.DataFrame, kind: Kind, *, base: float | None = None) -> HeterogeneityFit:
    """Estimate how many people there are from how often each was seen on one list, seen times being unlimited.

    With a number of times that is Poisson given a person, log mean counts are linear in the times k, less log k!: `none` is the
    zero-truncated Poisson, and `chao` its lower bound where people differ (Chao 1987, Biometrics 43:783-791; Rivest and Baillargeon
    2007). The other kinds add the term that they have for lists.

    Parameters
    ----------
    frame
        Two columns: times seen (1, 2, ...), and how many people were.
    kind, base
        As in `heterogeneity`.

    Raises
    ------
    InputError
        For times or people that are not whole numbers, times below 1 or given twice, or a model without an estimate.

    Examples
    --------
    >>> seen = pd.DataFrame({"times": [1, 2], "people": [200, 50]})
    >>> round(repeats(seen, "chao").estimate, 3)
    650.0
    """
    times, people = (
        pd.to_numeric(frame.iloc[:, place], errors="coerce").to_numpy(dtype=float)
        for place in (0, 1)
    )
    for row, (seen, count) in enumerate(zip(times, people, strict=True), start=2):
        if (
            not (seen >= 1 and seen == int(seen) and count >= 0 and count == int(count))
            or seen in times[: row - 2]
        ):
            raise InputError(
                "not a number of people seen so many times",
                where=f"row {row}",
                got=",".join(str(value) for value in frame.iloc[row - 2, :2].tolist()),
                expected="times from 1, each once, and a whole number of people",
            )
    every = np.arange(1, int(times.max()) + 1)
    counts = np.zeros(len(every))
    counts[times.astype(int) - 1] = people
    design = pd.DataFrame({"times": every.astype(float), CONSTANT: 1.0})
    return _fit(
        kind, counts, design, every.astype(float), 1 / np.cumprod(every.astype(float)), base
    )


def _columns(kind: Kind, k: Array, base: float | None) -> dict[str, Array]:
    """Return the terms in the number of lists."""
    if kind not in get_args(Kind):
        raise unknown("heterogeneity", kind, get_args(Kind), where="kind")
    if kind == "chao":
        return {f"from {j}": np.maximum(k - j + 1.0, 0) for j in range(3, int(k.max()) + 1)}
    if kind == "darroch":
        return {"darroch": k**2 / 2}
    if kind == "none":
        return {}
    value = BASES[kind] if base is None else base
    lowest = 0 if kind == "gamma" else 1
    if value <= lowest:
        raise InputError(
            f"base of {kind} out of range", where="base", got=value, expected=f"above {lowest}"
        )
    return {kind: -np.log1p(k / value) if kind == "gamma" else value**k - 1}


def _fit(
    kind: Kind, counts: Array, design: pd.DataFrame, k: Array, exposure: Array, base: float | None
) -> HeterogeneityFit:
    added = pd.DataFrame(_columns(kind, k, base), index=design.index)
    if kind == "chao":
        added = added[_positive(counts, design, added, exposure)]
    every = pd.concat([design, added], axis=1)
    found = design_fit(counts, every, exposure)
    total, size = float(counts.sum()), every.shape[1]
    interval = log_normal(total, found.unseen, found.se)
    return HeterogeneityFit(
        kind=kind,
        estimate=total + found.unseen,
        se=found.se,
        interval=interval,
        deviance=found.deviance,
        df=len(counts) - size,
        aic=2 * size - 2 * found.log_likelihood,
        coefficients=found.coefficients,
    )


def _positive(
    counts: Array, design: pd.DataFrame, added: pd.DataFrame, exposure: Array
) -> list[str]:
    """Return Chao's terms that are above 0 where the likelihood is largest with none below."""
    columns = np.hstack([design.to_numpy(), added.to_numpy()])
    free, held = design.shape[1], added.shape[1]
    start = np.where(
        np.append(design.columns, added.columns) == CONSTANT, np.log(counts.mean()), 0.0
    )

    def loss(theta: Array) -> tuple[float, Array]:
        log_means = columns @ theta
        means = exposure * np.exp(log_means)
        return float(means.sum() - counts @ log_means), columns.T @ (means - counts)

    bounds = [(-FAR, FAR)] * free + [(0.0, FAR)] * held
    found = minimize(
        loss,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": 10_000, "ftol": 1e-14, "gtol": 1e-9},
    )
    return [
        name for name, value in zip(added.columns, found.x[free:], strict=True) if value > NOTHING
    ]
