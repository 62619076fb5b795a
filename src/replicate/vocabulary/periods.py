"""Quarters, and the periods made of them, as crime statistics write them."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from replicate.vocabulary.errors import InputError

FORMS = (
    "'2024' (calendar year), '2023/24' (April to March), 'YE 2024-03' (year ending), "
    "'2024-Q1' (January to March), '12 months to 2024-03-31', or a range 'A..B' of these"
)
"""The ways a period can be written, for help texts and errors."""

_QUARTER = re.compile(r"(\d{4})-Q([1-4])", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_FINANCIAL = re.compile(r"(\d{4})/(\d{2})", re.ASCII)
_TO = "12 months to "
_ENDING = re.compile(r"YE\s*(\d{4})-(\d{2})", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, order=True)
class Quarter:
    """A calendar quarter: quarter 1 is January to March.

    Examples
    --------
    >>> str(Quarter(2024, 4).shift(1)), Quarter.from_financial("2023/24", 4).label
    ('2025-Q1', '2024-Q1')
    """

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"

    @property
    def label(self) -> str:
        """The quarter as it is written, `2024-Q1`."""
        return str(self)

    @property
    def ordinal(self) -> int:
        """Quarters since the year 0, for arithmetic."""
        return self.year * 4 + self.number - 1

    @property
    def first_day(self) -> date:
        """The day it begins."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last_day(self) -> date:
        """The day it ends."""
        return self.shift(1).first_day - timedelta(days=1)

    def shift(self, quarters: int) -> "Quarter":
        """Return the quarter so many quarters later (or earlier, when negative)."""
        year, index = divmod(self.ordinal + quarters, 4)
        return Quarter(year, index + 1)

    @classmethod
    def parse(cls, label: str) -> Self:
        """Read `2024-Q1`."""
        match = _QUARTER.fullmatch(label)
        if not match:
            raise _refusal("not a quarter", label, "a quarter such as '2024-Q1'")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def from_financial(cls, year: str, quarter: int) -> "Quarter":
        """Convert a financial quarter: 2023/24 quarter 4 is January to March 2024."""
        return cls(_financial_start(year), 1).shift(quarter)


@dataclass(frozen=True)
class Period:
    """Whole quarters from `first` to `last`, with the words it was asked for by.

    Examples
    --------
    >>> Period.parse("2023/24").quarters[0].label, Period.parse("YE 2024-03").last.label
    ('2023-Q2', '2024-Q1')
    >>> len(Period.parse("2023..2024").quarters)
    8
    """

    first: Quarter
    last: Quarter
    label: str

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        """Every quarter of the period, in order."""
        return tuple(
            self.first.shift(step) for step in range(self.last.ordinal - self.first.ordinal + 1)
        )

    def __contains__(self, quarter: Quarter) -> bool:
        return self.first <= quarter <= self.last

    @classmethod
    def year_ending(cls, last: Quarter) -> "Period":
        """Return the four quarters that end with `last`, labelled `YE 2024-03`."""
        return cls(last.shift(-3), last, f"YE {last.year}-{last.number * 3:02d}")

    @classmethod
    def parse(cls, text: object) -> "Period":
        """Read a period in any of the accepted forms.

        Parameters
        ----------
        text
            See `FORMS`; an integer is read as a calendar year.

        Raises
        ------
        InputError
            When the text is in none of the forms, or a range runs backwards.
        """
        label = str(text).strip()
        start, dots, end = label.partition("..")
        if not dots:
            return _single(label)
        first, last = _single(start.strip()), _single(end.strip())
        if first.first > last.first or first.last > last.last:
            expected = "the earlier period first"
            raise _refusal("a range of periods that runs backwards", label, expected)
        return cls(first.first, last.last, label)


def _single(label: str) -> Period:
    if match := _QUARTER.fullmatch(label):
        quarter = Quarter(int(match[1]), int(match[2]))
        return Period(quarter, quarter, label)
    if _YEAR.fullmatch(label):
        return Period(Quarter(int(label), 1), Quarter(int(label), 4), label)
    if _FINANCIAL.fullmatch(label):
        start = _financial_start(label)
        return Period(Quarter(start, 2), Quarter(start + 1, 1), label)
    if match := _ENDING.fullmatch(label):
        year, month = int(match[1]), int(match[2])
        if month not in (3, 6, 9, 12):
            expected = "a year that ends in month 03, 06, 09 or 12, as recorded crime is by quarter"
            raise _refusal("a year that does not end with a quarter", label, expected)
        return Period.year_ending(Quarter(year, month // 3))
    if label.startswith(_TO):
        window = Window.parse(label)
        if window.weight < 1:
            ends = (window.earlier.last.last_day, window.later.last.last_day)
            expected = " or ".join(f"'{_TO}{day}'" for day in ends)
            hint = "recorded crime is published by quarter; these are the nearest that end one"
            raise _refusal("12 months that do not end with a quarter", label, expected, hint)
        return Period(window.later.first, window.later.last, label)
    meant = _meant(label)
    raise _refusal("not a period", label, FORMS, f"did you mean '{meant}'?" if meant else None)


def _refusal(what: str, got: str, expected: str, hint: str | None = None) -> InputError:
    return InputError(what, where="period", got=got, expected=expected, hint=hint)


def _meant(label: str) -> str | None:
    """Return the period that has the same letters and digits, or is a financial year in full."""
    if not (found := _YEAR.search(label)):
        return None
    year, after = found[0], int(found[0]) + 1
    financial = f"{year}/{after % 100:02d}"
    quarters = [f"{year}-Q{number}" for number in range(1, 5)]
    endings = [f"YE {year}-{month:02d}" for month in (3, 6, 9, 12)]
    signs = {_signs(form): form for form in (year, financial, *quarters, *endings)}
    return (signs | {f"{year}{after}": financial}).get(_signs(label))


def _signs(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _financial_start(label: str) -> int:
    match = _FINANCIAL.fullmatch(label)
    if not match or (int(match[1]) + 1) % 100 != int(match[2]):
        expected = "two consecutive years such as '2023/24'"
        raise _refusal("not a financial year", label, expected)
    return int(match[1])


@dataclass(frozen=True)
class Window:
    """Twelve months, as a quarterly table can give them.

    Attributes
    ----------
    label, last_day
        `2024`, or `12 months to 2013-10-31`, and the day that it ends with.
    earlier, later
        The years of whole quarters either side; the same where the twelve months are whole.
    weight
        Of the later one: the days of its last quarter up to the last day ÷ all its days.
    """

    label: str
    last_day: date
    earlier: Period
    later: Period
    weight: float

    @classmethod
    def parse(cls, label: str) -> "Window":
        """Read `12 months to 2013-10-31`, or a year of whole quarters.

        Raises
        ------
        InputError
            When it is neither.
        """
        if not label.startswith(_TO):
            period = Period.parse(label)
            return cls(label, period.last.last_day, period, period, 1.0)
        try:
            return cls.ending(datetime.strptime(label, f"{_TO}%Y-%m-%d").date())
        except ValueError:
            expected = "a day that exists, as in '12 months to 2017-11-30'"
            raise _refusal("not a day", label, expected) from None

    @classmethod
    def ending(cls, day: date) -> "Window":
        """Take the twelve months to a day.

        Examples
        --------
        >>> window = Window.ending(date(2013, 10, 31))
        >>> window.earlier.label, window.later.label, round(window.weight * 92)
        ('YE 2013-09', 'YE 2013-12', 31)
        """
        quarter = Quarter(day.year, (day.month + 2) // 3)
        passed = day - quarter.first_day
        weight = (passed.days + 1) / ((quarter.last_day - quarter.first_day).days + 1)
        later = Period.year_ending(quarter)
        earlier = later if weight == 1 else Period.year_ending(quarter.shift(-1))
        return cls(f"{_TO}{day}", day, earlier, later, weight)
