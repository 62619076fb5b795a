"""Totals of lists without their overlap: what was published for Rotherham, and why no estimate can be made of it."""

from math import inf

import pandas as pd

from replicate.analysis.systems import read_lists
from replicate.ledger import find_claim
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.uncertainty import WorstCaseBounds

MARGINS = ("L01", "L03", "L07", "L08")
"""Counts of children in Rotherham: one inquiry's estimate, and three of another exercise at three dates."""


def margins() -> pd.DataFrame:
    """Return the totals: claim, what, published, period, publisher and overlap."""
    rows = [find_claim(name) for name in MARGINS]
    return pd.DataFrame(
        [
            {
                "claim": claim.id,
                "what": claim.statement,
                "published": claim.figure,
                "period": claim.period,
                "publisher": claim.report.value,
                "overlap": "not published",
            }
            for claim in rows
        ]
    )


def bounds() -> WorstCaseBounds:
    """Return what totals alone leave open: at least the largest of them, and no upper limit.

    Examples
    --------
    >>> bounds().upper
    inf
    """
    return WorstCaseBounds(max(float(find_claim(name).value or 0) for name in MARGINS), inf)


def refusal() -> InputError:
    """Give the totals to multiple systems estimation as lists that share nobody, and return why they are refused."""
    each = pd.DataFrame([{name: int(name == other) for name in MARGINS} for other in MARGINS])
    table = each.assign(children=[int(find_claim(name).value or 0) for name in MARGINS])
    refusals: list[InputError] = []
    try:
        read_lists(table)
    except InputError as error:
        refusals.append(error)
    (found,) = refusals  # none would be a fault of `read_lists`
    return found
