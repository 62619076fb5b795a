"""The claims that notebook 02 answers for, each with its result."""

import re

import pandas as pd

from replicate.derivations.verification import Verification, verify
from replicate.ledger import Basis, claims

OURS = re.compile(
    r"(R|I|F|X)\d{2}[a-z]?|(C02|C0[6-9]|C1[0-2]|C22|H0[6-8]|H1[12]|S19|S2[0-2]|L11)[a-z]?"
)
"""Recording, inspections, force audits and the census; flags, ethnicity and its missing part; assessments by social care."""


def results() -> list[Verification]:
    """Return every claim of the notebook with its result; a row that only shows the figure of one of its parts is left out."""
    return verify(
        name for name, claim in claims().items() if OURS.fullmatch(name) and not claim.shows
    )


def listed() -> pd.DataFrame:
    """Return the claims that rest on data: claim, statement, report, published, computed, verdict, reason.

    A share by ethnicity stands with the share that is missing and the bounds it leaves, or with the words that there are none.
    """
    return pd.DataFrame([_row(result) for result in results() if result.claim.basis is Basis.DATA])


def others() -> pd.DataFrame:
    """Return the claims that rest on arithmetic between published figures, or are no statistic; the columns of `listed`."""
    return pd.DataFrame(
        [_row(result) for result in results() if result.claim.basis is not Basis.DATA]
    )


def tally() -> pd.DataFrame:
    """Count the verdicts of the claims that rest on data: verdict, meaning, claims."""
    found = [result.comparison.verdict for result in results() if result.claim.basis is Basis.DATA]
    return pd.DataFrame(
        [
            {
                "verdict": verdict.words,
                "claims": found.count(verdict),
                "meaning": verdict.meaning,
            }
            for verdict in dict.fromkeys(sorted(found, key=list(type(found[0])).index))
        ]
    )


def _row(result: Verification) -> dict[str, str]:
    return {
        "claim": result.claim.id,
        "statement": result.claim.statement,
        "report": result.claim.report.value,
        "published": result.published,
        "computed": result.ours,
        "verdict": result.verdict.words,
        "reason": result.comparison.reason,
    }
