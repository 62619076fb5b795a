"""The closed lists of words that the ledger is written in."""

from enum import StrEnum
from typing import Self


class Worded(StrEnum):
    """A word and what it means, for readers."""

    meaning: str

    def __new__(cls, value: str, meaning: str) -> Self:
        """Make a member of a word and its meaning."""
        member = str.__new__(cls, value)
        member._value_, member.meaning = value, meaning
        return member


class Report(StrEnum):
    """Who says it: the audit, an inspection, another publisher, or a starting document."""

    CASEY = "Casey 2025"
    HMIC_2014 = "HMIC 2014"
    HMIC_CDI_2016 = "HMIC CDI 2016"
    HMICFRS_CDI_2017 = "HMICFRS CDI 2017"
    HMICFRS_CDI_2018 = "HMICFRS CDI 2018"
    HMICFRS_CDI_2019 = "HMICFRS CDI 2019"
    HMICFRS_CDI_2020 = "HMICFRS CDI 2020"
    HMICFRS_CDI_2021 = "HMICFRS CDI 2021"
    HMICFRS_2023 = "HMICFRS 2023"
    HMICFRS_2025 = "HMICFRS 2025"
    HMICFRS_RECORDING = "HMICFRS 2025 recording"
    GMP_INSPECTION = "GMP inspection 2025"
    IICSA = "IICSA"
    VKPP = "VKPP/NPCC"
    COCAD = "Hydrant COCAD"
    ONS = "ONS"
    OSR = "OSR 2024"
    CSA_CENTRE = "CSA Centre"
    CHILDRENS_SOCIETY = "Children's Society"
    CHILDRENS_COMMISSIONER = "Children's Commissioner"
    DFE = "DfE"
    HOME_OFFICE = "Home Office"
    NRM = "Home Office NRM"
    NCA = "NCA"
    JAY = "Jay 2014"
    TELFORD = "Telford inquiry 2022"
    ROCHDALE = "Rochdale review 2024"
    SOUTH_YORKSHIRE = "South Yorkshire Police 2019"
    METROPOLITAN = "Metropolitan Police 2025"
    CEOP = "CEOP 2012"
    JUSTICE_ANALYSIS = "Grooming Gangs & Institutional Failure (Justice Analysis)"
    PA_REPORT = "PA report on HMICFRS's progress report (Radio NewsHub)"
    STATEMENT_COPY = "Home Secretary's statement on the audit (SAFE CIC's copy)"
    TASKFORCE_NEWS = "Grooming Gangs Taskforce arrests hundreds in first year (Home Office news)"


HEADLINE_REPORTS = frozenset(
    report for report in Report if report.startswith(("Casey", "HMIC", "GMP inspection"))
)
"""The audit and the inspectorate's reports: only their `data` claims are counted in headlines."""


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


class Unit(StrEnum):
    """What a figure counts or measures."""

    OFFENCES = "offences"
    PERCENT = "percent"
    CHILDREN = "children"
    CHILDREN_A_YEAR = "children a year"
    GIRLS_A_YEAR = "girls a year"
    ADULTS = "adults"
    PEOPLE = "people"
    PEOPLE_A_YEAR = "people a year"
    RESIDENTS = "residents"
    SUSPECTS = "suspects"
    VICTIMS = "victims"
    CASES = "cases"
    CASES_A_YEAR = "cases a year"
    INVESTIGATIONS = "investigations"
    CHARGES = "charges"
    CONVICTIONS = "convictions"
    ARRESTS = "arrests"
    FORCES = "forces"
    GROUPS = "groups"
    OFFICERS = "officers"
    INVESTIGATORS = "investigators"
    REPORTS = "reports"
    DECISIONS = "decisions"
    REFERRALS = "referrals"
    CONTACTS = "contacts"
    ASSESSMENTS = "assessments"
    PLANS = "plans"
    TRANSCRIPTS = "transcripts"
    INTERVIEWS = "interviews"
    RECOMMENDATIONS = "recommendations"
    AREAS_FOR_IMPROVEMENT = "areas for improvement"
    PAGES = "pages"
    RESIGNATIONS = "resignations"
    CANDIDATES = "candidates"
    WEEKDAY = "weekday"
    DAYS = "days"
    YEARS = "years"
    OFFENCES_A_DAY = "offences a day"
    GBP = "GBP"
    GBP_MILLION = "GBP million"

    @property
    def counted(self) -> bool:
        """Whether it is a count: printed to the last digit, it is the number and no rounding."""
        return self not in _MEASURED


_MEASURED = frozenset(
    {Unit.PERCENT, Unit.DAYS, Unit.YEARS, Unit.OFFENCES_A_DAY, Unit.GBP, Unit.GBP_MILLION}
)


class Verdict(StrEnum):
    """The closed vocabulary of verdicts; a verdict is computed, never written.

    Examples
    --------
    >>> Verdict("differs").meaning
    'none of the agreements holds; the size of the difference is stated'
    >>> Verdict.WITHIN_ROUNDING.words, Verdict.WITHIN_ROUNDING.label
    ('within rounding', 'Matches after rounding')
    """

    EXACT = "exact"
    WITHIN_ROUNDING = "within_rounding"
    WITHIN_RESOLUTION = "within_resolution"
    WITHIN_REVISION = "within_revision"
    WITHIN_UNCERTAINTY = "within_uncertainty"
    COMPATIBLE = "compatible"
    INCONCLUSIVE = "inconclusive"
    DIFFERS = "differs"
    INCONSISTENT = "inconsistent"
    NOT_HELD = "not_held"
    NOT_PUBLIC = "not_public"
    NOT_A_STATISTIC = "not_a_statistic"
    NOT_CHECKED = "not_checked"

    @property
    def words(self) -> str:
        """The code as prose has it, with blanks."""
        return self.value.replace("_", " ")

    @property
    def label(self) -> str:
        """What a reader sees first."""
        return _LABELS[self]

    @property
    def meaning(self) -> str:
        """What the verdict means, for readers."""
        return _MEANINGS[self]


_LABELS = {
    Verdict.EXACT: "Matches exactly",
    Verdict.WITHIN_ROUNDING: "Matches after rounding",
    Verdict.WITHIN_RESOLUTION: "Matches, as far as quarterly data can show",
    Verdict.WITHIN_REVISION: "Matches, allowing for later revisions",
    Verdict.WITHIN_UNCERTAINTY: "Matches within sampling error",
    Verdict.COMPATIBLE: "Matches, if our method is theirs",
    Verdict.INCONCLUSIVE: "Can't tell",
    Verdict.DIFFERS: "Does not match",
    Verdict.INCONSISTENT: "Contradicts another published figure",
    Verdict.NOT_HELD: "Published, but we couldn't get it",
    Verdict.NOT_PUBLIC: "Data not published",
    Verdict.NOT_A_STATISTIC: "Not a statistic",
    Verdict.NOT_CHECKED: "Not checked",
}

_MEANINGS = {
    Verdict.EXACT: "the recomputed value equals the published one, by the definition the report states",
    Verdict.WITHIN_ROUNDING: "equal once the published precision, or its wording, is allowed for",
    Verdict.WITHIN_RESOLUTION: (
        "only the bracket that a coarser table leaves open (months within a quarter) meets it"
    ),
    Verdict.WITHIN_REVISION: "differs by no more than the source's own signed revisions at the same age of period",
    Verdict.WITHIN_UNCERTAINTY: "inside a sampling interval narrow enough to tell",
    Verdict.COMPATIBLE: (
        "a definition that the report does not state, "
        "one of those listed with their reasons, reaches it"
    ),
    Verdict.INCONCLUSIVE: "the evidence held cannot tell",
    Verdict.DIFFERS: "none of the agreements holds; the size of the difference is stated",
    Verdict.INCONSISTENT: "published figures contradict one another; both are shown",
    Verdict.NOT_HELD: "published, but no copy could be had; the table and its page are named",
    Verdict.NOT_PUBLIC: "the underlying data are not published; what would be needed is named",
    Verdict.NOT_A_STATISTIC: "a date, a count of pages or recommendations, a sum promised, or a statement in words",
    Verdict.NOT_CHECKED: "no derivation has been written yet",
}
