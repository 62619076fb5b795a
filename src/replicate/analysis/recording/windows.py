"""Which twelve months of recorded crime stand beside an audit."""

from datetime import date, timedelta

from replicate.vocabulary.periods import Period, Quarter


def audit_window(audit_to: date) -> Period:
    """Return the year ending with the last whole quarter of an audit's own period: the rule, fixed before any number is computed.

    Recorded crime is published by quarter, and reports don't say which twelve months "a year" means. These are the last that had
    wholly passed when the audit's own period ended.

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
    """Return other twelve months that could have been meant, by what they are; they are for sensitivity, never for the verdict.

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
    starts = audit_to.year - (audit_to.month < 4)
    return {
        "one quarter earlier": Period.year_ending(last.shift(-1)),
        "one quarter later": Period.year_ending(last.shift(1)),
        "two quarters earlier": Period.year_ending(last.shift(-2)),
        "the financial year before": _financial(starts - 1),
        "the financial year the audit ended in": _financial(starts),
        "the calendar year before": Period.parse(audit_to.year - 1),
        "the calendar year the audit ended in": Period.parse(audit_to.year),
    }


def _financial(start: int) -> Period:
    return Period.parse(f"{start}/{(start + 1) % 100:02d}")
