"""The closed lists of words that the ledger is written in."""

from enum import StrEnum


class Report(StrEnum):
    """Who says it: the audit, an inspection, another publisher, or one of the documents the project started from (by its title)."""

    CASEY = "Casey 2025"
    HMIC_2014 = "HMIC 2014"
    HMICFRS_CDI_2017 = "HMICFRS CDI 2017"
    HMICFRS_CDI_2018 = "HMICFRS CDI 2018"
    HMICFRS_CDI_2019 = "HMICFRS CDI 2019"
    HMICFRS_CDI_2020 = "HMICFRS CDI 2020"
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
    {
        Report.CASEY,
        Report.HMIC_2014,
        Report.HMICFRS_CDI_2017,
        Report.HMICFRS_CDI_2018,
        Report.HMICFRS_CDI_2019,
        Report.HMICFRS_CDI_2020,
        Report.HMICFRS_2023,
        Report.HMICFRS_2025,
        Report.HMICFRS_RECORDING,
        Report.GMP_INSPECTION,
    }
)
"""The audit and the inspectorate's reports: only their `data` claims are counted in headlines."""


class Seen(StrEnum):
    """How close to the report the figure was seen."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    START = "start"
    NONE = "none"

    @property
    def meaning(self) -> str:
        """What the word means, for readers."""
        return _SEEN[self]


_SEEN = {
    Seen.PRIMARY: "read word for word on the publisher's own page",
    Seen.SECONDARY: "read in another publication that quotes it",
    Seen.START: "read only in a document that the project started from",
    Seen.NONE: "looked for and seen nowhere",
}


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
    """What two published ends are: a sampling interval around a value, or a figure printed as a range."""

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
        """Whether the figure is a count, so that one printed to the last digit is the number itself and not a rounding of it."""
        return self not in _MEASURED


_MEASURED = frozenset(
    {Unit.PERCENT, Unit.DAYS, Unit.YEARS, Unit.OFFENCES_A_DAY, Unit.GBP, Unit.GBP_MILLION}
)
