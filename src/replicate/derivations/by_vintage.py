"""How a verdict changes with the release that is counted in."""

from collections.abc import Iterable
from functools import cache

from replicate.derivations.kinds.base import Derivation
from replicate.derivations.kinds.recorded import Specified
from replicate.derivations.kinds.registry import derivations
from replicate.derivations.revision_bands import RELEASES
from replicate.ledger import Comparison, claims, compare, in_words
from replicate.vocabulary.errors import InputError


def by_vintage(name: str, releases: Iterable[str] = RELEASES) -> list[dict[str, object]]:
    """Recompute a claim in each full release by itself.

    Parameters
    ----------
    name
        The id of a claim.
    releases
        The releases to count in.

    Returns
    -------
    list of dict
        vintage, computed (in words), value, verdict, reason; a release that doesn't cover the claim's period has no value, no verdict, and
        says so. Nothing for a claim that is not recomputed from recorded crime.

    Examples
    --------
    >>> [(row["vintage"], row["verdict"]) for row in by_vintage("C01")]
    [('2023-10', None), ('2026-04', 'compatible')]
    >>> by_vintage("H03")
    []
    """
    derivation = derivations().get(claims()[name].figure_id)
    if derivation is None or not (
        isinstance(derivation, Specified) or hasattr(derivation, "vintage")
    ):
        return []
    return [_row(vintage, _compared(name, vintage)) for vintage in releases]


@cache
def _compared(name: str, vintage: str) -> Comparison | None:
    claim = claims()[name]
    derivation = _within(derivations()[claim.figure_id], vintage)
    if isinstance(derivation, Specified) and not derivation.specifications():
        return None
    try:
        return compare(claim, derivation.compute(claims()[claim.figure_id]))
    except InputError:  # a period that the release does not wholly cover
        return None


def _within(derivation: Derivation, vintage: str) -> Derivation:
    """Return the same derivation, in one release."""
    return derivation.model_copy(
        update={"releases": (vintage,)}
        if isinstance(derivation, Specified)
        else {"vintage": vintage}
    )


def _row(vintage: str, compared: Comparison | None) -> dict[str, object]:
    if compared is None or compared.computed is None:
        nothing = "The release does not wholly cover the period."
        return {
            "vintage": vintage,
            "computed": "not computed",
            "value": None,
            "verdict": None,
            "reason": nothing,
        }
    computed = compared.computed
    return {
        "vintage": vintage,
        "computed": in_words(computed),
        "value": computed.value,
        "verdict": compared.verdict.value,
        "reason": compared.reason,
    }
