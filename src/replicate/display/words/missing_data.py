"""Words beside missing ethnicity, missing flags and assessments: no share without its bounds."""

from typing import TYPE_CHECKING, Any

from replicate.derivations import missing_data
from replicate.display.words.counts import counted
from replicate.ledger import find_claim
from replicate.vocabulary.numbers import number, signed
from replicate.vocabulary.uncertainty import RoundingRange

if TYPE_CHECKING:
    from pandas import DataFrame, Series

    from replicate.vocabulary.uncertainty import ScenarioRange

ASSESSED_SUBTITLE = (
    "Assessment episodes that found child sexual exploitation, England, "
    "years ending 31 March; episodes are not children"
)

ASSESSED_NOTE = (
    "England's numbers are published to the nearest ten. "
    "A fall in assessments is not a fall in abuse."
)

IN_WORDS = ["population", "published", "missing", "bounds"]
"""Columns of shares that a table shows, and the data of a figure leaves out."""

_NOT_REGIONS = ("England", "Inner London", "Outer London")
"""The whole, and the two parts of a region that is listed too."""


def findings() -> dict[str, str]:
    """Return the main points, computed: of ethnicity, of flags, of assessments."""
    complete, orders = missing_data.completeness(), missing_data.ordering()
    implied = missing_data.implied(missing_data.flag_scenarios())
    rows = _by_factor(missing_data.beside_other_factors())
    factor, every = rows["child sexual exploitation"], rows["any factor"]
    flagged, correct = find_claim(missing_data.FLAGGED), find_claim(missing_data.CORRECT)
    return {
        "ethnicity": (
            f"{completeness_title(complete)}. {bounds_title(missing_data.shares())}. "
            f"{ordering_title(orders)} by size, whatever the missing are."
        ),
        "flags": (
            f"{correct.figure} of the cases read were correctly flagged ({correct.id}). Depending on "
            f"what that means, the {flagged.figure} flagged ({flagged.id}) would stand for anything "
            f"from {_whole(implied.lower)} to {_whole(implied.upper)}."
        ),
        "care": (
            f"Assessments that found child sexual exploitation {_moved(factor['percent'])} from "
            f"{factor['since']} to {factor['until']} while all assessments "
            f"{_moved(every['percent'])}; that is not a fall in abuse."
        ),
    }


def completeness_title(frame: "DataFrame") -> str:
    """Say how much of ethnicity the sources leave missing."""
    low, high = (number(100 * end, decimals=0) for end in (frame.lower.min(), frame.upper.max()))
    sources = counted(len(frame), "published source leaves", "published sources leave")
    return f"{sources} ethnicity missing for {low} to {high}\N{NO-BREAK SPACE}% of suspects"


def bounds_title(frame: "DataFrame") -> str:
    """Say how many shares have no bounds, and how wide those of the others are."""
    bounded = frame.dropna(subset="lower")
    bare = counted(len(frame) - len(bounded), "published share", "published shares")
    widths = 100 * (bounded["upper"] - bounded["lower"])
    span = " to ".join(dict.fromkeys(map(_whole, (widths.min(), widths.max()))))
    return (
        f"{bare} cannot be bounded; the bounds of the other {number(len(bounded))} are {span} "
        "percentage points wide"
    )


def bounds_alt(frame: "DataFrame") -> str:
    """Say the bounds of every share that has them, and which have none."""
    bounded, bare = frame.dropna(subset="lower"), frame[frame["lower"].isna()]
    said = [
        f"{row['claim']}, {row['group']}: {row['bounds']} with {row['missing']}"
        for _, row in bounded.iterrows()
    ]
    without = ", ".join(f"{row['claim']} ({row['group']})" for _, row in bare.iterrows())
    return f"Ranges with nothing inside them. {'. '.join(said)}. No bounds for {without}."


def bounds_rows(frame: "DataFrame") -> "DataFrame":
    """Return shares as `display.rows_plot` takes them: name, group, lower, upper, reason."""
    return frame.assign(
        name=frame["group"] + ": " + frame["published"],
        group=frame["population"]
        + ": "
        + frame["missing"].replace("not published", "missing share not published"),
    )[["name", "group", "lower", "upper", "reason"]]


def odds_title(frame: "DataFrame") -> str:
    """Say how far the range of odds ratios that is assumed moves a share."""
    low, high = (number(end) for end in (frame["odds_ratio"].min(), frame["odds_ratio"].max()))
    ends = frame.groupby("name").agg({"lower": "min", "upper": "max"})
    widest = number(100 * float((ends["upper"] - ends["lower"]).max()), decimals=1)
    return (
        f"Odds ratios of being recorded from {low} to {high} leave a share open by up to {widest} "
        "percentage points"
    )


def odds_alt(frame: "DataFrame") -> str:
    """Say what each group's share is at both ends, and never without the worst case."""
    ends = (frame["odds_ratio"].min(), frame["odds_ratio"].max())
    said = [
        f"{name}: {', '.join(_at(rows, end) for end in ends)}"
        for name, rows in frame.groupby("name", sort=False)
    ]
    start = "A band for each group over the odds ratio that is assumed, on a logarithmic scale."
    return f"{start} {'. '.join(said)}. {worst_case(frame)}"


def worst_case(frame: "DataFrame") -> str:
    """Say how much is missing of the suspects of a curve, and what that leaves open."""
    shares = missing_data.shares()
    rows = shares[shares["claim"].isin(frame["claim"])]
    said = "; ".join(f"{row['group']} {row['bounds']}" for _, row in rows.iterrows())
    return (
        f"Ethnicity is {rows['missing'].iloc[0]} for these suspects; whatever the missing are, of "
        f"all suspects: {said}."
    )


def ordering_title(frame: "DataFrame") -> str:
    """Say for how many pairs recording is complete enough."""
    pairs, enough = len(frame), int(frame["enough"].eq("yes").sum())
    return (
        f"Recording is complete enough to order {number(enough) if enough else 'none'} of "
        f"{counted(pairs, 'pair', 'pairs')} of groups"
    )


def residents_title(frame: "DataFrame") -> str:
    """Say whose shares of residents were quoted for Greater Manchester."""
    quoted = "The shares of residents quoted for Greater Manchester are"
    if frame["county"].round().eq(frame["quoted"]).all():
        return f"{quoted} those of the county"
    city = frame["city"].round().eq(frame["quoted"]).all()
    return (
        f"{quoted} {'those of the City of Manchester' if city else 'not those of the city either'}"
    )


def implied_sentence(implied: "ScenarioRange") -> str:
    """Say what the share correctly flagged would imply: a range over scenarios, and no more."""
    contact = missing_data.counted("child_contact")
    return (
        f"Over both readings the flagged offences would stand for anything from "
        f"{_whole(implied.lower)} to {_whole(implied.upper)} offences, assuming "
        f"{'; '.join(implied.assumptions)}. The largest would be "
        f"{number(100 * implied.upper / contact, '%', decimals=0)} of the {number(contact)} contact "
        "offences recorded by code in that year, which tells against carrying a share of cases "
        "over to offences."
    )


def assessed_title(national: "DataFrame") -> str:
    """Say how the last year compares with the first."""
    first, last = national.iloc[0], national.iloc[-1]
    moved = _moved(100 * (last["episodes"] / first["episodes"] - 1))
    return (
        f"Assessments that found child sexual exploitation {moved} from {_year(first)} to "
        f"{_year(last)}"
    )


def assessed_alt(national: "DataFrame") -> str:
    """Say where the national series begins and ends, and where it is highest."""
    top = national.sort_values("episodes").iloc[-1]
    said = [
        f"{number(row['episodes'])} in {_year(row)}" for _, row in national.iloc[[0, -1]].iterrows()
    ]
    return (
        f"A line of assessment episodes by year ending March: {', '.join(said)}, highest in "
        f"{_year(top)} at {number(top['episodes'])}."
    )


def regions_title(regions: "DataFrame") -> str:
    """Say in how many regions the episodes fell, and the span of the changes."""
    rows = regions[~regions["area"].isin(_NOT_REGIONS)]
    low, high = (
        signed(float(end), "%", decimals=1)
        for end in (rows["percent"].min(), rows["percent"].max())
    )
    fell = number(int(rows["upper"].lt(0).sum()))
    of = counted(len(rows), "region", "regions")
    return f"Episodes fell in {fell} of {of}; changes run from {low} to {high}"


def assessment_notes(beside: "DataFrame") -> list[str]:
    """Say why a fall in assessments is not a fall in abuse, with what the table itself shows."""
    rows = _by_factor(beside)
    factor, every = rows["child sexual exploitation"], rows["any factor"]
    criminal, adult = (
        rows["child criminal exploitation"],
        rows["sexual abuse of a child by an adult"],
    )
    hidden, cells = missing_data.without_number()
    return [
        "An episode is an assessment that somebody asked for, that was finished, and in which a "
        "social worker wrote the factor down. A child whom nobody referred is not counted, and one "
        "assessed twice is counted twice.",
        f"From {factor['since']} to {factor['until']} episodes with any factor "
        f"{_moved(every['percent'])} while those with this one {_moved(factor['percent'])}. Fewer "
        "children abused, fewer found, and fewer written down as such would all look like this; "
        "the table can't tell them apart.",
        f"What is written down changed around it: child criminal exploitation is counted from "
        f"{criminal['since']} ({number(criminal['first'])} episodes then, "
        f"{number(criminal['last'])} in {criminal['until']}), and sexual abuse is split by who did "
        f"it from {adult['since']}. Whether exploitation "
        "is now filed there has not been measured.",
        f"Of {number(cells)} numbers of authorities, {number(hidden)} are suppressed, were not "
        "supplied or are held unreliable by the publisher.",
    ]


def _by_factor(beside: "DataFrame") -> dict[str, Any]:
    return {str(row["factor"]): row for row in beside.to_dict("records")}


def _at(rows: "DataFrame", odds: float) -> str:
    row = rows[rows["odds_ratio"] == odds].iloc[0]
    ends = RoundingRange(float(row["lower"]), float(row["upper"]))
    return f"{missing_data.span(ends)} at {number(odds)}"


def _year(row: "Series") -> str:
    """Write a year without a separator."""
    return str(int(row["year"]))


def _whole(value: float) -> str:
    return number(value, decimals=0)


def _moved(percent: float) -> str:
    """Say how a number moved."""
    if round(percent, 1) == 0:
        return "stayed level"
    return f"{'rose' if percent > 0 else 'fell'} by {number(abs(percent), '%', decimals=1)}"
