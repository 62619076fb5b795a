"""A verdict as a box: what was published and how it was seen, what was computed, and why the two compare as they do."""

from html import escape
from typing import TYPE_CHECKING

from replicate.display.markup import Shown, element
from replicate.vocabulary.numbers import digits, gap, interval, with_unit

if TYPE_CHECKING:
    from replicate.ledger import Comparison, Computed

SYMBOLS = {
    "exact": "=",
    "within_rounding": "≈",
    "within_revision": "≈",
    "within_uncertainty": "≈",
    "compatible": "~",
    "inconclusive": "?",
    "differs": "≠",
    "inconsistent": "↯",
    "not_held": "–",
    "not_public": "–",
    "not_a_statistic": "–",
    "not_checked": "–",
}
"""A sign beside the word of each verdict, so that neither colour nor reading is needed to tell agreement from difference."""


def verdict_box(comparison: "Comparison") -> Shown:
    """Show a claim, what was computed for it, and the verdict with its meaning and reason.

    Parameters
    ----------
    comparison
        What `replicate.ledger.compare` gave.

    Returns
    -------
    Shown
        Shown by a notebook as `<section class="verdict verdict-<verdict>" id="verdict-<claim>">`; the verdict is a word
        and a sign as well as a colour.
    """
    claim, verdict = comparison.claim, comparison.verdict
    word = verdict.words
    rows = {
        "Published": f"{claim.figure}, {claim.attribution}",
        "Computed": _computed(comparison.computed),
        "Difference": _difference(comparison),
        "Reason": comparison.reason,
    }
    sign = element("span", SYMBOLS[verdict.value], aria_hidden="true")
    html = element(
        "section",
        element(
            "h3", escape(f"Claim {claim.id}: {claim.statement}"), id=f"verdict-{claim.id}-title"
        ),
        element(
            "p",
            element("strong", f"{sign} {escape(word)}", class_="verdict-word"),
            f" {escape(verdict.meaning)}.",
        ),
        element(
            "dl",
            *(
                element("dt", escape(name)) + element("dd", escape(text))
                for name, text in rows.items()
            ),
        ),
        class_=f"verdict verdict-{verdict.value}",
        id=f"verdict-{claim.id}",
        aria_labelledby=f"verdict-{claim.id}-title",
    )
    lines = [
        f"Claim {claim.id}: {claim.statement}",
        f"Verdict: {word}: {verdict.meaning}.",
        *(f"{name}: {text}" for name, text in rows.items()),
    ]
    return Shown(html=html, text="\n".join(lines))


def _computed(computed: "Computed | None") -> str:
    if computed is None:
        return "nothing"
    if computed.uncertainty is not None:
        text = interval(computed.value, computed.uncertainty, computed.unit)
    elif computed.value is not None:
        text = with_unit(digits(computed.value), computed.unit)
    else:
        return "nothing"
    return f"{text}. {computed.description}" if computed.description else text


def _difference(comparison: "Comparison") -> str:
    if comparison.difference is None:
        return "none can be stated"
    if comparison.difference == 0:
        return "none"
    return f"{gap(comparison.difference, comparison.relative, comparison.claim.unit)} the published figure"
