"""The ranks that an area's interval allows."""

import numpy as np
import pandas as pd
from scipy.stats import norm

from replicate.vocabulary.errors import InputError


def rank_ranges(rates: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Return the lowest and highest rank that each area could hold, all pairs of areas compared at once.

    Two areas are told apart when the difference of their log rates exceeds z times its standard error, where z makes all
    k (k - 1) / 2 comparisons hold together at the level (Bonferroni: one less the level is shared among the pairs, both sides).
    An area's range runs from 1 + the number of areas told apart above it to k - the number told apart below it. League
    tables without such ranges claim more than their figures can (Goldstein and Spiegelhalter 1996, JRSS A 159:385-443);
    comparing intervals by eye for overlap is no test of a pair (Goldstein and Healy 1995, JRSS A 158:175-177).

    Parameters
    ----------
    rates
        From `rates`: force, rate, se_log.
    level
        The level at which all comparisons hold at once, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        The frame with rank (1 is the highest rate), rank_lower and rank_upper; missing where there is no rate.

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
    if not 0 < level < 1:
        raise InputError(
            "a level out of range", where="ranks", got=level, expected="a number between 0 and 1"
        )
    ranked = rates[rates["rate"].notna()]
    areas = len(ranked)
    log_rate, se = (
        np.log(ranked["rate"].to_numpy(dtype="float64")),
        ranked["se_log"].to_numpy(dtype="float64"),
    )
    pairs = max(areas * (areas - 1) // 2, 1)
    apart = norm.isf((1 - level) / 2 / pairs) * np.sqrt(se[:, None] ** 2 + se[None, :] ** 2)
    above = log_rate[None, :] - log_rate[:, None]
    return rates.assign(
        rank=ranked["rate"].rank(ascending=False, method="min").astype("Int64"),
        rank_lower=pd.Series(1 + (above > apart).sum(axis=1), index=ranked.index, dtype="Int64"),
        rank_upper=pd.Series(
            areas - (above < -apart).sum(axis=1), index=ranked.index, dtype="Int64"
        ),
    )
