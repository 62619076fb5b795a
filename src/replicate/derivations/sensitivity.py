"""How a verdict depends on the rule for revisions, and the revisions themselves."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from replicate.analysis import revisions
from replicate.analysis import specification as analysis
from replicate.derivations.headline import claim_of, derivation_of
from replicate.derivations.revision_bands import AGE, evidence
from replicate.derivations.specifications import frame
from replicate.ledger import rules
from replicate.sources import tables
from replicate.vocabulary.definitions import definitions
from replicate.vocabulary.parameters import OffenceCounts
from replicate.vocabulary.periods import Period


def revisions_seen(parameters: OffenceCounts) -> pd.DataFrame:
    """Return the revisions that the chosen definition is judged by, and those shown beside them.

    Returns
    -------
    pandas.DataFrame
        seen_in, period, age_quarters, apart_quarters, earlier, later, revision (percent), used.
    """
    vintage = tables.resolve_vintage(parameters.vintage)
    rows = evidence(parameters.chosen(), Period.parse(parameters.period), vintage)
    used = rows["age_quarters"].eq(0) & rows["apart_quarters"].le(revisions.LONGEST_APART)
    return rows.assign(revision=100 * rows["revision"], used=used.map({True: "yes", False: "no"}))


def rules_of_comparison() -> pd.DataFrame:
    """Return the rules that verdicts go by, the same for every claim: name, rule, reason."""
    fixed = [
        {"name": rule.name.replace("_", " "), "rule": rule.rule, "reason": rule.reason}
        for rule in rules().values()
    ]
    revision = {
        "name": "revision",
        "rule": revisions.RULE,
        "reason": "Recorded crime is revised at every release.",
    }
    return pd.DataFrame([revision, *fixed])


def by_rule(parameters: OffenceCounts) -> pd.DataFrame:
    """Return what each rule that could have been chosen for revisions would make of the claim.

    Returns
    -------
    pandas.DataFrame
        rule, reached (how many specifications), definitions (which), lower and upper (the band of the nearest specification, in percent).
    """
    claim, specifications = claim_of(parameters), derivation_of(parameters).specifications()
    published = float(claim.value or 0)
    rows = []
    for words, choose in _RULES.items():
        bands = [
            revisions.band(
                **choose(evidence(spec.definition, spec.period, spec.vintage)), age_quarters=AGE
            )
            for spec in specifications
        ]
        totals = frame(specifications).assign(total=[spec.total() for spec in specifications])
        found = analysis.curve(totals, published, bands)
        reached = found[found["reaches"]]
        ends = {end: 100 * float(found.iloc[0][end]) for end in ("lower", "upper")}
        titles = " and ".join(
            definitions()[name].title if name in definitions() else name
            for name in reached["definition"].unique()
        )
        rows.append(
            {"rule": words, "reached": len(reached), "definitions": titles or "none", **ends}
        )
    return pd.DataFrame(rows)


def own_pair(parameters: OffenceCounts) -> pd.DataFrame:
    """Take the definitions back to what they would have been when the period was first published, where a release of it by group is held.

    Each part of a definition is taken back by the revision of its own offence group since then: the closest evidence there is of what the
    release behind the figure held. A group's revision is not that of a definition, so this settles nothing.

    Returns
    -------
    pandas.DataFrame
        definition, period, now, then, relative (of then to the published figure, in percent). One row that says so where
        no such release is held.
    """
    claim = claim_of(parameters)
    rows: list[tuple[str, str, int | None, int | None, float | None]] = []
    for spec in derivation_of(parameters).specifications():
        year = Period.year_ending(spec.period.last)
        seen = evidence(spec.definition, spec.period, spec.vintage)
        own = seen[
            seen["seen_in"].eq("offence groups")
            & seen["period"].eq(year.label)
            & seen["age_quarters"].eq(AGE)
        ]
        if spec.territory == "without_btp" and year.quarters == spec.period.quarters and len(own):
            now, then = spec.total(), float(own.iloc[0]["earlier"])
            rows.append(
                (
                    spec.definition.title,
                    spec.period.label,
                    now,
                    round(then),
                    100 * (then / float(claim.value or 1) - 1),
                )
            )
    none = (
        "No release by offence group is held that first published the period",
        claim.period,
        None,
        None,
        None,
    )
    return pd.DataFrame(rows or [none], columns=["definition", "period", "now", "then", "relative"])


_RULES: dict[str, Callable[[pd.DataFrame], dict[str, Any]]] = {
    "the rule: groups and codes, releases at most six years apart": lambda seen: {
        "revisions": seen
    },
    "offence groups only, at most six years apart": lambda seen: {
        "revisions": seen[seen["seen_in"] == "offence groups"]
    },
    "offence groups only, however far apart": lambda seen: {
        "revisions": seen[seen["seen_in"] == "offence groups"],
        "apart_quarters": int(seen["apart_quarters"].max()),
    },
    "offence codes only": lambda seen: {"revisions": seen[seen["seen_in"] == "offence codes"]},
    "no revision: the total itself": lambda seen: {"revisions": seen.head(0)},
}
"""Rules for the band of revisions: the one in force, and others that could have been chosen."""
