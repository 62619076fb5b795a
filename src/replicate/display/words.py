"""Words beside the figures of a notebook: titles, subtitles, notes, and what a figure shows for those who cannot see it."""

from typing import TYPE_CHECKING

from replicate.display.labels import area_name
from replicate.display.numbers import interval, number, percent

if TYPE_CHECKING:
    from pandas import DataFrame

    from replicate.analysis.rates import AreaYearModel
    from replicate.derivations.headline import Examination
    from replicate.derivations.offence_counts import Areas
    from replicate.vocabulary.parameters import OffenceCounts

TERRITORIES = {
    "all": "England and Wales, with British Transport Police",
    "without_btp": "England and Wales, without British Transport Police",
}

AREA_UNITS = {
    "count": "offences",
    "children": "aged under 18",
    "rate": "per 1,000 children a year",
    "lower": "per 1,000 children a year",
    "upper": "per 1,000 children a year",
    "rank_lower": "1 is the highest rate",
    "rank_upper": "1 is the highest rate",
}


def choices() -> dict[str, str]:
    """Return what to print for a choice of a specification, where that is not its name."""
    from replicate.vocabulary.definitions import definitions

    titles = {name: definition.title for name, definition in definitions().items()}
    return titles | {"all": "with British Transport Police", "without_btp": "without British Transport Police", "vintage": "release"}


def subtitle(parameters: "OffenceCounts", *, period: str | None = None) -> str:
    """Return measure, place and period of a count."""
    title, place = parameters.chosen().title, TERRITORIES[parameters.territory]
    return f"Offences recorded, non-recent included: {title}; {place}; {period or parameters.period}"


def years(frame: "DataFrame") -> str:
    """Return the first and last year of a series, for a subtitle."""
    return f"{frame['year'].min()} to {frame['year'].max()}"


def series_title(frame: "DataFrame") -> str:
    """Return the message of a series: how the last year compares with the first."""
    totals = frame.groupby("year")["count"].sum()
    first, last = totals.index[0], totals.index[-1]
    if totals.iloc[0] <= 0:
        return f"{number(int(totals.iloc[-1]))} offences were recorded in {last}"
    return f"Recorded offences in {last} were {number(float(totals.iloc[-1] / totals.iloc[0]), decimals=1)} times those in {first}"


def series_alt(frame: "DataFrame") -> str:
    """Say where each line of a series begins and ends, and where it is highest."""
    said = []
    for kind, rows in frame.groupby("kind", sort=False):
        first, last, top = rows.iloc[0], rows.iloc[-1], rows.sort_values("count").iloc[-1]
        ends = f"{number(int(first['count']))} in {first['year']}, {number(int(last['count']))} in {last['year']}"
        said.append(f"{kind}: {ends}, highest in {top['year']} at {number(int(top['count']))}")
    return f"Lines of recorded offences by calendar year. {'. '.join(said)}."


def curve_title(examined: "Examination") -> str:
    """Return the message of a specification curve: how many of the specifications reach the published figure."""
    reached = int(examined.curve["reaches"].sum())
    few = "None" if not reached else number(reached)
    verb = "reaches" if reached == 1 else "reach"
    return f"{few} of {number(len(examined.curve))} specifications {verb} the published {number(examined.published)}"


def curve_alt(examined: "Examination") -> str:
    """Say what the specification curve spans, and which specification is nearest."""
    totals, best = examined.curve["total"], examined.curve.iloc[0]
    return (
        f"{number(len(totals))} totals in ascending order, {number(totals.min())} to {number(totals.max())}, above their choices. "
        f"The published figure is a line at {number(examined.published)}. The nearest total is {number(best['total'])}: "
        f"{choices().get(best['definition'], best['definition'])}, {best['period']}, release {best['vintage']}."
    )


def areas_title(areas: "Areas") -> str:
    """Return the message of a map: the span of the rates."""
    rated = areas.rates["rate"].dropna()
    return f"Recorded rates run from {number(rated.min(), decimals=1)} to {number(rated.max(), decimals=1)} per 1,000 children a year"


def ranks_title(areas: "Areas") -> str:
    """Return the message of an interval plot: how many areas could hold most of the ranks."""
    rated = areas.rates.dropna(subset="rate")
    wide = int((rated["rank_upper"] - rated["rank_lower"] + 1).gt(len(rated) / 2).sum())
    return f"{number(wide)} of {number(len(rated))} areas could hold more than half of all ranks"


def areas_alt(areas: "Areas") -> str:
    """Say which areas have the highest and lowest recorded rates, and which have none."""
    rated = areas.rates.dropna(subset="rate").sort_values("rate")
    lowest, highest, bare = rated.iloc[0], rated.iloc[-1], areas.rates[areas.rates["rate"].isna()]["force"]
    without = f" No rate is given for {', '.join(map(area_name, bare))}." if len(bare) else ""
    return (
        f"A map of {number(len(areas.rates))} police force areas shaded by recorded offences per 1,000 children a year, from "
        f"{number(lowest['rate'])} in {area_name(lowest['force'])} to {number(highest['rate'])} in {area_name(highest['force'])}.{without}"
    )


def ranks_alt(areas: "Areas") -> str:
    """Say how wide the ranks are that the intervals leave open."""
    rated = areas.rates.dropna(subset="rate")
    width = (rated["rank_upper"] - rated["rank_lower"]).median()
    return (
        f"A dot and an interval for each of {number(len(rated))} areas, the highest rate on top. Half of the areas could hold at least "
        f"{number(int(width) + 1)} different ranks, so most cannot be told apart."
    )


def area_notes(areas: "Areas", parameters: "OffenceCounts") -> list[str]:
    """Return what a reader of the table of areas must know."""
    first, last = areas.years
    level, times = percent(parameters.level, decimals=0), number(areas.dispersion, decimals=1)
    return [
        f"Intervals at {level} allow for counts of an area that vary {times} times as much from year to year as Poisson counts would "
        f"(English areas, {first} to {last}).",
        "Children are those of mid-2024, the one estimate that all areas have. An area with few offences has a count and no rate.",
        "A rank is a range: all pairs of areas are compared at once, and ranks are those that no comparison rules out.",
    ]


def model_notes(model: "AreaYearModel") -> list[str]:
    """Return what a reader of the model's table must know."""
    fit, rows = model.over_dispersion, f"{number(model.n)} area-years of {number(model.areas)} English areas"
    return [
        f"Negative-binomial model (variance = mean + alpha x mean squared), {rows}; alpha {interval(fit.alpha, fit.alpha_interval)}.",
        f"A Poisson model fits worse: the likelihood ratio is {number(fit.likelihood_ratio)}.",
        f"Intervals at {percent(model.level, decimals=0)} are robust to the years of one area hanging together "
        f"(residuals of neighbouring years correlate by {number(model.autocorrelation)}).",
        "A ratio describes what was recorded against the base year; it does not say why.",
    ]
