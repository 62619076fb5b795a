"""From a recording rate to the number of reported crimes left unrecorded."""

from dataclasses import dataclass
from math import inf

from replicate.vocabulary.errors import InputError
from replicate.vocabulary.uncertainty import RoundingRange, SamplingInterval


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
        By both ends of the rate's sampling interval; none where there is none. The two are never merged.
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
        N, and N with one step of its printed precision; beyond it the writer would have printed the next step.
    difference
        From the nearer of the two to the number by the rate as printed: 0 inside, negative below, positive above.
    by_number, by_rounding, by_sampling
        Whether the number, its rounding range and its sampling interval reach into the two; none where there is no such range.
    half_width
        Of the sampling interval, as a part of the number; none where there is none.
    too_wide
        Whether the half-width is above the limit given, so that hardly any published figure could have failed.
    """

    floor: float
    ceiling: float
    difference: float
    by_number: bool
    by_rounding: bool | None
    by_sampling: bool | None
    half_width: float | None
    too_wide: bool


def unrecorded(
    recorded: float,
    rate: float,
    *,
    rounding: RoundingRange | None = None,
    sampling: SamplingInterval | None = None,
) -> Unrecorded:
    """Return the reported crimes left unrecorded: recorded x (1 - rate) / rate.

    Recorded crime R is the rate's part of what was reported, R / rate; the rest is unrecorded (HMIC 2014, Crime-recording: making the
    victim count, gives its national number so). The number falls as the rate rises, so the ends of a range give the ends. Recorded
    crime is taken as it stands: its revisions, and which twelve months were meant, are other questions.

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
        When the number of crimes is negative, the rate is out of range (a percentage, for one), or a range leaves the rate out.

    Examples
    --------
    >>> found = unrecorded(9000, 0.9, rounding=RoundingRange(0.895, 0.905))
    >>> round(found.number), round(found.rounding.lower), round(found.rounding.upper)
    (1000, 945, 1056)
    """
    if recorded < 0:
        raise InputError(
            "a negative number of recorded crimes",
            where="unrecorded",
            got=recorded,
            expected="0 or more",
        )
    if not 0 < rate <= 1:
        raise InputError(
            "a rate out of range",
            where="unrecorded",
            got=rate,
            expected="above 0 and up to 1, not a percentage",
        )
    for given in (rounding, sampling):
        if given is not None and rate not in given:
            raise InputError(
                "a rate outside its own range",
                where="unrecorded",
                got=rate,
                expected=f"{given.lower} to {given.upper}",
            )
    return Unrecorded(
        _left(recorded, rate),
        None
        if rounding is None
        else RoundingRange(_left(recorded, rounding.upper), _left(recorded, rounding.lower)),
        None
        if sampling is None
        else SamplingInterval(
            _left(recorded, sampling.upper),
            _left(recorded, sampling.lower),
            sampling.level,
            sampling.method,
        ),
    )


def over(found: Unrecorded, floor: float, step: float, *, too_wide: float) -> OverTest:
    """Test "over N" one-sidedly: N is a floor, and its ceiling is one step of its printed precision above.

    Parameters
    ----------
    found
        What the rate leaves unrecorded.
    floor, step
        N, and the unit of its last printed digit.
    too_wide
        The half-width, as a part of the number, above which a sampling interval settles nothing: the ledger's rule.

    Raises
    ------
    InputError
        When the step is not above 0.

    Examples
    --------
    >>> test = over(unrecorded(9000, 0.9), 950, 100, too_wide=0.25)
    >>> test.ceiling, test.by_number, test.by_sampling
    (1050, True, None)
    """
    if step <= 0:
        raise InputError(
            "a step of printed precision that is not above 0",
            where="over",
            got=step,
            expected="a number above 0",
        )
    claimed = RoundingRange(floor, floor + step)
    nearest = min(max(found.number, claimed.lower), claimed.upper)
    half = None if found.sampling is None else _part(found.sampling.width / 2, found.number)
    return OverTest(
        floor,
        floor + step,
        found.number - nearest,
        found.number in claimed,
        None if found.rounding is None else _overlap(found.rounding, claimed),
        None if found.sampling is None else _overlap(found.sampling, claimed),
        half,
        half is not None and half > too_wide,
    )


def _left(recorded: float, rate: float) -> float:
    clipped = min(max(rate, 0.0), 1.0)  # a published half-width can reach beyond what a rate can be
    return recorded / clipped - recorded if clipped else inf


def _overlap(one: RoundingRange | SamplingInterval, other: RoundingRange) -> bool:
    return one.lower <= other.upper and other.lower <= one.upper


def _part(half_width: float, number: float) -> float:
    return half_width / number if number else inf
