"""Words beside assessments by children's social care: what the episodes say, and why a fall in them is no fall in abuse."""

from math import isinf
from typing import TYPE_CHECKING

from replicate.display.cells import STATES
from replicate.display.words.counts import counted
from replicate.vocabulary.numbers import number, signed

if TYPE_CHECKING:
    from pandas import DataFrame, Series

ASSESSED_SUBTITLE = "Assessment episodes that found child sexual exploitation, England, years ending 31 March; episodes are not children"

_NOT_REGIONS = ("England", "Inner London", "Outer London")
"""The whole, and the two parts of a region that is listed too."""

_HIDDEN = STATES | {"suppressed": "1 to 5"}
"""Why a cell has no number, or what the publisher's mark stands for."""

ASSESSED_NOTE = "England's numbers are published to the nearest ten. A fall in assessments is not a fall in abuse."


def assessed_title(national: "DataFrame") -> str:
    """Return the message of the national series: how the last year compares with the first."""
    first, last = _ends(national)
    moved = _moved(100 * (last["episodes"] / first["episodes"] - 1))
    return f"Assessments that found child sexual exploitation {moved} from {_year(first)} to {_year(last)}"


def assessed_alt(national: "DataFrame") -> str:
    """Say where the national series begins and ends, and where it is highest."""
    first, last = _ends(national)
    top = national.sort_values("episodes").iloc[-1]
    said = ", ".join(f"{number(row['episodes'])} in {_year(row)}" for row in (first, last))
    return f"A line of assessment episodes by year ending March: {said}, highest in {_year(top)} at {number(top['episodes'])}."


def regions_title(regions: "DataFrame") -> str:
    """Return the message of a table of regions: in how many the episodes fell, and the span of the changes."""
    rows = regions[~regions["area"].isin(_NOT_REGIONS)]
    fell = int(rows["upper"].lt(0).sum())
    low, high = (
        signed(float(end), "%", decimals=1)
        for end in (rows["percent"].min(), rows["percent"].max())
    )
    return f"Episodes fell in {number(fell)} of {counted(len(rows), 'region', 'regions')}; changes run from {low} to {high}"


def authority_rows(authorities: "DataFrame") -> "DataFrame":
    """Return the episodes of authorities as a table shows them: area, region, and each year's number, range or why there is none."""
    rows = authorities[["area", "region"]].copy()
    for column in (name for name in authorities.columns if f"state_{name}" in authorities):
        cells = zip(authorities[column], authorities[f"state_{column}"], strict=True)
        rows[column] = [
            number(episodes) if state == "value" else _HIDDEN.get(state, state)
            for episodes, state in cells
        ]
    return rows


def sums_title(sums: "DataFrame") -> str:
    """Return the message of the check of totals: how many lie within the sums of their parts."""
    agree, totals = int(sums["agrees"].sum()), len(sums)
    whole = "All" if agree == totals else f"{number(agree)} of"
    open_ended = counted(int(sums["not_available"].gt(0).sum()), "sum has", "sums have")
    return f"{whole} {number(totals)} published totals lie within the sums of their parts; {open_ended} no upper end"


def sums_rows(sums: "DataFrame") -> "DataFrame":
    """Return totals and sums as a table shows them.

    Returns
    -------
    pandas.DataFrame
        area, year, parts, published, stands_for (by rounding), sum (of the parts), hidden (parts without a number of their own), agrees.
    """
    return type(sums)(
        {
            "area": sums["area"],
            "year": sums["year"].astype(str),
            "parts": sums["parts"],
            "published": sums["published"].map(number),
            "stands_for": _spans(sums, "published_lower", "published_upper"),
            "sum": _spans(sums, "lower", "upper"),
            "hidden": (sums["suppressed"] + sums["not_available"]).map(number),
            "agrees": sums["agrees"].map({True: "yes", False: "no"}),
        }
    )


def sums_note(every: "DataFrame") -> str:
    """Say what the same check over all factors shows of suppressed cells."""
    suppressed = every[(every["parts"] == "authorities") & (every["hidden"] == "suppressed cells")]
    nothing = every[every["hidden"] == "nothing"]
    above, totals = int(suppressed["above"].sum()), int(suppressed["totals"].sum())
    return (
        f"Over all factors, {number(int(nothing['totals'].sum()))} sums of parts that hide nothing disagree with the published total "
        f"{counted(int(nothing['disagree'].sum()), 'time', 'times')}. Of {number(totals)} sums of authorities with suppressed cells, "
        f"{number(above)} lie below the published total even with every such cell at its upper end: if the other numbers stand, a larger "
        "number is hidden there, as publishers do so that a small one can't be worked out. No hidden number is worked out here."
    )


def assessment_notes(beside: "DataFrame", states: "DataFrame") -> list[str]:
    """Return why a fall in assessments is not a fall in abuse, with what the table itself shows."""
    rows = {row["factor"]: row for _, row in beside.iterrows()}
    factor, every, criminal = (
        rows[name]
        for name in ("child sexual exploitation", "any factor", "child criminal exploitation")
    )
    bare = int(states[["suppressed", "not_available"]].to_numpy().sum())
    return [
        "An episode is an assessment that somebody asked for, that was finished, and in which a social worker wrote the factor down. A "
        "child whom nobody referred is not counted, and one assessed twice is counted twice.",
        f"From {factor['since']} to {factor['until']} episodes with any factor {_moved(every['percent'])} while those with this one "
        f"{_moved(factor['percent'])}. Fewer children abused, fewer found, and fewer written down as such would all look like this; the "
        "table can't tell them apart.",
        f"What is written down changed around it: child criminal exploitation is counted from {criminal['since']} "
        f"({number(criminal['first'])} episodes then, {number(criminal['last'])} in {criminal['until']}), and sexual abuse is split by "
        f"who did it from {rows['sexual abuse of a child by an adult']['since']}. Whether exploitation is now filed there has not been "
        "measured.",
        f"Of {number(int(states['authorities'].sum()))} numbers of authorities, {number(bare)} are suppressed, were not supplied or are "
        "held unreliable by the publisher.",
    ]


def _ends(national: "DataFrame") -> tuple["Series", "Series"]:
    rows = national.sort_values("year")
    return rows.iloc[0], rows.iloc[-1]


def _year(row: "Series") -> str:
    """Write a year without a separator."""
    return str(int(row["year"]))


def _spans(frame: "DataFrame", lower: str, upper: str) -> list[str]:
    ends = zip(frame[lower], frame[upper], strict=True)
    return [
        f"{number(low)} {'or more' if isinf(high) else f'to {number(high)}'}" for low, high in ends
    ]


def _moved(percent: float) -> str:
    """Say how a number moved."""
    if round(percent, 1) == 0:
        return "stayed level"
    return f"{'rose' if percent > 0 else 'fell'} by {number(abs(percent), '%', decimals=1)}"
