"""Whether a computed value agrees with a published one, and in what sense."""

from collections.abc import Callable
from math import inf

from replicate.ledger.claim import Claim
from replicate.ledger.rules import number
from replicate.ledger.verdict import Computed, Verdict
from replicate.ledger.wording import digits, gap, published, with_unit
from replicate.vocabulary.uncertainty import (
    RevisionBand,
    RoundingRange,
    SamplingInterval,
    ScenarioRange,
    WorstCaseBounds,
)

Judgement = tuple[Verdict, str]
_Ends = RoundingRange | SamplingInterval | WorstCaseBounds | ScenarioRange


def judge(claim: Claim, computed: Computed) -> Judgement:
    """Return the first agreement that holds, taking the definition for the one the report states; else `differs`.

    A scenario range is tried for nothing but holding the published figure.
    """
    scenario = isinstance(computed.uncertainty, ScenarioRange)
    steps: tuple[Callable[[Claim, Computed], Judgement | None], ...] = (
        (_scenario,) if scenario else (_exact, _rounding, _revision, _sampling, _bounds)
    )
    differs = (Verdict.DIFFERS, f"Computed {against(claim, computed)}.")
    return next((found for step in steps if (found := step(claim, computed))), differs)


def _exact(claim: Claim, computed: Computed) -> Judgement | None:
    span = computed.span
    lower, upper = (float(end) for end in claim.ends())
    if span is None or span.width or not span.lower == lower == upper:
        return None
    return Verdict.EXACT, f"Computed {in_words(computed)}, as published."


def _rounding(claim: Claim, computed: Computed) -> Judgement | None:
    span, printed = computed.span, claim.range()
    if span is None or not _overlap(span, printed):
        return None
    return (
        Verdict.WITHIN_ROUNDING,
        f"Computed {in_words(computed)}{_rests(span)}; values from {_between(printed)} print as the published {published(claim)}.",
    )


def _revision(claim: Claim, computed: Computed) -> Judgement | None:
    span, band, printed = computed.span, computed.revision, claim.range()
    if span is None or band is None:
        return None
    moved = [
        end * (1 + part)
        for end in (printed.lower, printed.upper)
        for part in (band.lower, band.upper)
    ]
    if not _overlap(span, RoundingRange(min(moved), max(moved))):
        return None
    return (
        Verdict.WITHIN_REVISION,
        f"Computed {against(claim, computed)}{_rests(span)}; {_moved(band)}.",
    )


def _sampling(claim: Claim, computed: Computed) -> Judgement | None:
    interval, value = computed.uncertainty, computed.value
    if (
        not isinstance(interval, SamplingInterval)
        or value is None
        or not _overlap(interval, claim.range())
    ):
        return None
    part = interval.width / 2 / abs(value) if value else float("inf")
    words = f"The {100 * interval.level:.4g} % interval ({interval.method}) from {_between(interval)} holds the published {published(claim)}"
    if part > number("too_wide"):
        limit = f"above the limit of {100 * number('too_wide'):.4g} %"
        return (
            Verdict.INCONCLUSIVE,
            f"{words}, but its half-width is {100 * part:.2g} % of the value, {limit}: too wide to tell.",
        )
    return (
        Verdict.WITHIN_UNCERTAINTY,
        f"{words}; its half-width is {100 * part:.2g} % of the value.",
    )


def _bounds(claim: Claim, computed: Computed) -> Judgement | None:
    bounds = computed.uncertainty
    if not isinstance(bounds, WorstCaseBounds) or not _overlap(bounds, claim.range()):
        return None
    return (
        Verdict.INCONCLUSIVE,
        f"The published {published(claim)} lies within the worst-case bounds, {_between(bounds)}: what is missing could make it so or not.",
    )


def _scenario(claim: Claim, computed: Computed) -> Judgement | None:
    scenario = computed.uncertainty
    if not isinstance(scenario, ScenarioRange) or not _overlap(scenario, claim.range()):
        return None
    holds = f"the value is from {_between(scenario)}, which holds the published {published(claim)}: assumptions settle nothing."
    return (
        Verdict.INCONCLUSIVE,
        f"Under stated assumptions ({'; '.join(scenario.assumptions)}) {holds}",
    )


def _overlap(one: _Ends, other: RoundingRange) -> bool:
    return one.lower <= other.upper and other.lower <= one.upper


def _between(ends: _Ends) -> str:
    return (
        f"{digits(ends.lower)} or more"
        if ends.upper == inf
        else f"{digits(ends.lower)} to {digits(ends.upper)}"
    )


def _rests(span: RoundingRange) -> str:
    return (
        f", from {_between(span)} given the precision of the figures it rests on"
        if span.width
        else ""
    )


def _moved(band: RevisionBand) -> str:
    ends = dict.fromkeys(
        "0 %" if end == 0 else f"{100 * end:+.2g} %" for end in (band.lower, band.upper)
    )
    return f"later releases moved such figures by {' to '.join(ends)} ({band.evidence})"


def missed(claim: Claim, computed: Computed) -> str:
    """Say by how much a figure is missed, with all that was allowed for: the published precision, that of its inputs, revision."""
    span, band = computed.span, computed.revision
    rests = _rests(span) if span else ""
    revised = f"; {_moved(band)}, which does not reach it" if band else ""
    return f"{against(claim, computed)}{rests}; values from {_between(claim.range())} print so{revised}"


def in_words(computed: Computed) -> str:
    """Print what was computed: the value, or the range where there is none."""
    value, ends = computed.value, computed.uncertainty
    shown = digits(value) if value is not None else _between(ends) if ends else "no value"
    return with_unit(shown, computed.unit)


def against(claim: Claim, computed: Computed) -> str:
    """Print what was computed and how far from the published figure it lies."""
    away, relative = difference(claim, computed)
    if away is None:
        return f"{in_words(computed)}, which leaves out the published {published(claim)}"
    return (
        f"{in_words(computed)}, {gap(away, relative, claim.unit)} the published {published(claim)}"
    )


def difference(claim: Claim, computed: Computed) -> tuple[float | None, float | None]:
    """Return computed less published, in the claim's unit and in percent; from the nearer end where a range was printed."""
    if computed.value is None:
        return None, None
    lower, upper = (float(end) for end in claim.ends())
    nearest = min(max(computed.value, lower), upper)
    away = computed.value - nearest
    return away, 100 * away / nearest if nearest else None
