"""Rates per 1,000 children and their intervals."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats import norm

from replicate.analysis.rates.glm import fitted
from replicate.analysis.rates.panels import design, usable
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.forces import CITY_OF_LONDON

MINIMUM = 50
"""The fewest offences for which a rate is given: from there on a 95 % interval on the log scale covers 94 to 97 % of the time."""

PER = 1000
"""Rates are per so many children."""


def dispersion(
    panel: pd.DataFrame, effects: Sequence[str] = ("force", "year"), exposure: str = "children"
) -> float:
    """Return the quasi-Poisson dispersion: Pearson's chi-squared over its degrees of freedom.

    A Poisson model with an effect for each area and each year, and the logarithm of children as offset, takes out true
    differences between areas and the national course; what is left is how much an area's count moves about from year to
    year, in multiples of what a Poisson count would (McCullagh and Nelder 1989, Generalized Linear Models, 2nd edition,
    sections 4.5 and 6.2.3). An area's drift against the others is in it too, so it errs towards wide intervals. It is one
    number for all areas: where the variance grows faster than the count, the largest areas move about more than it says.

    Parameters
    ----------
    panel
        From `panel`: one row an area and year. Rows with a negative count are set aside.
    effects
        Columns whose levels each get an effect.
    exposure
        The column the count is proportional to.

    Returns
    -------
    float
        1 is a Poisson count; above 1, over-dispersed.

    Raises
    ------
    InputError
        When an effect has fewer than two levels, or a level without any offence.
    """
    rows, _ = usable(panel, effects)
    return float(fitted(rows["count"], design(rows, effects), rows[exposure], scale="X2").scale)


def rates(
    counts: pd.DataFrame, children: pd.DataFrame, *, dispersion: float, level: float
) -> pd.DataFrame:
    """Return recorded offences per 1,000 children, with intervals that allow for over-dispersion.

    With variance of a count = dispersion x mean, the delta method gives the logarithm of the count a standard error of
    sqrt(dispersion / count), and children are taken as known: the interval is rate x exp(± z se). It can't fall below 0, and
    over-dispersion is allowed for, which exact Poisson limits (Garwood 1936) don't do. Below `MINIMUM` offences the rate is left blank.
    A dispersion below 1 is taken as 1: an area's count is never surer than a Poisson count.

    Parameters
    ----------
    counts
        force, count.
    children
        force, children; one row a force.
    dispersion
        From `dispersion`.
    level
        Between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        force, count, children, rate, lower, upper (per 1,000 children) and se_log (standard error of the log rate). City of London, a body
        without children of its own, and fewer than `MINIMUM` offences have a count and no rate.

    Raises
    ------
    InputError
        When the level is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise InputError(
            "a level out of range", where="rates", got=level, expected="a number between 0 and 1"
        )
    rows = counts[["force", "count"]].merge(children[["force", "children"]], on="force", how="left")
    held, number = rows["children"].astype("Float64"), rows["count"].astype("Float64")
    given = (
        (number.ge(MINIMUM) & held.gt(0) & rows["force"].ne(CITY_OF_LONDON))
        .fillna(value=False)
        .astype(bool)
    )
    count, exposed = number.where(given).astype(float), held.where(given).astype(float)
    se = np.sqrt(max(dispersion, 1.0) / count)
    rate, factor = PER * count / exposed, np.exp(norm.isf((1 - level) / 2) * se)
    return rows.assign(rate=rate, lower=rate / factor, upper=rate * factor, se_log=se)
