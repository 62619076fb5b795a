"""Numbers as prose writes them: separators, units, signs, and ranges that say their kind."""

from calendar import day_name
from math import floor, isfinite, isinf, log10

from replicate.vocabulary.uncertainty import (
    RoundingRange,
    SamplingInterval,
    ScenarioRange,
    Uncertainty,
    WorstCaseBounds,
)

MISSING = "not available"
"""What stands for a value that is not there."""

_DIGITS = 3
MINUS = "−"
_PERCENT = ("%", "percent")


def number(value: float | None, unit: str | None = None, *, decimals: int | None = None) -> str:
    r"""Write a number with thousands separators.

    Parameters
    ----------
    value
        None or not-a-number is written "not available".
    unit
        What is counted or measured; "%" and "percent" both give the sign, which is never parted
        from its number.
    decimals
        Digits after the point. When not given, whole numbers have none, and others as many as leave
        three significant digits; digits before the point are never rounded away.

    Examples
    --------
    >>> number(102878, "offences"), number(1.2345), number(-0.5, "%"), number(None)
    ('102,878 offences', '1.23', '−0.5\xa0%', 'not available')
    """
    if value is None or not isfinite(value):
        return MISSING
    places = _places(value, decimals)
    rounded = round(value, places) + 0  # adding 0 turns -0.0 into 0.0
    text = f"{rounded:,.{places}f}".replace("-", MINUS)
    if decimals is None and places:
        text = text.rstrip("0").rstrip(".")
    return text + _suffix(unit)


def percent(share: float | None, *, decimals: int = 1) -> str:
    r"""Write a share between 0 and 1 as a percentage.

    Examples
    --------
    >>> percent(0.0366), percent(1, decimals=0)
    ('3.7\xa0%', '100\xa0%')
    """
    return number(None if share is None else share * 100, "%", decimals=decimals)


def signed(value: float | None, unit: str | None = None, *, decimals: int | None = None) -> str:
    r"""Write a difference with its sign.

    Examples
    --------
    >>> signed(177), signed(-0.44, "%"), signed(0)
    ('+177', '−0.44\xa0%', '0')
    """
    text = number(value, unit, decimals=decimals)
    rises = value is not None and isfinite(value) and round(value, _places(value, decimals)) > 0
    return f"+{text}" if rises else text


def interval(
    value: float | None,
    uncertainty: Uncertainty,
    unit: str | None = None,
    *,
    decimals: int | None = None,
) -> str:
    r"""Write a value with its uncertainty, saying in words which kind it is.

    The kinds are never mixed: a sampling interval has a level, worst-case bounds say that the
    missing part is not known, a scenario range that it runs over scenarios, a rounding range that
    it comes from a printed precision.

    Parameters
    ----------
    value
        None writes the range alone, as is right where no value inside is better than another.
    uncertainty
        In the value's unit.
    unit
        As for `number`.
    decimals
        Digits after the point, the same for value and ends; when not given, as many as leave three
        significant digits of the largest.

    Examples
    --------
    >>> found = SamplingInterval(1.2, 1.4, level=0.95, method="Wilson")
    >>> interval(1.3, found, "per 1,000", decimals=1)
    '1.3 per 1,000 (95\xa0% interval 1.2 to 1.4)'
    >>> interval(None, WorstCaseBounds(2.4, 68.4), "%")
    'could be anything from 2.4\xa0% to 68.4\xa0%, since the missing part is not known'
    """
    given = (uncertainty.lower, uncertainty.upper, *(() if value is None else (value,)))
    places = significant_decimals(*given) if decimals is None else decimals
    ends = [
        _end(end, unit if unit in _PERCENT else None, places)
        for end in (uncertainty.lower, uncertainty.upper)
    ]
    words = _words(uncertainty, *ends)
    return words if value is None else f"{number(value, unit, decimals=places)} ({words})"


def span(lower: float, upper: float, unit: str | None = None) -> str:
    r"""Write two ends with as many digits as tell them apart.

    Examples
    --------
    >>> span(6.5, 7.5, "%"), span(94.75, 94.85), span(10520, 25978, "people")
    ('6.50 to 7.50\xa0%', '94.75 to 94.85', '10,520 to 25,978 people')
    """
    places = significant_decimals(lower, upper)
    while lower < upper and round(lower, places) == round(upper, places):
        places += 1
    return f"{number(lower, decimals=places)} to {number(upper, unit, decimals=places)}"


def significant_decimals(*values: float) -> int:
    """Return the decimals that leave the largest finite value three significant digits.

    Whole numbers have none.

    Examples
    --------
    >>> significant_decimals(1.25, 14.3), significant_decimals(3, 40), significant_decimals(0.0123)
    (1, 0, 4)
    """
    finite = [float(value) for value in values if isfinite(value)]
    if all(value.is_integer() for value in finite):
        return 0
    return max(0, _DIGITS - 1 - floor(log10(max(map(abs, finite)))))


def digits(value: float, significant: int = 4) -> str:
    """Write a number with so many significant digits, or whole where it is whole or large.

    Examples
    --------
    >>> digits(102878), digits(26.6083), digits(0.00437), digits(41333333.3)
    ('102,878', '26.61', '0.00437', '41,333,333')
    """
    whole = abs(value) >= 1000 or value == int(value)
    return f"{value:,.0f}" if whole else f"{value:.{significant}g}"


def with_unit(text: str, unit: str | None) -> str:
    """Put the unit after a number; a weekday is named.

    Examples
    --------
    >>> with_unit("3.7", "percent"), with_unit("717", "offences"), with_unit("2", "weekday")
    ('3.7 %', '717 offences', 'Tuesday')
    """
    if unit == "weekday":
        return day_name[int(text) - 1]
    return f"{text} %" if unit == "percent" else f"{text} {unit}" if unit else text


def gap(difference: float, relative: float | None, unit: str | None) -> str:
    """Say how far above or below a value lies; `relative` is in percent.

    Examples
    --------
    >>> gap(-19.4, -25.4, "percent"), gap(717.0, 0.697, "offences"), gap(2.0, None, "cases")
    ('19.4 percentage points below', '717 offences (0.7 %) above', '2 cases above')
    """
    if unit == "weekday":
        return "on another day"
    side = "above" if difference > 0 else "below"
    if unit == "percent":
        return f"{digits(abs(difference), 3)} percentage points {side}"
    part = "" if relative is None else f" ({abs(relative):.2g} %)"
    return f"{with_unit(digits(abs(difference), 3), unit)}{part} {side}"


def _places(value: float, decimals: int | None) -> int:
    return significant_decimals(value) if decimals is None else decimals


def _end(value: float, unit: str | None, places: int) -> str:
    return "no limit" if isinf(value) else number(value, unit, decimals=places)


def _words(uncertainty: Uncertainty, lower: str, upper: str) -> str:
    match uncertainty:
        case SamplingInterval(level=level):
            return f"{number(round(level * 100, 6), '%')} interval {lower} to {upper}"
        case WorstCaseBounds():
            return f"could be anything from {lower} to {upper}, since the missing part is not known"
        case ScenarioRange(assumptions=assumptions):
            return f"range over the scenarios {lower} to {upper}, assuming {'; '.join(assumptions)}"
    _: RoundingRange = uncertainty  # so the type checker proves that no other kind is left
    return f"anything from {lower} to {upper} is printed so, once rounded"


def _suffix(unit: str | None) -> str:
    if unit in _PERCENT:
        return "\N{NO-BREAK SPACE}%"
    return f" {unit}" if unit else ""
