"""What no recording rates within two bounds can change: an order of areas, or a ratio of years."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import logit
from scipy.stats import norm

from replicate.vocabulary.errors import InputError
from replicate.vocabulary.uncertainty import ScenarioRange


@dataclass(frozen=True)
class OrderKept:
    """Which pairs of areas keep their order.

    Attributes
    ----------
    pairs
        One row a pair: higher, lower, ratio (of recorded rates), kept (whatever the recording rates), and kept_beyond_chance (so even
        where the ratio is as near to 1 as sampling error allows, all pairs at once).
    areas
        force, rate, rank_lower, rank_upper: the ranks that recording alone leaves open (1 is the highest rate).
    needed
        The ratio that a pair has to exceed.
    """

    pairs: pd.DataFrame
    areas: pd.DataFrame
    needed: float


def order_kept(rates: pd.DataFrame, recorded: ScenarioRange, *, level: float = 0.95) -> OrderKept:
    """Say which pairs of areas keep the order of their recorded rates, whatever share of reports each area recorded.

    A recorded rate is a rate of reports times a recording rate. If every recording rate lies within the bounds, a pair could change
    places just when the ratio of recorded rates is no more than the upper over the lower bound.

    Parameters
    ----------
    rates
        force, rate, se_log (standard error of the log rate); areas without a rate are left out.
    recorded
        The bounds of every area's recording rate; shares above 0, up to 1.
    level
        At which all pairs hold at once, for `kept_beyond_chance` (Bonferroni), between 0 and 1.

    Raises
    ------
    InputError
        For bounds or a level out of range.

    Examples
    --------
    >>> areas = pd.DataFrame({"force": ["Kent", "Essex", "Devon"], "rate": [9.0, 8.0, 4.0], "se_log": 0.01})
    >>> found = order_kept(areas, ScenarioRange(0.75, 0.95, ()))
    >>> found.pairs[["higher", "lower", "kept"]].values.tolist()
    [['Kent', 'Essex', False], ['Kent', 'Devon', True], ['Essex', 'Devon', True]]
    """
    _check(recorded)
    if not 0 < level < 1:
        raise InputError(
            "a level out of range", where="level", got=level, expected="a number between 0 and 1"
        )
    rated = (
        rates[rates["rate"].notna()]
        .sort_values("rate", ascending=False, kind="stable")
        .reset_index(drop=True)
    )
    needed = recorded.upper / recorded.lower
    first, second = np.triu_indices(len(rated), 1)
    force, rate, se = (rated[name].to_numpy() for name in ("force", "rate", "se_log"))
    ratio = rate[first] / rate[second]
    apart = norm.isf((1 - level) / 2 / max(len(ratio), 1)) * np.hypot(se[first], se[second])
    pairs = pd.DataFrame(
        {"higher": force[first], "lower": force[second], "ratio": ratio, "kept": ratio > needed}
    )
    pairs["kept_beyond_chance"] = np.log(ratio) - apart > np.log(needed)
    below, above = (pairs.loc[pairs["kept"], side].value_counts() for side in ("higher", "lower"))
    lowest = 1 + rated["force"].map(above).fillna(0).astype(int)
    highest = len(rated) - rated["force"].map(below).fillna(0).astype(int)
    areas = rated[["force", "rate"]].assign(rank_lower=lowest, rank_upper=highest)
    return OrderKept(pairs, areas, needed)


def needed_to_undo(effects: pd.DataFrame, recorded: ScenarioRange) -> pd.DataFrame:
    """Say how recording would have had to change for a ratio of recorded rates to be a change of recording alone.

    With a recording rate R in the base year, a ratio is undone when the other year's rate is ratio x R, which can't exceed 1. The
    association of recording with the year is then the odds ratio of those two rates.

    Parameters
    ----------
    effects
        Columns that say what a row is, and rate_ratio, lower, upper (against the base; its own row, of ratio 1, is left out).
    recorded
        Bounds of the recording rate in any year; shares above 0, up to 1.

    Returns
    -------
    pandas.DataFrame
        The columns given, and one row to undo the ratio itself, one for what its interval can't do without (undone: `ratio` or
        `interval`; an interval that holds 1 needs nothing and has none): largest_base (above it in the base year, no recording rate
        in the other could do), base_rate (the bound that makes it easiest), needed_rate and odds_ratio from there (missing where no
        rate would do), and within (whether that rate lies within the bounds as well).

    Raises
    ------
    InputError
        For bounds out of range.

    Examples
    --------
    >>> years = pd.DataFrame({"year": [2013, 2014], "rate_ratio": [1.0, 2.0], "lower": [1.0, 1.2], "upper": [1.0, 3.0]})
    >>> found = needed_to_undo(years, ScenarioRange(0.75, 0.95, ()))
    >>> found[["undone", "largest_base", "needed_rate", "within"]].round(2).values.tolist()
    [['ratio', 0.5, nan, False], ['interval', 0.83, 0.9, True]]
    """
    _check(recorded)
    rows = [
        effect | {"undone": undone} | _needed(target, recorded)
        for effect in effects.to_dict("records")
        for undone, target in _targets(
            *(float(effect[name]) for name in ("rate_ratio", "lower", "upper"))
        )
    ]
    columns = [
        *effects.columns,
        "undone",
        "largest_base",
        "base_rate",
        "needed_rate",
        "odds_ratio",
        "within",
    ]
    return pd.DataFrame(rows, columns=columns)


def _targets(ratio: float, lower: float, upper: float) -> list[tuple[str, float]]:
    """Return the ratio, unless 1, and the end of its interval that is nearer to 1, unless the interval holds 1."""
    nearer = lower if lower > 1 else min(upper, 1.0)
    return [
        (undone, target)
        for undone, target in (("ratio", ratio), ("interval", nearer))
        if target != 1
    ]


def _needed(ratio: float, recorded: ScenarioRange) -> dict[str, object]:
    base = recorded.lower if ratio > 1 else recorded.upper
    rate = ratio * base
    return {
        "largest_base": min(1.0, 1 / ratio),
        "base_rate": base,
        "needed_rate": rate if rate <= 1 else np.nan,
        "odds_ratio": float(np.exp(logit(rate) - logit(base))) if max(rate, base) < 1 else np.nan,
        "within": recorded.lower <= rate <= recorded.upper,
    }


def _check(recorded: ScenarioRange) -> None:
    if not 0 < recorded.lower <= recorded.upper <= 1:
        got = f"{recorded.lower} to {recorded.upper}"
        raise InputError(
            "bounds of a recording rate out of range",
            where="recorded",
            got=got,
            expected="shares above 0, up to 1",
        )
