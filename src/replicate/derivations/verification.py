"""Published figure in, verdict out, with every step between them."""

import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from functools import cache
from math import isfinite
from typing import Any

import pandas as pd

from replicate.derivations.counting import RELEASES
from replicate.derivations.kinds.published import ShareByEthnicity
from replicate.derivations.kinds.registry import Derivation, derivations
from replicate.derivations.provenance import provenance
from replicate.ledger import Claim, Comparison, Computed, Verdict, claims, compare, find_claim
from replicate.ledger.comparison import in_words
from replicate.ledger.lists import rules
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.uncertainty import Uncertainty

_OF_CLAIM = {
    *("id", "report", "basis", "seen", "statement", "unit", "period", "geography", "population"),
    *("source_url", "note", "conflicts", "conflict_note"),
}
"""What JSON says of a claim as the ledger has it."""

_NOTHING = Computed(None, None, definition_stated=False)


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
        found = self.computed or _NOTHING
        return found.context if isinstance(self.derivation, ShareByEthnicity) else ""

    @property
    def published(self) -> str:
        """The published figure with its unit, and what it must never be shown without."""
        figure = self.claim.figure if self.claim.has_figure else self.claim.published
        return f"{figure} ({self.missing})" if self.missing else figure

    @property
    def ours(self) -> str:
        """What was recomputed, with its unit."""
        found = self.computed or _NOTHING
        return "not computed" if found.is_empty else in_words(found)

    @property
    def others(self) -> tuple[str, ...]:
        """The ids of the claims that the value was computed from."""
        words = (self.computed or _NOTHING).description
        return tuple(dict.fromkeys(re.findall(r"\b[A-Z]\d{2}[a-z]?\b", words)))

    def as_json(self) -> dict[str, Any]:
        """Return the whole chain as JSON knows it."""
        claim, compared, found = self.claim, self.comparison, self.computed or _NOTHING
        how = self.derivation
        return claim.model_dump(mode="json", include=_OF_CLAIM) | {
            "headline": claim.is_headline,
            "attribution": claim.attribution,
            "published": claim.published,
            "value": claim.number,
            "computed": found.value,
            "uncertainty": _range(found.uncertainty),
            "difference": compared.difference,
            "relative": compared.relative,
            "verdict": self.verdict.value,
            "meaning": self.verdict.meaning,
            "reason": compared.reason,
            "derivation": how and {"kind": how.kind, **how.arguments()},
            "description": found.description,
            "missing": self.missing,
            "context": found.context,
            "tables": self.tables(),
        }

    def tables(self) -> list[dict[str, Any]]:
        """Return every source behind the computed value, with hashes."""
        return records(provenance((self.computed or _NOTHING).tables))

    def as_text(self) -> str:
        """Return the chain as lines for a terminal: the answer first."""
        claim, found, how = self.claim, self.computed or _NOTHING, self.derivation
        source = dict.fromkeys((claim.attribution, claim.seen.meaning))
        said = {
            "claim": claim.statement,
            "covers": ", ".join(filter(None, (claim.population, claim.geography, claim.period))),
            "source": "; ".join((*source, claim.source_url or "no address")),
            "table": "\n  table       ".join(map(_table, self.tables())),
            "derivation": f"{how.kind} {how.arguments()}" if how else "none",
            "computed": found.description,
            "reason": self.comparison.reason,
            "context": found.context,
            "note": claim.note,
            "conflicts": ": ".join(filter(None, (", ".join(claim.conflicts), claim.conflict_note))),
        }
        label = self.verdict.label
        first = f"{claim.id}  {label}: published {self.published}, our figure {self.ours}"
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
    "others": lambda result: " ".join(result.others) or "the calendar",
    "how": lambda result: result.computed.description if result.computed else "",
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


@cache
def _verify(name: str) -> Verification:
    claim = claims()[name]
    return verify_by(derivations().get(claim.figure_id), claim)


def verify_by(derivation: Derivation | None, claim: Claim) -> Verification:
    """Recompute a claim by a derivation, its own or another, and compare."""
    computed = derivation.compute(claims()[claim.figure_id]) if derivation else None
    return Verification(claim, derivation, compare(claim, computed))


@cache
def by_release(name: str) -> dict[str, Verification | None]:
    """Recompute a claim in each full release by itself.

    Parameters
    ----------
    name
        The id of a claim.

    Returns
    -------
    dict
        Release → verification; none for a release that doesn't cover the claim's period. Nothing
        for a claim that is not recomputed from recorded crime.

    Examples
    --------
    >>> found = by_release("C01")
    >>> found["2023-10"], found["2026-04"].verdict.value
    (None, 'compatible')
    >>> by_release("H03")
    {}
    """
    claim = claims()[name]
    derivation = derivations().get(claim.figure_id)
    return {
        release: _alone(claim, other)
        for release in RELEASES
        if derivation and (other := derivation.in_release(release))
    }


def _alone(claim: Claim, derivation: Derivation) -> Verification | None:
    try:
        return verify_by(derivation, claim)
    except InputError:
        return None


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table's rows as JSON and a terminal know them."""
    return [{str(name): cell for name, cell in row.items()} for row in frame.to_dict("records")]


def headline(results: Iterable[Verification]) -> list[Verification]:
    """Return what headlines count.

    `data` claims of the audit and the inspectorate, parts and no sums of parts.
    """
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
    listed = pd.DataFrame([rule.model_dump() for rule in rules().values()], dtype=object)
    return listed.assign(name=listed["name"].str.replace("_", " "))


def _table(table: dict[str, Any]) -> str:
    source = f"{table['publisher']}, {table['publication']}, released {table['released']}"
    return (
        f"{table['table']}, sha256 {table['table_sha256']}\n"
        f"              from {source} ({table['standing']}, sha256 {table['source_sha256']})"
    )


def _range(uncertainty: Uncertainty | None) -> dict[str, Any] | None:
    """Return the range as JSON knows it, which has no number without end: an open end is none."""
    if uncertainty is None:
        return None
    found = {"kind": uncertainty.kind, **asdict(uncertainty)}
    return found | {end: found[end] if isfinite(found[end]) else None for end in ("lower", "upper")}
