"""The one call by which a notebook reports a value to whoever runs it."""

import re
from dataclasses import dataclass
from math import isfinite
from typing import Any

from replicate.display.markup import shell
from replicate.vocabulary.numbers import interval as written_interval
from replicate.vocabulary.numbers import number
from replicate.vocabulary.uncertainty import (
    RoundingRange,
    SamplingInterval,
    ScenarioRange,
    Uncertainty,
    WorstCaseBounds,
)

MIME = "application/vnd.replicate.record+json"

Value = int | float | str | bool | None

KINDS: dict[type, str] = {
    SamplingInterval: "sampling",
    WorstCaseBounds: "worst_case",
    ScenarioRange: "scenario",
    RoundingRange: "rounding",
}
"""Kind of uncertainty → what a record calls it."""


@dataclass(frozen=True)
class Record:
    """A value that was reported, with its unit and uncertainty."""

    name: str
    value: Value
    unit: str
    interval: Uncertainty | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as a notebook holds it; an interval has its kind and, when sampled, its level."""
        said: dict[str, Any] = {"name": self.name, "value": self.value, "unit": self.unit}
        if (found := self.interval) is None:
            return said | {"interval": None}
        ends = {
            "lower": float(found.lower),
            "upper": float(found.upper),
            "kind": KINDS[type(found)],
        }
        level = {"level": found.level} if isinstance(found, SamplingInterval) else {}
        return said | {"interval": ends | level}

    def _ipython_display_(self) -> None:
        """Show nothing: the record was emitted when it was made."""

    def __str__(self) -> str:
        if isinstance(self.value, str | bool) or self.value is None:
            return f"{self.name}: {self.value}"
        if self.interval:
            return f"{self.name}: {written_interval(self.value, self.interval, self.unit)}"
        return f"{self.name}: {number(self.value, self.unit)}"


def record(name: str, value: Any, unit: str, interval: Uncertainty | None = None) -> Record:
    """Report a value to the sweep or batch that runs this notebook.

    This is the only way by which a notebook hands on values: what is not recorded is not compared
    between runs. Inside IPython it is emitted as display data of the type
    `application/vnd.replicate.record+json`.

    Parameters
    ----------
    name
        Small letters, digits, `_`, `.` and `-`; the same in every run.
    value
        A number, text, truth value or None; numpy's numbers are taken for Python's.
    unit
        What is counted or measured, such as "offences".
    interval
        Its uncertainty, in that unit.

    Raises
    ------
    ValueError
        When the name is malformed or the value is not finite.
    TypeError
        When the value is none of these types.

    Examples
    --------
    >>> record("offences.2024", 102878, "offences").as_json()
    {'name': 'offences.2024', 'value': 102878, 'unit': 'offences', 'interval': None}
    """
    if not re.fullmatch(r"[a-z0-9_.-]+", name):
        raise ValueError(
            f"record name {name!r}: expected small letters, digits, '_', '.' and '-', "
            "such as 'offences.total'"
        )
    value = value.item() if hasattr(value, "item") else value
    if not isinstance(value, Value):
        kind = type(value).__name__
        raise TypeError(f"record '{name}': {kind} is not a number, text, truth value or None")
    if isinstance(value, float) and not isfinite(value):
        raise ValueError(f"record '{name}' is {value}: report None where there is no value")
    made = Record(name, value, unit, interval)
    if running := shell():
        running.display_pub.publish({MIME: made.as_json(), "text/plain": str(made)})
    return made
