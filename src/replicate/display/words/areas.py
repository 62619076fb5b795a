"""Words beside areas: titles, notes, and what an interval plot shows for those who cannot see them."""

from math import isfinite
from typing import TYPE_CHECKING

from replicate.display.labels import area_name
from replicate.vocabulary.numbers import interval, number

if TYPE_CHECKING:
    from pandas import DataFrame, Series

    from replicate.analysis.rates import AreaYearModel
    from replicate.derivations.offence_counts import Areas
    from replicate.vocabulary.parameters import OffenceCounts

NO_RATE = "No area shown has a rate"


def ranks_title(areas: "Areas") -> str:
    """Return the message of an interval plot: how many areas could hold most of the ranks."""
    rated, ranks = _rated(areas), number(areas.ranked)
    widths = _widths(rated)
    if len(rated) < 2:
        return (
            f"{area_name(rated['force'].iloc[0])} could hold {number(widths.iloc[0])} of {ranks} ranks"
            if len(rated)
            else NO_RATE
        )
    wide = int(widths.gt(areas.ranked / 2).sum())
    return f"{number(wide) if wide else 'None'} of {number(len(rated))} areas could hold more than half of all {ranks} ranks"


def ranks_alt(areas: "Areas") -> str:
    """Say how wide the ranks are that the intervals leave open."""
    rated = _rated(areas)
    if len(rated) < 2:
        return f"{'A dot and an interval' if len(rated) else 'Empty axes'}. {ranks_title(areas)}."
    median = int(_widths(rated).median())
    return (
        f"A dot and an interval for each of {number(len(rated))} areas, the highest rate on top. Half of the areas could each hold at "
        f"least {number(median)} of the {number(areas.ranked)} ranks."
    )


def area_notes(areas: "Areas", parameters: "OffenceCounts") -> list[str]:
    """Return what a reader of the table of areas must know."""
    first, last = areas.years
    times = number(
        max(areas.dispersion, 1.0), decimals=1
    )  # the intervals take less scatter than Poisson's for chance
    return [
        f"Intervals at {_level(parameters.level)} allow for counts of an area that vary {times} times as much from year to year as Poisson "
        f"counts would (English areas, {first} to {last}).",
        "Children are those of mid-2024, the one estimate that all areas have. An area with few offences has a count and no rate.",
        "A rank is a range: all pairs of areas are compared at once, and ranks are those that no comparison rules out.",
    ]


def model_notes(model: "AreaYearModel") -> list[str]:
    """Return what a reader of the model's table must know."""
    fit, rows = (
        model.over_dispersion,
        f"{number(model.n)} area-years of {number(model.areas)} English areas",
    )
    fits = (
        f"worse: the likelihood-ratio statistic is {number(fit.likelihood_ratio)}"
        if fit.likelihood_ratio > 0
        else "as well"
    )
    known = isfinite(model.autocorrelation)
    neighbours = (
        f" (residuals of neighbouring years correlate by {number(model.autocorrelation)})"
        if known
        else ""
    )
    return [
        f"Negative-binomial model (variance = mean + alpha x mean squared), {rows}; alpha {interval(fit.alpha, fit.alpha_interval)}.",
        f"A Poisson model fits {fits}.",
        f"Intervals at {_level(model.level)} are robust to the years of one area hanging together{neighbours}.",
        "A ratio describes what was recorded against the base year; it does not say why.",
    ]


def _rated(areas: "Areas") -> "DataFrame":
    """Return the areas with a rate, the lowest first."""
    return areas.rates.dropna(subset="rate").sort_values("rate")


def _widths(rated: "DataFrame") -> "Series[int]":
    return rated["rank_upper"] - rated["rank_lower"] + 1


def _level(level: float) -> str:
    """Write a level with all its digits: 0.999 is not 100 %."""
    return f"{level * 100:.6g}\N{NO-BREAK SPACE}%"
