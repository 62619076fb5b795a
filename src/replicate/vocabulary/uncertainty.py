"""Four kinds of uncertainty that never turn into one another."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class _Range:
    """Two ends in the unit of the value they belong to; `kind` is what JSON and a reader see."""

    kind: ClassVar[str]
    lower: float
    upper: float

    def __post_init__(self) -> None:
        if not self.lower <= self.upper:
            raise ValueError(f"lower end {self.lower} above upper end {self.upper}")

    def __contains__(self, value: float) -> bool:
        return self.lower <= value <= self.upper

    def meets(self, other: "_Range") -> bool:
        """Say whether some value belongs to both, ends included."""
        return self.lower <= other.upper and other.lower <= self.upper

    @property
    def width(self) -> float:
        """Upper end less lower end."""
        return self.upper - self.lower


@dataclass(frozen=True)
class SamplingInterval(_Range):
    """Where an estimate could lie by sampling error alone, at a stated level, by a named method."""

    kind = "sampling interval"
    level: float
    method: str


@dataclass(frozen=True)
class WorstCaseBounds(_Range):
    """What the missing part could make of a value (Manski 2003); no value inside is likelier."""

    kind = "worst-case bounds"


@dataclass(frozen=True)
class ScenarioRange(_Range):
    """What a value is under stated assumptions; the assumptions are printed with it."""

    kind = "scenario range"
    assumptions: tuple[str, ...]


@dataclass(frozen=True)
class RoundingRange(_Range):
    """The values that print as a published figure, or follow from figures that do."""

    kind = "rounding"


Uncertainty = SamplingInterval | WorstCaseBounds | ScenarioRange | RoundingRange


@dataclass(frozen=True)
class RevisionBand(_Range):
    """How far later releases moved a figure, as signed parts of it: later ÷ earlier − 1.

    `evidence` says how many pairs of releases were seen, by code or group, and for which periods.

    Examples
    --------
    >>> -0.002 in RevisionBand(-0.0044, 0.0002, evidence="one pair, by code, 2021/22")
    True
    """

    evidence: str
