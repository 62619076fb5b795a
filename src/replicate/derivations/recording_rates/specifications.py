"""The windows and releases that a number left unrecorded is tried with, listed with reasons before they are counted."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import pandas as pd

from replicate.derivations.recording_rates.audits import Audit, ByWindow
from replicate.sources import tables
from replicate.vocabulary.files import read_yaml
from replicate.vocabulary.parameters import RULE


@cache
def reasons() -> dict[str, dict[str, str]]:
    """Return the reason for each choice: `windows` or `vintages` → choice → reason."""
    text = (
        files("replicate.derivations.recording_rates")
        .joinpath("specifications.yaml")
        .read_text(encoding="utf-8")
    )
    listed: dict[str, dict[str, str]] = read_yaml(text)
    return listed


def choices_listed() -> pd.DataFrame:
    """Return each choice with its reason: choice, kind, reason. Nothing is counted."""
    kinds = {"windows": "twelve months", "vintages": "release"}
    return pd.DataFrame(
        [
            {"choice": choice, "kind": kinds[kind], "reason": reason}
            for kind, listed in reasons().items()
            for choice, reason in listed.items()
        ]
    )


def tried(audit: Audit) -> Iterator[ByWindow]:
    """Yield the audit's derivation by every window and release that wholly covers it, the rule first."""
    for window in sorted(reasons()["windows"], key=lambda name: name != RULE):
        for vintage in reasons()["vintages"]:
            other = audit.derivation.model_copy(update={"window": window, "vintage": vintage})
            period, held = other.period(), tables.coverage(vintage)
            if period.first in held and period.last in held:
                yield other
