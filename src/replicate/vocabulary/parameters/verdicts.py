"""What notebook 04 can be told: which claims to bring together, and how many openings to draw."""

from typing import Literal

from pydantic import Field

from replicate.vocabulary.parameters.base import NotebookParameters


class Verdicts(NotebookParameters):
    """Parameters of notebook 04, the verdicts.

    Examples
    --------
    >>> Verdicts(reports="audit").reports, Verdicts().openings
    ('audit', 10)
    """

    reports: Literal["all", "audit_and_inspections", "audit", "inspections", "others"] = Field(
        default="all",
        description="whose claims: 'all', 'audit_and_inspections', 'audit', 'inspections' or 'others'",
    )
    basis: Literal["all", "data", "arithmetic", "text"] = Field(
        default="all", description="what could settle them: 'all', 'data', 'arithmetic' or 'text'"
    )
    seen: Literal["all", "primary", "secondary", "start", "none"] = Field(
        default="all",
        description="how close to its report a claim was seen: 'all', 'primary', 'secondary', 'start' or 'none'",
    )
    openings: int = Field(
        default=10,
        ge=1,
        le=60,
        description="how many openings to draw, the largest first; from 1 to 60",
    )
