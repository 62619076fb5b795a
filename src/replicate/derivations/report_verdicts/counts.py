"""How many figures had which verdict: by report, by basis, by how close the source was seen. Counts, never scores."""

from typing import Literal

import pandas as pd

from replicate.derivations.report_verdicts.results import Results
from replicate.ledger import Basis, Report, Seen, Verdict

Key = Literal["report", "basis", "seen"]

_ORDERS: dict[Key, list[str]] = {"report": [*Report], "basis": [*Basis], "seen": [*Seen]}


def counts(results: Results) -> pd.DataFrame:
    """Count figures by verdict, those that headlines count and the others apart.

    Returns
    -------
    pandas.DataFrame
        verdict, meaning, headline, others, figures (their sum): verdicts that some figure had, in the order of the vocabulary.
    """
    rows = []
    for verdict in Verdict:
        had = [result for result in results if result.comparison.verdict is verdict]
        headline = sum(result.claim.is_headline for result in had)
        row = {"headline": headline, "others": len(had) - headline, "figures": len(had)}
        rows.append({"verdict": _words(verdict), "meaning": verdict.meaning, **row})
    frame = pd.DataFrame(rows)
    return frame[frame["figures"] > 0].reset_index(drop=True)


def crosstab(results: Results, key: Key) -> pd.DataFrame:
    """Count figures by report, basis or how they were seen, with a column for each verdict that some figure had.

    Returns
    -------
    pandas.DataFrame
        The key, figures (how many in all), then one column a verdict; rows in the order of the ledger's vocabulary.
    """
    frame = pd.DataFrame(
        {
            key: [getattr(result.claim, key).value for result in results],
            "verdict": _verdicts(results),
        }
    )
    table = pd.crosstab(frame[key], frame["verdict"])
    columns = [_words(verdict) for verdict in Verdict if _words(verdict) in table]
    rows = [value for value in _ORDERS[key] if value in table.index]
    ordered = table.loc[rows, columns].rename_axis(columns=None).reset_index()
    ordered.insert(1, "figures", ordered[columns].sum(axis=1))
    return ordered


def counted(results: Results, verdict: str, *, headline: bool = False) -> int:
    """Return how many figures had a verdict; with `headline`, of those that headlines count."""
    return sum(
        result.comparison.verdict is Verdict(verdict) and (result.claim.is_headline or not headline)
        for result in results
    )


def _verdicts(results: Results) -> list[str]:
    return [_words(result.comparison.verdict) for result in results]


def _words(verdict: Verdict) -> str:
    return verdict.words
