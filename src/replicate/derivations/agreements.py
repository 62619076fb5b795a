"""How published totals of recorded child sexual offences agree with counts, and with one another."""

from collections.abc import Iterable

import pandas as pd

from replicate.derivations.specifications import TERRITORIES, Specification, reasons
from replicate.derivations.verification import verify
from replicate.ledger import check, find_claim, identities
from replicate.sources import tables
from replicate.vocabulary.definitions import definitions, find_definition
from replicate.vocabulary.periods import Period

TOTALS = ("C01", "S05", "S06", "S09", "V01", "V05", "V09")
"""The published totals of recorded child sexual offences."""

THREE = ("S05", "S06", "C01")
"""Totals that the same definitions are held against: two of one publisher, and the audit's."""

LINKED = (
    "C01_of_vkpp",
    "V05_rise",
    "V09_rise",
    "H03_share",
    "H05_share",
    "C29_share",
    "V10_share",
    "V10_before",
    "S06_without_images",
)
"""Identities of the ledger between those totals."""


def against_totals(names: Iterable[str] = THREE) -> pd.DataFrame:
    """Hold the same definitions against several published totals, without assuming that their publishers share one.

    Returns
    -------
    pandas.DataFrame
        definition, territory, and for each claim the difference of the newest vintage from the published figure, in percent.
    """
    rows = []
    for name in reasons()["definitions"]:
        for territory in ("all", "without_btp"):
            found = {claim: _difference(claim, name, territory) for claim in names}
            rows.append(
                {
                    "definition": definitions()[name].title,
                    "territory": TERRITORIES[territory],
                    **found,
                }
            )
    return pd.DataFrame(rows)


def agreement() -> pd.DataFrame:
    """Return the published totals beside the nearest count.

    Returns
    -------
    pandas.DataFrame
        claim, report, period, counted, published, computed, relative (percent), nearest, verdict.
    """
    rows = []
    for result in verify(TOTALS):
        claim, computed = result.claim, result.comparison.computed
        rows.append(
            {
                "claim": claim.id,
                "report": claim.report.value,
                "period": claim.period,
                "counted": claim.population,
                "published": claim.published,
                "computed": None if computed is None else computed.value,
                "relative": result.comparison.relative,
                "nearest": "" if computed is None else computed.description.partition(": ")[2],
                "verdict": result.comparison.verdict.words,
            }
        )
    return pd.DataFrame(rows)


def identities_between() -> pd.DataFrame:
    """Return the arithmetic between published totals: what it gives, what was published, verdict, reason."""
    found = [check(identities()[name]) for name in LINKED]
    return pd.DataFrame(
        [
            {
                "about": result.about,
                "expression": result.expression,
                "gives": result.value,
                "unit": result.unit,
                "verdict": "none" if result.verdict is None else result.verdict.words,
                "reason": result.reason,
            }
            for result in found
        ]
    )


def years_ending(
    name: str, definition: str, *, vintage: str = "latest", around: int = 4
) -> pd.DataFrame:
    """Return what a definition gives for the years ending with each quarter around the one a claim is for.

    It shows whether a figure fits another year than the one it was published for; no verdict is drawn from it.
    """
    claim, period = find_claim(name), Period.parse(find_claim(name).period)
    resolved = tables.resolve_vintage(vintage)
    years = [Period.year_ending(period.last.shift(step)) for step in range(-around, around + 1)]
    totals = [
        Specification(find_definition(definition), year, "all", resolved).total() for year in years
    ]
    frame = pd.DataFrame({"period": [year.label for year in years], "count": totals})
    published = float(claim.value or 0)
    return frame.assign(
        difference=frame["count"] - published, relative=100 * (frame["count"] / published - 1)
    )


def _difference(claim: str, definition: str, territory: str) -> float:
    found = find_claim(claim)
    period, published = Period.parse(found.period), float(found.value or 0)
    total = Specification(
        find_definition(definition), period, territory, tables.resolve_vintage("latest")
    ).total()
    return 100 * (total / published - 1)
