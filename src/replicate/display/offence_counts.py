"""What notebook 01 shows: a published total, the ways of counting tried for it, and areas."""

from math import isfinite

import pandas as pd

from replicate.analysis.rates import AreaYearModel
from replicate.derivations import offence_counts
from replicate.derivations.counting import TERRITORIES
from replicate.derivations.offence_counts import Areas, Asked, Examination
from replicate.derivations.provenance import source_line
from replicate.derivations.verification import Verification
from replicate.display.figure import Figure, figure
from replicate.display.plots import series_plot, specification_curve
from replicate.display.prose import Prose, counted, prose
from replicate.display.rows import rows_plot
from replicate.display.theme import area_name
from replicate.ledger.comparison import NEAR
from replicate.vocabulary.definitions import definitions
from replicate.vocabulary.numbers import interval, number, percent
from replicate.vocabulary.parameters import ForceReport, OffenceCounts

SERIES_NOTE = (
    "Recorded, including non-recent. Years are calendar years; the table begins in April 2012, so "
    "2012 is left out."
)
GROWTH_NOTE = (
    "Part of 88A became an offence in April 2017; notebook 03 shows the rise without 88A and code "
    "86."
)
AREAS = "police force areas of England and Wales"
NO_RATE = "No area shown has a rate: too few offences or children."


def answer(result: Verification) -> str:
    """Say how the count compares with the published figure: the verdict, both numbers, the gap."""
    compared, away = result.comparison, "the same"
    if compared.difference:
        side = "more" if compared.difference > 0 else "fewer"
        share = f" ({abs(compared.relative):.2g} %)" if compared.relative else ""
        away = f"which is {number(abs(compared.difference))} {side}{share}"
    ours = number(result.computed.value if result.computed else None)
    published = number(result.claim.number, result.claim.unit)
    return f"{result.verdict.label}: the published {published}, our count {ours}, {away}."


def chance_sentence(examined: Examination) -> str:
    """Say how often a number that has nothing to do with the table would match."""
    odds = examined.result.computed and examined.result.computed.chance
    if not odds:
        return "How often chance would reach the figure can't be said."
    tried = counted(len(examined.curve), "way of counting", "ways of counting")
    near, share = (percent(part, decimals=0) for part in (NEAR, odds.near))
    return (
        f"A made-up number of this size would match one of the {tried} in {percent(odds.placebo)} "
        f"of tries, one within {near} of the figure in {share}, and as closely as this one in "
        f"{percent(odds.as_close)}."
    )


def definitions_sentence(frame: pd.DataFrame, period: str) -> str:
    """Say how far counts of one period lie apart by definition."""
    rows = frame.sort_values("count").iloc[[0, -1]].to_dict("records")
    low, high = (f"{number(row['count'])} ({row['title']})" for row in rows)
    return f"By definition, the count for {period} runs from {low} to {high}."


def subtitle(parameters: Asked, place: str = "", period: str = "") -> str:
    """Return measure, place and period of a count."""
    if isinstance(parameters, ForceReport):
        place = area_name(parameters.force)
    elif not place:
        place = f"England and Wales, {TERRITORIES[parameters.territory]}"
    title, period = parameters.chosen().title, period or parameters.period
    return f"Offences recorded, non-recent included: {title}; {place}; {period}"


def curve(examined: Examination) -> Figure:
    """Draw what each way of counting gives, beside the published figure."""
    result, rows = examined.result, examined.curve
    titles = {name: definition.title for name, definition in definitions().items()}
    named = titles | TERRITORIES | {"vintage": "release"}
    reached = f"{number(rows['reaches'].sum())} of {number(len(rows))}"
    return figure(
        specification_curve(rows, examined.published, examined.band, named),
        data=rows,
        name="curve",
        title=f"Ways of counting that reach the published {number(examined.published)}: {reached}",
        subtitle=f"Offences recorded by way of counting, beside claim {result.claim.id}",
        source=source_line(result.computed.tables if result.computed else ()),
        note="The band is what revision since publication could have made of the published "
        "figure, for the nearest way of counting.",
    )


def recorded_series(parameters: Asked, *, name: str = "series") -> Figure:
    """Draw the recorded offences of a definition by whole calendar year and kind.

    Raises
    ------
    InputError
        When the period is not wholly covered by the vintage, or an offence code is unknown.
    """
    recorded = offence_counts.recorded_table(parameters)
    shown = offence_counts.series(parameters)
    totals = shown.groupby("year")["count"].sum()
    first, last = totals.index[[0, -1]]
    return figure(
        series_plot(shown, label="Offences recorded in the year"),
        data=shown,
        name=name,
        title=f"Offences recorded: {number(totals[last])} in {last}, {number(totals[first])} in {first}",
        subtitle=subtitle(parameters, period=f"{first} to {last}"),
        source=source_line([recorded]),
        note=f"{SERIES_NOTE} {GROWTH_NOTE}" if "88A" in parameters.chosen().codes else SERIES_NOTE,
    )


# Areas.


def area_rates(found: Areas, parameters: OffenceCounts) -> Figure | Prose:
    """Draw the rate of each area with its interval, the highest on top."""
    rated = found.rates.dropna(subset="rate")
    if rated.empty:
        return prose(NO_RATE)
    wide = (rated["rank_upper"] - rated["rank_lower"] + 1).gt(found.ranked / 2).sum()
    return figure(
        rows_plot(
            rated,
            kind="intervals",
            y="force",
            x="rate",
            order="value",
            label="Offences per 1,000 children a year",
        ),
        data=shown(found),
        name="intervals",
        title=f"{number(wide)} of {number(len(rated))} areas could hold more than half of all "
        f"{number(found.ranked)} ranks",
        subtitle=subtitle(parameters, AREAS),
        source=source_line([offence_counts.recorded_table(parameters), "children"]),
        note="All pairs of areas are compared at once; an area's ranks are those that no "
        "comparison rules out.",
    )


def shown(found: Areas) -> pd.DataFrame:
    """Return the rates with their intervals and ranks, as tables show them."""
    columns = ["force", "count", "children", "rate", "lower", "upper", "rank_lower", "rank_upper"]
    return found.rates[columns]


def scatter_note(found: Areas) -> str:
    """Say what the intervals allow for; less scatter than Poisson's is taken for chance."""
    times = number(max(found.dispersion, 1.0), decimals=1)
    first, last = found.years
    return (
        f"Intervals allow for counts of an area that vary {times} times as much from year to year "
        f"as Poisson counts would (English areas, {first} to {last})."
    )


def area_notes(found: Areas, parameters: OffenceCounts) -> list[str]:
    """Return what a reader of the table of areas must know."""
    return [
        f"{scatter_note(found)} Their level is {_level(parameters.level)}.",
        "Children are those of mid-2024, the one estimate that all areas have. An area with few "
        "offences has a count and no rate.",
        "A rank is a range: all pairs of areas are compared at once, and ranks are those that no "
        "comparison rules out.",
    ]


def model_notes(model: AreaYearModel) -> list[str]:
    """Return what a reader of the model's table must know."""
    fit = model.over_dispersion
    alpha, ratio = interval(fit.alpha, fit.alpha_interval), number(fit.likelihood_ratio)
    together = number(model.autocorrelation) if isfinite(model.autocorrelation) else "not known"
    return [
        f"Negative-binomial model (variance = mean + alpha x mean squared), {number(model.n)} "
        f"area-years of {number(model.areas)} English areas; alpha {alpha}; likelihood-ratio "
        f"statistic against a Poisson model {ratio}.",
        f"Intervals at {_level(model.level)} are robust to the years of one area hanging together "
        f"(correlation of residuals of neighbouring years: {together}).",
        "A ratio describes what was recorded against the base year; it does not say why.",
    ]


def _level(level: float) -> str:
    """Write a level with all its digits: 0.999 is not 100 %."""
    return f"{level * 100:.6g}\N{NO-BREAK SPACE}%"
