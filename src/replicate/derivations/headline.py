"""What notebook 01 asks of the ledger: a claim, the specifications tried for it, and how published totals agree."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from replicate.analysis import revisions
from replicate.analysis import specification as analysis
from replicate.derivations.recorded import RecordedTotal
from replicate.derivations.registry import derivations
from replicate.derivations.revision_bands import AGE, evidence
from replicate.derivations.specifications import Specification, frame, reasons
from replicate.derivations.verification import verify
from replicate.ledger import Claim, Comparison, check, compare, find_claim, identities, rules
from replicate.sources import tables
from replicate.vocabulary.definitions import definitions, find_definition
from replicate.vocabulary.errors import unknown
from replicate.vocabulary.parameters import OffenceCounts
from replicate.vocabulary.periods import Period

TOTALS = ("C01", "S05", "S06", "S09", "V01", "V05", "V09")
"""The published totals of recorded child sexual offences."""

THREE = ("S05", "S06", "C01")
"""Totals that the same definitions are held against: two of one publisher, and the audit's."""

LINKED = ("C01_of_vkpp", "V05_rise", "V09_rise", "H03_share", "H05_share", "C29_share", "V10_share", "V10_before", "S06_without_images")
"""Identities of the ledger between those totals."""


def claim_of(parameters: OffenceCounts) -> Claim:
    """Return the claim asked for.

    Raises
    ------
    InputError
        When it is not a total of recorded offences, which is what notebook 01 can recompute.
    """
    claim = find_claim(parameters.claim, where="claim")
    if not isinstance(derivations().get(claim.id), RecordedTotal):
        raise unknown("total of recorded offences", claim.id, recorded_totals(), where="claim")
    return claim


def described(claim: Claim) -> pd.DataFrame:
    """Return what is known of a claim: what, known."""
    known = {
        "Statement": claim.statement,
        "Published figure": f"{claim.published} {claim.unit or ''}".strip(),
        "Period": claim.period,
        "Place": claim.geography,
        "Population": claim.population,
        "How close it was seen": "; ".join(dict.fromkeys((claim.attribution, claim.seen.meaning))),
        "Address": claim.source_url,
        "Made from": claim.dataset,
        "Note": claim.note,
        "Conflicts": claim.conflict_note,
    }
    return pd.DataFrame([{"what": what, "known": text or "not stated"} for what, text in known.items()])


def recorded_totals() -> list[str]:
    """Return the claims that are totals of recorded offences."""
    return [name for name, derivation in derivations().items() if isinstance(derivation, RecordedTotal)]


def derivation_of(parameters: OffenceCounts) -> RecordedTotal:
    """Return the claim's derivation, with the reader's own definitions among those tried."""
    found = derivations()[claim_of(parameters).id]
    assert isinstance(found, RecordedTotal)  # noqa: S101 (claim_of refused every other)
    own = tuple(parameters.own().values())
    return found.model_copy(update={"definitions": (*(found.definitions or reasons()["definitions"]), *own)}) if own else found


def tried(parameters: OffenceCounts) -> pd.DataFrame:
    """Return the specifications and the reason for each: definition, period, territory, vintage, reason. Nothing is counted."""
    return frame(derivation_of(parameters).specifications())


def choices_listed(parameters: OffenceCounts) -> pd.DataFrame:
    """Return each choice that the specifications are made of, with its reason: kind, choice, reason."""
    rows, why = tried(parameters), reasons()
    kinds = {"definition": "definitions", "period": "periods", "territory": "territories", "vintage": "vintages"}
    own = {name: definition.rationale for name, definition in parameters.own().items()}
    return pd.DataFrame(
        [
            {"choice": str(choice), "kind": kind, "reason": (why[listed] | own)[str(choice)]}
            for kind, listed in kinds.items()
            for choice in rows[kind].unique()
        ]
    )


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
            revisions.band(**choose(evidence(spec.definition, spec.period, spec.vintage)), age_quarters=AGE) for spec in specifications
        ]
        totals = frame(specifications).assign(total=[spec.total() for spec in specifications])
        found = analysis.curve(totals, published, bands)
        reached = found[found["reaches"]]
        ends = {end: 100 * float(found.iloc[0][end]) for end in ("lower", "upper")}
        titles = " and ".join(definitions()[name].title if name in definitions() else name for name in reached["definition"].unique())
        rows.append({"rule": words, "reached": len(reached), "definitions": titles or "none", **ends})
    return pd.DataFrame(rows)


def own_pair(parameters: OffenceCounts) -> pd.DataFrame:
    """Take the definitions back to what they would have been when the period was first published, where a release of it by group is held.

    Each part of a definition is taken back by the revision of its own offence group since then: the closest evidence there is of what the
    release behind the figure held. A group's revision is not that of a definition, so this settles nothing.

    Returns
    -------
    pandas.DataFrame
        definition, period, now, then, relative (of then to the published figure, in percent). Empty where no such release is held.
    """
    claim = claim_of(parameters)
    rows = []
    for spec in derivation_of(parameters).specifications():
        year = Period.year_ending(spec.period.last)
        seen = evidence(spec.definition, spec.period, spec.vintage)
        own = seen[seen["seen_in"].eq("offence groups") & seen["period"].eq(year.label) & seen["age_quarters"].eq(AGE)]
        if spec.territory == "without_btp" and year.quarters == spec.period.quarters and len(own):
            now, then = spec.total(), float(own.iloc[0]["earlier"])
            rows.append((spec.definition.title, spec.period.label, now, round(then), 100 * (then / float(claim.value or 1) - 1)))
    return pd.DataFrame(rows, columns=["definition", "period", "now", "then", "relative"])


@dataclass(frozen=True)
class Examination:
    """A claim held against every specification.

    Attributes
    ----------
    claim, comparison
        The published figure, and how the nearest specification compares.
    curve
        Every specification with its total, nearest first, and whether it reaches the published figure.
    band
        What revision since publication could have made of the figure, for the nearest specification: the two ends, in offences.
    tables
        The releases counted in.
    """

    claim: Claim
    comparison: Comparison
    curve: pd.DataFrame
    band: tuple[float, float]
    tables: tuple[str, ...]

    @property
    def published(self) -> float:
        """The published figure."""
        return float(self.claim.value or 0)


def examine(parameters: OffenceCounts) -> Examination:
    """Count every specification and compare the nearest with the claim."""
    claim, derivation = claim_of(parameters), derivation_of(parameters)
    curve = derivation.evidence(claim)
    lower, upper = (float(claim.value or 0) * (1 + float(curve.iloc[0][end])) for end in ("lower", "upper"))
    return Examination(claim, compare(claim, derivation.compute(claim)), curve, (lower, upper), derivation.tables())


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
    """Return the rules that verdicts go by, fixed before results: name, rule, reason."""
    fixed = [{"name": rule.name.replace("_", " "), "rule": rule.rule, "reason": rule.reason} for rule in rules().values()]
    revision = {"name": "revision", "rule": revisions.RULE, "reason": "Recorded crime is revised at every release."}
    return pd.DataFrame([revision, *fixed])


def definitions_listed(parameters: OffenceCounts) -> pd.DataFrame:
    """Return the definitions, the reader's own last: title, codes, rationale, caveat."""
    listed = (definitions() | parameters.own()).values()
    return pd.DataFrame(
        [{"title": item.title, "codes": ", ".join(item.codes), "rationale": item.rationale, "caveat": item.caveat} for item in listed]
    )


def against_totals(names: Iterable[str] = THREE) -> pd.DataFrame:
    """Hold the same definitions against several published totals, without assuming that their publishers share one.

    Returns
    -------
    pandas.DataFrame
        definition, territory, and for each claim the difference of the newest vintage from the published figure, in percent.
    """
    rows = []
    for name in reasons()["definitions"]:
        for territory in ("all", "without_btp"):
            found = {claim: _difference(claim, name, territory) for claim in names}
            rows.append({"definition": definitions()[name].title, "territory": _TERRITORY[territory], **found})
    return pd.DataFrame(rows)


def agreement() -> pd.DataFrame:
    """Return the published totals beside the nearest count: id, report, period, published, nearest, computed, difference, verdict."""
    rows = []
    for result in verify(TOTALS):
        claim, computed = result.claim, result.comparison.computed
        rows.append(
            {
                "claim": claim.id,
                "report": claim.report.value,
                "period": claim.period,
                "published": claim.published,
                "computed": None if computed is None else computed.value,
                "relative": result.comparison.relative,
                "nearest": "" if computed is None else computed.description.partition(": ")[2],
                "verdict": result.comparison.verdict.value.replace("_", " "),
            }
        )
    return pd.DataFrame(rows)


def identities_between() -> pd.DataFrame:
    """Return the arithmetic between published totals: what it gives, what was published, verdict, reason."""
    found = [check(identities()[name]) for name in LINKED]
    return pd.DataFrame(
        [
            {
                "about": result.about,
                "expression": result.expression,
                "gives": result.value,
                "unit": result.unit,
                "verdict": "none" if result.verdict is None else result.verdict.value.replace("_", " "),
                "reason": result.reason,
            }
            for result in found
        ]
    )


def years_ending(name: str, definition: str, *, vintage: str = "latest", around: int = 4) -> pd.DataFrame:
    """Return what a definition gives for the years ending with each quarter around the one a claim is for.

    It shows whether a figure fits another year than the one it was published for; no verdict is drawn from it.
    """
    claim, period = find_claim(name), Period.parse(find_claim(name).period)
    resolved = tables.resolve_vintage(vintage)
    years = [Period.year_ending(period.last.shift(step)) for step in range(-around, around + 1)]
    totals = [Specification(find_definition(definition), year, "all", resolved).total() for year in years]
    frame = pd.DataFrame({"period": [year.label for year in years], "count": totals})
    published = float(claim.value or 0)
    return frame.assign(difference=frame["count"] - published, relative=100 * (frame["count"] / published - 1))


_RULES: dict[str, Callable[[pd.DataFrame], dict[str, Any]]] = {
    "the rule: groups and codes, releases at most six years apart": lambda seen: {"revisions": seen},
    "offence groups only, at most six years apart": lambda seen: {"revisions": seen[seen["seen_in"] == "offence groups"]},
    "offence groups only, however far apart": lambda seen: {
        "revisions": seen[seen["seen_in"] == "offence groups"],
        "apart_quarters": int(seen["apart_quarters"].max()),
    },
    "offence codes only": lambda seen: {"revisions": seen[seen["seen_in"] == "offence codes"]},
    "no revision: the total itself": lambda seen: {"revisions": seen.head(0)},
}
"""Rules for the band of revisions: the one in force, and others that could have been chosen."""

_TERRITORY = {"all": "with British Transport Police", "without_btp": "without British Transport Police"}


def _difference(claim: str, definition: str, territory: str) -> float:
    found = find_claim(claim)
    period, published = Period.parse(found.period), float(found.value or 0)
    total = Specification(find_definition(definition), period, territory, tables.resolve_vintage("latest")).total()
    return 100 * (total / published - 1)
