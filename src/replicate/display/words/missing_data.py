"""Words beside missing ethnicity, missing flags and assessments: no share without its bounds."""

from typing import TYPE_CHECKING, Any

from replicate.derivations import missing_data
from replicate.display.prose import counted
from replicate.ledger import find_claim
from replicate.vocabulary.numbers import number, signed
from replicate.vocabulary.uncertainty import RoundingRange

if TYPE_CHECKING:
    from pandas import DataFrame

    from replicate.vocabulary.uncertainty import ScenarioRange

ASSESSED_SUBTITLE = "Assessment episodes, England, years ending 31 March; episodes are not children"

ASSESSED_NOTE = "Published to the nearest ten. A fall in assessments is not a fall in abuse."

IN_WORDS = ["population", "published", "missing", "bounds"]
"""Columns of shares that a table shows, and the data of a figure leaves out."""

_NOT_REGIONS = ("England", "Inner London", "Outer London")
"""The whole, and the two parts of a region that is listed too."""


def findings() -> dict[str, str]:
    """Return the main points, computed: of ethnicity, of flags, of assessments."""
    implied = missing_data.implied(missing_data.flag_scenarios())
    flagged, correct = find_claim(missing_data.FLAGGED), find_claim(missing_data.CORRECT)
    return {
        "ethnicity": f"{completeness_title(missing_data.completeness())}. "
        f"{bounds_title(missing_data.shares())}. {ordering_title(missing_data.ordering())} by "
        "size, whatever the missing are.",
        "flags": f"{correct.figure} of the cases read were correctly flagged ({correct.id}). "
        f"Depending on what that means, the {flagged.figure} flagged ({flagged.id}) would stand "
        f"for anything from {_whole(implied.lower)} to {_whole(implied.upper)}.",
        "care": f"{assessed_title(missing_data.episodes())}. That is not a fall in abuse.",
    }


def completeness_title(frame: "DataFrame") -> str:
    """Say how much of ethnicity the sources leave missing."""
    sources = counted(len(frame), "published source leaves", "published sources leave")
    low, high = (_whole(100 * end) for end in (frame["lower"].min(), frame["upper"].max()))
    return f"{sources} ethnicity missing for {low} to {high}\N{NO-BREAK SPACE}% of suspects"


def bounds_title(frame: "DataFrame") -> str:
    """Say how many shares have no bounds, and how wide those of the others are."""
    bounded = frame.dropna(subset="lower")
    bare = counted(len(frame) - len(bounded), "published share", "published shares")
    widths = 100 * (bounded["upper"] - bounded["lower"])
    span = f"{_whole(widths.min())} to {_whole(widths.max())} percentage points wide"
    return f"{bare} cannot be bounded; the bounds of the other {number(len(bounded))} are {span}"


def bounds_alt(frame: "DataFrame") -> str:
    """Say the bounds of every share that has them, and which have none."""
    said = "; ".join(
        f"{row['claim']}, {row['group']}: {row['bounds']} with {row['missing']}"
        for _, row in frame.dropna(subset="lower").iterrows()
    )
    bare = frame[frame["lower"].isna()]
    without = ", ".join(bare["claim"] + " (" + bare["group"] + ")")
    return f"Ranges with nothing inside them. {said}. No bounds for {without}."


def bounds_rows(frame: "DataFrame") -> "DataFrame":
    """Return shares as `display.rows_plot` takes them: name, group, lower, upper, reason."""
    missing = frame["missing"].replace("not published", "missing share not published")
    name = frame["group"] + ": " + frame["published"]
    group = frame["population"] + ": " + missing
    return frame.assign(name=name, group=group)[["name", "group", "lower", "upper", "reason"]]


def odds_title(frame: "DataFrame") -> str:
    """Say how far the range of odds ratios that is assumed moves a share."""
    low, high = (number(end) for end in (frame["odds_ratio"].min(), frame["odds_ratio"].max()))
    ends = frame.groupby("name").agg({"lower": "min", "upper": "max"})
    widest = number(100 * float((ends["upper"] - ends["lower"]).max()), decimals=1)
    odds = f"Odds ratios of being recorded from {low} to {high}"
    return f"{odds} leave a share open by up to {widest} percentage points"


def odds_alt(frame: "DataFrame") -> str:
    """Say what each group's share is at both ends, and never without the worst case."""
    said = []
    for name, rows in frame.groupby("name", sort=False):
        ends = [RoundingRange(*row) for row in rows.iloc[[0, -1]][["lower", "upper"]].to_numpy()]
        said.append(f"{name}: {', '.join(map(missing_data.span, ends))}")
    odds = "A band for each group, from the lowest odds ratio of being recorded to the highest."
    return f"{odds} {'. '.join(said)}. {worst_case(frame)}"


def worst_case(frame: "DataFrame") -> str:
    """Say how much is missing of the suspects of a curve, and what that leaves open."""
    shares = missing_data.shares()
    rows = shares[shares["claim"].isin(frame["claim"])]
    said = "; ".join(rows["group"] + " " + rows["bounds"])
    missing = f"Ethnicity is {rows['missing'].iloc[0]} for these suspects"
    return f"{missing}; whatever the missing are, of all suspects: {said}."


def ordering_title(frame: "DataFrame") -> str:
    """Say for how many pairs recording is complete enough."""
    enough = number(int(frame["enough"].eq("yes").sum()))
    pairs = counted(len(frame), "pair", "pairs")
    return f"Recording is complete enough to order {enough} of {pairs} of groups"


def residents_title(frame: "DataFrame") -> str:
    """Say whose shares of residents were quoted for Greater Manchester."""
    equal = [name for name in ("county", "city") if frame[name].round().eq(frame["quoted"]).all()]
    whose = {"county": "the county", "city": "the City of Manchester alone"}
    said = " and of ".join(whose[name] for name in equal) or "neither the county nor the city"
    return f"The shares of residents quoted for Greater Manchester are those of {said}"


def implied_sentence(implied: "ScenarioRange") -> str:
    """Say what the share correctly flagged would imply: a range over scenarios, and no more."""
    contact = missing_data.counted("child_contact")
    part = number(100 * implied.upper / contact, "%", decimals=0)
    return (
        "Over both readings the flagged offences would stand for anything from "
        f"{_whole(implied.lower)} to {_whole(implied.upper)} offences. The largest would be {part} "
        f"of the {number(contact)} contact offences recorded by code in that year, which tells "
        "against carrying a share of cases over to offences."
    )


def assessed_title(national: "DataFrame") -> str:
    """Say how the last year compares with the first."""
    first, last = national.iloc[0], national.iloc[-1]
    moved = _moved(100 * (last["episodes"] / first["episodes"] - 1))
    years = f"from {first['year']:.0f} to {last['year']:.0f}"
    return f"Assessments that found child sexual exploitation {moved} {years}"


def assessed_alt(national: "DataFrame") -> str:
    """Say where the national series begins and ends, and where it is highest."""
    rows = (national.iloc[0], national.iloc[-1], national.sort_values("episodes").iloc[-1])
    first, last, top = (f"{number(row['episodes'])} in {row['year']:.0f}" for row in rows)
    return f"A line of assessment episodes by year: {first}, {last}; the most were {top}."


def regions_title(regions: "DataFrame") -> str:
    """Say in how many regions the episodes fell, and the span of the changes."""
    rows = regions[~regions["area"].isin(_NOT_REGIONS)].sort_values("percent")
    low, high = (signed(end, "%", decimals=1) for end in rows["percent"].iloc[[0, -1]])
    fell = f"{number(int(rows['upper'].lt(0).sum()))} of {counted(len(rows), 'region', 'regions')}"
    return f"Episodes fell in {fell}; changes run from {low} to {high}"


def assessment_notes(beside: "DataFrame") -> list[str]:
    """Say what the table shows of why a fall in assessments is not a fall in abuse."""
    rows: dict[str, Any] = {str(row["factor"]): row for row in beside.to_dict("records")}
    factor, every = rows["child sexual exploitation"], rows["any factor"]
    criminal = rows["child criminal exploitation"]
    hidden, cells = missing_data.without_number()
    return [
        f"Episodes with any factor {_moved(every['percent'])} from {every['since']} to "
        f"{every['until']} while those with this one {_moved(factor['percent'])}.",
        f"Child criminal exploitation is counted from {criminal['since']} "
        f"({number(criminal['first'])} episodes then, {number(criminal['last'])} in "
        f"{criminal['until']}). Whether exploitation is now filed there has not been measured.",
        f"Of {number(cells)} numbers of authorities, {number(hidden)} are suppressed, were not "
        "supplied or are held unreliable by the publisher.",
    ]


def _whole(value: float) -> str:
    return number(value, decimals=0)


def _moved(percent: float) -> str:
    """Say how a number moved."""
    if round(percent, 1) == 0:
        return "stayed level"
    return f"{'rose' if percent > 0 else 'fell'} by {number(abs(percent), '%', decimals=1)}"
