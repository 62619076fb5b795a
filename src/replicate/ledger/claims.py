"""A published figure, as it was printed, with what is known of where it comes from."""

import math
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from replicate.ledger.lists import number
from replicate.ledger.terms import (
    HEADLINE_REPORTS,
    MEASURED,
    Availability,
    Basis,
    IntervalKind,
    Seen,
    Wording,
)
from replicate.vocabulary.errors import nearest, unknown
from replicate.vocabulary.files import Row, shipped_rows
from replicate.vocabulary.numbers import with_unit
from replicate.vocabulary.uncertainty import RoundingRange

_FROM_BELOW = (Wording.UNDER, Wording.ALMOST, Wording.AS_MANY_AS)
"""Wordings of a figure that the true one is at most."""

Ids = Annotated[tuple[str, ...], BeforeValidator(lambda text: tuple(str(text).split()))]
"""Ids of claims, parted by blanks."""


_FIGURE = ("value", "lower", "upper", "interval_kind", "unit")
"""What a row shows of the claim that carries its figure."""


class Claim(Row):
    """One published figure or statement.

    Attributes
    ----------
    id, part_of
        `C10` is a row of the list the ledger began with, `C10b` a number out of its statement,
        which is then `part_of` it.
    shows
        For a row whose every number stands in a part: the part whose figure the row shows. Such a
        row is not counted beside its parts.
    report, seen, basis
        Who says it (the audit, an inspection, another publisher, a starting document), how close
        to the report it was seen, and what could settle it.
    statement
        What the figure is of, without the figure.
    value, lower, upper, interval_kind, unit
        The figure as printed (its digits are kept), and published ends where there are any. A fall
        is a positive number.
    wording, rounded_to
        How it is worded, and the unit of its last published digit.
    period, geography, population, where_in_report
        What it covers; blank where the source does not say or it was not seen.
    source_url, quoted_by, dataset, note
        Where it was read, who quotes it, what it is made from, and what a reader should know.
    conflicts, conflict_note
        Claims that say otherwise, and in what way.
    availability, table, table_url, access_note
        Whether the evidence can be had: the table held, the table to fetch, or what would have to
        be published.
    """

    id: str = Field(pattern=r"^[A-Z]\d{2}[a-z]?$")
    part_of: str = ""
    shows: str = ""
    report: str
    seen: Seen
    basis: Basis
    statement: str = Field(min_length=1)
    value: Decimal | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None
    interval_kind: IntervalKind | None = None
    unit: str | None = None
    wording: Wording | None = None
    rounded_to: Decimal | None = Field(default=None, gt=0)
    period: str = ""
    geography: str = ""
    population: str = ""
    where_in_report: str = ""
    source_url: str = ""
    quoted_by: str = ""
    dataset: str = ""
    note: str = ""
    conflicts: Ids = ()
    conflict_note: str = ""
    availability: Availability
    table: str = ""
    table_url: str = ""
    access_note: str = ""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        kind, held = self.interval_kind, self.availability
        worded = self.unit and self.wording and self.rounded_to
        rules = {
            "a figure needs a unit, a wording and the unit of its last digit": (
                worded or not self.has_figure
            ),
            "two ends and what they are come together": (
                len({end is None for end in (self.lower, self.upper, kind)}) == 1
            ),
            "a printed range has no value, an interval has one": (
                kind is None or (self.value is None) == (kind is IntervalKind.RANGE)
            ),
            "a part belongs to the row its id begins with": (
                not self.part_of or self.part_of[:3] == self.id[:3]
            ),
            "a report of the audit or the inspectorate is spelt otherwise": (
                self.of_headline_report
                or not nearest(self.report.rstrip(" 0123456789"), HEADLINE_REPORTS)
            ),
            "text has no table, and nothing else is without": (
                (self.basis is Basis.TEXT) == (held is Availability.NONE)
            ),
            "a table not held needs its name and page": (
                held is not Availability.NOT_HELD or (self.table and self.table_url)
            ),
            "data not public need what would be needed": (
                held is not Availability.NOT_PUBLIC or self.table
            ),
        }
        if broken := [rule for rule, holds in rules.items() if not holds]:
            raise ValueError(f"claim {self.id}: {broken[0]}")
        return self

    @property
    def has_figure(self) -> bool:
        """Whether a figure was seen."""
        return self.value is not None or self.lower is not None

    @property
    def figure_id(self) -> str:
        """The id of the claim that carries the figure: its own, or that of the part it shows."""
        return self.shows or self.id

    @property
    def of_audit(self) -> bool:
        """Whether the Casey audit says it."""
        return self.report.startswith("Casey")

    @property
    def of_headline_report(self) -> bool:
        """Whether it is of the audit, or of a report of the inspectorate."""
        return self.report.startswith(HEADLINE_REPORTS)

    @property
    def is_headline(self) -> bool:
        """Whether headlines count it.

        A `data` claim of the audit or the inspectorate that is not only the sum of its parts.
        """
        return self.basis is Basis.DATA and self.of_headline_report and not self.shows

    @property
    def attribution(self) -> str:
        """How close to its report the figure was seen.

        What was read second-hand is attributed, by name, to whoever quotes it.

        Examples
        --------
        >>> claims()["C08"].attribution
        'attributed to the audit by Guardian, 17 June 2025'
        """
        report = "the audit" if self.of_audit else self.report
        if self.seen is Seen.PRIMARY:
            where = f", {self.where_in_report}" if self.where_in_report else ""
            return f"read in the publication of {report}{where}"
        if self.seen is Seen.NONE:
            return self.seen.meaning
        return f"attributed to {report} by {self.quoted_by or 'others'}"

    @property
    def number(self) -> float | None:
        """The printed figure as a number; none where none was seen, or a range was printed."""
        return None if self.value is None else float(self.value)

    def ends(self) -> tuple[Decimal, Decimal]:
        """Return the printed figure as two ends, equal unless a range was printed.

        Raises
        ------
        ValueError
            When no figure was seen.
        """
        if self.value is not None:
            return self.value, self.value
        if self.lower is None or self.upper is None:
            raise ValueError(f"no figure was seen for claim {self.id}")
        return self.lower, self.upper

    def bounds(self) -> tuple[Decimal, Decimal]:
        """Return the least and the greatest value that print as the published figure.

        The rules are those of `rules.yaml`.

        Raises
        ------
        ValueError
            When no figure was seen.
        """
        lower, upper = self.ends()
        unit = self.rounded_to or Decimal(0)
        if self.wording in (Wording.OVER, Wording.AT_LEAST):
            return lower, upper + Decimal(number("next_step")) * unit
        if self.wording in _FROM_BELOW:
            return lower - Decimal(number("next_step")) * unit, upper
        if self.unit not in MEASURED and unit == 1 and self.wording is Wording.EXACT:
            return lower, upper
        half = Decimal(number("half_unit")) * unit
        return lower - half, upper + half

    def range(self) -> RoundingRange:
        """Return the values that print as the published figure.

        'Under', 'almost' and 'as many as' leave the lower end itself out; a count printed to the
        last digit is that number alone.

        Raises
        ------
        ValueError
            When no figure was seen.

        Examples
        --------
        >>> claims()["C04"].range()
        RoundingRange(lower=650.0, upper=750.0)
        >>> claims()["B02"].range()
        RoundingRange(lower=550.0, upper=560.0)
        """
        lower, upper = (float(end) for end in self.bounds())
        if self.wording in _FROM_BELOW:
            lower = math.nextafter(lower, math.inf)
        return RoundingRange(lower, upper)

    @property
    def published(self) -> str:
        """The figure in the publication's words and digits, without its unit.

        'in words' for a statement, 'not seen' where it was not.

        Examples
        --------
        >>> claims()["C01"].published, claims()["C04"].published, claims()["C17"].published
        ('102,878', 'around 700', '78 to 79')
        >>> claims()["C03"].published, claims()["C05"].published
        ('not seen', 'in words')
        """
        if not self.has_figure:
            return "in words" if self.basis is Basis.TEXT else "not seen"
        lower, upper = self.ends()
        digits = f"{lower:,f}" if lower == upper else f"{lower:,f} to {upper:,f}"
        return digits if self.wording in (None, Wording.EXACT) else f"{self.wording} {digits}"

    @property
    def figure(self) -> str:
        """The published figure with its unit.

        Examples
        --------
        >>> claims()["C04"].figure
        'around 700 offences'
        """
        return with_unit(self.published, self.unit)


@cache
def claims() -> Mapping[str, Claim]:
    """Return every claim by id, each row before its parts.

    A row that shows a part has that part's figure.

    Examples
    --------
    >>> claims()["C01"].value
    Decimal('102878')
    """
    rows = {row["id"]: row for row in shipped_rows("ledger", "claims.csv")}
    names = (*_FIGURE, "wording", "rounded_to")
    found = {}
    for name, row in rows.items():
        carrier = rows[row.get("shows", name)]
        figure = {key: carrier[key] for key in names if key in carrier}
        found[name] = Claim.model_validate(row | figure)
    return found


def find_claim(name: str, *, where: str = "claim") -> Claim:
    """Return a claim by id, or refuse naming the nearest.

    Raises
    ------
    InputError
        When no claim has that id.
    """
    if name not in claims():
        listed = "`replicate verify` lists them all"
        raise unknown("claim", name, claims(), where=where, otherwise=listed)
    return claims()[name]


class Input(Row):
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

    name: str = Field(pattern=r"^[a-z0-9_]+$")
    claim: str = ""
    seen: Seen
    value: Decimal | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None
    interval_kind: IntervalKind | None = None
    unit: str
    n: int | None = Field(default=None, gt=0)
    population: str
    period: str = ""
    publisher: str
    publication: str
    source_url: str
    note: str = ""


@cache
def inputs() -> Mapping[str, Input]:
    """Return every input by name.

    Examples
    --------
    >>> inputs()["told_police_at_time"].value, inputs()["told_police_at_time"].claim
    (Decimal('7'), 'C15')
    """
    found = {}
    for row in shipped_rows("ledger", "inputs.csv"):
        claim = claims().get(row.get("claim", ""))
        shown = {name: getattr(claim, name) for name in ("seen", *_FIGURE)} if claim else {}
        found[row["name"]] = Input.model_validate(row | shown)
    return found
