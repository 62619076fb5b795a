"""What notebook 03 can be told: which chains of reporting, which table of lists, and how models of it are chosen and resampled."""

from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from replicate.vocabulary.errors import InputError, unknown
from replicate.vocabulary.parameters.base import NotebookParameters, Text

Scenarios = Literal["published", "at_the_time", "ever", "sampled", "all"]
"""Sets of reporting chains: one for each published way of asking; those of one question by each published rate of recording; those with
a step known by sampling; every chain."""

Criterion = Literal["none", "aic", "bic", "stepwise"]
"""How the model of a table of lists is chosen."""

LINKS = (
    "told_at_time",
    "told_ever",
    "reported_one_in_ten",
    "known_to_authorities",
    "recorded_of_known",
    "recorded_sexual_2013",
    "recorded_all_2013",
    "recorded_all_2025",
    "recorded_between",
    "recorded_south_yorkshire_2017",
    "flagged_2025",
    "flagged_hertfordshire_2019",
    "identified",
)
"""The links that there are."""

EXAMPLES = ("uk_modern_slavery_2013", "uk_modern_slavery_2013_five")
"""The worked examples of lists that ship with the package."""


class UnderReporting(NotebookParameters):
    """Parameters of notebook 03, under-reporting.

    Examples
    --------
    >>> UnderReporting(criterion="stepwise").lists
    'uk_modern_slavery_2013_five'
    """

    scenarios: Scenarios = Field(
        default="published",
        description="the set of reporting chains: 'published', 'at_the_time', 'ever', 'sampled' or 'all'",
        examples=["all"],
    )
    links: tuple[Text, ...] = Field(
        default=(),
        description="links of a chain of your own, shown beside the set; none means no such chain",
        examples=[["told_ever", "recorded_sexual_2013"]],
    )
    bridges: dict[str, Text] = Field(
        default_factory=dict,
        description="for your own chain: the name of a later link, and the assumption that bridges it to the one before, in your words",
    )
    lists: Text = Field(
        default="uk_modern_slavery_2013_five",
        description="a worked example by name, or the path of a CSV file, whole or from the notebook's folder: 0 and 1 a list, count last",
        examples=["uk_modern_slavery_2013", "my_lists.csv"],
    )
    criterion: Criterion = Field(
        default="bic",
        description="how the model of the lists is chosen: 'none', 'aic', 'bic' or 'stepwise'",
        examples=["stepwise"],
    )
    order: int = Field(
        default=2,
        ge=1,
        le=9,
        description="interactions of up to so many lists are tried, 1 to 9",
        examples=[3],
    )
    threshold: float = Field(
        default=0.02,
        gt=0,
        le=1,
        description="of stepwise: a pair of lists is added while its overlap's p-value is below this",
        json_schema_extra={"unit": "probability"},
    )
    resamples: int = Field(
        default=200,
        ge=0,
        le=100_000,
        description="resamples for the interval of the chosen model; 0 means none",
        examples=[1000],
    )
    draws: int = Field(
        default=100_000,
        ge=1_000,
        le=10_000_000,
        description="draws of a simulated chain, from 1,000",
        examples=[1_000_000],
    )
    seed: int = Field(
        default=1,
        ge=0,
        le=2**32 - 1,
        description="of resamples and draws: the same seed gives the same bits",
        examples=[2],
    )
    level: float = Field(
        default=0.95,
        gt=0.5,
        lt=1,
        description="the level of simulated intervals, between 0.5 and 1; those of lists are at 0.95 whatever this is",
        examples=[0.99],
        json_schema_extra={"unit": "probability"},
    )

    @field_validator("links")
    @classmethod
    def _links(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if strange := [name for name in names if name not in LINKS]:
            raise unknown("link", strange[0], LINKS, where="links")
        return names

    @field_validator("lists")
    @classmethod
    def _lists(cls, name: str) -> str:
        if name not in EXAMPLES and not name.endswith(".csv"):
            raise unknown("worked example, and no CSV file", name, EXAMPLES, where="lists")
        return name

    @classmethod
    def choices(cls) -> dict[str, tuple[str, ...]]:
        """Return the links and the worked examples."""
        return {"links": LINKS, "lists": EXAMPLES}

    @model_validator(mode="after")
    def _bridges_belong_to_links(self) -> Self:
        if strange := [name for name in self.bridges if name not in self.links]:
            raise InputError(
                "a bridge for a link that your own chain does not have",
                where="bridges",
                got=strange[0],
                expected=f"one of {', '.join(self.links)}"
                if self.links
                else "no bridges where `links` is empty",
            )
        return self
