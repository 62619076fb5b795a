"""What a published half-width implies of the sample behind it."""

from scipy.stats import norm

from replicate.analysis.recording.checks import refuse_level, refuse_unless
from replicate.analysis.recording.intervals import interval
from replicate.vocabulary.uncertainty import SamplingInterval


def implied_sample(rate: float, half_width: float, level: float = 0.95) -> float:
    """Return the simple random sample that a published rate and half-width imply.

    The size n for which Wald's half-width, z x sqrt(rate x (1 - rate) / n), is the published one. It is implied, never the number
    of cases examined: an audit in strata or clusters examined another number, and how the half-width was made is not published.

    Parameters
    ----------
    rate
        Between 0 and 1, both left out.
    half_width
        Above 0, on the same scale.
    level
        That the half-width was published at, or is assumed to be; between 0 and 1.

    Raises
    ------
    InputError
        When one of them is out of range.

    Examples
    --------
    >>> round(implied_sample(0.895, 0.0164))
    1342
    """
    refuse_unless(
        0 < rate < 1,
        "a rate out of range",
        where="half-width",
        got=rate,
        expected="a number between 0 and 1, not a percentage",
    )
    refuse_unless(
        half_width > 0,
        "a half-width out of range",
        where="half-width",
        got=half_width,
        expected="a number above 0",
    )
    refuse_level(level, where="half-width")
    return float((norm.isf((1 - level) / 2) / half_width) ** 2 * rate * (1 - rate))


def implied_interval(
    rate: float, half_width: float, *, method: str = "wilson", level: float = 0.95
) -> SamplingInterval:
    """Return the interval that another method gives for the sample that a published half-width implies.

    Parameters
    ----------
    rate, half_width, level
        See `implied_sample`.
    method
        See `interval`; `wald` gives the published half-width back.

    Raises
    ------
    InputError
        When the method is unknown or a number out of range.

    Examples
    --------
    >>> found = implied_interval(0.895, 0.0164, method="wald")
    >>> round(found.lower, 4), round(found.upper, 4), found.method
    (0.8786, 0.9114, 'wald, for the simple random sample that the half-width implies')
    """
    size = implied_sample(rate, half_width, level)
    found = interval(rate * size, size, method=method, level=level)
    return SamplingInterval(
        found.lower,
        found.upper,
        level,
        f"{method}, for the simple random sample that the half-width implies",
    )


def published_interval(rate: float, half_width: float, level: float = 0.95) -> SamplingInterval:
    """Return a published rate less and plus its published half-width, no end below 0 or above 1.

    Raises
    ------
    InputError
        When one of them is out of range.
    """
    implied_sample(rate, half_width, level)  # refuses the same
    return SamplingInterval(
        max(rate - half_width, 0.0), min(rate + half_width, 1.0), level, "the published half-width"
    )
