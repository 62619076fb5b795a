"""The verdicts in words first: counts by outcome, each of which opens its list."""

from collections.abc import Sequence
from dataclasses import dataclass

from replicate.ledger import Verdict
from replicate.publication.verdicts import Row


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
        >>> OUTCOMES[0].words(0)
        'none is reproduced'
        """
        return f"{count or 'none'} {self.several if count > 1 else self.one}"


_AGREES = frozenset(
    {
        Verdict.EXACT,
        Verdict.WITHIN_ROUNDING,
        Verdict.WITHIN_RESOLUTION,
        Verdict.WITHIN_REVISION,
        Verdict.WITHIN_UNCERTAINTY,
    }
)
OUTCOMES = (
    Outcome(
        "is reproduced",
        "are reproduced",
        "equal once rounding, the source's own revisions or sampling error are allowed for",
        _AGREES,
    ),
    Outcome(
        "is compatible",
        "are compatible",
        "the report does not state its definition; one of those listed with their reasons reaches the figure",
        frozenset({Verdict.COMPATIBLE}),
    ),
    Outcome(
        "differs",
        "differ",
        "no agreement holds; the size of the difference is stated",
        frozenset({Verdict.DIFFERS}),
    ),
    Outcome(
        "contradicts another published figure",
        "contradict other published figures",
        "both are shown",
        frozenset({Verdict.INCONSISTENT}),
    ),
    Outcome(
        "is inconclusive",
        "are inconclusive",
        "the evidence held cannot tell",
        frozenset({Verdict.INCONCLUSIVE}),
    ),
    Outcome(
        "rests on a table not held",
        "rest on tables not held",
        "published, but no copy could be had",
        frozenset({Verdict.NOT_HELD}),
    ),
    Outcome(
        "rests on data not published",
        "rest on data not published",
        "what would be needed is named",
        frozenset({Verdict.NOT_PUBLIC}),
    ),
    Outcome(
        "is not a statistic",
        "are not statistics",
        "a date, a count of pages or recommendations, a statement in words",
        frozenset({Verdict.NOT_A_STATISTIC}),
    ),
    Outcome(
        "has not been checked",
        "have not been checked",
        "no derivation has been written yet",
        frozenset({Verdict.NOT_CHECKED}),
    ),
)
"""Every verdict belongs to one outcome."""


@dataclass(frozen=True)
class Tally:
    """An outcome with the claims that had it."""

    words: str
    meaning: str
    rows: tuple[Row, ...]


SETTLED = frozenset(Verdict) - {Verdict.NOT_A_STATISTIC, Verdict.NOT_CHECKED}
"""What a figure that rests on data can come to: of the headline each is counted, those that no figure had as well."""


def tally(rows: Sequence[Row], *, always: frozenset[Verdict] = frozenset()) -> list[Tally]:
    """Count rows by outcome; outcomes that no row had are left out, but for those with a verdict in `always`."""
    had = [
        (outcome, tuple(row for row in rows if row["verdict"] in outcome.verdicts))
        for outcome in OUTCOMES
    ]
    return [
        Tally(outcome.words(len(found)), outcome.meaning, found)
        for outcome, found in had
        if found or outcome.verdicts & always
    ]


@dataclass(frozen=True)
class ClaimGroup:
    """Claims that are counted together: the sentence that begins the count for one and for several, and the claims."""

    id: str
    title: str
    note: str
    one: str
    several: str
    rows: list[Row]

    @property
    def tally(self) -> list[Tally]:
        """The claims by outcome."""
        return tally(self.rows, always=SETTLED if self.id == "headline" else frozenset())


_GROUPS = (
    (
        "headline",
        "Figures of the audit and of HMICFRS that rest on data",
        "",
        "figure of the audit and of HMICFRS rests on data.",
        "figures of the audit and of HMICFRS rest on data.",
    ),
    (
        "data",
        "Figures of other publications that rest on data",
        "Not counted above.",
        "figure of another publication rests on data.",
        "figures of other publications rest on data.",
    ),
    (
        "arithmetic",
        "Arithmetic on published figures",
        "What published figures imply for one another; not counted above.",
        "figure follows from other published figures.",
        "figures follow from other published figures.",
    ),
    (
        "text",
        "Statements that are not figures from data",
        "Dates, counts of pages or recommendations, statements in words; not counted above.",
        "statement was taken down.",
        "statements were taken down.",
    ),
    (
        "shows",
        "Claims that are made of parts",
        "Each shows the figure of one of its parts, and is counted above as that part alone.",
        "claim is made of parts.",
        "claims are made of parts.",
    ),
)
"""Groups in the order of the page: id, title, note, and the sentence for one and for several."""


def groups(rows: Sequence[Row]) -> list[ClaimGroup]:
    """Part the claims: the headline, the others by what could settle them, what only shows a part; empty groups are left out."""
    own = [row for row in rows if not row.get("shows")]
    members = {"headline": _headline(own)} | {
        basis: _others(own, basis) for basis in ("data", "arithmetic", "text")
    }
    members["shows"] = [row for row in rows if row.get("shows")]
    return [ClaimGroup(*words, rows=members[words[0]]) for words in _GROUPS if members[words[0]]]


def _headline(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row["headline"]]


def _others(rows: Sequence[Row], basis: str) -> list[Row]:
    return [row for row in rows if not row["headline"] and row["basis"] == basis]
