"""How a computed value compares with a published one.

Tolerances come from the published precision, never from the result.
"""

from dataclasses import dataclass, field
from math import inf, log

from replicate.ledger.audits import Judged
from replicate.ledger.claims import Claim
from replicate.ledger.lists import number
from replicate.ledger.terms import Availability, Basis, Verdict
from replicate.vocabulary.numbers import digits, gap, with_unit
from replicate.vocabulary.uncertainty import (
    RevisionBand,
    RoundingRange,
    SamplingInterval,
    ScenarioRange,
    Uncertainty,
)

_ALLOWING = frozenset({Verdict.WITHIN_REVISION, Verdict.WITHIN_UNCERTAINTY, Verdict.COMPATIBLE})
"""Agreements that rest on more than the published precision."""

_UNREVISED = RevisionBand(0, 0, "")

_Judgement = tuple[Verdict, str]


@dataclass(frozen=True)
class Chance:
    """The share of made-up figures that would match, each spread evenly on a log scale.

    Attributes
    ----------
    placebo
        Of figures of about the same size, by the rule `placebo`.
    near
        Of figures within `NEAR` of the published one.
    as_close
        Of the same figures: those that would match as closely as the published one does.
    """

    placebo: float
    near: float
    as_close: float


NEAR = 0.05
"""How far from the published figure the nearest made-up ones lie at most, as a part of it."""


def around(figure: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the two ranges of made-up figures: of about the same size, and within `NEAR`.

    Examples
    --------
    >>> around(100)
    ((80.0, 125.0), (95.0, 105.0))
    """
    size = number("placebo")
    return (figure / size, figure * size), (figure * (1 - NEAR), figure * (1 + NEAR))


@dataclass(frozen=True)
class Computed:
    """What was recomputed for a claim.

    Attributes
    ----------
    value, unit
        The value in the claim's unit; none where only a range was computed, or only context.
    definition_stated
        Whether the definition used is the one the report states; an inferred one never gets more
        than `compatible`.
    uncertainty
        What is known of its uncertainty, of one kind.
    revision
        How far later releases moved such a figure, as parts of the earlier one.
    description
        What was computed, in one sentence.
    tables
        The tables it was computed from.
    context
        What is shown beside it, and is no comparison.
    tried, chance
        For an inferred definition: how many specifications were tried, and how often one of them
        would reach a made-up figure.
    audit
        For a number of crimes left unrecorded: how the rule for audits judges it.
    undecided
        Why nothing computed could settle the claim, in one sentence.

    Raises
    ------
    ValueError
        When a sampling interval comes without the estimate it belongs to.
    """

    value: float | None
    unit: str | None
    definition_stated: bool = field(kw_only=True)
    uncertainty: Uncertainty | None = None
    revision: RevisionBand | None = None
    description: str = ""
    tables: tuple[str, ...] = ()
    context: str = ""
    tried: int | None = None
    chance: Chance | None = None
    published: bool = False
    audit: Judged | None = None
    undecided: str = ""

    def __post_init__(self) -> None:
        if self.value is None and isinstance(self.uncertainty, SamplingInterval):
            raise ValueError("a sampling interval without its estimate")

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to compare, context apart."""
        return self.value is None and self.uncertainty is None

    @property
    def span(self) -> RoundingRange | None:
        """The values it stands for, given the precision of the figures it rests on.

        None where it is only a range of another kind.
        """
        if isinstance(self.uncertainty, RoundingRange):
            return self.uncertainty
        return None if self.value is None else RoundingRange(self.value, self.value)


@dataclass(frozen=True)
class Comparison:
    """A claim, what was computed for it, and the verdict with its reason.

    Attributes
    ----------
    difference, relative
        Computed less published, in the claim's unit and in percent of the published figure; none
        where there is no value.
    reason
        Why the verdict is what it is, made from the numbers.
    """

    claim: Claim
    computed: Computed | None
    verdict: Verdict
    difference: float | None
    relative: float | None
    reason: str


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
        The first of these that holds, by the definition the report states: `exact`,
        `within_rounding`, `within_revision`, `within_uncertainty` (or `inconclusive`, where the
        interval is too wide), `inconclusive` (inside worst-case bounds), `differs` (for arithmetic
        on published figures, `inconsistent`). A scenario range is never more than `inconclusive`,
        an inferred definition never more than `compatible`. Without a value the ledger's row says
        what is missing.

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
    if computed and computed.undecided:
        away = _difference(claim, computed)
        return Comparison(claim, computed, Verdict.INCONCLUSIVE, *away, computed.undecided)
    if claim.basis is Basis.TEXT or computed is None or computed.is_empty:
        return Comparison(claim, computed, *_unsettled(claim))
    if computed.unit != claim.unit:
        units = f"in {claim.unit}, what was computed in {computed.unit}"
        raise ValueError(f"claim {claim.id} is {units}")
    if not claim.has_figure:
        seen = "No source seen prints the published figure"
        reason = f"{seen}; what was computed is {in_words(computed)}."
        return Comparison(claim, computed, Verdict.INCONCLUSIVE, None, None, reason)
    verdict, reason = _told_apart(claim, computed, *_settled(claim, computed))
    return Comparison(claim, computed, verdict, *_difference(claim, computed), reason)


def region(claim: Claim, computed: Computed) -> RoundingRange | None:
    """Return the figures that would have matched as well, worded and rounded as the published one.

    The values computed, with the precision of what they rest on, their sampling error or what
    revision could have made of them, and as far again as values print as the published figure.
    None where nothing can match: without a value, inside worst-case bounds or assumptions.
    """
    sampled = isinstance(computed.uncertainty, SamplingInterval)
    ends = computed.uncertainty if sampled else computed.span
    if ends is None:
        return None
    band, printed, middle = computed.revision or _UNREVISED, claim.range(), _middle(claim)
    moved = [
        end / (1 + part) for end in (ends.lower, ends.upper) for part in (band.lower, band.upper)
    ]
    return RoundingRange(min(moved) - (printed.upper - middle), max(moved) + middle - printed.lower)


def _middle(claim: Claim) -> float:
    """Return the published figure, or the middle of a printed range."""
    return sum(float(end) for end in claim.ends()) / 2


def in_words(computed: Computed) -> str:
    """Print what was computed: the value, or the range where there is none."""
    value, ends = computed.value, computed.uncertainty
    shown = digits(value) if value is not None else _between(ends) if ends else "no value"
    return with_unit(shown, computed.unit)


def _unsettled(claim: Claim) -> tuple[Verdict, None, None, str]:
    note = f" {claim.access_note}" if claim.access_note else ""
    verdict, reason = {
        Availability.NONE: (
            Verdict.NOT_A_STATISTIC,
            "No table could reproduce a date, a count in a document or a statement in words.",
        ),
        Availability.NOT_HELD: (
            Verdict.NOT_HELD,
            f"Published, but no copy could be had of: {claim.table} ({claim.table_url}).{note}",
        ),
        Availability.NOT_PUBLIC: (
            Verdict.NOT_PUBLIC,
            f"The underlying data are not published; needed: {claim.table}.{note}",
        ),
        Availability.HELD: (Verdict.NOT_CHECKED, "No derivation has been written yet."),
    }[claim.availability]
    return verdict, None, None, reason


def _settled(claim: Claim, computed: Computed) -> _Judgement:
    """Cap the verdict for an inferred definition; name a contradiction of published figures."""
    verdict, reason = _judged(claim, computed)
    if not computed.definition_stated and verdict is not Verdict.INCONCLUSIVE:
        return _inferred(claim, computed, verdict, reason)
    if verdict is not Verdict.DIFFERS:
        return verdict, reason
    if claim.basis is Basis.ARITHMETIC or computed.published:
        from_ = f" ({computed.description})" if computed.description else ""
        return Verdict.INCONSISTENT, f"Published figures{from_} give {_against(claim, computed)}."
    beside = "" if computed.audit else computed.context
    return verdict, f"{reason} {beside}".strip()


def _inferred(claim: Claim, computed: Computed, verdict: Verdict, reason: str) -> _Judgement:
    tried = computed.tried
    among = "" if tried is None else f" among {tried:,} tried"
    which = f" ({computed.description})" if computed.description else ""
    if verdict is Verdict.DIFFERS:
        nearest = "The one definition" if tried is None else f"The nearest of {tried:,} definitions"
        gives = f"it gives {_against(claim, computed)}"
        return verdict, f"{nearest} tried{which} does not reach it: {gives}."
    if verdict is Verdict.WITHIN_UNCERTAINTY:
        words = "that the report does not state reaches it only within its sampling error"
        return Verdict.INCONCLUSIVE, f"A definition{among} {words}. {reason}"
    odds = computed.chance or _chance(claim, computed)
    chance = _by_chance(odds) if odds and not computed.audit else ""
    if computed.chance and computed.chance.placebo > number("chance"):
        words = "reaches it, which tells little, since it would reach many other figures"
        return Verdict.INCONCLUSIVE, f"A definition{among} {words}. {reason}{chance}"
    words = f"that the report does not state reaches it{which}"
    return Verdict.COMPATIBLE, f"A definition{among} {words}. {reason}{chance}"


def _chance(claim: Claim, computed: Computed) -> Chance | None:
    """Return how often made-up figures would match the value computed; none of what may fall."""
    matched, figure, value = region(claim, computed), claim.number, computed.value
    if matched is None or not figure or not value or min(figure, value, matched.lower) <= 0:
        return None
    size, near = around(figure)
    away = min(abs(value - figure) / figure, NEAR)
    closest = RoundingRange(value / (1 + away), value / (1 - away))
    return Chance(_part(matched, size), _part(matched, near), _part(closest, near))


def _part(matched: RoundingRange, ends: tuple[float, float]) -> float:
    """Return the part of a range that matches, on a log scale."""
    low, high = ends
    lower, upper = (min(max(end, low), high) for end in (matched.lower, matched.upper))
    return log(upper / lower) / log(high / low)


def _by_chance(odds: Chance) -> str:
    size, near, closest = (
        f"{digits(100 * share, 2)} %" for share in (odds.placebo, odds.near, odds.as_close)
    )
    return (
        f" A made-up number of this size would match in {size} of tries; "
        f"one within {100 * NEAR:.0f} % of it in {near}, and as closely as this one in {closest}."
    )


def _told_apart(claim: Claim, computed: Computed, verdict: Verdict, reason: str) -> _Judgement:
    """Take an agreement back that hardly any figure nearby could have failed, by `wide_region`."""
    found, figure = region(claim, computed), _middle(claim)
    if found is None or not figure:
        return verdict, reason
    part = found.width / abs(figure)
    matched = (
        f"igures from {_between(found)} would match as well, "
        f"a span of {digits(100 * part, 2)} % of it"
    )
    if verdict in _ALLOWING and part > number("wide_region"):
        limit = f"more than the limit of {100 * number('wide_region'):.4g} %"
        return Verdict.INCONCLUSIVE, f"{reason} But f{matched}, {limit}: too wide to tell."
    if verdict is Verdict.WITHIN_ROUNDING and claim.basis is Basis.ARITHMETIC:
        return verdict, f"{reason} F{matched}."
    return verdict, reason


def _judged(claim: Claim, computed: Computed) -> _Judgement:
    """Return the first agreement that holds, as if the report stated the definition.

    A scenario range is tried for nothing but holding the published figure.
    """
    if computed.audit:
        return computed.audit.verdict, computed.audit.reason
    printed, known, span = claim.range(), computed.uncertainty, computed.span
    if isinstance(known, ScenarioRange):
        span = None
    if span and (found := _by_value(claim, computed, span, printed)):
        return found
    if known and known.meets(printed) and not isinstance(known, RoundingRange):
        return _by_range(claim, computed, known)
    return Verdict.DIFFERS, f"Computed {_against(claim, computed)}."


def _by_value(
    claim: Claim, computed: Computed, span: RoundingRange, printed: RoundingRange
) -> _Judgement | None:
    """Judge a value with the precision of the figures that it rests on."""
    lower, upper = (float(end) for end in claim.ends())
    if not span.width and span.lower == lower == upper:
        return Verdict.EXACT, f"Computed {in_words(computed)}, as published."
    precision = "given the precision of the figures it rests on"
    rests = f", from {_between(span)} {precision}" if span.width else ""
    if span.meets(printed):
        same = f"values from {_between(printed)} print as the published {claim.figure}"
        return Verdict.WITHIN_ROUNDING, f"Computed {in_words(computed)}{rests}; {same}."
    if (band := computed.revision) is None:
        return None
    ends, parts = (printed.lower, printed.upper), (band.lower, band.upper)
    moved = [end * (1 + part) for end in ends for part in parts]
    if not span.meets(RoundingRange(min(moved), max(moved))):
        return None
    percents = ("0 %" if part == 0 else f"{100 * part:+.2g} %" for part in parts)
    by = f"by {' to '.join(dict.fromkeys(percents))} ({band.evidence})"
    reason = f"Computed {_against(claim, computed)}{rests}; later releases moved such figures {by}."
    return Verdict.WITHIN_REVISION, reason


def _by_range(claim: Claim, computed: Computed, known: Uncertainty) -> _Judgement:
    """Judge a range that holds the published figure, by what kind of range it is."""
    ends, published = _between(known), f"the published {claim.figure}"
    match known:
        case SamplingInterval(level=level, method=method):
            half = known.width / 2 / abs(computed.value) if computed.value else inf
            words = f"The {100 * level:.4g} % interval ({method}) from {ends} holds {published}"
            reason = f"{words}; its half-width is {100 * half:.2g} % of the value."
            return Verdict.WITHIN_UNCERTAINTY, reason
        case ScenarioRange(assumptions=assumptions):
            assumed = f"Under stated assumptions ({'; '.join(assumptions)}) the value is from"
            reason = f"{assumed} {ends}, which holds {published}: assumptions settle nothing."
            return Verdict.INCONCLUSIVE, reason
    within = f"The published {claim.figure} lies within the worst-case bounds, {ends}"
    return Verdict.INCONCLUSIVE, f"{within}: what is missing could make it so or not."


def _between(ends: Uncertainty) -> str:
    lower = digits(ends.lower)
    return f"{lower} or more" if ends.upper == inf else f"{lower} to {digits(ends.upper)}"


def _against(claim: Claim, computed: Computed) -> str:
    """Print what was computed and how far from the published figure it lies."""
    away, relative = _difference(claim, computed)
    published = f"the published {claim.figure}"
    if away is None:
        return f"{in_words(computed)}, which leaves out {published}"
    return f"{in_words(computed)}, {gap(away, relative, claim.unit)} {published}"


def _difference(claim: Claim, computed: Computed) -> tuple[float | None, float | None]:
    """Return computed less published, in the claim's unit and in percent.

    Where a range was printed, the difference is from its nearer end.
    """
    if computed.value is None:
        return None, None
    lower, upper = (float(end) for end in claim.ends())
    nearest = min(max(computed.value, lower), upper)
    away = computed.value - nearest
    return away, 100 * away / nearest if nearest else None
