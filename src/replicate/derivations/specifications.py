"""Specifications: the definition, period, territory and vintage that a published figure might have been made with."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any

import pandas as pd

from replicate.analysis.counting import total
from replicate.derivations.counting import bodies, cells, refuse_uncovered
from replicate.sources import tables
from replicate.vocabulary.definitions import Definition, definitions, find_definition
from replicate.vocabulary.files import read_yaml
from replicate.vocabulary.periods import Period

TERRITORIES = {
    "all": "with British Transport Police",
    "without_btp": "without British Transport Police",
    "England": "the forces of England",
    "Wales": "the forces of Wales",
}
"""What to print for a territory."""


@dataclass(frozen=True)
class Specification:
    """One way to count, with the reason for trying it."""

    definition: Definition
    period: Period
    territory: str
    vintage: str

    @property
    def covered(self) -> bool:
        """Whether the vintage wholly covers the period."""
        return covers(self.vintage, self.period)

    def total(self, *, codes: tuple[str, ...] | None = None) -> int:
        """Count the specification's offences, or those of its codes that are named."""
        definition = (
            self.definition.model_copy(update={"codes": codes}) if codes else self.definition
        )
        return _total(definition, self.period, self.territory, self.vintage)


def covers(vintage: str, period: Period) -> bool:
    """Say whether a release wholly covers a period."""
    held = tables.coverage(vintage)
    return period.first in held and period.last in held


@cache
def _total(definition: Definition, period: Period, territory: str, vintage: str) -> int:
    refuse_uncovered(period, vintage)
    quarters = [quarter.label for quarter in period.quarters]
    chosen = cells(definition, vintage=vintage, forces=forces_of(territory), quarters=quarters)
    return total(chosen).count


@cache
def forces_of(territory: str) -> tuple[str, ...]:
    """Return the recording bodies of a territory: `all`, `without_btp`, `England` or `Wales`."""
    if territory in ("all", "without_btp"):
        return bodies(exclude_btp=territory == "without_btp")
    forces = tables.load("forces")
    return tuple(forces.loc[forces["country"] == territory, "name"])


@cache
def reasons() -> dict[str, dict[str, str]]:
    """Return the reason for each choice: kind of choice → choice → reason."""
    text = (
        files("replicate.derivations").joinpath("specifications.yaml").read_text(encoding="utf-8")
    )
    document: dict[str, dict[str, str]] = read_yaml(text)
    return document


def specifications(
    periods: Iterable[str],
    names: Iterable[Definition | str] = (),
    *,
    territories: Iterable[str] = ("all", "without_btp"),
) -> tuple[Specification, ...]:
    """List the specifications for some periods, before anything is computed.

    Parameters
    ----------
    periods
        Periods the published figure could be for.
    names
        Names of definitions, or a reader's own; none means all that have a reason in `specifications.yaml`.
    territories
        Whose records to count. Every release held that wholly covers a period is tried, one that was fetched as well.

    Examples
    --------
    >>> {specification.vintage for specification in specifications(["2024"], ["child_specific"])}
    {'2026-04'}
    """
    chosen = [
        item if isinstance(item, Definition) else find_definition(item)
        for item in names or reasons()["definitions"]
    ]
    parsed = [Period.parse(period) for period in periods]
    every = product(chosen, parsed, territories, reversed(tables.vintages()))
    return tuple(spec for spec in (Specification(*choices) for choices in every) if spec.covered)


def frame(chosen: Iterable[Specification]) -> pd.DataFrame:
    """Return specifications as a table: definition, period, territory, vintage."""
    return pd.DataFrame(
        [
            {
                "definition": spec.definition.name,
                "period": spec.period.label,
                "territory": spec.territory,
                "vintage": spec.vintage,
            }
            for spec in chosen
        ]
    )


def in_words(row: "pd.Series[Any]") -> str:
    """Write a row of specifications as a reader would: title of the definition, period, territory, release.

    Examples
    --------
    >>> in_words(frame(specifications(["2024"], ["child_contact"])).iloc[0])
    'contact offences among the eleven, 2024, with British Transport Police, release 2026-04'
    """
    part, of, name = str(row["definition"]).rpartition(" of ")
    title, territory = titled(name), TERRITORIES[row["territory"]]
    counted = f"{part}{of}{title[0].lower()}{title[1:]}"
    return f"{counted}, {row['period']}, {territory}, release {row['vintage']}"


def titled(name: str) -> str:
    """Return the title of a definition of the package's own; the name of another."""
    return definitions()[name].title if name in definitions() else name
