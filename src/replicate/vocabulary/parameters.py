"""What each notebook can be told: one model a notebook."""

from collections.abc import Callable
from functools import cache, partial
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from replicate.vocabulary.definitions import (
    Definition,
    custom_definition,
    definitions,
)
from replicate.vocabulary.errors import InputError, unknown
from replicate.vocabulary.files import shipped_rows, shipped_yaml
from replicate.vocabulary.forces import TERRITORIAL
from replicate.vocabulary.models import Force, NotebookParameters, Text, territorial_force
from replicate.vocabulary.periods import Period

Vintage = Annotated[
    Text,
    Field(
        description="a release of recorded crime, such as '2026-04', or 'latest'",
        examples=["2023-10", "latest"],
    ),
]

PeriodText = Annotated[
    Text,
    AfterValidator(lambda text: Period.parse(text).label),
    Field(
        description="a period such as '2024', '2023/24', 'YE 2024-03' or '2024-Q1'",
        examples=["2023/24", "YE 2024-03"],
    ),
]

Probability = Annotated[float, Field(json_schema_extra={"unit": "probability"})]

Level = Annotated[
    Probability,
    Field(
        gt=0.5,
        lt=1,
        description="the level of intervals, between 0.5 and 1",
        examples=[0.99],
    ),
]

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


@cache
def audited() -> tuple[str, ...]:
    """Return the forces that the ledger holds an audit of."""
    return tuple(dict.fromkeys(row["force"] for row in shipped_rows("ledger", "audits.csv")))


@cache
def links() -> tuple[str, ...]:
    """Return the names of the links that a reporting chain can be made of."""
    return tuple(shipped_yaml("derivations", "chain.yaml")["links"])


@cache
def examples() -> tuple[str, ...]:
    """Return the names of the worked examples of lists that ship with the package."""
    return tuple(shipped_yaml("derivations.examples", "examples.yaml"))


def _known(kind: str, names: Callable[[], tuple[str, ...]], where: str) -> AfterValidator:
    """Make the check that a text is among names."""

    def check(name: str) -> str:
        if name not in names():
            raise unknown(kind, name, names(), where=where)
        return name

    return AfterValidator(check)


DefinitionName = Annotated[Text, _known("definition", lambda: tuple(definitions()), "definition")]
OneForce = Annotated[Text, AfterValidator(partial(territorial_force, where="force"))]


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
    """how closely a claim was seen: 'all', 'primary', 'secondary', 'start' or 'none'"""
    openings: int = Field(default=10, ge=1, le=60)
    """how many openings to draw, the largest first; from 1 to 60"""


class OffenceCounts(NotebookParameters):
    """Parameters of notebook 01, offence counts."""

    definition: Text = Field(default="child_specific_images_familial", examples=["child_contact"])
    """the name of a definition, the package's or one given in `definitions`"""
    definitions: dict[str, tuple[Text, ...]] = Field(
        default_factory=dict, examples=[{"mine": ["17B", "71", "86"]}]
    )
    """definitions of your own: a name and its offence codes, as text"""
    period: PeriodText = "2024"
    vintage: Vintage = "2026-04"
    territory: Territory = Field(default="all", examples=["without_btp"])
    """'all' or 'without_btp'"""
    forces: tuple[Force, ...] = Field(default=(), examples=[["Kent", "West Yorkshire"]])
    """police force areas to show; none means all"""
    claim: str = Field(default="C01", pattern=r"^[A-Z]+\d+[a-z]?$", examples=["S05"])
    """the id of a claim in the ledger, such as 'C01'"""
    level: Level = 0.95

    @model_validator(mode="after")
    def _definitions(self) -> Self:
        self.chosen()
        return self

    @classmethod
    def choices(cls) -> dict[str, tuple[str, ...]]:
        """Return the named definitions and the police force areas."""
        return {"definition": tuple(definitions()), "forces": TERRITORIAL}

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


Audited = Annotated[Force, _known("force whose audit was read", audited, "forces")]


class RecordingRates(NotebookParameters):
    """Parameters of notebook 02, recording rates.

    Examples
    --------
    >>> RecordingRates(forces=("gwent police",)).forces, RecordingRates().method
    (('Gwent',), 'wilson')
    """

    forces: tuple[Audited, ...] = Field(default=(), examples=[["Gwent", "South Yorkshire"]])
    """audited forces to show in the tables by force; none means all; pooling takes all"""
    method: Method = Field(default="wilson", examples=["clopper-pearson"])
    """'wilson', 'clopper-pearson' or 'wald'"""
    level: Level = Field(
        default=0.95,
        description="the level of intervals, between 0.5 and 1; published half-widths are taken at 0.95",
    )

    @classmethod
    def choices(cls) -> dict[str, tuple[str, ...]]:
        """Return the forces whose audit was read."""
        return {"forces": audited()}


Link = Annotated[Text, _known("link", links, "links")]


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
    """links of a chain of your own, shown beside the set; none means no such chain"""
    bridges: dict[str, Text] = Field(default_factory=dict)
    """for your own chain: a later link, and what is assumed to bridge it to the one before"""
    lists: Text = Field(
        default="uk_modern_slavery_2013_five", examples=["uk_modern_slavery_2013", "my_lists.csv"]
    )
    """a worked example, or a CSV file, from the notebook's folder: 0 and 1 a list, count last"""
    criterion: Criterion = Field(default="bic", examples=["stepwise"])
    """how the model of the lists is chosen: 'none', 'aic', 'bic' or 'stepwise'"""
    order: int = Field(default=2, ge=1, le=9, examples=[3])
    """interactions of up to so many lists are tried, 1 to 9"""
    threshold: Probability = Field(default=0.02, gt=0, le=1)
    """of stepwise: a pair of lists is added while its overlap's p-value is below this"""
    resamples: int = Field(default=2_000, ge=0, le=100_000, examples=[5000])
    """resamples for the interval of the chosen model, from 2,000; 0 means none"""
    draws: int = Field(default=100_000, ge=1_000, le=10_000_000, examples=[1_000_000])
    """draws of a simulated chain, from 1,000"""
    seed: int = Field(default=1, ge=0, le=2**32 - 1, examples=[2])
    """of resamples and draws: the same seed gives the same bits"""
    level: Level = Field(
        default=0.95,
        description="the level of simulated intervals, between 0.5 and 1; those of lists are at 0.95",
    )

    @field_validator("lists")
    @classmethod
    def _lists(cls, name: str) -> str:
        if name not in examples() and not name.endswith(".csv"):
            raise unknown("worked example, and no CSV file", name, examples(), where="lists")
        return name

    @field_validator("resamples")
    @classmethod
    def _enough(cls, resamples: int) -> int:
        if 0 < resamples < ENOUGH_RESAMPLES:
            raise ValueError(f"0 for no interval, or {ENOUGH_RESAMPLES:,} and more")
        return resamples

    @model_validator(mode="after")
    def _bridges_belong_to_links(self) -> Self:
        named = f"one of {', '.join(self.links)}"
        if strange := [name for name in self.bridges if name not in self.links]:
            raise InputError(
                "a bridge for a link that your own chain does not have",
                where="bridges",
                got=strange[0],
                expected=named if self.links else "no bridges where `links` is empty",
            )
        return self

    @classmethod
    def choices(cls) -> dict[str, tuple[str, ...]]:
        """Return the definitions, the links and the worked examples."""
        return {"definition": tuple(definitions()), "links": links(), "lists": examples()}


Odds = Annotated[float, Field(gt=0, le=100, json_schema_extra={"unit": "ratio of odds"})]


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
            raise InputError(
                "odds ratios out of order",
                where="odds_lowest, odds_highest",
                got=f"{self.odds_lowest:g} and {self.odds_highest:g}",
                expected="the lowest no more than the highest",
            )
        return self


class ForceReport(NotebookParameters):
    """Parameters of notebook 05, the report on one police force area.

    Examples
    --------
    >>> ForceReport(force="kent police").force, ForceReport(period="YE 2024-03").period
    ('Kent', 'YE 2024-03')
    """

    force: OneForce = TERRITORIAL[0]
    """the name of one of the 43 territorial forces, such as 'Kent'"""
    vintage: Vintage = "2026-04"
    period: PeriodText = "2024"
    definition: DefinitionName = "child_specific_images_familial"
    """the name of a definition of the package's own"""
    level: Level = 0.95

    @classmethod
    def choices(cls) -> dict[str, tuple[str, ...]]:
        """Return the police force areas and the named definitions."""
        return {"force": TERRITORIAL, "definition": tuple(definitions())}

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
