"""The verdicts in words first, then as lists that each count opens."""

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from replicate.display.verdict import SYMBOLS
from replicate.ledger.terms import Unit
from replicate.ledger.verdict import Verdict
from replicate.ledger.wording import digits, with_unit
from replicate.vocabulary.errors import RunError

Row = Mapping[str, object]
COLUMNS = (
    "id",
    "report",
    "basis",
    "seen",
    "statement",
    "published",
    "unit",
    "computed",
    "difference",
    "verdict",
    "reason",
    "headline",
    "attribution",
    "missing",
)
"""What each row of verdicts says."""


@dataclass(frozen=True)
class Outcome:
    """A group of verdicts that the first sentences count together, in words for one and for several."""

    one: str
    several: str
    meaning: str
    verdicts: frozenset[Verdict]

    def words(self, count: int) -> str:
        """Say how many, as a sentence begins.

        Examples
        --------
        >>> OUTCOMES[0].words(1), OUTCOMES[0].words(12)
        ('1 is reproduced', '12 are reproduced')
        """
        return f"{count} {self.one if count == 1 else self.several}"


_AGREES = frozenset({Verdict.EXACT, Verdict.WITHIN_ROUNDING, Verdict.WITHIN_REVISION, Verdict.WITHIN_UNCERTAINTY})
OUTCOMES = (
    Outcome(
        "is reproduced", "are reproduced", "equal once rounding, the source's own revisions or sampling error are allowed for", _AGREES
    ),
    Outcome(
        "is compatible",
        "are compatible",
        "the report does not state its definition; one of those listed with their reasons reaches the figure",
        frozenset({Verdict.COMPATIBLE}),
    ),
    Outcome("differs", "differ", "no agreement holds; the size of the difference is stated", frozenset({Verdict.DIFFERS})),
    Outcome(
        "contradicts another published figure", "contradict other published figures", "both are shown", frozenset({Verdict.INCONSISTENT})
    ),
    Outcome("is inconclusive", "are inconclusive", "the evidence held cannot tell", frozenset({Verdict.INCONCLUSIVE})),
    Outcome("rests on a table not held", "rest on tables not held", "published, but no copy could be had", frozenset({Verdict.NOT_HELD})),
    Outcome("rests on data not published", "rest on data not published", "what would be needed is named", frozenset({Verdict.NOT_PUBLIC})),
    Outcome(
        "is not a statistic",
        "are not statistics",
        "a date, a count of pages or recommendations, a statement in words",
        frozenset({Verdict.NOT_A_STATISTIC}),
    ),
    Outcome("has not been checked", "have not been checked", "no derivation has been written yet", frozenset({Verdict.NOT_CHECKED})),
)
"""Every verdict belongs to one outcome."""


@dataclass(frozen=True)
class Tally:
    """An outcome with the claims that had it."""

    words: str
    meaning: str
    ids: tuple[str, ...]


@dataclass(frozen=True)
class ClaimGroup:
    """Claims that are listed together."""

    id: str
    title: str
    note: str
    rows: list[dict[str, Any]]


def check(rows: Sequence[Row]) -> None:
    """Refuse rows that a page can't be made of.

    Raises
    ------
    RunError
        When a row lacks a column, an id stands twice, or a verdict is not one of the closed vocabulary.
    """
    for row in rows:
        where = f"verdict of claim {row.get('id', 'without an id')}"
        if missing := [name for name in COLUMNS if name not in row]:
            raise RunError("a verdict that lacks something", where=where, expected=missing[0])
        if row["verdict"] not in set(Verdict):
            raise RunError("a verdict that is not in the vocabulary", where=where, got=row["verdict"], expected=", ".join(Verdict))
    if twice := [name for name, count in Counter(str(row["id"]) for row in rows).items() if count > 1]:
        raise RunError("two verdicts of one claim", where=f"verdict of claim {twice[0]}")


def tally(rows: Sequence[Row]) -> list[Tally]:
    """Count rows by outcome; outcomes that no row had are left out."""
    had = [(outcome, tuple(str(row["id"]) for row in rows if row["verdict"] in outcome.verdicts)) for outcome in OUTCOMES]
    return [Tally(outcome.words(len(ids)), outcome.meaning, ids) for outcome, ids in had if ids]


_TEXT = ("text", "Statements that are not figures from data", "Dates, counts of pages or recommendations, statements in words.")


def groups(rows: Sequence[Row]) -> list[ClaimGroup]:
    """Part the claims: those of the headline first, then by what could settle them; groups without a claim are left out."""
    parts = (
        ("headline", "Figures of the audit and of HMICFRS that rest on data", "The figures counted above.", _headline(rows)),
        ("data", "Figures of other publications that rest on data", "Not counted above.", _others(rows, "data")),
        (
            "arithmetic",
            "Arithmetic on published figures",
            "What published figures imply for one another; not counted above.",
            _others(rows, "arithmetic"),
        ),
        (*_TEXT, _others(rows, "text")),
    )
    return [ClaimGroup(name, title, note, [_shown(row) for row in members]) for name, title, note, members in parts if members]


def _headline(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row["headline"]]


def _others(rows: Sequence[Row], basis: str) -> list[Row]:
    return [row for row in rows if not row["headline"] and row["basis"] == basis]


def _shown(row: Row) -> dict[str, Any]:
    apart = "percentage points" if row["unit"] == Unit.PERCENT else row["unit"]
    difference = figure(row["difference"], apart)
    figures = {name: figure(row[name], row["unit"]) for name in ("published", "computed")}
    verdict = str(row["verdict"])
    return {**row, **figures, "difference": difference, "word": verdict.replace("_", " "), "sign": SYMBOLS[verdict]}


def figure(value: object, unit: object) -> str | None:
    """Write a figure with its unit; words without a number stay as they are, and None stays.

    Examples
    --------
    >>> figure(102878, "offences"), figure(-26.6083, "percent"), figure("around 66.7", "percent"), figure("not seen", "percent")
    ('102,878 offences', '−26.61 %', 'around 66.7 %', 'not seen')
    """
    named = str(unit) if unit else None
    if isinstance(value, int | float):
        return with_unit(digits(value), named).replace("-", "−")
    if value is None:
        return None
    return with_unit(str(value), named) if re.search(r"\d", str(value)) else str(value)


def as_csv(rows: Sequence[Row]) -> str:
    """Return the verdicts as CSV, as they were given."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
