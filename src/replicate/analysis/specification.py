"""Specification curves: what every plausible way of counting gives, and how often by chance.

A specification is a definition, a period, a territory and a release, with the reason for trying it.
All are listed before any is computed (Simonsohn, Simmons and Nelson 2020, Nature Human Behaviour
4:1208-1214; Steegen et al. 2016, Perspectives on Psychological Science 11:702-712), so that the one
that fits isn't the only one seen.
"""

from collections.abc import Sequence
from math import log
from typing import Any

import numpy as np
import pandas as pd

from replicate.analysis.checks import positive, refuse_unless
from replicate.analysis.revisions import Band

Array = np.ndarray[Any, np.dtype[np.float64]]

Bands = Band | None | Sequence[Band | None]
"""One band for every specification, one for each, or none where no revision of that age is held."""


def curve(frame: pd.DataFrame, published: float, band: Bands) -> pd.DataFrame:
    """Compare the total of every specification with a published figure.

    Parameters
    ----------
    frame
        definition, period, territory, vintage, reason and total, one row a specification.
    published
        The published figure, above 0.
    band
        Signed revisions of figures of the period's age; see `Bands`.

    Returns
    -------
    pandas.DataFrame
        The frame with difference (total less published), relative (difference / published), lower
        and upper (the band), reaches (the total equals the figure, or lies between the figure
        revised by either end of the band) and rank (1 is the nearest; equal differences share a
        rank), nearest first.

    Raises
    ------
    InputError
        When the published figure is not above 0, or there is not one band for each row.
    """
    positive([published], "published figures", where="specifications")
    lower, upper = _ends(band, len(frame))
    total = frame["total"].to_numpy(dtype="float64")
    inside = (published * (1 + lower) <= total) & (total <= published * (1 + upper))
    difference = total - published
    compared = frame.assign(
        difference=difference,
        relative=difference / published,
        lower=lower,
        upper=upper,
        reaches=inside | (difference == 0),
    )
    compared["rank"] = compared["difference"].abs().rank(method="min").astype(int)
    return compared.sort_values("rank", kind="stable").reset_index(drop=True)


def chance(totals: Sequence[float], band: Bands, low: float, high: float) -> float:
    """Return the share of placebo figures that at least one specification would reach.

    A placebo is a published figure of the same size that has nothing to do with the table: its
    logarithm is uniform between those of `low` and `high`, so that every doubling is as likely as
    any other. A total T with a band of revision from l to u reaches every figure from T / (1 + u)
    to T / (1 + l). The share is the length of the union of these intervals on the log scale, within
    low and high, over the length of the whole: exact, not simulated.

    A high share means that a hit tells little. It is no probability that a claim is true.

    Parameters
    ----------
    totals
        Totals of the specifications, above 0.
    band
        See `Bands`; with no band a total reaches one figure alone, which adds nothing to the share.
    low, high
        The ends of the range of placebo figures; 0 < low < high.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    InputError
        When a total, low or high is not above 0, or low is not below high.

    Examples
    --------
    >>> half = Band(0.0, 1.0, ("a year whose figure was doubled",))
    >>> round(chance([200], half, 50, 200), 3)
    0.5
    """
    positive([*totals, low], "totals", where="specifications")
    what, got = "an empty range of placebo figures", f"{low} to {high}"
    refuse_unless(low < high, what, where="placebo", got=got, expected="low below high")
    lower, upper = _ends(band, len(totals))
    values = np.log(np.asarray(totals, dtype="float64"))
    starts = np.clip(values - np.log1p(upper), log(low), log(high))
    stops = np.clip(values - np.log1p(lower), log(low), log(high))
    return _union(starts, stops) / (log(high) - log(low))


def _ends(bands: Bands, rows: int) -> tuple[Array, Array]:
    each = [bands] * rows if bands is None or isinstance(bands, Band) else list(bands)
    what = "not one band for each specification"
    refuse_unless(len(each) == rows, what, where="band", got=len(each), expected=str(rows))
    ends = [(0.0, 0.0) if one is None else (one.lower, one.upper) for one in each]
    lower, upper = np.array(ends, dtype="float64").reshape(-1, 2).T
    return lower, upper


def _union(starts: Array, stops: Array) -> float:
    """Return the length of a union: each interval adds what reaches beyond those begun before."""
    covered, reached = 0.0, -np.inf
    for start, stop in sorted(zip(starts.tolist(), stops.tolist(), strict=True)):
        covered += max(0.0, stop - max(start, reached))
        reached = max(reached, stop)
    return covered
