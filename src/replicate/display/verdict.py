"""A verdict as a box: what was published and how it was seen, what was computed, and why the two compare as they do."""

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from replicate.display.markup import Shown, element
from replicate.vocabulary.numbers import digits, gap, interval, with_unit

if TYPE_CHECKING:
    from replicate.ledger import Comparison, Computed

SYMBOLS = {
    "exact": "=",
    "within_rounding": "≈",
    "within_resolution": "≈",
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
    facts = {
        "Published": f"{claim.figure}, {claim.attribution}",
        "Our figure": _computed(comparison.computed),
        "Difference": _difference(comparison),
        "Reason": comparison.reason,
    }
    bundle = {
        "kind": "verdict",
        "name": claim.id,
        "title": f"Claim {claim.id}: {claim.statement}",
        "claims": [claim.id],
        "verdict": verdict.value,
        "facts": [list(fact) for fact in facts.items()],
    }
    lines = [
        str(bundle["title"]),
        f"{verdict.label}: {verdict.meaning}.",
        *(f"{name}: {text}" for name, text in facts.items()),
    ]
    return Shown(html=verdict_html(bundle), text="\n".join(lines), bundle=bundle)


def verdict_html(bundle: Mapping[str, Any]) -> str:
    """Render the bundle of a verdict."""
    from replicate.ledger import Verdict

    verdict, name = Verdict(bundle["verdict"]), f"verdict-{bundle['name']}"
    sign = element("span", SYMBOLS[verdict.value], aria_hidden="true")
    return element(
        "section",
        element("h3", escape(bundle["title"]), id=f"{name}-title"),
        element(
            "p",
            element("strong", f"{sign} {escape(verdict.label)}", class_="verdict-word"),
            f" {escape(verdict.meaning)}.",
        ),
        element(
            "dl",
            *(
                element("dt", escape(fact)) + element("dd", escape(text))
                for fact, text in bundle["facts"]
            ),
        ),
        class_=f"verdict verdict-{verdict.value}",
        id=name,
        aria_labelledby=f"{name}-title",
    )


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
