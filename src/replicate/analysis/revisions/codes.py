"""Signed revisions by offence code, between two full releases."""

from collections.abc import Iterable

import pandas as pd

from replicate.analysis import offences
from replicate.vocabulary.periods import Period, Quarter

COLUMNS = ["period", "age_quarters", "apart_quarters", "earlier", "later", "revision"]


def signed(earlier: float, later: float) -> float:
    """Return later / earlier - 1, not a number where the earlier count isn't positive.

    Examples
    --------
    >>> signed(200, 199)
    -0.005
    """
    return (later - earlier) / earlier if earlier > 0 else float("nan")


def by_code(
    earlier: pd.DataFrame, later: pd.DataFrame, codes: Iterable[str], periods: Iterable[Period]
) -> pd.DataFrame:
    """Return the signed revision of a set of codes between two full releases.

    Parameters
    ----------
    earlier, later
        Recorded crime of two vintages: force, quarter, offence_code, count. Leave forces out of both alike.
    codes
        Offence codes of a definition.
    periods
        Periods that both vintages wholly cover.

    Returns
    -------
    pandas.DataFrame
        period, age_quarters, apart_quarters (quarters from the last one of the earlier release to that of the later),
        earlier, later, revision. The revision is missing where a cell has no number in either release: the sums are
        then not of the same things.

    Raises
    ------
    InputError
        For a period that one of the releases doesn't wholly cover.
    """
    chosen, ends = tuple(codes), (last_quarter(earlier), last_quarter(later))
    rows = []
    for period in periods:
        quarters = [quarter.label for quarter in period.quarters]
        then, now = (
            offences.total(offences.select(frame, codes=chosen, quarters=quarters))
            for frame in (earlier, later)
        )
        whole = then.missing_cells == now.missing_cells == 0
        revision = signed(then.count, now.count) if whole else float("nan")
        rows.append(
            (
                period.label,
                age(period.label, ends[0]),
                ends[1].ordinal - ends[0].ordinal,
                then.count,
                now.count,
                revision,
            )
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def last_quarter(frame: pd.DataFrame) -> Quarter:
    """Return the last quarter that a release of recorded crime covers."""
    return Quarter.parse(frame["quarter"].max())


def age(period: str, end: Quarter) -> int:
    """Return the quarters from the end of a period to the last quarter that a release covers."""
    return end.ordinal - Period.parse(period).last.ordinal
