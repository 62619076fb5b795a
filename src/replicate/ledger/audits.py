"""The inspectorate's audits of crime recording: what was published of each, and how it is judged.

A printed number of crimes left unrecorded goes by one rule. HMICFRS states its definition (*Crime
data integrity inspections: explanatory notes*): an audit's findings, applied to the force's
recorded crime without fraud in the 12 months to the end of the audit period. With R recorded crimes
and a recording rate p, the number unrecorded is R(1 - p)/p, since R is p times all that was
reported. The rule was fixed before the numbers of the forces added last were computed, and has not
been changed since.

The rate's sampling error is never used: it is the same in both numbers.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from math import log
from typing import Literal, Self

from pydantic import Field, model_validator

from replicate.ledger.claims import claims, inputs
from replicate.ledger.lists import number as limit
from replicate.ledger.terms import Seen, Verdict
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.files import Row, shipped_rows
from replicate.vocabulary.models import Force
from replicate.vocabulary.periods import Window
from replicate.vocabulary.uncertainty import RoundingRange

_RATE = re.compile(r"(?:around )?(\d{1,2}(?:\.\d{1,4})?)", re.ASCII)


@dataclass(frozen=True)
class YearTotal:
    """Crimes recorded in the 12 months to a day, as far as a table by quarter gives them.

    Attributes
    ----------
    earlier, later
        Totals of the years of whole quarters either side of the day; the same where it ends one.
    weight
        Days of the last day's quarter up to that day ÷ days in the quarter.
    """

    earlier: float
    later: float
    weight: float

    @property
    def value(self) -> float:
        """The mean of the two, weighted by days."""
        return (1 - self.weight) * self.earlier + self.weight * self.later


@dataclass(frozen=True)
class Recomputed:
    """What a rate leaves unrecorded, with all that is allowed for.

    Attributes
    ----------
    value
        By the rate as printed.
    rounding
        By every rate that prints so.
    bracket
        The same for both years of whole quarters: a convention, not a bound.
    region
        The bracket, with the least and the greatest revision allowed for.
    """

    value: float
    rounding: RoundingRange
    bracket: RoundingRange
    region: RoundingRange


@dataclass(frozen=True)
class Judged:
    """A printed number beside the one recomputed.

    Attributes
    ----------
    found, printed
        What was recomputed, and the numbers that print as the published one.
    width
        (Highest - lowest end of the region + one step) ÷ the printed number.
    chance
        The share of made-up numbers of this size that would have been accepted.
    agreement
        The first agreement that holds, the region's width left aside.
    verdict
        The agreement, or `inconclusive` where it holds and the region is too wide.
    """

    found: Recomputed
    printed: RoundingRange
    width: float
    chance: float
    agreement: Verdict
    verdict: Verdict

    @property
    def reason(self) -> str:
        """Why, made from the numbers."""
        found, printed = self.found, f"the printed {_between(self.printed)}"
        how = {
            Verdict.WITHIN_ROUNDING: f"every rate that prints so gives {_between(found.rounding)}"
            f", which meets {printed}",
            Verdict.WITHIN_RESOLUTION: "only the years of whole quarters either side, "
            f"{_between(found.bracket)}, meet {printed}",
            Verdict.WITHIN_REVISION: f"only with later revisions, {_between(found.region)}, does "
            f"it meet {printed}",
            Verdict.DIFFERS: f"with all that is allowed for, {_between(found.region)}, it misses "
            f"{printed} by {self.missed:,.0f}",
        }[self.agreement]
        wide = f", above the limit of {100 * limit('wide_region'):.0f} %: too wide to tell"
        return (
            f"Recomputed {found.value:,.0f} by the rate as printed; {how}. What is allowed for "
            f"spans {100 * self.width:.1f} % of the figure{wide if self.too_wide else ''}. "
            f"{100 * self.chance:.1f} % of made-up figures of its size would have been accepted."
        )

    @property
    def missed(self) -> float:
        """By how many crimes the region misses the printed range; 0 where they meet."""
        ends, region = self.printed, self.found.region
        return max(ends.lower - region.upper, region.lower - ends.upper, 0.0)

    @property
    def too_wide(self) -> bool:
        """Whether an agreement settles nothing, since hardly any number could have failed."""
        return self.verdict is not self.agreement


def rates_printed(text: str) -> RoundingRange:
    """Return the rates, as parts of one, that print as a percentage does: trailing zeros count.

    Raises
    ------
    InputError
        When it is no percentage above 0 and below 100.

    Examples
    --------
    >>> rates_printed("93.0"), rates_printed("around 85")
    (RoundingRange(lower=0.9295, upper=0.9305), RoundingRange(lower=0.845, upper=0.855))
    """
    found = _RATE.fullmatch(text.strip())
    rate = Decimal(found[1] if found else 0)
    half = Decimal(5).scaleb(int(rate.as_tuple().exponent) - 1)
    if not half < rate < 100 - half:
        raise InputError(
            "not a recording rate",
            where="--rate",
            got=text,
            expected="a percentage as printed, above 0 and below 100, such as 83.6",
        )
    return RoundingRange(float((rate - half) / 100), float((rate + half) / 100))


def over(number: float) -> RoundingRange:
    """Return what "over N" reaches for a force: from N to one step of 100, of 10 below 1,000.

    Examples
    --------
    >>> over(24_300), over(240)
    (RoundingRange(lower=24300, upper=24400), RoundingRange(lower=240, upper=250))
    """
    return RoundingRange(number, number + (10 if number < 1000 else 100))


def of_reports(recorded: float, rate: float) -> float:
    """Return the crimes reported and not recorded, R(1 - p)/p: the rate is a share of reports."""
    return recorded * (1 - rate) / rate


def of_records(recorded: float, rate: float) -> float:
    """Return R(1 - p), the rival reading: never used for a verdict."""
    return recorded * (1 - rate)


def recompute(
    year: YearTotal,
    rates: RoundingRange,
    revisions: RoundingRange,
    reading: Callable[[float, float], float] = of_reports,
) -> Recomputed:
    """Work out what a rate leaves unrecorded.

    Parameters
    ----------
    year
        Recorded crime of the window.
    rates
        The rates that print as the published one, as parts of one; it is the middle of them.
    revisions
        The least and the greatest signed revision of the same force's totals, as parts of one.
    reading
        How the number follows from recorded crime and rate.

    Examples
    --------
    >>> year = YearTotal(40_000, 41_000, 0.5)
    >>> round(recompute(year, rates_printed("90.0"), RoundingRange(0, 0)).value)
    4500
    """
    totals, value = (year.earlier, year.later), year.value
    bracket = RoundingRange(reading(min(totals), rates.upper), reading(max(totals), rates.lower))
    return Recomputed(
        reading(value, (rates.lower + rates.upper) / 2),
        RoundingRange(reading(value, rates.upper), reading(value, rates.lower)),
        bracket,
        RoundingRange(
            bracket.lower / (1 + max(0.0, revisions.upper)),
            bracket.upper / (1 + min(0.0, revisions.lower)),
        ),
    )


def judge(found: Recomputed, number: float, printed: RoundingRange) -> Judged:
    """Judge a printed number by what recorded crime gives.

    The first of these that holds is the agreement: `within_rounding` (the value, over the rates
    that print so, meets the printed numbers), `within_resolution` (only the bracket does),
    `within_revision` (the bracket divided by 1 + v does, for a v between the least and the greatest
    revision, none included), else `differs`. Never `exact`: "over N" is a floor.

    Parameters
    ----------
    found
        What was recomputed.
    number, printed
        N, and the numbers that print as it does, ends included.

    Examples
    --------
    >>> found = recompute(YearTotal(40_000, 40_000, 1), rates_printed("90.0"), RoundingRange(0, 0))
    >>> judge(found, 4400, over(4400)).verdict.value
    'within_rounding'
    """
    tried = {
        Verdict.WITHIN_ROUNDING: found.rounding,
        Verdict.WITHIN_RESOLUTION: found.bracket,
        Verdict.WITHIN_REVISION: found.region,
    }
    met = (name for name, ends in tried.items() if ends.meets(printed))
    agreement = next(met, Verdict.DIFFERS)
    width = (found.region.width + printed.width) / number
    too_wide = agreement is not Verdict.DIFFERS and width > limit("wide_region")
    return Judged(
        found,
        printed,
        width,
        _chance(found.region, number, printed),
        agreement,
        Verdict.INCONCLUSIVE if too_wide else agreement,
    )


def _chance(region: RoundingRange, number: float, printed: RoundingRange) -> float:
    """Return the share of made-up numbers whose printed range meets the region."""
    size = limit("placebo")
    lowest = max(region.lower - (printed.upper - number), number / size)
    highest = min(region.upper + (number - printed.lower), number * size)
    return log(highest / lowest) / log(size**2) if highest > lowest else 0.0


def _between(ends: RoundingRange) -> str:
    return f"{ends.lower:,.0f} to {ends.upper:,.0f}"


Population = Literal["all_crime", "violence", "sexual_offences"]


class ForceAudit(Row):
    """What one audit of a force found of one population of offences.

    Attributes
    ----------
    force, inspection
        One of the 43 territorial forces, and whether it was inspected for the first time.
    audit_from, audit_to
        The audit's own period; none where it was not seen.
    window
        The twelve months that the numbers are of, `12 months to 2017-11-30`; a year, `2019`,
        where only that is known; blank where nothing is.
    population
        All crime but fraud, or a whole group of offences.
    rate, half_width
        The recording rate in percent as printed, and the published half-width of its interval.
    number
        Reported crimes left unrecorded a year, as printed.
    rate_in, number_in
        The claim or the input that carries the rate, and the claim that carries the number, where
        the ledger has them already: a figure stands once.
    sample
        Reports audited, where printed.
    seen, source_url, remark
        How it was read, where, and what a reader should know, slips on the page among it.
    """

    force: Force
    inspection: Literal["first", "re-inspection"]
    audit_from: date | None = None
    audit_to: date | None = None
    window: str = ""
    population: Population
    rate: str = Field(pattern=r"^((around|nearly|over) )?\d+(\.\d+)?$")
    rate_in: str = ""
    half_width: Decimal | None = Field(default=None, gt=0)
    number: str = Field(default="", pattern=r"^(((over|around|approximately) )?[\d,]+)?$")
    number_in: str = ""
    sample: int | None = Field(default=None, gt=0)
    seen: Seen
    source_url: str = Field(pattern=r"^https?://")
    remark: str = ""

    @model_validator(mode="after")
    def _one_last_day(self) -> Self:
        if self.audit_to and self.last_day != self.audit_to:
            raise ValueError("the window does not end with the audit's last day")
        return self

    @property
    def last_day(self) -> date | None:
        """The last day of the window; none where the window was not seen."""
        return Window.parse(self.window).last_day if self.window else None

    @property
    def rate_range(self) -> RoundingRange:
        """The rates, between 0 and 1, that print as the published one; trailing zeros count.

        Examples
        --------
        >>> audits()[0].rate, audits()[0].rate_range
        ('89.56', RoundingRange(lower=0.89555, upper=0.89565))

        Raises
        ------
        InputError
            When the rate is worded in a way that sets one end only.
        """
        return rates_printed(self.rate)


def _filled(row: dict[str, str]) -> dict[str, object]:
    """Take the rate and the number from where the ledger has them."""
    filled: dict[str, object] = dict(row)
    if name := row.get("rate_in"):
        held = claims()[name] if name in claims() else inputs()[name]
        filled["rate"] = str(held.value)
        if held.lower is not None and held.upper is not None:
            filled["half_width"] = (held.upper - held.lower) / 2
    if name := row.get("number_in"):
        filled["number"] = claims()[name].published
    return filled


@cache
def audits() -> tuple[ForceAudit, ...]:
    """Return every audit by force, in the order of the alphabet and of time.

    Examples
    --------
    >>> [audit.rate for audit in audits() if audit.force == "Kent"]
    ['83.6', '79.2', '96.6']
    """
    rows = shipped_rows("ledger", "audits.csv")
    return tuple(ForceAudit.model_validate(_filled(row)) for row in rows)


def rates_by_force(population: Population) -> dict[str, tuple[ForceAudit, ...]]:
    """Return the audits of a population whose window is known: by force, the oldest first.

    Examples
    --------
    >>> [audit.rate for audit in rates_by_force("sexual_offences")["Dyfed-Powys"]]
    ['93', '98.8']
    """
    dated = [audit for audit in audits() if audit.population == population and audit.last_day]
    dated.sort(key=lambda audit: str(audit.last_day))
    forces = sorted({audit.force for audit in dated})
    return {force: tuple(each for each in dated if each.force == force) for force in forces}
