"""What the inspectorate found of a force's crime recording, where an inspection of it is in the ledger."""

import pandas as pd

from replicate.derivations.verification import Verification, verify
from replicate.ledger import Claim, Report, Verdict, claims
from replicate.vocabulary.parameters import ForceReport

INSPECTIONS = frozenset(
    {
        Report.HMICFRS_CDI_2017,
        Report.HMICFRS_CDI_2018,
        Report.HMICFRS_CDI_2019,
        Report.HMICFRS_CDI_2020,
    }
)
"""The inspections of crime recording, force by force, of 2016 to 2019."""

NATIONAL = ("R01", "R07")
"""The recording rates of all forces together: reported crime that was recorded, 2013 and 2025."""


def inspections() -> list[Claim]:
    """Return every claim of an inspection of one force."""
    return [claim for claim in claims().values() if claim.report in INSPECTIONS]


def inspected(parameters: ForceReport) -> bool:
    """Say whether an inspection of this force is in the ledger."""
    return any(claim.geography == parameters.force for claim in inspections())


def recording(parameters: ForceReport) -> pd.DataFrame:
    """Return what was published of the force and, beside it, of all forces together.

    Returns
    -------
    pandas.DataFrame
        claim, place, statement, published (its interval with it), computed, verdict, reason. Without an inspection of the force,
        the national rows alone.
    """
    own = [claim.id for claim in inspections() if claim.geography == parameters.force]
    return pd.DataFrame([_row(result) for result in verify([*own, *NATIONAL])])


def _row(result: Verification) -> dict[str, str]:
    claim, shown = result.claim, result.as_row()
    ends = (
        ""
        if claim.lower is None or claim.upper is None
        else f" ({claim.lower:g} to {claim.upper:g})"
    )
    return {
        "claim": claim.id,
        "place": claim.geography,
        "statement": claim.statement,
        "published": shown["published"] + ends,
        "computed": "not computed" if shown["computed"] == "—" else shown["computed"],
        "verdict": Verdict(shown["verdict"]).words,
        "reason": result.comparison.reason,
    }
