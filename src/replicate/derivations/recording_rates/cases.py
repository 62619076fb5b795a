"""What the inspections of 2023 and 2025 counted: cases read, flags, forces; counts only, since the cases were not chosen at random."""

from fractions import Fraction
from itertools import count
from math import ceil, floor

import pandas as pd

from replicate.derivations.verification import verify
from replicate.ledger import Claim, find_claim
from replicate.vocabulary.forces import TERRITORIAL

PURPOSIVE = "The cases were chosen on purpose, not at random: a count is of the cases read and of no others, and no interval is drawn around it."
"""Said beside every count of cases read."""

READ, GROUP, CORRECT, FORCES = "I02a", "I02b", "I09", "I08"


def cases_read() -> pd.DataFrame:
    """Return what was counted, of how many, and what must be said of it.

    Returns
    -------
    pandas.DataFrame
        claim, report, what, published, counted (in words), verdict, warning.
    """
    found = {GROUP: _group_based(), CORRECT: _correctly_flagged(), FORCES: _without_partners()}
    return pd.DataFrame(
        [
            {
                "claim": result.claim.id,
                "report": result.claim.report.value,
                "what": result.claim.statement,
                "published": result.as_row()["published"],
                "counted": found[result.claim.id],
                "verdict": result.comparison.verdict.words,
                "warning": PURPOSIVE
                if result.claim.id != FORCES
                else "A count of all forces, given in words alone.",
            }
            for result in verify(found)
        ]
    )


def least_forces() -> int:
    """Return the smallest number of forces that is more than the share printed in words.

    Examples
    --------
    >>> least_forces()
    22
    """
    return floor(Fraction(str(_value(find_claim(FORCES)))) / 100 * len(TERRITORIAL)) + 1


def least_cases() -> int:
    """Return the smallest number of cases of which some whole number prints as the share correctly flagged.

    How many were read was not seen; fewer than this they can't have been.
    """
    printed = find_claim(CORRECT).bounds()
    lower, upper = (Fraction(str(end)) / 100 for end in printed)
    return next(cases for cases in count(1) if ceil(lower * cases) <= floor(upper * cases))


def _group_based() -> str:
    group, read = (round(_value(find_claim(name))) for name in (GROUP, READ))
    return f"{group} of {read} cases read; the other {read - group} were not group-based"


def _correctly_flagged() -> str:
    return f"how many were read was not seen; the share needs {least_cases()} cases or more"


def _without_partners() -> str:
    return f"at least {least_forces()} of {len(TERRITORIAL)} forces, since that is the least that is more than half"


def _value(claim: Claim) -> float:
    return float(claim.value or 0)
