"""How reasons print numbers: digits, unit and gap, always made from the values."""

from calendar import day_name

from replicate.ledger.claim import Claim
from replicate.ledger.terms import Unit


def digits(value: float, significant: int = 4) -> str:
    """Print a number with so many significant digits, or whole where it is whole or large.

    Examples
    --------
    >>> digits(102878), digits(26.6083), digits(0.00437), digits(41333333.3)
    ('102,878', '26.61', '0.00437', '41,333,333')
    """
    return (
        f"{value:,.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:.{significant}g}"
    )


def with_unit(text: str, unit: str | None) -> str:
    """Put the unit after a number; a weekday is named.

    Examples
    --------
    >>> with_unit("3.7", "percent"), with_unit("717", "offences"), with_unit("12", None), with_unit("2", "weekday")
    ('3.7 %', '717 offences', '12', 'Tuesday')
    """
    if unit == Unit.WEEKDAY:
        return day_name[int(text) - 1]
    return f"{text} %" if unit == Unit.PERCENT else f"{text} {unit}" if unit else text


def gap(difference: float, relative: float | None, unit: str | None) -> str:
    """Say how far above or below a value lies.

    Examples
    --------
    >>> gap(-19.4, -25.4, "percent"), gap(717.0, 0.697, "offences"), gap(2.0, None, "cases")
    ('19.4 percentage points below', '717 offences (0.7 %) above', '2 cases above')
    """
    if unit == Unit.WEEKDAY:
        return "on another day"
    side = "above" if difference > 0 else "below"
    if unit == Unit.PERCENT:
        return f"{digits(abs(difference), 3)} percentage points {side}"
    part = "" if relative is None else f" ({abs(relative):.2g} %)"
    return f"{with_unit(digits(abs(difference), 3), unit)}{part} {side}"


def published(claim: Claim) -> str:
    """Print the published figure with its unit."""
    return with_unit(claim.published, claim.unit)
