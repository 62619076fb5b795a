"""The verdicts that the notebook's parameters ask for."""

from collections.abc import Iterable

from replicate.derivations.verification import Verification, verify
from replicate.ledger import HEADLINE_REPORTS, Claim, Report, claims
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.parameters import Verdicts

Results = tuple[Verification, ...]

_REPORTS = {
    "all": frozenset(Report),
    "audit_and_inspections": HEADLINE_REPORTS,
    "audit": frozenset({Report.CASEY}),
    "inspections": HEADLINE_REPORTS - {Report.CASEY},
    "others": frozenset(Report) - HEADLINE_REPORTS,
}


def verified(parameters: Verdicts) -> Results:
    """Recompute every claim that the parameters ask for, and compare.

    A row of the ledger that only shows the figure of one of its parts is left out, so that no figure is counted twice.

    Raises
    ------
    InputError
        When no claim is of that kind.
    """
    ids = [claim.id for claim in claims().values() if asked(claim, parameters)]
    if not ids:
        got = f"reports={parameters.reports}, basis={parameters.basis}, seen={parameters.seen}"
        raise InputError(
            "no claim is of that kind",
            where="parameters",
            got=got,
            expected="a combination that the ledger has",
        )
    return tuple(verify(ids))


def asked(claim: Claim, parameters: Verdicts) -> bool:
    """Say whether a claim is one that the parameters ask for, and carries its own figure."""
    return (
        not claim.shows
        and claim.report in _REPORTS[parameters.reports]
        and parameters.basis in ("all", claim.basis.value)
        and parameters.seen in ("all", claim.seen.value)
    )


def tables_used(results: Iterable[Verification]) -> tuple[str, ...]:
    """Return the names of the tables that any of the values was computed from, in alphabetical order."""
    computed = (result.comparison.computed for result in results)
    return tuple(sorted({table for one in computed if one is not None for table in one.tables}))
