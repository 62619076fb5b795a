"""An interval for anybody's sample: counted, or implied by a published rate and half-width."""

from dataclasses import dataclass
from math import inf
from typing import Any

from replicate.analysis.intervals import (
    METHODS,
    implied_interval,
    implied_sample,
    interval,
    published_interval,
)
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.uncertainty import SamplingInterval

IMPLIED = "implied by the half-width, and never the number of cases examined"

_WHERE = "--successes, --trials, --rate, --half-width"
_EXAMPLES = "--successes K --trials N, or --rate P --half-width H"


@dataclass(frozen=True)
class GivenSample:
    """A share with its intervals; shares are from 0 to 1.

    Attributes
    ----------
    share, sample
        The share found, and the cases it was found in: counted, or implied.
    implied
        Whether the sample is implied by a published half-width.
    method
        The method asked for.
    intervals
        By every method, the one asked for first.
    published
        The published rate less and plus its half-width; None where counts were given.
    """

    share: float
    sample: float
    implied: bool
    method: str
    intervals: dict[str, SamplingInterval]
    published: SamplingInterval | None

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON knows it, shares in percent.

        Returns
        -------
        dict
            rate, sample, implied (true where the sample is implied by a half-width), method, level (between 0 and 1), lower, upper (by
            that method), others (method → lower and upper), published (lower and upper of rate and half-width; null where counts
            were given).
        """
        asked = self.intervals[self.method]
        others = {
            name: _ends(found) for name, found in self.intervals.items() if name != self.method
        }
        words = {
            "rate": 100 * self.share,
            "sample": self.sample,
            "implied": self.implied,
            "method": self.method,
            "level": asked.level,
        }
        return (
            words
            | _ends(asked)
            | {"others": others, "published": self.published and _ends(self.published)}
        )

    def as_rows(self) -> list[dict[str, str]]:
        """Return a row an interval, the one asked for first: method, lower, upper."""
        named = {
            f"{name} (asked for)" if name == self.method else name: found
            for name, found in self.intervals.items()
        }
        named |= {"as published": self.published} if self.published else {}
        return [
            {"method": name} | {end: f"{value:.2f} %" for end, value in _ends(found).items()}
            for name, found in named.items()
        ]

    def title(self) -> str:
        """Say what was found, in how many cases, and where that number comes from."""
        sample = (
            f"about {self.sample:,.0f} cases, {IMPLIED}"
            if self.implied
            else f"{self.sample:,.0f} cases"
        )
        return f"{100 * self.share:.4g} % of {sample}; intervals at {100 * self.intervals[self.method].level:.6g} %"


def given_sample(
    *,
    successes: int | None = None,
    trials: int | None = None,
    rate: str | None = None,
    half_width: str | None = None,
    method: str = "wilson",
    level: float = 0.95,
) -> GivenSample:
    """Return intervals for a sample, by counts or by a published rate and half-width; exactly one of the two.

    Parameters
    ----------
    successes, trials
        Cases found right, and cases examined.
    rate, half_width
        As published, in percent and percentage points, with or without a percent sign. A rate of 1 or less without the sign could be a
        share, and is refused.
    method
        The one to put first: `wilson`, `clopper-pearson` or `wald`.
    level
        Between 0 and 1; a published half-width is taken to be at this level.

    Raises
    ------
    InputError
        When neither or both are given, one is incomplete, or a number is out of range.

    Examples
    --------
    >>> found = given_sample(rate="89.5", half_width="1.64")
    >>> round(found.sample), found.implied, found.title()[:26]
    (1342, True, '89.5 % of about 1,342 case')
    """
    given = {"successes": successes, "trials": trials, "rate": rate, "half-width": half_width}
    named = {name for name, value in given.items() if value is not None}
    if successes is not None and trials is not None and named == {"successes", "trials"}:
        return _counted(successes, trials, method, level)
    if rate is not None and half_width is not None and named == {"rate", "half-width"}:
        return _implied(_rate(rate), _points(half_width, "--half-width"), method, level)
    got = ", ".join(f"--{name}" for name in given if name in named) or "none"
    raise InputError(
        "one way of giving a sample is needed", where=_WHERE, got=got, expected=_EXAMPLES
    )


def _counted(successes: int, trials: int, method: str, level: float) -> GivenSample:
    found = {name: interval(successes, trials, method=name, level=level) for name in _first(method)}
    return GivenSample(
        successes / trials,
        float(trials),
        implied=False,
        method=method,
        intervals=found,
        published=None,
    )


def _implied(rate: float, half_width: float, method: str, level: float) -> GivenSample:
    size = implied_sample(rate, half_width, level)
    found = {
        name: implied_interval(rate, half_width, method=name, level=level)
        for name in _first(method)
    }
    return GivenSample(
        rate,
        size,
        implied=True,
        method=method,
        intervals=found,
        published=published_interval(rate, half_width, level),
    )


def _first(method: str) -> list[str]:
    """Return the methods, the one asked for first; the first interval refuses one that is unknown."""
    return list(dict.fromkeys((method, *METHODS)))


def _rate(text: str) -> float:
    rate = _points(text, "--rate")
    if rate <= 0.01 and not text.strip().endswith("%"):
        expected = "percent as published, such as 89.5; for a rate of 1 % or less write the sign, such as 0.8%"
        raise InputError(
            "a rate that could be a share or a percentage",
            where="--rate",
            got=text,
            expected=expected,
        )
    if rate >= 1:
        raise InputError(
            "a rate out of range",
            where="--rate",
            got=text,
            expected="percent, above 0 and below 100",
        )
    return rate


def _points(text: str, where: str) -> float:
    """Read percent, with or without the sign, as a part of 1."""
    try:
        value = float(text.strip().removesuffix("%"))
    except ValueError:
        value = inf
    if not 0 < value < inf:
        raise InputError(
            "not a number above 0", where=where, got=text, expected="percent, such as 89.5 or 1.64"
        )
    return value / 100


def _ends(found: SamplingInterval) -> dict[str, float]:
    return {"lower": 100 * found.lower, "upper": 100 * found.upper}
