"""Words of the report on one police force area."""

from typing import TYPE_CHECKING

from replicate.display.labels import area_name
from replicate.display.words.counts import counted, years
from replicate.vocabulary.numbers import interval, number

if TYPE_CHECKING:
    from pandas import DataFrame

    from replicate.derivations.force_report import Assessed, Standing
    from replicate.vocabulary.parameters import ForceReport

FORCE_UNITS = {
    "count": "offences",
    "children": "aged under 18",
    "rate": "per 1,000 children a year",
    "lower": "per 1,000 children a year",
    "upper": "per 1,000 children a year",
    "rank_lower": "1 is the highest rate",
    "rank_upper": "1 is the highest rate",
}


def force_name(parameters: "ForceReport") -> str:
    """Return the force's name as a reader would say it."""
    return area_name(parameters.force)


def force_subtitle(parameters: "ForceReport", frame: "DataFrame") -> str:
    """Return measure, place and years of a force's series."""
    return f"Offences recorded, non-recent included: {parameters.chosen().title}; {force_name(parameters)}; {years(frame)}"


def standing_sentence(found: "Standing") -> str:
    """Say the force's rate, its interval and the ranks it could hold, or why no rate is given."""
    recorded = f"{area_name(found.force)} recorded {counted(found.count, 'offence', 'offences')} in the period, non-recent ones included"
    if found.interval is None or found.ranks is None:
        return f"{recorded}. A rate and a rank are {found.why_none}."
    rate = interval(found.rate, found.interval, "per 1,000 children a year", decimals=1)
    highest, lowest = (number(rank) for rank in found.ranks)
    return f"{recorded}: {rate}. All pairs of areas compared at once, it could hold any rank from {highest} to {lowest} of {found.ranked}."


def standing_notes(found: "Standing") -> list[str]:
    """Return what a reader of the rate must know."""
    first, last = found.years
    times = number(max(found.dispersion, 1.0), decimals=1)
    return [
        f"The interval allows for counts of an area that vary {times} times as much from year to year as Poisson counts would (English "
        f"areas, {first} to {last}).",
        "Children are those of mid-2024. A rate says what was recorded, not where or how much abuse happens.",
    ]


def recording_sentence(parameters: "ForceReport", *, inspected: bool, forces: int) -> str:
    """Say whether an inspection of the force's crime recording is among those held."""
    if inspected:
        return f"The inspectorate's inspection of crime recording in {force_name(parameters)} is among those of {forces} forces held here."
    return (
        f"None of the inspections of crime recording held here is of {force_name(parameters)}: those of {forces} other forces were read. "
        "The table gives what the inspectorate said of all forces together."
    )


def assessed_sentence(parameters: "ForceReport", found: "Assessed") -> str:
    """Say over how many authorities the assessments were added up, or why they can't be."""
    if found.reason:
        return f"Assessments can't be added up for {force_name(parameters)} from the table held. {found.reason}"
    authorities = counted(len(found.authorities), "authority", "authorities")
    return (
        f"The assessments of the area's {authorities} are given for the years in which each has a number. "
        "An episode of assessment is not a child and not an offence: the two tables are never divided by one another."
    )


def assessed_rows(found: "Assessed") -> "DataFrame":
    """Return the years as rows to show; where there are none, one row that says so."""
    if len(found.years):
        return found.years
    return found.years.reindex([0]).assign(year="no year", state="can't be added up")
