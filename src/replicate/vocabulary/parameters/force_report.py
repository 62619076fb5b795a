"""What notebook 05 can be told: which force, in which release, when, and which offences."""

from pydantic import Field, field_validator

from replicate.vocabulary.definitions import Definition, definitions, find_definition
from replicate.vocabulary.forces import TERRITORIAL
from replicate.vocabulary.parameters.base import NotebookParameters, Text, territorial_force
from replicate.vocabulary.periods import Period


class ForceReport(NotebookParameters):
    """Parameters of notebook 05, the report on one police force area.

    Examples
    --------
    >>> ForceReport(force="kent police").force, ForceReport(period="YE 2024-03").period
    ('Kent', 'YE 2024-03')
    """

    force: Text = Field(
        default=TERRITORIAL[0],
        description="the name of one of the 43 territorial forces, such as 'Kent'",
    )
    vintage: Text = Field(
        default="2026-04", description="a release of recorded crime, such as '2026-04', or 'latest'"
    )
    period: Text = Field(
        default="2024", description="a period such as '2024', '2023/24', 'YE 2024-03' or '2024-Q1'"
    )
    definition: Text = Field(
        default="child_specific_images_familial",
        description="the name of a definition of the package's own",
    )
    level: float = Field(
        default=0.95, gt=0.5, lt=1, description="the level of intervals, between 0.5 and 1"
    )

    @field_validator("force")
    @classmethod
    def _force(cls, value: str) -> str:
        return territorial_force(value, where="force")

    @field_validator("period")
    @classmethod
    def _period(cls, value: str) -> str:
        return Period.parse(value).label

    @field_validator("definition")
    @classmethod
    def _definition(cls, value: str) -> str:
        return find_definition(value).name

    @classmethod
    def choices(cls) -> dict[str, tuple[str, ...]]:
        """Return the police force areas and the named definitions."""
        return {"force": TERRITORIAL, "definition": tuple(definitions())}

    def chosen(self) -> Definition:
        """Return the definition asked for."""
        return find_definition(self.definition)
