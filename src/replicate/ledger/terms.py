"""The closed lists of words that the ledger is written in."""

from enum import StrEnum
from typing import Self

HEADLINE_REPORTS = ("Casey", "HMIC", "HMICFRS", "HMICFRS CDI", "GMP inspection")
"""How the audit's and the inspectorate's reports begin: only their `data` claims are counted in
headlines."""


class Worded(StrEnum):
    """A word, what it means, and what a reader sees in its place."""

    meaning: str
    label: str

    def __new__(cls, value: str, meaning: str = "", label: str = "") -> Self:
        """Make a member of a word, its meaning and its label."""
        member = str.__new__(cls, value)
        member._value_, member.meaning, member.label = value, meaning, label
        return member


class Seen(Worded):
    """How close to the report the figure was seen."""

    PRIMARY = "primary", "read word for word on the publisher's own page"
    SECONDARY = "secondary", "read in another publication that quotes it"
    START = "start", "read only in a document that the project started from"
    NONE = "none", "looked for and seen nowhere"


class Basis(StrEnum):
    """What could settle the claim (the rule is in the package's docstring)."""

    DATA = "data"
    ARITHMETIC = "arithmetic"
    TEXT = "text"


class Availability(StrEnum):
    """Whether the evidence can be had."""

    HELD = "held"
    NOT_HELD = "not_held"
    NOT_PUBLIC = "not_public"
    NONE = "none"


class Wording(StrEnum):
    """How the publication words its figure; the range that prints as the figure follows from it."""

    EXACT = "exact"
    AROUND = "around"
    ESTIMATED = "estimated"
    OVER = "over"
    AT_LEAST = "at least"
    UNDER = "under"
    ALMOST = "almost"
    AS_MANY_AS = "as many as"


class IntervalKind(StrEnum):
    """What two published ends are: a sampling interval, or a figure printed as a range."""

    SAMPLING = "sampling"
    RANGE = "range"


MEASURED = frozenset({"percent", "days", "years", "offences a day", "GBP", "GBP million"})
"""Units of what is measured; anything else is counted: printed to the last digit, it is the number
and no rounding."""


class Verdict(Worded):
    """The closed vocabulary of verdicts; a verdict is computed, never written.

    Examples
    --------
    >>> Verdict("differs").meaning
    'none of the agreements holds; the size of the difference is stated'
    >>> Verdict.WITHIN_ROUNDING.words, Verdict.WITHIN_ROUNDING.label
    ('within rounding', 'Matches after rounding')
    """

    EXACT = (
        "exact",
        "the recomputed value equals the published one, by the definition the report states",
        "Matches exactly",
    )
    WITHIN_ROUNDING = (
        "within_rounding",
        "equal once the published precision, or its wording, is allowed for",
        "Matches after rounding",
    )
    WITHIN_RESOLUTION = (
        "within_resolution",
        "only the bracket that a coarser table leaves open (months within a quarter) meets it",
        "Matches, as far as quarterly data can show",
    )
    WITHIN_REVISION = (
        "within_revision",
        "differs by no more than the source's own signed revisions at the same age of period",
        "Matches, allowing for later revisions",
    )
    WITHIN_UNCERTAINTY = (
        "within_uncertainty",
        "inside a sampling interval narrow enough to tell",
        "Matches within sampling error",
    )
    COMPATIBLE = (
        "compatible",
        "a definition that the report does not state, one of those listed with their reasons, "
        "reaches it",
        "Matches, if our method is theirs",
    )
    INCONCLUSIVE = "inconclusive", "the evidence held cannot tell", "Can't tell"
    DIFFERS = (
        "differs",
        "none of the agreements holds; the size of the difference is stated",
        "Does not match",
    )
    INCONSISTENT = (
        "inconsistent",
        "published figures contradict one another; both are shown",
        "Contradicts another published figure",
    )
    NOT_HELD = (
        "not_held",
        "published, but no copy could be had; the table and its page are named",
        "Published, but we couldn't get it",
    )
    NOT_PUBLIC = (
        "not_public",
        "the underlying data are not published; what would be needed is named",
        "Data not published",
    )
    NOT_A_STATISTIC = (
        "not_a_statistic",
        "a date, a count of pages or recommendations, a sum promised, or a statement in words",
        "Not a statistic",
    )
    NOT_CHECKED = "not_checked", "no derivation has been written yet", "Not checked"

    @property
    def words(self) -> str:
        """The code as prose has it, with blanks."""
        return self.value.replace("_", " ")
