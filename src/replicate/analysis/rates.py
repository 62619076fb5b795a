"""Rates of recorded offences per 1,000 children by area, with intervals for over-dispersion.

Recorded, including non-recent: a rate says what was recorded in an area in a year, not where or how
much abuse happens.
"""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import exp, inf, log
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.genmod.api as sm
from scipy.optimize import brentq, minimize_scalar
from scipy.stats import chi2, norm, t
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

from replicate.analysis.checks import refuse_outside, refuse_unless
from replicate.vocabulary.errors import unknown
from replicate.vocabulary.forces import CITY_OF_LONDON
from replicate.vocabulary.uncertainty import SamplingInterval

Column = pd.Series | np.ndarray[Any, Any]
Columns = pd.DataFrame | np.ndarray[Any, Any]

MINIMUM = 50
"""The fewest offences for which a rate is given: from there on a 95 % interval on the log scale
covers 94 to 97 % of the time."""

PER = 1000
"""Rates are per so many children."""

EFFECTS = ("force", "year")
"""Of the model of area and year."""

SMALLEST, LARGEST = 1e-6, 1e3
"""Where alpha is looked for: at the one end a count of a thousand has a thousandth more variance
than a Poisson count; at the other, a count of one has a thousand times as much."""

NOTHING = 1e-6
"""A difference of log-likelihoods too small to tell from the rounding of the machine."""


@dataclass(frozen=True)
class NegativeBinomialFit:
    """A fit of NB2: variance = mean + alpha x mean squared.

    Attributes
    ----------
    alpha
        Over-dispersion; 0 where the counts scatter no more than Poisson counts.
    alpha_interval
        Its profile-likelihood interval; the upper end is infinite where the counts can't bound it.
    likelihood_ratio
        Twice the log-likelihood gained over the Poisson model with the same mean.
    """

    alpha: float
    alpha_interval: SamplingInterval
    likelihood_ratio: float


@dataclass(frozen=True)
class AreaYearModel:
    """What the model of area and year found.

    Attributes
    ----------
    year_effects
        year, rate_ratio, lower, upper: recorded offences per child against the base year, areas
        held fixed.
    base_year
        Its ratio is 1 by definition.
    over_dispersion
        Alpha with its interval, and the likelihood compared with that of a Poisson model.
    autocorrelation
        Of Pearson residuals of one area from one year to the next: about 0 if years were
        independent; not a number where no two years follow one another.
    n, areas
        Area-years used, and areas. Those with a negative count are left out.
    level
        Of the intervals.
    """

    year_effects: pd.DataFrame
    base_year: int
    over_dispersion: NegativeBinomialFit
    autocorrelation: float
    n: int
    areas: int
    level: float


def panel(recorded: pd.DataFrame, children: pd.DataFrame) -> pd.DataFrame:
    """Put recorded offences beside the children of an area, for whole calendar years.

    Parameters
    ----------
    recorded
        Selected rows of recorded crime: force, quarter, count.
    children
        Children of one age range: force, year, children (mid-year).

    Returns
    -------
    pandas.DataFrame
        force, year, count, children. Years without all four quarters, areas without children given
        (Wales, British Transport Police), area-years with a missing cell, and the City of London,
        where few children live, are left out.
    """
    year = recorded["quarter"].str[:4].astype(int).rename("year")
    whole = recorded["quarter"].groupby(year).transform("nunique").eq(4)
    cells = recorded[whole & recorded["force"].ne(CITY_OF_LONDON)]
    counts = cells["count"].astype("Int64").groupby([cells["force"], year]).sum(skipna=False)
    exposed = children[["force", "year", "children"]]
    rows = counts.reset_index().merge(exposed, on=["force", "year"]).dropna()
    return rows.astype({"count": int, "children": int}).reset_index(drop=True)


def dispersion(
    panel: pd.DataFrame, effects: Sequence[str] = EFFECTS, exposure: str = "children"
) -> float:
    """Return the quasi-Poisson dispersion: Pearson's chi-squared over its degrees of freedom.

    A Poisson model with an effect for each area and each year, and the logarithm of children as
    offset, takes out true differences between areas and the national course; what is left is how
    much an area's count moves about from year to year, in multiples of what a Poisson count would
    (McCullagh and Nelder 1989, Generalized Linear Models, 2nd edition, sections 4.5 and 6.2.3). An
    area's drift against the others is in it too, so it errs towards wide intervals. It is one
    number for all areas: where the variance grows faster than the count, the largest areas move
    about more than it says.

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
    rows = _usable(panel, effects)
    return float(fitted(rows["count"], _design(rows, effects), rows[exposure], scale="X2").scale)


def rates(
    counts: pd.DataFrame, children: pd.DataFrame, *, dispersion: float, level: float
) -> pd.DataFrame:
    """Return recorded offences per 1,000 children, with intervals that allow for over-dispersion.

    With variance of a count = dispersion x mean, the delta method gives the logarithm of the count
    a standard error of sqrt(dispersion / count), and children are taken as known: the interval is
    rate x exp(± z se). It can't fall below 0, and over-dispersion is allowed for, which exact
    Poisson limits (Garwood 1936) don't do. Below `MINIMUM` offences the rate is left blank. A
    dispersion below 1 is taken as 1: an area's count is never surer than a Poisson count.

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
        force, count, children, rate, lower, upper (per 1,000 children) and se_log (standard error
        of the log rate). City of London, a body without children of its own, and fewer than
        `MINIMUM` offences have a count and no rate.

    Raises
    ------
    InputError
        When the level is not between 0 and 1.
    """
    refuse_outside(level, "a level", where="rates")
    rows = counts[["force", "count"]].merge(children[["force", "children"]], on="force", how="left")
    number, held = (rows[name].astype("Float64") for name in ("count", "children"))
    rated = number.ge(MINIMUM) & held.gt(0) & rows["force"].ne(CITY_OF_LONDON)
    given = rated.fillna(value=False).astype(bool)
    count, exposed = number.where(given).astype(float), held.where(given).astype(float)
    se = np.sqrt(max(dispersion, 1.0) / count)
    rate, factor = PER * count / exposed, np.exp(norm.isf((1 - level) / 2) * se)
    return rows.assign(rate=rate, lower=rate / factor, upper=rate * factor, se_log=se)


def rank_ranges(rates: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Return the lowest and highest rank that each area could hold, all pairs compared at once.

    Two areas are told apart when the difference of their log rates exceeds z times its standard
    error, where z makes all k (k - 1) / 2 comparisons hold together at the level (Bonferroni: one
    less the level is shared among the pairs, both sides). An area's range runs from 1 + the number
    of areas told apart above it to k - the number told apart below it. League tables without such
    ranges claim more than their figures can (Goldstein and Spiegelhalter 1996, JRSS A 159:385-443);
    comparing intervals by eye for overlap is no test of a pair (Goldstein and Healy 1995, JRSS A
    158:175-177).

    Parameters
    ----------
    rates
        From `rates`: force, rate, se_log.
    level
        The level at which all comparisons hold at once, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        The frame with rank (1 is the highest rate), rank_lower and rank_upper; missing where there
        is no rate.

    Raises
    ------
    InputError
        When the level is not between 0 and 1.

    Examples
    --------
    >>> far_apart = pd.DataFrame({"force": ["Kent", "Essex"], "rate": [2.0, 8.0], "se_log": 0.1})
    >>> rank_ranges(far_apart)[["rank_lower", "rank_upper"]].values.tolist()
    [[2, 2], [1, 1]]
    """
    refuse_outside(level, "a level", where="ranks")
    ranked = rates[rates["rate"].notna()]
    areas = len(ranked)
    log_rate = np.log(ranked["rate"].to_numpy(dtype="float64"))
    se = ranked["se_log"].to_numpy(dtype="float64")
    pairs = max(areas * (areas - 1) // 2, 1)
    apart = norm.isf((1 - level) / 2 / pairs) * np.sqrt(se[:, None] ** 2 + se[None, :] ** 2)
    above = log_rate[None, :] - log_rate[:, None]
    ranks = pd.DataFrame(index=ranked.index).assign(
        rank=ranked["rate"].rank(ascending=False, method="min"),
        rank_lower=1 + (above > apart).sum(axis=1),
        rank_upper=areas - (above < -apart).sum(axis=1),
    )
    return rates.join(ranks.astype("Int64"))


def area_year_model(
    panel: pd.DataFrame, *, base_year: int | None = None, level: float = 0.95
) -> AreaYearModel:
    """Fit recorded offences by area and year with children as exposure (NB2, log link).

    Years of one area hang together, so the intervals of the year effects are robust to that: a
    sandwich variance with areas as clusters (Liang and Zeger 1986, Biometrika 73:13-22) and
    Student's t with one degree of freedom fewer than areas (Cameron and Miller 2015, Journal of
    Human Resources 50:317-372). Alpha is adjusted for the many effects (see `negative_binomial`);
    its interval takes area-years as independent given the effects. The model describes what was
    recorded; it says nothing of why.

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
    rows = _usable(panel, EFFECTS)
    years = sorted(int(year) for year in set(rows["year"]))
    base = years[0] if base_year is None else base_year
    if base not in years:
        raise unknown("base year", base, [str(year) for year in years], where="panel")
    counts, children, columns = rows["count"], rows["children"], _design(rows, EFFECTS, base)
    found = negative_binomial(counts, columns, children, level=level, adjusted=True)
    clusters = pd.factorize(rows["force"])[0]
    robust = {"cov_type": "cluster", "cov_kwds": {"groups": clusters}}
    model = fitted(counts, columns, children, alpha=found.alpha, **robust)
    names, areas = [f"year {year}" for year in years], rows["force"].nunique()
    effect, error = (
        found.reindex(names, fill_value=0.0).to_numpy() for found in (model.params, model.bse)
    )
    half = error * t.isf((1 - level) / 2, areas - 1)
    effects = {"rate_ratio": effect, "lower": effect - half, "upper": effect + half}
    ratios = pd.DataFrame({"year": years, **{name: np.exp(at) for name, at in effects.items()}})
    autocorrelation = _autocorrelation(rows.assign(residual=model.resid_pearson))
    return AreaYearModel(ratios, base, found, autocorrelation, len(rows), areas, level)


def negative_binomial(
    counts: pd.Series,
    design: pd.DataFrame,
    exposure: pd.Series,
    *,
    level: float,
    adjusted: bool = False,
) -> NegativeBinomialFit:
    """Fit NB2 with a log link by maximum likelihood.

    For a given alpha the model is a generalised linear model, which statsmodels fits by iteratively
    reweighted least squares; alpha itself maximises the profile likelihood. In NB2 the mean's
    parameters and alpha are orthogonal, so this loses nothing (Lawless 1987, Canadian Journal of
    Statistics 15:209-225), and it converges where joint maximisation from poor starting values does
    not.

    With many effects to estimate, the likelihood takes some of the scatter for effects and puts
    alpha too low. The adjusted profile likelihood takes that off: less half the logarithm of the
    determinant of the information on the effects (Cox and Reid 1987, JRSS B 49:1-39; for counts,
    McCarthy, Chen and Smyth 2012, Nucleic Acids Research 40:4288-4297). The likelihood-ratio
    statistic is never adjusted.

    Parameters
    ----------
    counts
        Counts, none negative.
    design
        Columns of the model of the mean, a constant among them.
    exposure
        What the mean is proportional to, above 0.
    level
        Of the interval for alpha, between 0 and 1.
    adjusted
        Whether alpha and its interval come from the adjusted profile likelihood.
    """
    y, columns, exposed = (np.asarray(given, "float64") for given in (counts, design, exposure))
    poisson = fitted(y, columns, exposed)

    def loss(log_alpha: float, adjusted: bool = adjusted) -> float:
        alpha = exp(log_alpha)
        model = fitted(y, columns, exposed, alpha, start_params=poisson.params)
        if not adjusted:
            return -float(model.llf)
        weights = model.mu / (1 + alpha * model.mu)
        information = np.linalg.slogdet(columns.T @ (columns * weights[:, None])).logabsdet
        return float(information / 2 - model.llf)

    gained = -float(poisson.llf) - _lowest(partial(loss, adjusted=False))[1]
    ratio = 2 * gained if gained > NOTHING else 0.0
    return NegativeBinomialFit(*_profile(loss, level), ratio)


def fitted(
    counts: Column, design: Columns, exposure: Column, alpha: float = 0.0, **options: Any
) -> Any:
    """Fit counts with a log link by statsmodels: Poisson, or NB2 with a given alpha above 0.

    The mean is proportional to the exposure; `options` are those of the fit, such as the scale or
    the kind of covariance. Returns statsmodels' GLMResults.
    """
    family = sm.families.NegativeBinomial(alpha=alpha) if alpha else sm.families.Poisson()
    with warnings.catch_warnings():
        # For counts an exact fit separates nothing: every mean is above 0, every effect identified.
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        model = sm.GLM(counts.astype(float), design, family=family, offset=np.log(exposure))
        return model.fit(**options)


def _usable(rows: pd.DataFrame, effects: Sequence[str]) -> pd.DataFrame:
    """Return the rows a count model can use: those whose count isn't negative (records cancelled).

    An effect with fewer than two levels is refused, and a level without any offence, whose effect
    is minus infinity on the log scale.
    """
    kept = rows[rows["count"] >= 0]
    for effect in effects:
        sums = kept.groupby(effect)["count"].sum()
        empty = ", ".join(str(name) for name in sums.index[sums.eq(0)])
        right, what = len(sums) > 1 and not empty, f"a panel that gives no effect of {effect}"
        got = f"0 offences: {empty}" if empty else f"{len(sums)} {effect}"
        expected = f"at least two of {effect}, each with an offence"
        refuse_unless(right, what, where="panel", got=got, expected=expected)
    return kept


def _design(
    rows: pd.DataFrame, effects: Sequence[str], base_year: int | None = None
) -> pd.DataFrame:
    """Return a constant, and one column for each level but the base of each effect."""
    columns: dict[str, Any] = {"const": pd.Series(1.0, index=rows.index)}
    for effect in effects:
        levels = sorted(set(rows[effect]))
        base = levels[0] if effect != "year" or base_year is None else base_year
        columns |= {
            f"{effect} {level}": rows[effect].eq(level).astype(float)
            for level in levels
            if level != base
        }
    return pd.DataFrame(columns)


def _autocorrelation(rows: pd.DataFrame) -> float:
    """Return the lag-one autocorrelation of residuals pooled over areas, whose means are near 0."""
    wide = rows.pivot(index="year", columns="force", values="residual")
    values = wide.reindex(range(int(wide.index.min()), int(wide.index.max()) + 1)).to_numpy()
    pairs = values[1:] * values[:-1]
    if np.isnan(pairs).all():
        return float("nan")
    return float(np.nanmean(pairs) / np.nanmean(values**2))


def _lowest(loss: Callable[[float], float]) -> tuple[float, float]:
    bounds = log(SMALLEST), log(LARGEST)
    found = minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-7})
    return float(found.x), float(found.fun)


def _profile(loss: Callable[[float], float], level: float) -> tuple[float, SamplingInterval]:
    """Return alpha and its profile interval: 0 where the smallest looked for fits best."""
    (at, least), edge = _lowest(loss), loss(log(SMALLEST))
    threshold = min(least, edge) + chi2.ppf(level, 1) / 2

    def crossing(one: float, other: float) -> float:
        return exp(brentq(lambda value: loss(value) - threshold, one, other, xtol=1e-6))

    lower = 0.0 if edge <= threshold else crossing(log(SMALLEST), at)
    upper = inf if loss(log(LARGEST)) <= threshold else crossing(at, log(LARGEST))
    alpha = 0.0 if edge - least < NOTHING else exp(at)
    return alpha, SamplingInterval(lower, upper, level, "profile likelihood")
