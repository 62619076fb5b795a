"""What can be said of a published figure, what was computed for it, and how the two compare."""

from dataclasses import dataclass, field
from enum import StrEnum

from replicate.ledger.claim import Claim
from replicate.vocabulary.uncertainty import (
    RevisionBand,
    RoundingRange,
    SamplingInterval,
    Uncertainty,
)


class Verdict(StrEnum):
    """The closed vocabulary of verdicts; a verdict is computed, never written.

    Examples
    --------
    >>> Verdict("differs").meaning
    'none of the agreements holds; the size of the difference is stated'
    """

    EXACT = "exact"
    WITHIN_ROUNDING = "within_rounding"
    WITHIN_REVISION = "within_revision"
    WITHIN_UNCERTAINTY = "within_uncertainty"
    COMPATIBLE = "compatible"
    INCONCLUSIVE = "inconclusive"
    DIFFERS = "differs"
    INCONSISTENT = "inconsistent"
    NOT_HELD = "not_held"
    NOT_PUBLIC = "not_public"
    NOT_A_STATISTIC = "not_a_statistic"
    NOT_CHECKED = "not_checked"

    @property
    def meaning(self) -> str:
        """What the verdict means, for readers."""
        return _MEANINGS[self]


_MEANINGS = {
    Verdict.EXACT: "the recomputed value equals the published one, by the definition the report states",
    Verdict.WITHIN_ROUNDING: "equal once the published precision, or its wording, is allowed for",
    Verdict.WITHIN_REVISION: "differs by no more than the source's own signed revisions at the same age of period",
    Verdict.WITHIN_UNCERTAINTY: "inside a sampling interval narrow enough to tell",
    Verdict.COMPATIBLE: "a definition that the report does not state, one of those listed with their reasons, reaches it",
    Verdict.INCONCLUSIVE: "the evidence held cannot tell",
    Verdict.DIFFERS: "none of the agreements holds; the size of the difference is stated",
    Verdict.INCONSISTENT: "published figures contradict one another; both are shown",
    Verdict.NOT_HELD: "published, but no copy could be had; the table and its page are named",
    Verdict.NOT_PUBLIC: "the underlying data are not published; what would be needed is named",
    Verdict.NOT_A_STATISTIC: "a date, a count of pages or recommendations, a sum promised, or a statement in words",
    Verdict.NOT_CHECKED: "no derivation has been written yet",
}


@dataclass(frozen=True)
class Computed:
    """What was recomputed for a claim.

    Attributes
    ----------
    value, unit
        The value in the claim's unit; none where only a range was computed, or only context.
    definition_stated
        Whether the definition used is the one the report states; an inferred one never gets more than `compatible`.
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
        For an inferred definition: how many specifications were tried, and the share of placebo figures of this size that one of
        them reaches.
    unstated
        What the report does not state, in one sentence, where that is why a figure that is missed settles nothing.

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
    chance: float | None = None
    published: bool = False
    unstated: str = ""

    def __post_init__(self) -> None:
        if self.value is None and isinstance(self.uncertainty, SamplingInterval):
            raise ValueError("a sampling interval without its estimate")

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to compare, context apart."""
        return self.value is None and self.uncertainty is None

    @property
    def span(self) -> RoundingRange | None:
        """The values it stands for, given the precision of the figures it rests on; none where it is only a range of another kind."""
        if isinstance(self.uncertainty, RoundingRange):
            return self.uncertainty
        return None if self.value is None else RoundingRange(self.value, self.value)


@dataclass(frozen=True)
class Comparison:
    """A claim, what was computed for it, and the verdict with its reason.

    Attributes
    ----------
    difference, relative
        Computed less published, in the claim's unit and in percent of the published figure; none where there is no value.
    reason
        Why the verdict is what it is, made from the numbers.
    """

    claim: Claim
    computed: Computed | None
    verdict: Verdict
    difference: float | None
    relative: float | None
    reason: str
