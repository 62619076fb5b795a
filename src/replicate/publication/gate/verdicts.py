"""Verdicts that may not be published: those that nobody computed, and shares by ethnicity without what is missing."""

from collections.abc import Mapping, Sequence

from replicate.ledger import Verdict, find_claim
from replicate.publication.gate.ethnicity import is_share_by_ethnicity
from replicate.vocabulary.errors import RunError


def refuse_verdicts(rows: Sequence[Mapping[str, object]]) -> None:
    """Refuse verdicts that a site may not be made of.

    Parameters
    ----------
    rows
        A row a claim: id, verdict, and `missing`, which says of a share by ethnicity how much is missing and what bounds that leaves.

    Raises
    ------
    RunError
        When a claim was not checked, or a share by ethnicity stands without what is missing; the claims are named.
    """
    if unchecked := [str(row["id"]) for row in rows if row["verdict"] == Verdict.NOT_CHECKED]:
        hint = "write their derivations, or say in the ledger why there can be none"
        raise RunError(
            "claims that nobody has checked",
            where="the verdicts",
            got=", ".join(unchecked),
            hint=hint,
        )
    if bare := [
        str(row["id"]) for row in rows if not row["missing"] and _needs_bounds(str(row["id"]))
    ]:
        hint = "give them a derivation of the kind share_by_ethnicity"
        raise RunError(
            "a share by ethnicity without its missing share and bounds",
            where="the verdicts",
            got=", ".join(bare),
            hint=hint,
        )


def _needs_bounds(name: str) -> bool:
    claim = find_claim(name)
    return is_share_by_ethnicity(find_claim(claim.figure_id))
