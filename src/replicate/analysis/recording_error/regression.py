"""Regression on recorded crime, corrected for a recording rate that another variable goes with.

As in the package rcme of the Recounting Crime project (Cernat, Piña-Sánchez, Brunton-Smith and Buil-Gil;
github.com/RecountingCrime/rcme): recorded crime is true crime times a recording rate, the rate's odds change by a factor with a
variable of the model, and the regression is made again with recorded crime divided by the rate. Rate and factor are assumptions: no
data are used to find them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy.special import expit, logit

from replicate.vocabulary.errors import InputError, unknown


@dataclass(frozen=True)
class Corrected:
    """A slope, had the recording rate been as assumed.

    Attributes
    ----------
    rate, odds_ratio
        The recording rate where the variable that goes with it is 0, and how its odds change with one unit of that variable.
    slope, se
        Of the focal variable, the rate taken as known.
    risk_ratio
        The recording rate at 1 over that at 0.
    coefficients
        All of the regression's, by name; `constant` among them.
    """

    rate: float
    odds_ratio: float
    slope: float
    se: float
    risk_ratio: float
    coefficients: dict[str, float]


def corrected(
    data: pd.DataFrame,
    *,
    outcome: str,
    focal: str,
    others: Sequence[str] = (),
    crime: str,
    rate: float,
    odds_ratio: float,
    log: bool,
) -> Corrected:
    """Fit a least-squares regression with recorded crime divided by an assumed recording rate.

    Where crime is the outcome, the rate goes with the focal variable; where it is the focal variable, with the outcome.

    Parameters
    ----------
    data
        One row an area.
    outcome, focal, others
        Columns of the regression: the focal variable is the one whose slope is asked for.
    crime
        The outcome or the focal variable: the one that is recorded crime.
    rate
        Where the variable that goes with it is 0: above 0, below 1. Centre that variable, so that 0 is its average.
    odds_ratio
        How the odds of recording change with one unit of that variable; above 0, and 1 for no association.
    log
        Whether crime enters as its logarithm.

    Raises
    ------
    InputError
        For a column that is not there or a crime that is neither outcome nor focal, a rate or an odds ratio out of range, or crime that
        has no logarithm.

    Examples
    --------
    With the same rate everywhere, the slope of a logarithm does not change:

    >>> areas = pd.DataFrame({"recorded": [8.0, 12.0, 25.0, 30.0], "deprivation": [-1.0, -0.5, 0.5, 1.0]})
    >>> both = [
    ...     corrected(areas, outcome="recorded", focal="deprivation", crime="recorded", rate=rate, odds_ratio=1, log=True).slope
    ...     for rate in (0.3, 0.9)
    ... ]
    >>> round(both[0], 6) == round(both[1], 6)
    True
    """
    for name in (outcome, focal, *others):
        if name not in data:
            raise unknown("column", name, map(str, data.columns), where="regression")
    if crime not in (outcome, focal):
        raise InputError(
            "crime that is not in the comparison",
            where="crime",
            got=crime,
            expected=f"{outcome} or {focal}",
        )
    linked = focal if crime == outcome else outcome
    adjusted = data[crime] / recording_rates(data[linked], rate=rate, odds_ratio=odds_ratio)
    if log and not (adjusted > 0).all():
        raise InputError(
            "crime without a logarithm",
            where=crime,
            got=float(data[crime].min()),
            expected="numbers above 0",
        )
    frame = data.assign(**{crime: np.log(adjusted) if log else adjusted})
    fit = sm.OLS(frame[outcome], sm.add_constant(frame[[focal, *others]])).fit()
    names = {name: float(value) for name, value in fit.params.rename({"const": "constant"}).items()}
    return Corrected(
        rate, odds_ratio, names[focal], float(fit.bse[focal]), risk_ratio(rate, odds_ratio), names
    )


def recording_rates(
    linked: "pd.Series[float]", *, rate: float, odds_ratio: float
) -> "pd.Series[float]":
    """Return the rate of each area: expit(logit(rate) + log(odds ratio) x variable).

    Raises
    ------
    InputError
        For a rate or an odds ratio out of range.

    Examples
    --------
    >>> recording_rates(pd.Series([-1.0, 0.0]), rate=0.5, odds_ratio=3.0).round(6).tolist()
    [0.25, 0.5]
    """
    _check(rate, odds_ratio)
    return pd.Series(expit(logit(rate) + np.log(odds_ratio) * linked), index=linked.index)


def risk_ratio(rate: float, odds_ratio: float) -> float:
    """Return the recording rate at 1 over that at 0: D / (1 - R + R D) (Zhang and Yu 1998, JAMA 280:1690-1691).

    Raises
    ------
    InputError
        For a rate or an odds ratio out of range.

    Examples
    --------
    >>> round(risk_ratio(0.3, 0.9), 3)
    0.928
    """
    _check(rate, odds_ratio)
    return odds_ratio / (1 - rate + rate * odds_ratio)


def _check(rate: float, odds_ratio: float) -> None:
    if not 0 < rate < 1:
        raise InputError(
            "a recording rate out of range", where="rate", got=rate, expected="above 0, below 1"
        )
    if not 0 < odds_ratio < np.inf:
        raise InputError(
            "an odds ratio out of range", where="odds_ratio", got=odds_ratio, expected="above 0"
        )
