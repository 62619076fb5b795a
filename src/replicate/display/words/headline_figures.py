"""Words beside the verdicts of notebook 00: titles, and what a figure shows for those who cannot see it."""

from typing import TYPE_CHECKING

from replicate.vocabulary.numbers import number

if TYPE_CHECKING:
    from pandas import DataFrame

PARTS = {
    "headline": "of the audit and of HMICFRS, resting on data",
    "others": "all other figures of the ledger",
}
"""The parts of a bar of figures."""


def counts_title(frame: "DataFrame") -> str:
    """Say which verdict most figures had.

    Examples
    --------
    >>> import pandas
    >>> counts_title(pandas.DataFrame({"verdict": ["differs", "exact"], "meaning": ["no", "yes"], "figures": [3, 1]}))
    'Of 4 published figures, 3 have the verdict “differs”: no'
    """
    first = frame.sort_values("figures", ascending=False, kind="stable").iloc[0]
    total, most = number(int(frame["figures"].sum())), number(int(first["figures"]))
    return f"Of {total} published figures, {most} have the verdict “{first['verdict']}”: {first['meaning']}"


def counts_alt(frame: "DataFrame") -> str:
    """Say how long each bar is."""
    rows = frame.to_dict("records")
    bars = (
        f"{row['verdict']} {number(row['figures'])}, of which {number(row['headline'])} of the first kind"
        for row in rows
    )
    return f"A bar for each verdict, in two parts: {PARTS['headline']}, and {PARTS['others']}. {'; '.join(bars)}."


def openings_title(frame: "DataFrame") -> str:
    """Say what would open most figures."""
    first, total = frame.iloc[0], int(frame["figures"].sum())
    published = f"A copy of what {first['holder']} has published"
    whose = f"What {first['holder']} could publish" if first["how"] == "publish" else published
    return f"{whose} would open {number(int(first['figures']))} of the {number(total)} figures that wait for data"


def openings_alt(frame: "DataFrame") -> str:
    """Say how long each bar is."""
    bars = (f"{row['name']}: {number(row['figures'])}" for row in frame.to_dict("records"))
    return f"A bar for each opening, the largest first. {'; '.join(bars)}."


def openings_named(frame: "DataFrame", most: int) -> "DataFrame":
    """Return the first openings with a name to print: what it is, whose, and whether it is to be fetched or published."""
    first = frame.head(most)
    return first.assign(name=first["holder"] + ", " + first["how"] + ": " + first["title"])


def contradictions_title(frame: "DataFrame") -> str:
    """Say how many figures are contradicted, and how many of them by another report."""
    elsewhere = sum(
        row["report"] not in row["other_reports"].split("; ") for row in frame.to_dict("records")
    )
    figures = "figure contradicts" if len(frame) == 1 else "figures contradict"
    return f"{number(len(frame))} published {figures} other published figures, {number(elsewhere)} of them those of another report"


def contradictions_alt(frame: "DataFrame") -> str:
    """Say what was published and what others give, pair by pair."""
    rows = frame.to_dict("records")
    pairs = (
        f"{row['claim']}: published {row['published']}, others ({row['others']}) give {row['given']}"
        for row in rows
    )
    return f"For each pair a scale of its own, with the published figure above and what others give below. {'; '.join(pairs)}."
