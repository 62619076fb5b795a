"""What each notebook can be told: one model a notebook."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from replicate.vocabulary.definitions import Definition, custom_definition, definitions
from replicate.vocabulary.errors import unknown
from replicate.vocabulary.files import shipped_rows, shipped_yaml
from replicate.vocabulary.forces import TERRITORIAL
from replicate.vocabulary.models import Force, NotebookParameters, Text, known, offered
from replicate.vocabulary.periods import Period

Vintage = Annotated[Text, Field(examples=["2023-10", "latest"])]

PeriodText = Annotated[
    Text,
    AfterValidator(lambda text: Period.parse(text).label),
    Field(examples=["2023/24", "YE 2024-03"]),
]

Level = Annotated[float, Field(gt=0.5, lt=1, examples=[0.99])]

Territory = Literal["all", "without_btp"]
"""England and Wales with every recording body, or without British Transport Police."""

Method = Literal["wilson", "clopper-pearson", "wald"]
"""How an interval for a share is worked out."""

Scenarios = Literal["published", "at_the_time", "ever", "sampled", "all"]
"""Sets of reporting chains: one for each published way of asking; those of one question by each
published rate of recording; those with a step known by sampling; every chain."""

Criterion = Literal["none", "aic", "bic", "stepwise"]
"""How the model of a table of lists is chosen."""

ENOUGH_RESAMPLES = 2_000
"""With fewer, the ends of a bootstrap interval depend on the seed more than a reader should see."""


AUDITED = tuple(dict.fromkeys(row["force"] for row in shipped_rows("ledger", "audits.csv")))
"""The forces that the ledger holds an audit of."""

LINKS = tuple(shipped_yaml("derivations", "chain.yaml")["links"])
"""The names of the links that a reporting chain can be made of."""

EXAMPLES = tuple(shipped_yaml("derivations.examples", "examples.yaml"))
"""The names of the worked examples of lists that ship with the package."""

AnyDefinition = Annotated[Text, offered(definitions())]
DefinitionName = Annotated[Text, known("definition", definitions()), offered(definitions())]
Audited = Annotated[Force, known("force whose audit was read", AUDITED), offered(AUDITED)]
Link = Annotated[Text, known("link", LINKS), offered(LINKS)]
Lists = Annotated[Text, offered(EXAMPLES)]


class HeadlineFigures(NotebookParameters):
    """Parameters of notebook 00, the headline figures.

    Examples
    --------
    >>> HeadlineFigures(reports="audit").reports, HeadlineFigures().openings
    ('audit', 10)
    """

    reports: Literal["all", "audit_and_inspections", "audit", "inspections", "others"] = "all"
    """whose claims: 'all', 'audit_and_inspections', 'audit', 'inspections' or 'others'"""
    basis: Literal["all", "data", "arithmetic", "text"] = "all"
    """what could settle them: 'all', 'data', 'arithmetic' or 'text'"""
    seen: Literal["all", "primary", "secondary", "start", "none"] = "all"
    """how a claim was read: 'all', 'primary', 'secondary', 'start' or 'none'"""
    openings: int = Field(default=10, ge=1, le=60)
    """how many openings to draw, the largest first; from 1 to 60"""


class OffenceCounts(NotebookParameters):
    """Parameters of notebook 01, offence counts."""

    definition: AnyDefinition = Field(
        default="child_specific_images_familial", examples=["child_contact"]
    )
    """the name of a definition, the package's or one given in `definitions`"""
    definitions: dict[str, tuple[Text, ...]] = Field(
        default_factory=dict, examples=[{"mine": ["17B", "71", "86"]}]
    )
    """definitions of your own: a name and its offence codes, as text"""
    period: PeriodText = "2024"
    """a period such as '2024', '2023/24', 'YE 2024-03' or '2024-Q1'"""
    vintage: Vintage = "2026-04"
    """a release of recorded crime, such as '2026-04', or 'latest'"""
    territory: Territory = Field(default="all", examples=["without_btp"])
    """'all' or 'without_btp'"""
    forces: tuple[Force, ...] = Field(default=(), examples=[["Kent", "West Yorkshire"]])
    """list of police force areas to show; none means all"""
    claim: str = Field(default="C01", pattern=r"^[A-Z]+\d+[a-z]?$", examples=["S05"])
    """the id of a claim in the ledger, such as 'C01'"""
    level: Level = 0.95
    """the level of intervals, between 0.5 and 1"""

    @model_validator(mode="after")
    def _definitions(self) -> Self:
        self.chosen()
        return self

    def own(self) -> dict[str, Definition]:
        """Return the reader's own definitions by name."""
        return {
            name: custom_definition(codes, name=name, where=f"definitions.{name}")
            for name, codes in self.definitions.items()
        }

    def chosen(self) -> Definition:
        """Return the definition asked for, the reader's own first.

        Raises
        ------
        InputError
            When no definition has that name.
        """
        every = definitions() | self.own()
        if self.definition not in every:
            raise unknown("definition", self.definition, every, where="definition")
        return every[self.definition]


class RecordingRates(NotebookParameters):
    """Parameters of notebook 02, recording rates.

    Examples
    --------
    >>> RecordingRates(forces=("gwent police",)).forces, RecordingRates().method
    (('Gwent',), 'wilson')
    """

    forces: tuple[Audited, ...] = Field(default=(), examples=[["Gwent", "South Yorkshire"]])
    """list of audited forces to show in the tables by force; none means all; pooling takes all"""
    method: Method = Field(default="wilson", examples=["clopper-pearson"])
    """'wilson', 'clopper-pearson' or 'wald'"""
    level: Level = 0.95
    """the level of intervals, between 0.5 and 1; published half-widths are taken at 0.95"""


class UnderReporting(NotebookParameters):
    """Parameters of notebook 03, under-reporting.

    Examples
    --------
    >>> UnderReporting(criterion="stepwise").lists
    'uk_modern_slavery_2013_five'
    """

    definition: DefinitionName = Field(default="child_contact", examples=["child_specific"])
    """the offences whose rise is looked at: a definition inside the group of sexual offences"""
    first: Literal["2013", "12 months to 2013-10-31"] = "2013"
    """the first year: '2013', or the '12 months to 2013-10-31' that were audited"""
    last: Text = Field(default="2024", examples=["2017"])
    """the last year, from 2016 on"""
    scenarios: Scenarios = Field(default="published", examples=["all"])
    """the set of reporting chains: 'published', 'at_the_time', 'ever', 'sampled' or 'all'"""
    links: tuple[Link, ...] = Field(default=(), examples=[["told_ever", "recorded_sexual_2013"]])
    """list of links of a chain of your own, shown beside the set; none means no such chain"""
    bridges: dict[str, Text] = Field(default_factory=dict)
    """for your own chain: a later link, and what is assumed to bridge it to the one before"""
    lists: Lists = Field(
        default="uk_modern_slavery_2013_five", examples=["uk_modern_slavery_2013", "my_lists.csv"]
    )
    """a worked example, or a CSV file, from the notebook's folder: 0 and 1 a list, count last"""
    criterion: Criterion = Field(default="bic", examples=["stepwise"])
    """how the model of the lists is chosen: 'none', 'aic', 'bic' or 'stepwise'"""
    order: int = Field(default=2, ge=1, le=9, examples=[3])
    """interactions of up to so many lists are tried, 1 to 9"""
    threshold: float = Field(default=0.02, gt=0, le=1)
    """of stepwise: a pair of lists is added while its overlap's p-value is below this; up to 1"""
    resamples: int = Field(default=2_000, ge=0, le=100_000, examples=[5000])
    """resamples for the interval of the chosen model, 2,000 to 100,000; 0 means none"""
    draws: int = Field(default=100_000, ge=1_000, le=10_000_000, examples=[1_000_000])
    """draws of a simulated chain, from 1,000 to ten million"""
    seed: int = Field(default=1, ge=0, le=2**32 - 1, examples=[2])
    """of resamples and draws: the same whole number from 0 gives the same bits"""
    level: Level = 0.95
    """the level of simulated intervals, between 0.5 and 1; those of lists are at 0.95"""

    @field_validator("lists")
    @classmethod
    def _lists(cls, name: str) -> str:
        if name not in EXAMPLES and not name.endswith(".csv"):
            raise unknown("worked example, and no CSV file", name, EXAMPLES, where="lists")
        return name

    @field_validator("resamples")
    @classmethod
    def _enough(cls, resamples: int) -> int:
        if 0 < resamples < ENOUGH_RESAMPLES:
            raise ValueError(f"0 for no interval, or {ENOUGH_RESAMPLES:,} and more")
        return resamples

    @model_validator(mode="after")
    def _bridges_belong_to_links(self) -> Self:
        if strange := [name for name in self.bridges if name not in self.links]:
            raise ValueError(f"'{strange[0]}' has a bridge and is not among `links`")
        return self


Odds = Annotated[float, Field(gt=0, le=100)]


class MissingData(NotebookParameters):
    """Parameters of notebook 04, missing data.

    Examples
    --------
    >>> MissingData(odds_lowest=0.25).odds_highest
    2.0
    """

    odds_lowest: Odds = Field(default=0.5, examples=[0.25])
    """assumed odds of being recorded, a group's over the others': the lowest, up to 100"""
    odds_highest: Odds = Field(default=2.0, examples=[4.0])
    """assumed odds of being recorded, a group's over the others': the highest, up to 100"""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.odds_lowest > self.odds_highest:
            raise ValueError("the lowest odds are to be no more than the highest")
        return self


class ForceReport(NotebookParameters):
    """Parameters of notebook 05, the report on one police force area.

    Examples
    --------
    >>> ForceReport(force="kent police").force, ForceReport(period="YE 2024-03").period
    ('Kent', 'YE 2024-03')
    """

    force: Force = TERRITORIAL[0]
    """the name of one of the 43 territorial forces, such as 'Kent'"""
    vintage: Vintage = "2026-04"
    """a release of recorded crime, such as '2026-04', or 'latest'"""
    period: PeriodText = "2024"
    """a period such as '2024', '2023/24', 'YE 2024-03' or '2024-Q1'"""
    definition: DefinitionName = "child_specific_images_familial"
    """the name of a definition of the package's own"""
    level: Level = 0.95
    """the level of intervals, between 0.5 and 1"""

    def chosen(self) -> Definition:
        """Return the definition asked for."""
        return definitions()[self.definition]


MODELS: dict[str, type[NotebookParameters]] = {
    "00_headline_figures": HeadlineFigures,
    "01_offence_counts": OffenceCounts,
    "02_recording_rates": RecordingRates,
    "03_under_reporting": UnderReporting,
    "04_missing_data": MissingData,
    "05_force_report": ForceReport,
}
"""Notebook name → the model of its parameters."""
