"""Published figure in, verdict out, with every step between them."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from math import isfinite
from typing import Any

from replicate.derivations.kinds.base import Derivation
from replicate.derivations.kinds.ethnicity import ShareByEthnicity
from replicate.derivations.kinds.registry import derivations
from replicate.derivations.provenance import provenance
from replicate.ledger import (
    Claim,
    Comparison,
    Computed,
    Verdict,
    claims,
    compare,
    find_claim,
    in_words,
)
from replicate.vocabulary.uncertainty import (
    RoundingRange,
    SamplingInterval,
    ScenarioRange,
    Uncertainty,
    WorstCaseBounds,
)

KINDS: dict[type, str] = {
    SamplingInterval: "sampling interval",
    WorstCaseBounds: "worst-case bounds",
    ScenarioRange: "scenario range",
    RoundingRange: "rounding",
}


@dataclass(frozen=True)
class Verification:
    """A claim, how its figure was recomputed, and how the two compare."""

    claim: Claim
    derivation: Derivation | None
    comparison: Comparison

    @property
    def missing(self) -> str:
        """What a share by ethnicity must never be shown without: the missing share and its bounds; empty for other figures."""
        computed = self.comparison.computed
        return (
            computed.context if computed and isinstance(self.derivation, ShareByEthnicity) else ""
        )

    def _published(self) -> str:
        return self.claim.figure if self.claim.has_figure else self.claim.published

    def as_row(self) -> dict[str, str]:
        """Return what a table of verdicts shows."""
        return {
            "id": self.claim.id,
            "report": self.claim.report.value,
            "basis": self.claim.basis.value,
            "published": self._published() + (f" ({self.missing})" if self.missing else ""),
            "computed": _written(self.comparison.computed),
            "verdict": self.comparison.verdict.value,
        }

    def as_json(self) -> dict[str, Any]:
        """Return the whole chain as JSON knows it."""
        claim, compared, computed = self.claim, self.comparison, self.comparison.computed
        return {
            "id": claim.id,
            "report": claim.report.value,
            "basis": claim.basis.value,
            "seen": claim.seen.value,
            "headline": claim.is_headline,
            "statement": claim.statement,
            "attribution": claim.attribution,
            "published": claim.published,
            "value": None if claim.value is None else float(claim.value),
            "unit": None if claim.unit is None else claim.unit.value,
            "period": claim.period,
            "geography": claim.geography,
            "population": claim.population,
            "source_url": claim.source_url,
            "computed": None if computed is None else computed.value,
            "uncertainty": None if computed is None else _range(computed.uncertainty),
            "difference": compared.difference,
            "relative": compared.relative,
            "verdict": compared.verdict.value,
            "meaning": compared.verdict.meaning,
            "reason": compared.reason,
            "derivation": None
            if self.derivation is None
            else {"kind": self.derivation.kind, **self.derivation.arguments()},
            "description": "" if computed is None else computed.description,
            "missing": self.missing,
            "context": "" if computed is None else computed.context,
            "tables": self.tables(),
            "note": claim.note,
            "conflicts": list(claim.conflicts),
            "conflict_note": claim.conflict_note,
        }

    def tables(self) -> list[dict[str, str]]:
        """Return every source behind the computed value, with hashes."""
        names = () if self.comparison.computed is None else self.comparison.computed.tables
        return [
            {str(key): str(cell) for key, cell in row.items()}
            for row in provenance(names).to_dict("records")
        ]

    def as_text(self) -> str:
        """Return the chain as lines for a terminal."""
        row = self.as_json()
        seen = "; ".join(dict.fromkeys((self.claim.attribution, self.claim.seen.meaning)))
        place = ", ".join(
            part for part in (row["population"], row["geography"], row["period"]) if part
        )
        derived = (
            "none"
            if self.derivation is None
            else f"{self.derivation.kind} {self.derivation.arguments()}"
        )
        lines = [
            f"{row['id']}  {row['statement']}",
            f"  published   {self._published()} ({place})",
            f"  source      {seen}; {row['source_url'] or 'no address'}",
            *(
                f"  table       {table['table']}, sha256 {table['table_sha256']}\n{_built_from(table)}"
                for table in row["tables"]
            ),
            f"  derivation  {derived}",
            f"  computed    {_written(self.comparison.computed)}"
            + (f": {row['description']}" if row["description"] else ""),
            f"  verdict     {row['verdict']}: {row['meaning']}",
            f"  reason      {row['reason']}",
            *(f"  {name:<10}  {row[name]}" for name in ("context", "note") if row[name]),
            *(
                [f"  conflicts   {_conflicts(self.claim)}"]
                if self.claim.conflicts or self.claim.conflict_note
                else []
            ),
        ]
        return "\n".join(lines)


def verify(ids: Iterable[str] = ()) -> list[Verification]:
    """Recompute claims and compare.

    Parameters
    ----------
    ids
        Ids of claims; none means every claim, parts included.

    Raises
    ------
    InputError
        When an id is not in the ledger; the nearest is named.

    Examples
    --------
    >>> verify(["H03"])[0].comparison.verdict.value
    'within_rounding'
    """
    chosen = [find_claim(name) for name in ids] or list(claims().values())
    return [_verify(claim.id) for claim in chosen]


def tally(results: Iterable[Verification]) -> list[dict[str, object]]:
    """Count verdicts over the figures that headlines count: those of the audit and the inspectorate that rest on data.

    Returns
    -------
    list of dict
        verdict, figures (how many), claims (their ids), in the order of the vocabulary; verdicts that none has are left out.
    """
    headline = [result for result in results if result.claim.is_headline]
    rows: list[dict[str, object]] = []
    for verdict in Verdict:
        ids = [result.claim.id for result in headline if result.comparison.verdict is verdict]
        rows.append({"verdict": verdict.value, "figures": len(ids), "claims": " ".join(ids)})
    return [row for row in rows if row["figures"]]


@cache
def _verify(name: str) -> Verification:
    claim = claims()[name]
    derivation = derivations().get(claim.figure_id)
    computed = None if derivation is None else derivation.compute(claims()[claim.figure_id])
    return Verification(claim, derivation, compare(claim, computed))


def _built_from(table: dict[str, str]) -> str:
    source = f"{table['publisher']}, {table['publication']}, released {table['released']}"
    return f"              from {source} ({table['standing']}, sha256 {table['source_sha256']})"


def _conflicts(claim: Claim) -> str:
    return ": ".join(part for part in (", ".join(claim.conflicts), claim.conflict_note) if part)


def _range(uncertainty: Uncertainty | None) -> dict[str, Any] | None:
    """Return the range as JSON knows it, which has no number without end: an open end is none."""
    if uncertainty is None:
        return None
    found = {"kind": KINDS[type(uncertainty)], **asdict(uncertainty)}
    return found | {end: found[end] if isfinite(found[end]) else None for end in ("lower", "upper")}


def _written(computed: Computed | None) -> str:
    return "—" if computed is None or computed.is_empty else in_words(computed)
