"""Published inputs for models of under-reporting: shown as inputs, not as figures to be reproduced."""

import csv
from decimal import Decimal
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field

from replicate.ledger.claim import Claim
from replicate.ledger.rows import claims
from replicate.ledger.terms import IntervalKind, Seen, Unit


class Input(BaseModel):
    """A published number that a model may start from.

    Attributes
    ----------
    name
        What code and parameters call it.
    claim
        The claim that carries the same figure, whose value, ends and unit this then shows.
    seen
        How close to the publication it was seen.
    value, lower, upper, interval_kind, unit
        The figure, its published ends and what they are. No standard error was published for any.
    n
        The number of observations behind it, where published.
    population, period, publisher, publication, source_url, note
        What it was measured on, by whom, where it was read, and what a reader should know.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9_]+$")
    claim: str = ""
    seen: Seen
    value: Decimal | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None
    interval_kind: IntervalKind | None = None
    unit: Unit
    n: int | None = Field(default=None, gt=0)
    population: str
    period: str = ""
    publisher: str
    publication: str
    source_url: str
    note: str = ""


def _figure(claim: Claim) -> dict[str, object]:
    return {
        name: getattr(claim, name)
        for name in ("seen", "value", "lower", "upper", "interval_kind", "unit")
    }


@cache
def _inputs() -> dict[str, Input]:
    with files("replicate.ledger").joinpath("inputs.csv").open(encoding="utf-8") as file:
        rows = [{name: cell for name, cell in row.items() if cell} for row in csv.DictReader(file)]
    return {
        row["name"]: Input.model_validate(
            row | (_figure(claims()[row["claim"]]) if "claim" in row else {})
        )
        for row in rows
    }


def inputs() -> dict[str, Input]:
    """Return every input by name.

    Examples
    --------
    >>> inputs()["told_police_at_time"].value, inputs()["told_police_at_time"].claim
    (Decimal('7'), 'C15')
    """
    return dict(_inputs())
