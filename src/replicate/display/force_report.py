"""What notebook 05 shows: one police force area among the others, and its audits."""

import pandas as pd

from replicate.derivations.offence_counts import Standing, recorded_table
from replicate.derivations.provenance import source_line
from replicate.display.figure import Figure, figure
from replicate.display.offence_counts import scatter_note, shown, subtitle
from replicate.display.plots import strip_plot
from replicate.display.prose import counted
from replicate.display.table import labels
from replicate.display.theme import area_name
from replicate.vocabulary.numbers import number
from replicate.vocabulary.parameters import ForceReport

WIDE = 0.5
"""A rank that could be more than this part of all ranks is no rank."""


def answer(found: Standing, period: str) -> str:
    """Say what the force recorded, its rate with its interval, and its place among the others."""
    offences = counted(found.count, "offence", "offences")
    recorded = f"{area_name(found.force)}, {period}: {offences} recorded, non-recent ones included"
    if found.interval is None:
        children = counted(found.children, "child", "children")
        return f"{recorded}. No rate and no rank are given: {offences} and {children} are too few."
    rate, lower, upper, national = (
        number(value, decimals=1)
        for value in (found.rate, found.interval.lower, found.interval.upper, found.national)
    )
    rated = f"{rate} per 1,000 children a year ({lower} to {upper})"
    return f"{recorded}; {rated}. England and Wales: {national}. {place(found)}."


def place(found: Standing) -> str:
    """Say which ranks the area could hold, or that it can't be ranked."""
    if found.ranks is None:
        return "Not ranked"
    (highest, lowest), ranked = found.ranks, found.areas.ranked
    held = " to ".join(dict.fromkeys(map(number, found.ranks)))
    wide = "Too uncertain to rank: it" if lowest - highest + 1 > WIDE * ranked else "It"
    return f"{wide} could hold rank {held} of {number(ranked)}, 1 being the highest rate"


def among_areas(found: Standing, parameters: ForceReport) -> Figure:
    """Draw every area that has a rate, with its interval, the force marked."""
    return figure(
        strip_plot(
            found.areas.rates,
            marked=found.force,
            label=f"Offences per 1,000 children, {parameters.period}",
            lines={"England and Wales": found.national},
        ),
        data=shown(found.areas),
        name="areas",
        title=place(found),
        subtitle=subtitle(parameters),
        source=source_line([recorded_table(parameters), "children"]),
        note=scatter_note(found.areas),
    )


def audit_sentence(found: pd.DataFrame, parameters: ForceReport) -> str:
    """Say what HMICFRS's audits of all crime found, or that none was found."""
    rows = found[found["of"] == "all crime"] if len(found) else found
    if rows.empty:
        return f"No audit of all crime recorded by {area_name(parameters.force)} was found."
    first, last = rows.iloc[0], rows.iloc[-1]
    told = f"HMICFRS found that {first['rate']} % of reported crime was recorded "
    told += f"({first['window']})"
    if first["unrecorded"] != "not printed":
        label = labels().get(first["verdict"], first["verdict"])
        ours = f"our figure {first['computed']}: {label}"
        told += f", {first['unrecorded']} crimes a year left unrecorded ({ours})"
    again = f" Re-inspected, {last['rate']} % ({last['window']})." if len(rows) > 1 else ""
    return f"{told}.{again}"
