"""What notebook 01 can be told: which offences, when, where, in which release, and beside which claim."""

from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from replicate.vocabulary.definitions import Definition, custom_definition, definitions
from replicate.vocabulary.errors import unknown
from replicate.vocabulary.forces import TERRITORIAL
from replicate.vocabulary.parameters.base import NotebookParameters, Text, territorial_force
from replicate.vocabulary.periods import Period

Territory = Literal["all", "without_btp"]
"""England and Wales with every recording body, or without British Transport Police."""


class OffenceCounts(NotebookParameters):
    """Parameters of notebook 01, offence counts."""

    definition: Text = Field(
        default="child_specific_images_familial",
        description="the name of a definition, the package's or one given in `definitions`",
        examples=["child_contact"],
    )
    definitions: dict[str, tuple[Text, ...]] = Field(
        default_factory=dict,
        description="definitions of your own: a name and its offence codes, as text",
        examples=[{"mine": ["17B", "71", "86"]}],
    )
    period: Text = Field(
        default="2024",
        description="a period such as '2024', '2023/24', 'YE 2024-03' or '2024-Q1'",
        examples=["2023/24", "YE 2024-03"],
    )
    vintage: Text = Field(
        default="2026-04",
        description="a release of recorded crime, such as '2026-04', or 'latest'",
        examples=["2023-10", "latest"],
    )
    territory: Territory = Field(
        default="all", description="'all' or 'without_btp'", examples=["without_btp"]
    )
    forces: tuple[str, ...] = Field(
        default=(),
        description="police force areas to show; none means all",
        examples=[["Kent", "West Yorkshire"]],
    )
    claim: str = Field(
        default="C01",
        description="the id of a claim in the ledger, such as 'C01'",
        pattern=r"^[A-Z]+\d+[a-z]?$",
        examples=["S05"],
    )
    level: float = Field(
        default=0.95,
        gt=0.5,
        lt=1,
        description="the level of intervals, between 0.5 and 1",
        examples=[0.99],
        json_schema_extra={"unit": "probability"},
    )

    @field_validator("period")
    @classmethod
    def _period(cls, value: str) -> str:
        return Period.parse(value).label

    @field_validator("forces")
    @classmethod
    def _forces(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(territorial_force(name, where="forces") for name in names)

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
