"""What notebook 02 can be told: which audits, counted over which twelve months in which release, and how unsure."""

from math import inf
from typing import Literal

from pydantic import Field, field_validator

from replicate.vocabulary.errors import unknown
from replicate.vocabulary.parameters.base import Force, NotebookParameters, Text, territorial_force

RULE = "the rule"
"""The window fixed before any number was computed: the year ending with the last whole quarter of the audit's own period."""

Window = Literal[
    "the rule",
    "one quarter earlier",
    "one quarter later",
    "two quarters earlier",
    "the financial year before",
    "the financial year the audit ended in",
    "the calendar year before",
    "the calendar year the audit ended in",
]
"""Which twelve months of recorded crime stand beside an audit."""

Method = Literal["wilson", "clopper-pearson", "wald"]
"""How an interval for a share is worked out."""

AUDITED = (
    "Bedfordshire",
    "Cleveland",
    "Dorset",
    "Essex",
    "Gwent",
    "Hampshire",
    "Humberside",
    "Leicestershire",
    "Lincolnshire",
    "Metropolitan Police",
    "North Yorkshire",
    "Northamptonshire",
    "Nottinghamshire",
    "South Yorkshire",
    "Surrey",
    "Warwickshire",
    "West Yorkshire",
    "Wiltshire",
)
"""The forces whose audit could be read; they are no random sample of forces."""


class RecordingRates(NotebookParameters):
    """Parameters of notebook 02, recording rates.

    Examples
    --------
    >>> RecordingRates(forces=("gwent police",)).forces, RecordingRates().window
    (('Gwent',), 'the rule')
    """

    forces: tuple[Force, ...] = Field(
        default=(),
        description="forces whose audit was read, to show in the tables by force; none means all; what is pooled always takes all",
        examples=[["Gwent", "South Yorkshire"]],
    )
    window: Window = Field(
        default="the rule",
        description="the twelve months to count beside an audit: 'the rule', or another that could have been meant; no verdict changes",
        examples=["one quarter later"],
    )
    vintage: Text = Field(
        default="2026-04",
        description="a release of recorded crime, such as '2026-04', or 'latest'",
        examples=["2023-10", "latest"],
    )
    method: Method = Field(
        default="wilson",
        description="'wilson', 'clopper-pearson' or 'wald'",
        examples=["clopper-pearson"],
    )
    level: float = Field(
        default=0.95,
        gt=0.5,
        lt=1,
        description="the level of intervals, between 0.5 and 1; that of published half-widths is taken to be 0.95 whatever this is",
        examples=[0.99],
        json_schema_extra={"unit": "probability"},
    )
    odds_ratios: tuple[float, float] = Field(
        default=(0.5, 2.0),
        description="odds of being recorded of a group over those of others, as assumed: the lowest and the highest",
        examples=[[0.25, 4.0]],
        json_schema_extra={"unit": "ratio of odds"},
    )

    @field_validator("forces")
    @classmethod
    def _forces(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        known = tuple(territorial_force(name, where="forces") for name in names)
        if strange := [name for name in known if name not in AUDITED]:
            raise unknown("force whose audit was read", strange[0], AUDITED, where="forces")
        return known

    @classmethod
    def choices(cls) -> dict[str, tuple[str, ...]]:
        """Return the forces whose audit was read."""
        return {"forces": AUDITED}

    @field_validator("odds_ratios")
    @classmethod
    def _odds(cls, ends: tuple[float, float]) -> tuple[float, float]:
        if not 0 < ends[0] <= ends[1] < inf:
            raise ValueError("two finite numbers above 0, the smaller first")
        return ends
