"""Words beside the headline figures: how many hold, what contradicts, and what is missing."""

from collections.abc import Iterable
from math import isnan
from typing import TYPE_CHECKING

from replicate.display.words.counts import counted, listed
from replicate.ledger import Verdict
from replicate.vocabulary.numbers import number

if TYPE_CHECKING:
    from pandas import DataFrame

    from replicate.derivations.verification import Verification

_MATCHES = tuple(one for one in Verdict if one == "exact" or one.startswith("within_"))

_OUTCOMES: tuple[tuple[tuple[Verdict, ...], str, str], ...] = (
    (_MATCHES, "matches", "match"),
    ((Verdict.COMPATIBLE,), "matches if our method is theirs", "match if our method is theirs"),
    ((Verdict.DIFFERS,), "does not match", "do not match"),
    (
        (Verdict.INCONSISTENT,),
        "contradicts another published figure",
        "contradict other published figures",
    ),
    (
        (Verdict.INCONCLUSIVE,),
        "can't be told from the data held",
        "can't be told from the data held",
    ),
    (
        (Verdict.NOT_HELD,),
        "can't be checked, because we couldn't get the published table",
        "can't be checked, because we couldn't get the published tables",
    ),
    (
        (Verdict.NOT_PUBLIC,),
        "can't be checked, because the data are not published",
        "can't be checked, because the data are not published",
    ),
    ((Verdict.NOT_A_STATISTIC,), "is not a statistic", "are not statistics"),
)
"""Verdicts that a sentence counts together, for one figure and for several."""


def answer(results: "Iterable[Verification]", *, what: str = "headline figure") -> str:
    """Say how many figures hold.

    Parameters
    ----------
    results
        The figures that are counted together.
    what
        What they are, in the singular.
    """
    had = [result.verdict for result in results]
    found = (
        (sum(verdict in verdicts for verdict in had), one, several)
        for verdicts, one, several in _OUTCOMES
    )
    parts = [
        f"{number(count)} {one if count == 1 else several}"
        for count, one, several in found
        if count
    ]
    return (
        f"Of {counted(len(had), what, f'{what}s')}, {listed(parts)}."
        if had
        else f"No {what} was asked for."
    )


def points(results: "list[Verification]", found: "DataFrame", gaps: "DataFrame") -> list[str]:
    """Return the main points: what does not match, what contradicts, what is missing.

    Parameters
    ----------
    results
        The figures that headlines count.
    found, gaps
        What contradicts, and what is missing.
    """
    apart = [
        f"{result.claim.statement}: published {result.published}, our figure {result.ours}"
        for result in results
        if result.verdict is Verdict.DIFFERS
    ]
    said = [f"Does not match: {text}." for text in apart]
    return [
        *said,
        *([f"{contradictions_title(found)}."] if len(found) else []),
        *([f"{openings_title(gaps)}."] if len(gaps) else []),
    ]


def counts_title(frame: "DataFrame") -> str:
    """Say how many figures match, and which verdict most of the others have.

    Headline figures are counted; where there are none, all.

    Examples
    --------
    >>> import pandas
    >>> had = {"verdict": ["exact", "differs"], "headline": [3, 1], "figures": [3, 5]}
    >>> counts_title(pandas.DataFrame(had))
    '3 of 4 headline figures match; of the others most have the verdict “Does not match” (1)'
    """
    headline = bool(frame["headline"].sum())
    figures = frame.set_index("verdict")["headline" if headline else "figures"]
    what = "headline figures" if headline else "figures"
    match = figures.index.isin(_MATCHES)
    said = f"{number(int(figures[match].sum()))} of {number(int(figures.sum()))} {what} match"
    if not figures[~match].sum():
        return said
    label = Verdict(str(figures[~match].idxmax())).label
    return (
        f"{said}; of the others most have the verdict “{label}” ({number(figures[~match].max())})"
    )


def counts_alt(frame: "DataFrame") -> str:
    """Say how long each bar is."""
    bars = (
        f"{Verdict(row['verdict']).label} {number(row['figures'])}, of which {number(row['headline'])} of the audit and of HMICFRS"
        for row in frame.to_dict("records")
    )
    return f"A bar for each verdict. {'; '.join(bars)}."


def openings_title(frame: "DataFrame") -> str:
    """Say what would open most figures."""
    first, total = frame.iloc[0], int(frame["figures"].sum())
    published = f"A copy of what {first['holder']} has published"
    whose = f"What {first['holder']} could publish" if first["how"] == "publish" else published
    return f"{whose} would open {number(int(first['figures']))} of the {number(total)} figures that wait for data"


def openings_alt(frame: "DataFrame") -> str:
    """Say how long each bar is."""
    bars = (f"{row['name']}: {number(row['figures'])}" for row in frame.to_dict("records"))
    return f"A bar for each gap in the data, the largest first. {'; '.join(bars)}."


def openings_named(frame: "DataFrame", most: int) -> "DataFrame":
    """Return the first data gaps with a name to print: what it is, whose, and whether it is to be fetched or published."""
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
    pairs = (
        f"{row['claim']}: published {row['published']}, others ({row['others']}) give {row['given']}"
        for row in frame.to_dict("records")
    )
    return f"For each pair the published figure and what others give, in percent of the published one. {'; '.join(pairs)}."


def contradictions_drawn(frame: "DataFrame") -> "DataFrame":
    """Return contradictions as `display.rows_plot` takes them, in percent of the published figure."""
    import pandas as pd

    drawn = []
    for row in frame.to_dict("records"):
        whole = row["printed_lower"] if isnan(row["printed_value"]) else row["printed_value"]
        for side, name, mark in (
            ("printed", "Published", "published"),
            ("given", "Others give", "computed"),
        ):
            said = row["published" if side == "printed" else "given"]
            told = {"group": row["heading"], "name": name, "mark": mark, "printed": said}
            ends = {end: 100 * row[f"{side}_{end}"] / whole for end in ("value", "lower", "upper")}
            drawn.append(told | ends | {"kind": "rounding"})
    return pd.DataFrame(drawn)
