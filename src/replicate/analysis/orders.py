"""The order of areas by recorded crime that no recording rates within two bounds can change."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from replicate.vocabulary.errors import InputError
from replicate.vocabulary.uncertainty import ScenarioRange


@dataclass(frozen=True)
class OrderKept:
    """Which pairs of areas keep their order.

    Attributes
    ----------
    pairs
        One row a pair: higher, lower, ratio (of recorded rates), kept (whatever the recording
        rates), and kept_beyond_chance (so even where the ratio is as near to 1 as sampling error
        allows, all pairs at once).
    areas
        force, rate, rank_lower, rank_upper: the ranks that recording alone leaves open (1 is the
        highest rate).
    needed
        The ratio that a pair has to exceed.
    """

    pairs: pd.DataFrame
    areas: pd.DataFrame
    needed: float


def order_kept(rates: pd.DataFrame, recorded: ScenarioRange, *, level: float = 0.95) -> OrderKept:
    """Say which pairs of areas keep their order, whatever share of reports each recorded.

    A recorded rate is a rate of reports times a recording rate. If every recording rate lies within
    the bounds, a pair could change places just when the ratio of recorded rates is no more than the
    upper over the lower bound.

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
    >>> areas = pd.DataFrame({"force": ["Kent", "Essex"], "rate": [9.0, 8.0], "se_log": 0.01})
    >>> found = order_kept(areas, ScenarioRange(0.75, 0.95, ()))
    >>> found.pairs[["higher", "lower", "kept"]].values.tolist()
    [['Kent', 'Essex', False]]
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


def _check(recorded: ScenarioRange) -> None:
    if not 0 < recorded.lower <= recorded.upper <= 1:
        got = f"{recorded.lower} to {recorded.upper}"
        raise InputError(
            "bounds of a recording rate out of range",
            where="recorded",
            got=got,
            expected="shares above 0, up to 1",
        )
