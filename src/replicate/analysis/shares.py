"""The part of a year's count that falls in a part of the year."""

from scipy.stats import binom, nbinom

from replicate.vocabulary.errors import InputError
from replicate.vocabulary.uncertainty import SamplingInterval


def share_of_year(part: int, whole: int, fraction: float, level: float) -> SamplingInterval:
    """Return where the count in a part of a year should lie, given the year's total.

    Given the total of a Poisson process with a constant rate, the number of events in a stated fraction of the time
    is binomial (Przyborowski and Wilenski 1940, Biometrika 31:313-323). The interval is central and exact: each tail
    beyond it has at most half of one less the level, the rule by which Clopper and Pearson (1934, Biometrika
    26:404-413) build theirs; a count lies in it exactly when their interval for the share holds the fraction.

    The assumption is that offences are recorded evenly over the year and one by one: no season, no trend, and no
    batches. Batches, such as one inquiry recorded at a time, make the true interval wider.

    Parameters
    ----------
    part
        The published count for the part of the year; the interval is for comparing it with.
    whole
        The year's count, at least 1.
    fraction
        The part of the year that `part` covers, between 0 and 1: nine months are 0.75.
    level
        Between 0 and 1.

    Raises
    ------
    InputError
        When the part can't be a part of the whole, or the fraction or level is not between 0 and 1.

    Examples
    --------
    >>> interval = share_of_year(5, 10, 0.5, 0.95)
    >>> interval.lower, interval.upper, 5 in interval
    (2.0, 8.0, True)
    """
    if not 0 <= part <= whole or whole < 1:
        raise InputError(
            "a part that is no part of its whole",
            where="share_of_year",
            got=f"{part} of {whole}",
            expected="0 <= part <= whole",
        )
    _refuse_out_of_range(fraction, level)
    lower, upper = (float(end) for end in binom.interval(level, whole, fraction))
    return SamplingInterval(lower, upper, level, "exact binomial, given the year's total")


def whole_of_year(part: int, fraction: float, level: float) -> SamplingInterval:
    """Return the totals of a year that a count in a part of it is neither too small nor too large for.

    The test of `share_of_year`, inverted: the total is in the interval when the part is in the interval that
    `share_of_year` gives for that total. The ends are exact: a total of n holds at least k in the part just when the k-th
    falls among the first n, and the place of the k-th is negative binomial. The assumptions are the same.

    Parameters
    ----------
    part
        The count for the part of the year, at least 1.
    fraction
        The part of the year it covers, between 0 and 1.
    level
        Between 0 and 1.

    Raises
    ------
    InputError
        When the part is not at least 1, or the fraction or level is not between 0 and 1.

    Examples
    --------
    >>> interval = whole_of_year(5, 0.5, 0.95)
    >>> 5 in share_of_year(5, int(interval.upper), 0.5, 0.95), 5 in share_of_year(5, int(interval.upper) + 1, 0.5, 0.95)
    (True, False)
    """
    if part < 1:
        raise InputError(
            "a part without any event", where="whole_of_year", got=part, expected="at least 1"
        )
    _refuse_out_of_range(fraction, level)
    tail = (1 - level) / 2
    lower, upper = nbinom.ppf(tail, part, fraction), nbinom.ppf(1 - tail, part + 1, fraction)
    return SamplingInterval(
        float(part + lower), float(part + upper), level, "exact binomial, inverted"
    )


def _refuse_out_of_range(fraction: float, level: float) -> None:
    for name, value in (("fraction", fraction), ("level", level)):
        if not 0 < value < 1:
            raise InputError(
                f"a {name} out of range",
                where="part of a year",
                got=value,
                expected="a number between 0 and 1",
            )
