"""What notebook 04 shows of missing data: its sentences, and the figure that controls redraw.

No share by ethnicity is told without its bounds.
"""

from typing import Any

from pandas import DataFrame

from replicate.derivations import missing_data
from replicate.derivations.counting import count
from replicate.display.figure import Figure, figure
from replicate.display.plots import series_plot
from replicate.ledger import find_claim
from replicate.vocabulary.definitions import find_definition
from replicate.vocabulary.numbers import number, percent, signed, span
from replicate.vocabulary.parameters import MissingData
from replicate.vocabulary.periods import Period
from replicate.vocabulary.uncertainty import ScenarioRange


def findings() -> list[str]:
    """Return the main points, computed: of ethnicity, of flags, of assessments."""
    shares, correct = missing_data.shares(), find_claim(missing_data.CORRECT)
    overlap = missing_data.pairs(shares)["overlap"]
    return [
        f"{completeness_title(missing_data.completeness())}. {bounds_title(shares)}. The bounds of "
        f"{overlap.sum()} of {len(overlap)} pairs of groups overlap: which of the two is the "
        "larger can't be told.",
        f"{correct.figure} of the cases read were correctly flagged ({correct.id}). "
        f"{implied_sentence(missing_data.implied(missing_data.flag_scenarios()))}",
        f"{assessed_title(missing_data.episodes())}. That is not a fall in abuse.",
    ]


def completeness_title(frame: DataFrame) -> str:
    """Say how much of ethnicity the sources leave missing."""
    missing = span(100 * frame["lower"].min(), 100 * frame["upper"].max(), "%")
    return f"{len(frame)} published sources leave ethnicity missing for {missing} of suspects"


def bounds_title(frame: DataFrame) -> str:
    """Say how many shares have no bounds, and how wide those of the others are."""
    widths = 100 * (frame["upper"] - frame["lower"]).dropna()
    return (
        f"{len(frame) - len(widths)} published shares cannot be bounded; the bounds of the other "
        f"{len(widths)} are {span(widths.min(), widths.max())} percentage points wide"
    )


def bounds_rows(frame: DataFrame) -> DataFrame:
    """Return shares as `display.rows_plot` takes them: name, group, lower, upper, reason."""
    missing = frame["missing"].replace("not published", "missing share not published")
    name = frame["group"] + ": " + frame["published"]
    group = frame["population"] + ": " + missing
    return frame.assign(name=name, group=group)[["name", "group", "lower", "upper", "reason"]]


def odds_curve(parameters: MissingData) -> Figure:
    """Draw what shares of suspects by ethnicity could be, by the odds ratio that is assumed."""
    curve, shares = missing_data.curve(parameters), missing_data.shares()
    drawn = curve.assign(lower=100 * curve["lower"], upper=100 * curve["upper"])
    ends = drawn.groupby("claim").agg({"lower": "min", "upper": "max"})
    rows, claim = shares[shares["claim"].isin(ends.index)], find_claim(missing_data.SPLIT[0])
    widest = number((ends["upper"] - ends["lower"]).max(), decimals=1)
    odds = f"{number(parameters.odds_lowest)} to {number(parameters.odds_highest)}"
    look: dict[str, Any] = {"x": "odds_ratio", "hue": "name", "unit": "%"}
    look["odds_label"] = "Odds ratio of being recorded (1: as often as others)"
    return figure(
        series_plot(drawn, label="Share of all suspects, by the odds ratio assumed", **look),
        data=curve,
        name="odds",
        title=f"Odds ratios of {odds} leave a share open by up to {widest} percentage points",
        subtitle="Suspects of group-based offences of every kind, England and Wales, 2023",
        source=f"{claim.dataset}; {claim.attribution}",
        alt="A band for each group over the odds ratio; the note says what the missing leave open.",
        note=f"Ethnicity is {rows['missing'].iloc[0]} for these suspects; whatever the missing "
        f"are, of all suspects: {'; '.join(rows['group'] + ' ' + rows['bounds'])}. Each curve "
        "compares one group with everyone else, so the curves at one odds ratio are not one "
        "scenario. Nothing published says what any odds ratio is.",
    )


def implied_sentence(implied: ScenarioRange) -> str:
    """Say how wide the range is, and how its largest end compares with offences by code."""
    flagged = find_claim(missing_data.FLAGGED)
    contact = count(find_definition("child_contact"), Period.parse(flagged.period)).count
    return (
        f"Depending on what that means, the {flagged.figure} flagged ({flagged.id}) would stand "
        f"for anything from {span(implied.lower, implied.upper)}. The largest would be "
        f"{percent(implied.upper / contact, decimals=0)} of the {number(contact)} contact offences "
        "recorded by code, which tells against carrying a share of cases over to offences."
    )


def assessed_title(national: DataFrame) -> str:
    """Say how the last year compares with the first."""
    (first, before), (last, now) = national[["year", "episodes"]].iloc[[0, -1]].to_numpy()
    moved = signed(100 * (now / before - 1), "%", decimals=1)
    return f"Assessments that found child sexual exploitation changed by {moved} from {first} to {last}"
