"""Words beside recording rates: numbers left unrecorded, rates over time, funnels."""

from typing import TYPE_CHECKING

from replicate.derivations import recording_rates
from replicate.derivations.audits import audit_placebo, audit_table
from replicate.display.prose import counted
from replicate.display.theme import area_name
from replicate.ledger import Verdict, find_claim
from replicate.vocabulary.numbers import number, percent, signed

if TYPE_CHECKING:
    from pandas import DataFrame

    from replicate.derivations.recording_rates import Funnel
    from replicate.vocabulary.parameters import RecordingRates

SUBTITLE = "Percent of reported crime that was recorded; HMICFRS's audits of police forces"

SOURCE = "HMIC and HMICFRS, the reports named in the table of rates"

AUDITED_AS = "These are the rates of these forces at these dates; they make no national rate."

_SHOWN = [
    *("audit", "rate", "printed", "value", "away", "verdict", "window", "release"),
    *("bracket", "region", "width", "placebo_share", "missed", "claim"),
]


def findings() -> dict[str, str]:
    """Return the main points, computed: numbers, rates, re-inspections, differences."""
    first, last = (find_claim(name) for name in recording_rates.NATIONAL)
    return {
        "numbers": numbers_sentence(),
        "rates": f"In England and Wales {first.figure} of reported crime was recorded in "
        f"{first.period} ({first.id}), and {last.figure} in {last.period} ({last.id}).",
        "again": again_sentence(recording_rates.audited_again()),
        "funnel": dispersion_sentence(recording_rates.funnel()),
    }


def numbers_sentence() -> str:
    """Say how many numbers for all crime match, how near the others are, and what chance gives."""
    table, chance = audit_table().query("population == 'all_crime'"), audit_placebo().iloc[0]
    sizes = table["verdict"].map(lambda verdict: Verdict(verdict).label).value_counts()
    matches = sizes.reindex([verdict.label for verdict in Verdict]).dropna().astype(int)
    matches = matches[matches.index.str.startswith("Matches")]
    ways = [
        f"{number(n)} {str(name).removeprefix('Matches').strip(', ')}"
        for name, n in matches.items()
    ]
    missed = table.query("verdict == 'differs'")[["force", "missed"]].to_numpy()
    misses = [f"{area_name(force)} by {number(round(by))} crimes" for force, by in missed]
    open_ = number(int(sizes.get(Verdict.INCONCLUSIVE.label, 0)))
    return (
        f"{number(int(matches.sum()))} of {number(len(table))} numbers of crimes that HMICFRS says "
        f"forces left unrecorded match when recomputed by its own definition: {', '.join(ways)}. "
        f"{number(len(missed))} miss ({', '.join(misses)}), and for {open_} we can't tell. Of as "
        f"many made-up numbers {number(float(chance['expected']), decimals=1)} would match."
    )


def number_rows(table: "DataFrame", forces: tuple[str, ...]) -> "DataFrame":
    """Return numbers left unrecorded as a table shows them: of the forces asked for, or of all."""
    asked = table[table["force"].isin(forces)]
    rows = table if asked.empty else asked  # some audits printed no number that can be judged
    of = rows["population"].map(recording_rates.OF)
    again = rows["inspection"].map({"first": "", "re-inspection": ", again"})
    return rows.assign(
        audit=rows["force"].map(area_name) + (", " + of).where(of != "all crime", "") + again,
        away=100 * (rows["value"] / rows["number"] - 1),
        window=rows["window"].str.removeprefix("12 months to "),
        bracket=_spans(rows, "bracket"),
        region=_spans(rows, "region"),
    )[_SHOWN]


def time_title(frame: "DataFrame") -> str:
    """Say what the national rates were, and what first audits of forces span."""
    was, now = frame.loc[frame["inspection"] == "national", "rate"]
    first = frame.loc[frame["inspection"] == "first", "rate"]
    said = [number(rate, "%", decimals=1) for rate in (was, now, first.min(), first.max())]
    return "Recorded: {} of all reported crime, later {}; in forces' first audits {} to {}".format(
        *said
    )


def time_alt(frame: "DataFrame") -> str:
    """Say what is drawn, and the lowest and the highest first audit."""
    first = frame[frame["inspection"] == "first"].sort_values("rate")
    low, high = (
        f"{area_name(row['force'])} ({number(row['rate'], '%')}, {row['year']:.0f})"
        for _, row in first.iloc[[0, -1]].iterrows()
    )
    again = frame.loc[frame["inspection"] == "again", "force"].nunique()
    return (
        f"National rates as points that are not joined; {counted(len(first), 'dot', 'dots')} for "
        f"first audits, from {low} to {high}; a line for each of {number(again)} audited again."
    )


def again_sentence(frame: "DataFrame") -> str:
    """Say how many forces were audited again, and how their rates of all crime changed."""
    last = frame[frame["of"] == "all crime"].groupby("force").last()["change"]
    low, high = (signed(float(end), decimals=1) for end in (last.min(), last.max()))
    return (
        f"{counted(len(last), 'force was', 'forces were')} audited again because the first result "
        f"was poor. The latest rate of all crime is higher in {number(int(last.gt(0).sum()))}; the "
        f"changes run from {low} to {high} percentage points, and part of a rise is regression to "
        "the mean."
    )


def funnel_title(found: "Funnel") -> str:
    """Say how many rates lie outside the limits of a funnel."""
    _, (unusual, outside), (_, widened) = found.beyond.items()
    return (
        f"{number(outside)} of {number(len(found.rates))} rates lie outside {unusual}, "
        f"{number(widened)} once over-dispersion is allowed for"
    )


def funnel_alt(found: "Funnel") -> str:
    """Say what a funnel shows: the rate of all together, and what lies above and below."""
    low, high = (
        f"{percent(row['rate'])} in {area_name(row['force'])}"
        for _, row in found.rates.sort_values("rate").iloc[[0, -1]].iterrows()
    )
    said = ", ".join(f"{number(outside)} outside {kind}" for kind, outside in found.beyond.items())
    return (
        f"Rates of {counted(len(found.rates), 'force', 'forces')} over the sample that the "
        f"published half-width implies, from {low} to {high}; all "
        f"{percent(found.target)}. {said}."
    )


def dispersion_sentence(found: "Funnel") -> str:
    """Name the over-dispersion with its model and its data."""
    spread = number(100 * found.found.tau_squared**0.5, decimals=1)
    return (
        f"The first audits of {counted(len(found.rates), 'force', 'forces')} vary "
        f"{number(found.found.phi, decimals=1)} times as much as chance would make them (mean "
        "square of winsorised z-scores, for samples that the half-widths imply): a standard "
        f"deviation of {spread} percentage points between forces."
    )


def rates_title(rates: "DataFrame") -> str:
    """Say what the rates that are drawn span."""
    low, high = (
        f"{number(row['rate'], '%')} ({area_name(row['force'])})"
        for _, row in rates.sort_values("rate").iloc[[0, -1]].iterrows()
    )
    return f"First audits of all crime run from {low} to {high}"


def rates_alt(rates: "DataFrame", parameters: "RecordingRates") -> str:
    """Say how wide the intervals that are drawn are."""
    widths = rates["recomputed_upper"] - rates["recomputed_lower"]
    low, high = (number(width, decimals=1) for width in (widths.min(), widths.max()))
    return (
        f"A dot and an interval ({parameters.method.title()}) for {len(rates)} audits, the highest "
        f"rate on top. Where a half-width is published, they are {low} to {high} points wide."
    )


def gaps_sentence(frame: "DataFrame") -> str:
    """Say which totals their first release lacks, and which release has them."""
    said = [
        f"The release of {row['release']} lacks {row['force']}'s total for {row['period']}; of the "
        f"full releases held, that of {row['held_in']} is the first with its quarters."
        for _, row in frame.iterrows()
    ]
    return f"{' '.join(said)} No revision can be seen for such a year, and none is allowed for."


def _spans(rows: "DataFrame", name: str) -> list[str]:
    ends = zip(rows[f"{name}_lower"], rows[f"{name}_upper"], strict=True)
    return [f"{number(low, decimals=0)} to {number(high, decimals=0)}" for low, high in ends]
