"""What notebook 01 asks of the ledger: a claim, and the specifications tried for it."""

from dataclasses import dataclass

import pandas as pd

from replicate.derivations.kinds.recorded import RecordedTotal
from replicate.derivations.kinds.registry import derivations
from replicate.derivations.specifications import frame, reasons
from replicate.ledger import Claim, Comparison, compare, find_claim
from replicate.sources.tables import resolve_vintage
from replicate.vocabulary.definitions import definitions
from replicate.vocabulary.errors import unknown
from replicate.vocabulary.parameters import OffenceCounts


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
    return pd.DataFrame(
        [{"what": what, "known": text or "not stated"} for what, text in known.items()]
    )


def recorded_totals() -> list[str]:
    """Return the claims that are totals of recorded offences."""
    return [
        name for name, derivation in derivations().items() if isinstance(derivation, RecordedTotal)
    ]


def derivation_of(parameters: OffenceCounts) -> RecordedTotal:
    """Return the claim's derivation, with the reader's own definitions among those tried."""
    found = derivations()[claim_of(parameters).id]
    assert isinstance(found, RecordedTotal)  # noqa: S101 (claim_of refused every other)
    own = tuple(parameters.own().values())
    return (
        found.model_copy(
            update={"definitions": (*(found.definitions or reasons()["definitions"]), *own)}
        )
        if own
        else found
    )


def tried(parameters: OffenceCounts) -> pd.DataFrame:
    """Return the specifications and the reason for each: definition, period, territory, vintage, reason. Nothing is counted."""
    return frame(derivation_of(parameters).specifications())


def choices_listed(parameters: OffenceCounts) -> pd.DataFrame:
    """Return each choice that the specifications are made of, with its reason: kind, choice, reason."""
    rows, why = tried(parameters), reasons()
    kinds = {
        "definition": "definitions",
        "period": "periods",
        "territory": "territories",
        "vintage": "vintages",
    }
    own = {name: definition.rationale for name, definition in parameters.own().items()}
    fetched = dict.fromkeys(rows["vintage"], "A release that was fetched.")
    return pd.DataFrame(
        [
            {
                "choice": str(choice),
                "kind": kind,
                "reason": (own | fetched | why[listed])[str(choice)],
            }
            for kind, listed in kinds.items()
            for choice in rows[kind].unique()
        ]
    )


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
    lower, upper = (
        float(claim.value or 0) * (1 + float(curve.iloc[0][end])) for end in ("lower", "upper")
    )
    return Examination(
        claim, compare(claim, derivation.compute(claim)), curve, (lower, upper), derivation.tables()
    )


def own_comparison(parameters: OffenceCounts) -> Comparison:
    """Compare the claim with the count by the specification chosen, and no other.

    A sweep of specifications has this in each of its rows; `examine` compares the nearest of all.
    """
    claim = claim_of(parameters)
    alone = derivation_of(parameters).model_copy(
        update={
            "definitions": (parameters.own().get(parameters.definition, parameters.definition),),
            "periods": (parameters.period,),
            "territories": (parameters.territory,),
            "releases": (resolve_vintage(parameters.vintage),),
        }
    )
    return compare(claim, alone.compute(claim))


def definitions_listed(parameters: OffenceCounts) -> pd.DataFrame:
    """Return the definitions, the reader's own last: title, codes, rationale, caveat."""
    listed = (definitions() | parameters.own()).values()
    return pd.DataFrame(
        [
            {
                "title": item.title,
                "codes": ", ".join(item.codes),
                "rationale": item.rationale,
                "caveat": item.caveat,
            }
            for item in listed
        ]
    )
