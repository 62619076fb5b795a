"""The rules and choices that verdicts rest on, with the commit that fixed each and whether results had been seen by then."""

from functools import cache
from importlib.resources import files

from replicate.analysis.revisions import RULE
from replicate.derivations.all_crime import REVISION_RULE, WINDOW_REASON, WINDOW_RULE
from replicate.derivations.specifications import reasons
from replicate.ledger import rules
from replicate.vocabulary.documents import read_yaml

KINDS = ("definitions", "periods", "territories", "vintages")
"""The kinds of choice that a specification is made of."""


def rules_fixed() -> list[dict[str, object]]:
    """Return the rules of comparison, those of revisions and audits first: name, rule, reason, fixed_in, after_results, value (if any)."""
    revision = {
        "name": "revision",
        "rule": RULE,
        "reason": "Recorded crime is revised at every release.",
        "fixed_in": _fixed_in()["revision"],
        "after_results": True,
    }
    window = {
        "name": "window of an audit",
        "rule": WINDOW_RULE,
        "reason": WINDOW_REASON,
        "fixed_in": _fixed_in()["window"],
        "after_results": False,
    }
    recorded = {
        "name": "revision of all recorded crime",
        "rule": REVISION_RULE,
        "reason": "What was revised is the very thing counted, of the same force and the same quarters.",
        "fixed_in": _fixed_in()["revision_of_all_recorded_crime"],
        "after_results": True,
    }
    listed = [
        rule.model_dump(include={"name", "rule", "value", "reason", "fixed_in", "after_results"})
        for rule in rules().values()
    ]
    return [
        revision,
        window,
        recorded,
        *({**rule, "name": str(rule["name"]).replace("_", " ")} for rule in listed),
    ]


def choices_fixed() -> list[dict[str, object]]:
    """Return the choices that specifications are made of: kind, choice, reason, fixed_in. Totals had been seen before they were listed."""
    fixed = _fixed_in()
    return [
        {"kind": kind, "choice": choice, "reason": reason, "fixed_in": fixed[kind]}
        for kind in KINDS
        for choice, reason in reasons()[kind].items()
    ]


@cache
def _fixed_in() -> dict[str, str]:
    text = files("replicate.derivations").joinpath("methods.yaml").read_text(encoding="utf-8")
    commits: dict[str, str] = read_yaml(text)
    return commits
