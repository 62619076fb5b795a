"""What notebook 02 shows of recording rates: its sentences, and the figure that controls redraw."""

from typing import Any

from pandas import DataFrame

from replicate.derivations import recording_rates
from replicate.derivations.audits import AGREED, audit_placebo, audit_table
from replicate.derivations.recording_rates import Funnel
from replicate.display.figure import Figure, figure
from replicate.display.rows import rows_plot
from replicate.display.theme import area_name
from replicate.ledger import find_claim
from replicate.vocabulary.numbers import number, signed, span
from replicate.vocabulary.parameters import RecordingRates

SUBTITLE = "Percent of reported crime that was recorded; HMICFRS's audits of police forces"

SOURCE = "HMIC and HMICFRS, the reports named in the table of rates"

AUDITED_AS = "These are the rates of these forces at these dates; they make no national rate."


def findings() -> list[str]:
    """Return the main points, computed: numbers, rates, re-inspections, differences."""
    again = again_sentence(recording_rates.audited_again())
    spread = dispersion_sentence(recording_rates.funnel())
    return [numbers_sentence(), f"{national_sentence()}.", again, spread]


def national_sentence() -> str:
    """Say what share of reported crime was recorded in England and Wales, then and now."""
    first, last = (find_claim(name) for name in recording_rates.NATIONAL)
    return (
        f"In England and Wales {first.figure} of reported crime was recorded in {first.period} "
        f"({first.id}), and {last.figure} in {last.period} ({last.id})"
    )


def numbers_sentence() -> str:
    """Say how many numbers for all crime match, how near the others are, and what chance gives."""
    table, chance = audit_table().query("population == 'all_crime'"), audit_placebo()["expected"][0]
    said = table["verdict"].value_counts().to_dict()
    agreed = {one.label.removeprefix("Matches").strip(", "): said.get(one, 0) for one in AGREED}
    ways = ", ".join(f"{count} {way}" for way, count in agreed.items())
    missed = table.query("verdict == 'differs'")[["force", "missed"]].to_numpy()
    misses = ", ".join(f"{area_name(force)} by {number(round(by))} crimes" for force, by in missed)
    return (
        f"{sum(agreed.values())} of {len(table)} numbers of crimes that HMICFRS says forces left "
        f"unrecorded match when recomputed by its own definition: {ways}. {len(missed)} miss "
        f"({misses}), and for {said.get('inconclusive', 0)} we can't tell. Of as many made-up "
        f"numbers {number(chance, decimals=1)} would match."
    )


def number_rows(table: DataFrame, forces: tuple[str, ...]) -> DataFrame:
    """Return numbers left unrecorded as a table shows them: of the forces asked for, or of all."""
    asked = table[table["force"].isin(forces)]
    rows = table if asked.empty else asked  # some audits printed no number that can be judged
    of = ", " + rows["population"].map(recording_rates.OF)
    again = rows["inspection"].map({"first": "", "re-inspection": ", again"})
    shown = rows.assign(
        audit=rows["force"].map(area_name) + of.where(of != ", all crime", "") + again,
        away=100 * (rows["value"] / rows["number"] - 1),
        window=rows["window"].str.removeprefix("12 months to "),
        bracket=list(map(span, rows["bracket_lower"], rows["bracket_upper"])),
        region=list(map(span, rows["region_lower"], rows["region_upper"])),
    )
    answer = ["audit", "rate", "printed", "value", "away", "verdict"]
    why = ["window", "release", "bracket", "region", "width", "placebo_share", "missed", "claim"]
    return shown[answer + why]


def again_sentence(frame: DataFrame) -> str:
    """Say how many forces were audited again, and how their rates of all crime changed."""
    last = frame[frame["of"] == "all crime"].groupby("force").last()["change"]
    low, high = (signed(float(end), decimals=1) for end in (last.min(), last.max()))
    return (
        f"{len(last)} forces were audited again because the first result was poor. The latest rate "
        f"of all crime is higher in {last.gt(0).sum()}; the changes run from {low} to {high} "
        "percentage points, and part of a rise is regression to the mean."
    )


def funnel_title(found: Funnel) -> str:
    """Say how many rates lie outside the limits of a funnel."""
    _, outside, widened = found.beyond.values()
    return (
        f"{outside} of {len(found.rates)} rates lie outside 99.8 % limits, {widened} once "
        "over-dispersion is allowed for"
    )


def dispersion_sentence(found: Funnel) -> str:
    """Name the over-dispersion with its model and its data."""
    spread = number(100 * found.found.tau_squared**0.5, decimals=1)
    return (
        f"The first audits of {len(found.rates)} forces vary "
        f"{number(found.found.phi, decimals=1)} times as much as chance would make them (mean "
        "square of winsorised z-scores, for samples that the half-widths imply): a standard "
        f"deviation of {spread} percentage points between forces."
    )


def gaps_sentence(frame: DataFrame) -> str:
    """Say which totals their first release lacks, and which releases have them."""
    said = [
        f"The release of {release} lacks {force}'s total for {period}; its quarters are in the "
        f"full releases {held_in}."
        for force, period, release, held_in in frame.to_numpy()
    ]
    return f"{' '.join(said)} No revision can be seen for such a year, and none is allowed for."


def audited_rates(parameters: RecordingRates) -> Figure:
    """Draw first audits of all crime, with an interval where a half-width is published."""
    held = recording_rates.rates(parameters).query("of == 'all crime' and inspection == 'first'")
    drawn = held[["force", "window", "rate", "lower", "upper", "implied"]]
    low, high = (number(drawn["rate"].agg(end), "%") for end in ("min", "max"))
    level = f"{number(100 * parameters.level, '%')} {parameters.method.title()} intervals"
    look: dict[str, Any] = {"y": "force", "x": "rate", "unit": "%", "mark": "published"}
    look |= {"order": "value", "label": f"Percent of reported crime recorded, {level}"}
    return figure(
        rows_plot(drawn, kind="intervals", **look),
        data=drawn,
        name="first-audits",
        title=f"First audits of all crime: {low} recorded at the lowest, {high} at the highest",
        subtitle=SUBTITLE,
        source=SOURCE,
        note=AUDITED_AS,
    )
