"""From a recording rate to the number of reported crimes left unrecorded.

Rates are shares between 0 and 1. The published rates of forces are no random sample of forces: what
is pooled over them describes them.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import inf
from typing import TypeVar

from replicate.analysis.checks import refuse_outside, refuse_unless
from replicate.vocabulary.periods import Period, Quarter
from replicate.vocabulary.uncertainty import RoundingRange, SamplingInterval

Range = TypeVar("Range", RoundingRange, SamplingInterval)


@dataclass(frozen=True)
class Unrecorded:
    """How many reported crimes a rate leaves unrecorded.

    Attributes
    ----------
    number
        By the rate as printed.
    rounding
        By every rate that prints as the published one; none where the precision was not given.
    sampling
        By both ends of the rate's sampling interval; none where there is none. The two are never
        merged.
    """

    number: float
    rounding: RoundingRange | None
    sampling: SamplingInterval | None


@dataclass(frozen=True)
class OverTest:
    """Whether a number is what "over N" says.

    Attributes
    ----------
    floor, ceiling
        N, and N with one step of its printed precision; beyond it the writer would have printed the
        next step.
    difference
        From the nearer of the two to the number by the rate as printed: 0 inside, negative below,
        positive above.
    by_rounding
        Whether the rounding range of the number reaches into the two; none where there is none.
    half_width
        Of the sampling interval, as a part of the number; none where there is none.
    """

    floor: float
    ceiling: float
    difference: float
    by_rounding: bool | None
    half_width: float | None


def unrecorded(
    recorded: float,
    rate: float,
    *,
    rounding: RoundingRange | None = None,
    sampling: SamplingInterval | None = None,
) -> Unrecorded:
    """Return the reported crimes left unrecorded: recorded x (1 - rate) / rate.

    Recorded crime R is the rate's part of what was reported, R / rate; the rest is unrecorded (HMIC
    2014, Crime-recording: making the victim count, gives its national number so). The number falls
    as the rate rises, so the ends of a range give the ends. Recorded crime is taken as it stands:
    its revisions, and which twelve months were meant, are other questions.

    Parameters
    ----------
    recorded
        Recorded crimes, 0 or more.
    rate
        The share recorded, above 0 and up to 1.
    rounding
        The rates that print as the published one.
    sampling
        The rate's sampling interval.

    Raises
    ------
    InputError
        When the number of crimes is negative, the rate is out of range (a percentage, for one), or
        a range leaves the rate out.

    Examples
    --------
    >>> found = unrecorded(9000, 0.9, rounding=RoundingRange(0.895, 0.905))
    >>> round(found.number), round(found.rounding.lower), round(found.rounding.upper)
    (1000, 945, 1056)
    """
    where, expected = "unrecorded", "above 0 and up to 1, not a percentage"
    refuse_outside(recorded, "a number of recorded crimes", 0, inf, where=where, ends=True)
    refuse_unless(0 < rate <= 1, "a rate out of range", where=where, got=rate, expected=expected)
    for given in (rounding, sampling):
        if given is not None:
            what, ends = "a rate outside its own range", f"{given.lower} to {given.upper}"
            refuse_unless(rate in given, what, where=where, got=rate, expected=ends)
    return Unrecorded(
        unrecorded_number(recorded, rate),
        _carried(recorded, rounding),
        _carried(recorded, sampling),
    )


def over(found: Unrecorded, floor: float, step: float) -> OverTest:
    """Test "over N" one-sidedly: N is a floor; its ceiling is one step of its precision above.

    Parameters
    ----------
    found
        What the rate leaves unrecorded.
    floor, step
        N, and the unit of its last printed digit.

    Raises
    ------
    InputError
        When the step is not above 0.

    Examples
    --------
    >>> test = over(unrecorded(9000, 0.9), 850, 100)
    >>> test.ceiling, round(test.difference)
    (950, 50)
    """
    refuse_outside(step, "a step of printed precision", 0, inf, where="over")
    ceiling, half, reached = floor + step, None, None
    nearest = min(max(found.number, floor), ceiling)
    if found.rounding is not None:
        reached = found.rounding.lower <= ceiling and floor <= found.rounding.upper
    if found.sampling is not None:
        half = found.sampling.width / 2 / found.number if found.number else inf
    return OverTest(floor, ceiling, found.number - nearest, reached, half)


def audit_window(audit_to: date) -> Period:
    """Return the year ending with the last whole quarter of an audit's own period.

    The rule, fixed before any number was computed: recorded crime is published by quarter, and
    reports don't say which twelve months "a year" means. These are the last that had wholly passed
    when the audit's own period ended.

    Parameters
    ----------
    audit_to
        The last day of the audit's period.

    Examples
    --------
    >>> audit_window(date(2017, 11, 30)).label, audit_window(date(2017, 12, 31)).label
    ('YE 2017-09', 'YE 2017-12')
    """
    following = audit_to + timedelta(days=1)
    return Period.year_ending(Quarter(following.year, (following.month - 1) // 3 + 1).shift(-1))


def alternative_windows(audit_to: date) -> dict[str, Period]:
    """Return other twelve months that could be meant: for sensitivity, never for the verdict.

    Examples
    --------
    >>> for words, period in alternative_windows(date(2017, 11, 30)).items():
    ...     print(f"{words}: {period.label}")
    one quarter earlier: YE 2017-06
    one quarter later: YE 2017-12
    two quarters earlier: YE 2017-03
    the financial year before: 2016/17
    the financial year the audit ended in: 2017/18
    the calendar year before: 2016
    the calendar year the audit ended in: 2017
    """
    last = audit_window(audit_to).last
    began = audit_to.year - (audit_to.month < 4)
    return {
        "one quarter earlier": Period.year_ending(last.shift(-1)),
        "one quarter later": Period.year_ending(last.shift(1)),
        "two quarters earlier": Period.year_ending(last.shift(-2)),
        "the financial year before": Period.parse(f"{began - 1}/{began % 100:02d}"),
        "the financial year the audit ended in": Period.parse(f"{began}/{(began + 1) % 100:02d}"),
        "the calendar year before": Period.parse(audit_to.year - 1),
        "the calendar year the audit ended in": Period.parse(audit_to.year),
    }


def _carried(recorded: float, rates: Range | None) -> Range | None:
    """Return the numbers that the ends of a range of rates leave, the range's kind kept."""
    if rates is None:
        return None
    lower, upper = (
        unrecorded_number(recorded, rates.upper),
        unrecorded_number(recorded, rates.lower),
    )
    return replace(rates, lower=lower, upper=upper)


def unrecorded_number(recorded: float, rate: float) -> float:
    """Return the reported crimes left unrecorded, R(1 - p)/p, without checks or ranges."""
    clipped = min(max(rate, 0.0), 1.0)  # a published half-width can reach beyond what a rate can be
    return recorded / clipped - recorded if clipped else inf
