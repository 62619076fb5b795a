"""Published figure in, verdict out, with every step between them."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from functools import cache
from math import isfinite
from typing import Any

import pandas as pd

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
    rules,
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


_OF_CLAIM = {
    *("id", "report", "basis", "seen", "statement", "unit", "period", "geography", "population"),
    *("source_url", "note", "conflicts", "conflict_note"),
}
"""What JSON says of a claim as the ledger has it."""


@dataclass(frozen=True)
class Verification:
    """A claim, how its figure was recomputed, and how the two compare."""

    claim: Claim
    derivation: Derivation | None
    comparison: Comparison

    @property
    def verdict(self) -> Verdict:
        """How the two compare, in one word."""
        return self.comparison.verdict

    @property
    def computed(self) -> Computed | None:
        """What was recomputed; none where nothing was."""
        return self.comparison.computed

    @property
    def missing(self) -> str:
        """What a share by ethnicity must never be shown without; empty for other figures.

        The share of suspects that is missing, and the bounds that it leaves.
        """
        computed = self.computed
        return (
            computed.context if computed and isinstance(self.derivation, ShareByEthnicity) else ""
        )

    @property
    def published(self) -> str:
        """The published figure with its unit, and what it must never be shown without."""
        figure = self.claim.figure if self.claim.has_figure else self.claim.published
        return f"{figure} ({self.missing})" if self.missing else figure

    @property
    def ours(self) -> str:
        """What was recomputed, with its unit."""
        computed = self.computed
        return "not computed" if computed is None or computed.is_empty else in_words(computed)

    def as_json(self) -> dict[str, Any]:
        """Return the whole chain as JSON knows it."""
        claim, compared, computed = self.claim, self.comparison, self.computed
        said = claim.model_dump(mode="json", include=_OF_CLAIM)
        return said | {
            "headline": claim.is_headline,
            "attribution": claim.attribution,
            "published": claim.published,
            "value": claim.number,
            "computed": None if computed is None else computed.value,
            "uncertainty": None if computed is None else _range(computed.uncertainty),
            "difference": compared.difference,
            "relative": compared.relative,
            "verdict": self.verdict.value,
            "meaning": self.verdict.meaning,
            "reason": compared.reason,
            "derivation": None
            if self.derivation is None
            else {"kind": self.derivation.kind, **self.derivation.arguments()},
            "description": "" if computed is None else computed.description,
            "missing": self.missing,
            "context": "" if computed is None else computed.context,
            "tables": self.tables(),
        }

    def tables(self) -> list[dict[str, str]]:
        """Return every source behind the computed value, with hashes."""
        names = () if self.computed is None else self.computed.tables
        return [
            {str(key): str(cell) for key, cell in row.items()}
            for row in provenance(names).to_dict("records")
        ]

    def as_text(self) -> str:
        """Return the chain as lines for a terminal: the answer first."""
        claim, row = self.claim, self.as_json()
        places = (row["population"], row["geography"], row["period"])
        derivation = self.derivation
        said = {
            "claim": row["statement"],
            "covers": ", ".join(part for part in places if part),
            "source": "; ".join(
                (
                    *dict.fromkeys((claim.attribution, claim.seen.meaning)),
                    row["source_url"] or "no address",
                )
            ),
            "table": "\n  table       ".join(_table(table) for table in row["tables"]),
            "derivation": f"{derivation.kind} {derivation.arguments()}" if derivation else "none",
            "computed": row["description"],
            "reason": row["reason"],
            "context": row["context"],
            "note": row["note"],
            "conflicts": ": ".join(filter(None, (", ".join(claim.conflicts), claim.conflict_note))),
        }
        first = (
            f"{claim.id}  {self.verdict.label}: published {self.published}, our figure {self.ours}"
        )
        return "\n".join([first, *(f"  {name:<10}  {text}" for name, text in said.items() if text)])


COLUMNS: dict[str, Callable[[Verification], object]] = {
    "id": lambda result: result.claim.id,
    "claim": lambda result: result.claim.id,
    "report": lambda result: result.claim.report,
    "basis": lambda result: result.claim.basis.value,
    "statement": lambda result: result.claim.statement,
    "period": lambda result: result.claim.period,
    "place": lambda result: result.claim.geography,
    "counted": lambda result: result.claim.population,
    "source": lambda result: result.claim.source_url,
    "seen": lambda result: result.claim.attribution,
    "data": lambda result: result.claim.dataset,
    "note": lambda result: result.claim.note,
    "published": lambda result: result.published,
    "computed": lambda result: result.ours,
    "how": lambda result: result.computed.description if result.computed else "",
    "difference": lambda result: result.comparison.difference,
    "relative": lambda result: result.comparison.relative,
    "verdict": lambda result: result.verdict.value,
    "reason": lambda result: result.comparison.reason,
}
"""Column of a table of verdicts → what it says of a claim; display writes a verdict as its label."""


def frame(results: Iterable[Verification], columns: Iterable[str]) -> pd.DataFrame:
    """Return a table of verdicts, a row a claim.

    Parameters
    ----------
    results
        From `verify`.
    columns
        Names of `COLUMNS`, in the order wanted.

    Examples
    --------
    >>> frame(verify(["H03"]), ["claim", "published", "computed"]).iloc[0].tolist()
    ['H03', '3.7 %', '3.661 %']
    """
    chosen = list(columns)
    rows = [[COLUMNS[name](result) for name in chosen] for result in results]
    return pd.DataFrame(rows, columns=chosen)


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


def records(frame: pd.DataFrame) -> list[dict[str, object]]:
    """Return a table's rows as JSON and a terminal know them."""
    return [{str(name): cell for name, cell in row.items()} for row in frame.to_dict("records")]


def headline(results: Iterable[Verification]) -> list[Verification]:
    """Return what headlines count: `data` claims of the audit and the inspectorate, parts and no sums of parts."""
    return [result for result in results if result.claim.is_headline]


def counts(results: Iterable[Verification]) -> pd.DataFrame:
    """Count figures by verdict: the one count of the command, the notebooks and the site.

    Returns
    -------
    pandas.DataFrame
        verdict, figures, claims (their ids), in the order of the vocabulary; verdicts that no
        figure had are left out.

    Examples
    --------
    >>> counts(verify(["H03", "H05"]))["figures"].tolist()
    [1, 1]
    """
    had: dict[Verdict, list[str]] = {verdict: [] for verdict in Verdict}
    for result in results:
        had[result.verdict].append(result.claim.id)
    rows = [(verdict.value, len(ids), " ".join(ids)) for verdict, ids in had.items() if ids]
    return pd.DataFrame(rows, columns=["verdict", "figures", "claims"])


def rules_listed() -> pd.DataFrame:
    """Return the rules that verdicts go by: name, rule, reason, value, fixed_in, after_results."""
    rows = [rule.model_dump() for rule in rules().values()]
    listed = pd.DataFrame(rows, dtype=object)
    return listed.assign(name=listed["name"].str.replace("_", " "))


@cache
def _verify(name: str) -> Verification:
    claim = claims()[name]
    derivation = derivations().get(claim.figure_id)
    computed = None if derivation is None else derivation.compute(claims()[claim.figure_id])
    return Verification(claim, derivation, compare(claim, computed))


def _table(table: dict[str, str]) -> str:
    source = f"{table['publisher']}, {table['publication']}, released {table['released']}"
    return (
        f"{table['table']}, sha256 {table['table_sha256']}\n"
        f"              from {source} ({table['standing']}, sha256 {table['source_sha256']})"
    )


def _range(uncertainty: Uncertainty | None) -> dict[str, Any] | None:
    """Return the range as JSON knows it, which has no number without end: an open end is none."""
    if uncertainty is None:
        return None
    found = {"kind": KINDS[type(uncertainty)], **asdict(uncertainty)}
    return found | {end: found[end] if isfinite(found[end]) else None for end in ("lower", "upper")}
