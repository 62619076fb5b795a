"""How a computed value compares with a published one: tolerances come from the published precision, never from the result."""

from replicate.ledger.agreement import Judgement, against, difference, in_words, judge, missed
from replicate.ledger.claim import Claim
from replicate.ledger.rules import number
from replicate.ledger.terms import Availability, Basis
from replicate.ledger.verdict import Comparison, Computed, Verdict

_AGREES = frozenset({Verdict.EXACT, Verdict.WITHIN_ROUNDING, Verdict.WITHIN_REVISION})


def compare(claim: Claim, computed: Computed | None) -> Comparison:
    """Say how what was computed compares with what was published.

    Parameters
    ----------
    claim
        The published figure.
    computed
        What was recomputed, in the claim's unit; none where nothing was.

    Returns
    -------
    Comparison
        The first of these that holds, by the definition the report states: `exact`, `within_rounding`, `within_revision`,
        `within_uncertainty` (or `inconclusive`, where the interval is too wide), `inconclusive` (inside worst-case bounds), `differs`
        (for arithmetic on published figures, `inconsistent`). A scenario range is never more than `inconclusive`, an inferred definition
        never more than `compatible`. Without a value the ledger's row says what is missing.

    Raises
    ------
    ValueError
        When the units differ, which is a fault of the derivation.

    Examples
    --------
    >>> from replicate.ledger import claims
    >>> compare(claims()["H05"], Computed(26.6, "percent", definition_stated=True)).verdict
    <Verdict.INCONSISTENT: 'inconsistent'>
    """
    if claim.basis is Basis.TEXT or computed is None or computed.is_empty:
        return Comparison(claim, computed, *_unsettled(claim))
    if computed.unit != claim.unit:
        raise ValueError(
            f"claim {claim.id} is in {claim.unit}, what was computed in {computed.unit}"
        )
    if not claim.has_figure:
        reason = f"No source seen prints the published figure; what was computed is {in_words(computed)}."
        return Comparison(claim, computed, Verdict.INCONCLUSIVE, None, None, reason)
    verdict, reason = _settled(claim, computed, judge(claim, computed))
    return Comparison(claim, computed, verdict, *difference(claim, computed), reason)


def _unsettled(claim: Claim) -> tuple[Verdict, None, None, str]:
    place = f"{claim.table} ({claim.table_url})"
    note = f" {claim.access_note}" if claim.access_note else ""
    verdicts = {
        Availability.NONE: (
            Verdict.NOT_A_STATISTIC,
            "No table could reproduce a date, a count in a document or a statement in words.",
        ),
        Availability.NOT_HELD: (
            Verdict.NOT_HELD,
            f"Published, but no copy could be had of: {place}.{note}",
        ),
        Availability.NOT_PUBLIC: (
            Verdict.NOT_PUBLIC,
            f"The underlying data are not published; needed: {claim.table}.{note}",
        ),
        Availability.HELD: (Verdict.NOT_CHECKED, "No derivation has been written yet."),
    }
    verdict, reason = verdicts[claim.availability]
    return verdict, None, None, reason


def _settled(claim: Claim, computed: Computed, judged: Judgement) -> Judgement:
    """Cap the verdict for an inferred definition, and name a contradiction between published figures for what it is."""
    verdict, reason = judged
    if not computed.definition_stated and verdict is not Verdict.INCONCLUSIVE:
        return _inferred(claim, computed, judged)
    if (claim.basis is Basis.ARITHMETIC or computed.published) and verdict is Verdict.DIFFERS:
        from_ = f" ({computed.description})" if computed.description else ""
        return Verdict.INCONSISTENT, f"Published figures{from_} give {against(claim, computed)}."
    beside = f" {computed.context}" if verdict is Verdict.DIFFERS and computed.context else ""
    return verdict, reason + beside


def _inferred(claim: Claim, computed: Computed, judged: Judgement) -> Judgement:
    verdict, reason = judged
    tried = "" if computed.tried is None else f" among {computed.tried:,} tried"
    chance = (
        ""
        if computed.chance is None
        else f" Placebo figures of its size are reached in {100 * computed.chance:.2g} % of cases."
    )
    which = f" ({computed.description})" if computed.description else ""
    if verdict in _AGREES and (computed.chance or 0) > number("chance"):
        return (
            Verdict.INCONCLUSIVE,
            f"A definition{tried} reaches it, which tells little, since it would reach many other figures. {reason}{chance}",
        )
    if verdict in _AGREES:
        return (
            Verdict.COMPATIBLE,
            f"A definition{tried} that the report does not state reaches it{which}. {reason}{chance}",
        )
    if verdict is Verdict.WITHIN_UNCERTAINTY:
        return (
            Verdict.INCONCLUSIVE,
            f"A definition{tried} that the report does not state reaches it only within its sampling error. {reason}",
        )
    if computed.tried is None:
        why = f" {computed.unstated}" if computed.unstated else ""
        return (
            Verdict.INCONCLUSIVE,
            f"One way of counting was tried, which the report does not state{which}: it gives {missed(claim, computed)}.{why}",
        )
    return (
        Verdict.DIFFERS,
        f"The nearest of {computed.tried:,} definitions tried{which} does not reach it: it gives {against(claim, computed)}.",
    )
