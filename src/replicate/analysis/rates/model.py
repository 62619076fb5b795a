"""Recorded offences by area and year: a negative-binomial model with children as exposure."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import t

from replicate.analysis.rates.glm import fitted
from replicate.analysis.rates.nb2 import NegativeBinomialFit, negative_binomial
from replicate.analysis.rates.panels import design, usable
from replicate.vocabulary.errors import unknown

EFFECTS = ("force", "year")


@dataclass(frozen=True)
class AreaYearModel:
    """What the model of area and year found.

    Attributes
    ----------
    year_effects
        year, rate_ratio, lower, upper: recorded offences per child against the base year, areas held fixed.
    base_year
        Its ratio is 1 by definition.
    over_dispersion
        Alpha with its interval, and the likelihood compared with that of a Poisson model.
    autocorrelation
        Of Pearson residuals of one area from one year to the next: about 0 if years were independent; not a number where no two
        years follow one another.
    n, areas
        Area-years used, and areas.
    set_aside
        Area-years left out because their count is negative.
    level
        Of the intervals.
    """

    year_effects: pd.DataFrame
    base_year: int
    over_dispersion: NegativeBinomialFit
    autocorrelation: float
    n: int
    areas: int
    set_aside: pd.DataFrame
    level: float


def area_year_model(
    panel: pd.DataFrame, *, base_year: int | None = None, level: float = 0.95
) -> AreaYearModel:
    """Fit recorded offences by area and year with children as exposure (NB2, log link).

    Years of one area hang together, so the intervals of the year effects are robust to that: a sandwich variance with
    areas as clusters (Liang and Zeger 1986, Biometrika 73:13-22) and Student's t with one degree of freedom fewer than
    areas (Cameron and Miller 2015, Journal of Human Resources 50:317-372). Alpha is
    adjusted for the many effects (see `negative_binomial`); its interval takes area-years as independent given the effects.
    The model describes what was recorded; it says nothing of why.

    Parameters
    ----------
    panel
        From `panel`: force, year, count, children.
    base_year
        The year the others are compared with; None takes the first.
    level
        Between 0 and 1.

    Raises
    ------
    InputError
        For a base year not in the panel, or an area or a year without any offence.
    """
    rows, set_aside = usable(panel, EFFECTS)
    years = sorted(int(year) for year in set(rows["year"]))
    base = years[0] if base_year is None else base_year
    if base not in years:
        raise unknown("base year", base, [str(year) for year in years], where="panel")
    columns = design(rows, EFFECTS, base_year=base)
    found = negative_binomial(rows["count"], columns, rows["children"], level=level, adjusted=True)
    clusters = pd.factorize(rows["force"])[0]
    robust = {"cov_type": "cluster", "cov_kwds": {"groups": clusters}}
    model = fitted(rows["count"], columns, rows["children"], alpha=found.alpha, **robust)
    areas = rows["force"].nunique()
    effects = _ratios(model.params, model.bse * t.isf((1 - level) / 2, areas - 1), years)
    residuals = rows.assign(residual=model.resid_pearson).pivot(
        index="year", columns="force", values="residual"
    )
    return AreaYearModel(
        effects,
        base,
        found,
        _autocorrelation(residuals),
        len(rows),
        areas,
        set_aside.reset_index(drop=True),
        level,
    )


def _ratios(
    params: "pd.Series[float]", half_width: "pd.Series[float]", years: list[int]
) -> pd.DataFrame:
    names = [f"year {year}" for year in years]
    effect, half = (
        series.reindex(names, fill_value=0.0).to_numpy() for series in (params, half_width)
    )
    return pd.DataFrame(
        {
            "year": years,
            "rate_ratio": np.exp(effect),
            "lower": np.exp(effect - half),
            "upper": np.exp(effect + half),
        }
    )


def _autocorrelation(residuals: pd.DataFrame) -> float:
    """Return the lag-one autocorrelation of the columns, pooled; the fit gives each column a mean near 0."""
    every = residuals.reindex(range(int(residuals.index.min()), int(residuals.index.max()) + 1))
    values = every.to_numpy(dtype="float64")
    pairs = values[1:] * values[:-1]
    return (
        float("nan") if np.isnan(pairs).all() else float(np.nanmean(pairs) / np.nanmean(values**2))
    )
