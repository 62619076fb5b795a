"""What each notebook can be told: one typed model a notebook, checked before a run and again inside it."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from replicate.vocabulary.definitions import Definition, custom_definition, definitions
from replicate.vocabulary.errors import InputError, unknown
from replicate.vocabulary.forces import TERRITORIAL, canonical_force
from replicate.vocabulary.periods import Period

Territory = Literal["all", "without_btp"]
"""England and Wales with every recording body, or without British Transport Police."""


def _text(value: object) -> object:
    """Take a year or a code that YAML read as a whole number for the text it was; 4.1 could be 4.10, so it stays refused."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Text = Annotated[str, BeforeValidator(_text)]


class NotebookParameters(BaseModel):
    """Common base: unknown names and wrong types are refused, with the nearest valid name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def checked(cls, values: dict[str, Any], *, where: str = "parameters") -> Self:
        """Validate values given by name.

        Parameters
        ----------
        values
            Parameter names and values; names not given take their defaults.
        where
            The file or option the values came from, for the error.

        Raises
        ------
        InputError
            When a name is unknown or a value is not valid; the message names the nearest valid one.
        """
        if strange := [name for name in values if name not in cls.model_fields]:
            raise unknown("parameter", strange[0], cls.model_fields, where=where)
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            first = error.errors()[0]
            name = ".".join(str(part) for part in first["loc"])
            expected = cls.model_fields[str(first["loc"][0])].description
            raise InputError(
                f"a value that parameter '{name}' can't take", where=where, got=repr(first["input"]), expected=expected, hint=first["msg"]
            ) from None


class OffenceCounts(NotebookParameters):
    """Parameters of notebook 01, offence counts."""

    definition: Text = Field(
        default="child_specific_images_familial", description="the name of a definition, the package's or one given in `definitions`"
    )
    definitions: dict[str, tuple[Text, ...]] = Field(
        default_factory=dict, description="definitions of your own: a name and its offence codes, as text"
    )
    period: Text = Field(default="2024", description="a period such as '2024', '2023/24', 'YE 2024-03' or '2024-Q1'")
    vintage: Text = Field(default="2026-04", description="a release of recorded crime, such as '2026-04', or 'latest'")
    territory: Territory = Field(default="all", description="'all' or 'without_btp'")
    forces: tuple[str, ...] = Field(default=(), description="police force areas to show; none means all")
    claim: str = Field(default="C01", description="the id of a claim in the ledger, such as 'C01'", pattern=r"^[A-Z]+\d+[a-z]?$")
    level: float = Field(default=0.95, gt=0.5, lt=1, description="the level of intervals, between 0.5 and 1")

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

    def own(self) -> dict[str, Definition]:
        """Return the reader's own definitions by name."""
        return {name: custom_definition(codes, name=name, where=f"definitions.{name}") for name, codes in self.definitions.items()}

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


def territorial_force(name: str, *, where: str) -> str:
    """Return the canonical name of one of the 43 territorial forces, or refuse naming the nearest.

    Raises
    ------
    InputError
        When the name is not that of a territorial force.
    """
    canonical = canonical_force(name)
    if canonical not in TERRITORIAL:
        raise unknown("police force area", name, TERRITORIAL, where=where)
    return canonical


MODELS: dict[str, type[NotebookParameters]] = {"01_offence_counts": OffenceCounts}
"""Notebook name → the model of its parameters."""
