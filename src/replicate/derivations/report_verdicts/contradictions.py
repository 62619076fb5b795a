"""Published figures that contradict one another, and those that the ledger sets beside one another without a verdict."""

import re
from dataclasses import asdict, dataclass

import pandas as pd

from replicate.derivations.kinds.published import NoLowerThan
from replicate.derivations.report_verdicts.results import Results
from replicate.derivations.verification import Verification, verify
from replicate.ledger import Claim, IdentityResult, Verdict, check_all, claims
from replicate.ledger.terms import Unit
from replicate.vocabulary.numbers import digits, with_unit
from replicate.vocabulary.uncertainty import Uncertainty

_CLAIM = re.compile(r"\b[A-Z]\d{2}[a-z]?\b")


@dataclass(frozen=True)
class _Pair:
    """A published figure, and what other published figures give for it: values that print as each."""

    claim: str
    statement: str
    report: str
    others: str
    other_reports: str
    unit: str
    published: str
    printed_value: float | None
    printed_lower: float
    printed_upper: float
    given: str
    given_value: float | None
    given_lower: float
    given_upper: float
    reason: str


def contradictions(results: Results) -> pd.DataFrame:
    """Return the published figures that other published figures contradict.

    Those with the verdict `inconsistent`, and those that an identity of the ledger contradicts although their own verdict rests on data.

    Returns
    -------
    pandas.DataFrame
        claim, statement, report, others (claims), other_reports, unit, published and given (in words, with the unit), printed_value and
        given_value (missing where only a range is known), printed_lower, printed_upper, given_lower and given_upper (what prints as each;
        an upper end may be infinite), reason.
    """
    chosen = {result.claim.id: result for result in results}
    against = {
        found.published.id: found
        for found in check_all()
        if found.published and found.verdict is Verdict.INCONSISTENT
    }
    pairs = [
        _pair(result, against.get(name))
        for name, result in chosen.items()
        if name in against or _is_inconsistent(result)
    ]
    columns = list(_Pair.__dataclass_fields__)
    return pd.DataFrame([asdict(pair) for pair in pairs], columns=columns)


def on_scales(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the contradictions that can be drawn on a scale of numbers, with a heading for each; the day of a week can not."""
    drawn = frame[frame["unit"] != Unit.WEEKDAY]
    return drawn.assign(
        heading=drawn["claim"] + ", " + drawn["report"] + ": " + drawn["statement"]
    ).reset_index(drop=True)


def _is_inconsistent(result: Verification) -> bool:
    return result.comparison.verdict is Verdict.INCONSISTENT


def _pair(result: Verification, identity: IdentityResult | None) -> _Pair:
    claim, printed = result.claim, result.claim.range()
    others, value, span, reason = _by_result(result) if identity is None else _by_identity(identity)
    return _Pair(
        claim=claim.id,
        statement=claim.statement,
        report=claim.report.value,
        others=" ".join(dict.fromkeys(others)) or "the calendar",
        other_reports="; ".join(dict.fromkeys(claims()[name].report.value for name in others))
        or "none",
        unit=str(claim.unit),
        published=claim.figure,
        printed_value=claim.number,
        printed_lower=printed.lower,
        printed_upper=printed.upper,
        given=with_unit(
            digits(span.lower) + " or more" if value is None else digits(value), claim.unit
        ),
        given_value=value,
        given_lower=span.lower,
        given_upper=span.upper,
        reason=reason,
    )


_Given = tuple[list[str], float | None, Uncertainty, str]
"""The claims that give a value, the value, what prints as it, and why it contradicts."""


def _by_identity(identity: IdentityResult) -> _Given:
    return _CLAIM.findall(identity.expression), identity.value, identity.range, identity.reason


def _by_result(result: Verification) -> _Given:
    computed = result.comparison.computed
    assert computed is not None  # noqa: S101 (an inconsistent claim was held against something)
    span = computed.span or computed.uncertainty
    assert span is not None  # noqa: S101 (as above)
    others = [result.derivation.other] if isinstance(result.derivation, NoLowerThan) else []
    return others, computed.value, span, result.comparison.reason


def conflicts(results: Results) -> pd.DataFrame:
    """Return the pairs of claims that the ledger says conflict, each once.

    A conflict is noted by hand where two publications say different things of what a reader could take for the same; often the populations
    or definitions differ, and there is no verdict. A share by ethnicity stands with the share that is missing and its bounds, and a share
    of suspects is not set beside one of residents.

    Returns
    -------
    pandas.DataFrame
        claim, report, figure, other, other_report, other_figure, note.
    """
    pairs: dict[frozenset[str], dict[str, str]] = {}
    for claim in (result.claim for result in results):
        for name in claim.conflicts:
            other = claims()[claims()[name].figure_id]
            if other.id != claim.id and len({_of_residents(claim), _of_residents(other)}) == 1:
                pairs.setdefault(frozenset({claim.id, other.id}), _beside(claim, other))
    columns = ["claim", "report", "figure", "other", "other_report", "other_figure", "note"]
    return pd.DataFrame(list(pairs.values()), columns=columns)


def _of_residents(claim: Claim) -> bool:
    return "residents" in claim.statement.casefold()


def _beside(claim: Claim, other: Claim) -> dict[str, str]:
    one, another = (result.as_row() for result in verify([claim.id, other.id]))
    return {
        "claim": claim.id,
        "report": one["report"],
        "figure": one["published"],
        "other": other.id,
        "other_report": another["report"],
        "other_figure": another["published"],
        "note": claim.conflict_note or other.conflict_note or "none",
    }
