"""Words beside recording rates: samples, crimes left unrecorded, funnels, dates and flags."""

from typing import TYPE_CHECKING

from replicate.display.labels import area_name
from replicate.display.words.counts import counted
from replicate.ledger import Verdict
from replicate.vocabulary.numbers import interval, number, percent, signed

if TYPE_CHECKING:
    from pandas import DataFrame

    from replicate.derivations.recording_rates.dates import ByDate
    from replicate.derivations.recording_rates.funnel import Funnel
    from replicate.vocabulary.parameters import RecordingRates

SUBTITLE = "Share of reported crime that was recorded; audits by the inspectorate, by force; not a random sample of forces"
"""Measure and place of what is shown of published rates."""

RATE_UNITS = {
    **dict.fromkeys(("rate", "lower", "upper", "recomputed_lower", "recomputed_upper"), "percent"),
    "implied": "cases, implied",
    "largest_shift": "points",
}

NUMBER_UNITS = {
    **dict.fromkeys(
        ("rate", "relative", "revision_lower", "revision_upper", "half_width"), "percent"
    ),
    **dict.fromkeys(("recorded", "published", "computed", "ceiling", "difference"), "offences"),
    **dict.fromkeys(("rounding_lower", "rounding_upper", "passes_from", "passes_to"), "offences"),
    **dict.fromkeys(("sampling_lower", "sampling_upper"), "offences"),
}

NUMBER_FORMATS = {
    **dict.fromkeys(
        ("published", "computed", "rounding_lower", "rounding_upper", "passes_from", "passes_to"),
        ",.0f",
    ),
    **dict.fromkeys(("sampling_lower", "sampling_upper"), ",.0f"),
    **dict.fromkeys(("relative", "revision_lower", "revision_upper"), "+.2f"),
    **dict.fromkeys(("rate", "half_width"), ".1f"),
}

DATES_HEADERS = {
    "log_odds": "Slope in log odds",
    "log_odds_error": "Its standard error",
    "points_a_year": "Slope at the mean date",
    "lower": "Lower end of slope",
    "upper": "Upper end of slope",
}

SHOWN = [
    "force",
    "published",
    "computed",
    "relative",
    "verdict",
    "claim",
    "period",
    "vintage",
    "rate",
    "recorded",
]
SHOWN_NATIONALLY = ["claim", "wording", *(name for name in SHOWN if name not in ("force", "claim"))]
OPEN = [
    *("force", "rounding_lower", "rounding_upper", "revision_lower", "revision_upper"),
    *("passes_from", "passes_to", "sampling_lower", "sampling_upper", "half_width"),
]
"""Columns of the table of numbers, by force and for England and Wales, and of what is open about them."""


def rates_title(rates: "DataFrame") -> str:
    """Return the message of the published rates: what they span."""
    whole = rates[rates["of"] == "all crime"].sort_values("rate")
    (least, low), (most, high) = (
        (area_name(row["force"]), row["rate"]) for _, row in whole.iloc[[0, -1]].iterrows()
    )
    if len(whole) == 1:
        return f"{area_name(least)} recorded {number(low, '%')} of the crime reported to it"
    return f"Between {number(low, '%')} ({least}) and {number(high, '%')} ({most}) of reported crime was recorded"


def rates_alt(rates: "DataFrame", parameters: "RecordingRates") -> str:
    """Say how wide the intervals of the published rates are, and how far another method moves them."""
    whole = rates[rates["of"] == "all crime"]
    widths = whole["recomputed_upper"] - whole["recomputed_lower"]
    return (
        f"A dot and an interval ({parameters.method.title()}) for {counted(len(whole), 'force', 'forces')}, the highest rate on top. The "
        f"intervals are {number(widths.min(), decimals=1)} to {number(widths.max(), decimals=1)} percentage points wide."
    )


def shift_sentence(rates: "DataFrame", parameters: "RecordingRates") -> str:
    """Say how far the intervals of the method asked for lie from the published ones."""
    most = rates.sort_values("largest_shift").iloc[-1]
    return (
        f"At {_level(parameters.level)}, {parameters.method.title()} intervals for the implied samples move an end of the published "
        f"interval by {number(rates['largest_shift'].min(), decimals=2)} to {number(most['largest_shift'], decimals=2)} percentage points, "
        f"the most for {area_name(str(most['force']))} ({most['of']})."
    )


def number_notes(rows: "DataFrame", *, too_wide: float) -> list[str]:
    """Return what a reader of the numbers left unrecorded must know."""
    wide = int(rows["half_width"].gt(100 * too_wide).sum())
    return [
        "A number worded 'over' is a floor, and the next step of its printed precision the ceiling; a difference is from the nearer one.",
        "'Passes from' and 'passes to' are the published numbers that would have been reached: any other would have failed.",
        f"By sampling, {number(wide)} of {counted(len(rows), 'interval', 'intervals')} would be wider than the limit of "
        f"{_percent(100 * too_wide)} of the number either side, and hardly any number could fail those; no verdict rests on sampling.",
    ]


def verdicts_sentence(rows: "DataFrame") -> str:
    """Say how many numbers got which verdict."""
    said = [
        f"{number(int(size))} {Verdict(str(verdict)).words}"
        for verdict, size in rows["verdict"].value_counts().items()
    ]
    return f"Of {counted(len(rows), 'number', 'numbers')} of forces, {' and '.join(said)}."


def moves_title(moves: "DataFrame") -> str:
    """Return the message of the other windows: how far they move a number, and how many they reach by rounding alone."""
    spread = 100 * (
        moves.groupby("force")["computed"].max() - moves.groupby("force")["computed"].min()
    )
    part = spread / moves.groupby("force")["published"].first()
    choices = moves.groupby("force").size().max()
    span = f"{number(part.min(), decimals=0)} to {_percent(part.max())}"
    return f"Across {number(int(choices))} choices of year and release, a number moves by {span} of what was published"


def moves_alt(moves: "DataFrame") -> str:
    """Say how many of the published numbers the rule reaches, and how many some choice does."""
    rule = moves[moves["rule"] & moves["vintage"].eq(moves["vintage"].iloc[0])]
    some = int(moves.groupby("force")["reaches"].any().sum())
    return (
        "A row a force: the published number is a line at one hundred percent with a band to the next printed step, and marks beside it "
        f"are what each year and release gives. By rounding alone the rule reaches {number(int(rule['reaches'].sum()))} of "
        f"{counted(len(rule), 'number', 'numbers')}, and at least one choice reaches {number(some)}."
    )


def funnel_title(found: "Funnel") -> str:
    """Return the message of a funnel: how many rates lie outside its limits."""
    _, (unusual, outside), (_, widened) = found.beyond.items()
    left = "none" if not widened else number(widened)
    return f"{number(outside)} of {number(len(found.rates))} rates lie outside {unusual}, {left} once over-dispersion is allowed for"


def funnel_alt(found: "Funnel") -> str:
    """Say what the funnel shows: the rate of all together, and what lies above and below."""
    rates = found.rates.sort_values("rate")
    low, high = (
        f"{percent(row['rate'])} in {area_name(row['force'])}"
        for _, row in rates.iloc[[0, -1]].iterrows()
    )
    said = [f"{number(outside)} outside {kind}" for kind, outside in found.beyond.items()]
    return (
        f"Rates of {counted(len(rates), 'force', 'forces')} over the sample that the published half-width implies, from {low} to {high}; "
        f"all together {percent(found.target)}. {', '.join(said)}."
    )


def funnel_note(found: "Funnel", *, pooled: str) -> str:
    """Say what is pooled, and on which side no rate could lie outside the widened limits."""
    widened = found.limits[found.limits["kind"] == list(found.beyond)[-1]]
    open_above = f" No rate could lie above the upper {list(found.beyond)[-1]}, which pass {number(100, '%')}."
    return pooled + (open_above if widened["upper"].gt(1).all() else "")


def dispersion_sentence(found: "Funnel") -> str:
    """Say how much more the rates scatter than chance makes them."""
    spread = number(100 * found.found.tau_squared**0.5, decimals=1)
    return (
        f"The variance of the rates is {number(found.found.phi, decimals=1)} times that of samples of these sizes by chance; that is a "
        f"standard deviation of {spread} percentage points between these {counted(len(found.rates), 'force', 'forces')}."
    )


def dates_title(found: "ByDate") -> str:
    """Return the message of the regression on dates."""
    from replicate.derivations.recording_rates.dates import slope_interval

    points = interval(
        found.effects["points_a_year"][0],
        slope_interval(found),
        "percentage points a year",
        decimals=1,
    )
    return f"Audits of later date found rates higher by {points}"


def dates_alt(found: "ByDate") -> str:
    """Say how the rates go with the date."""
    rows = found.rates.sort_values("year")
    first, last = (rows["audit_to"].iloc[place][:4] for place in (0, -1))
    low, high = (number(found.curve["rate"].iloc[place], "%", decimals=1) for place in (0, -1))
    return f"{counted(len(rows), 'audit', 'audits')} by the day the audit ended, {first} to {last}, with a curve from {low} to {high}."


def slope_sentence(found: "ByDate") -> str:
    """Say both slopes with their intervals, in log odds and in points."""
    from replicate.derivations.recording_rates.dates import slope_interval

    said = []
    for place, row in enumerate(found.effects.to_dict("records")):
        points = interval(
            row["points_a_year"],
            slope_interval(found, place),
            "percentage points a year at the mean date",
            decimals=1,
        )
        error = number(row["log_odds_error"], decimals=2)
        said.append(
            f"The {row['model']} model: {signed(row['log_odds'], decimals=2)} log odds a year (standard error {error}), {points}."
        )
    return " ".join(said)


def violence_sentence(whole: "Funnel", violence: "Funnel") -> str:
    """Say where the forces whose rate of violence is printed stand among the rates of all crime."""
    ranks = whole.rates.set_index("force")["rate"].rank(method="min")[violence.rates["force"]]
    return (
        f"A rate of violence is printed for {counted(len(ranks), 'force', 'forces')}; among the {number(len(whole.rates))} rates of all "
        f"crime theirs are numbers {number(int(ranks.min()))} to {number(int(ranks.max()))} from the lowest."
    )


def _percent(value: float) -> str:
    return number(value, "%", decimals=0)


def _level(level: float) -> str:
    return f"{100 * level:.6g}\N{NO-BREAK SPACE}%"
