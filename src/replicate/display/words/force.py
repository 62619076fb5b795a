"""Words of the report on one police force area."""

from typing import TYPE_CHECKING

from replicate.display.cells import labels
from replicate.display.labels import area_name
from replicate.display.words.counts import counted
from replicate.vocabulary.numbers import number

if TYPE_CHECKING:
    from pandas import DataFrame

    from replicate.derivations.force_report import Standing
    from replicate.vocabulary.parameters import ForceReport

WIDE = 0.5
"""A rank that could be more than this part of all ranks is no rank."""


def force_name(parameters: "ForceReport") -> str:
    """Return the force's name as a reader would say it."""
    return area_name(parameters.force)


def answer(found: "Standing", period: str) -> str:
    """Say what the force recorded, its rate with its interval, and its place among the others."""
    offences = counted(found.count, "offence", "offences")
    recorded = f"{area_name(found.force)}, {period}: {offences} recorded, non-recent ones included"
    if found.interval is None or found.ranks is None:
        return f"{recorded}. No rate and no rank are given: {found.why_none}."
    rate, lower, upper, national = (
        number(value, decimals=1)
        for value in (found.rate, found.interval.lower, found.interval.upper, found.national)
    )
    rated = f"{rate} per 1,000 children a year ({lower} to {upper})"
    return f"{recorded}; {rated}. England and Wales: {national}. {place(found)}"


def place(found: "Standing") -> str:
    """Say which ranks the area could hold, or that it can't be ranked."""
    if found.ranks is None:
        return "Not ranked."
    (highest, lowest), ranked = found.ranks, found.areas.ranked
    ranks = (
        f"rank {number(highest)} to {number(lowest)} of {number(ranked)}, 1 being the highest rate"
    )
    if highest == lowest:
        return f"It holds rank {number(highest)} of {number(ranked)}, 1 being the highest rate."
    if lowest - highest + 1 > WIDE * ranked:
        return f"Too uncertain to rank: it could hold {ranks}."
    return f"It could hold {ranks}."


def standing_notes(found: "Standing") -> list[str]:
    """Return what a reader of the rate must know."""
    first, last = found.areas.years
    times = number(max(found.areas.dispersion, 1.0), decimals=1)
    return [
        f"The interval allows for counts of an area that vary {times} times as much from year to year as Poisson counts would (English "
        f"areas, {first} to {last}).",
        "Children are those of mid-2024. A rate says what was recorded, not where or how much abuse happens.",
    ]


def audit_sentence(found: "DataFrame", parameters: "ForceReport") -> str:
    """Say what HMICFRS's latest audit of all crime found, or that none was found."""
    rows = found[found["of"] == "all crime"] if len(found) else found
    if rows.empty:
        return f"No audit of all crime recorded by {force_name(parameters)} was found."
    first, last = rows.iloc[0], rows.iloc[-1]
    told = (
        f"HMICFRS found that {first['rate']} % of reported crime was recorded ({first['window']})"
    )
    if first["unrecorded"] != "not printed":
        label = labels().get(first["verdict"], first["verdict"])
        told += f", {first['unrecorded']} crimes a year left unrecorded (our figure {first['computed']}: {label})"
    again = f" Re-inspected, {last['rate']} % ({last['window']})." if len(rows) > 1 else ""
    return f"{told}.{again}"
