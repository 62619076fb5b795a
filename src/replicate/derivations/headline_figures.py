"""What notebook 00 asks of the ledger: which figures hold, what contradicts, what is missing."""

from collections.abc import Callable
from typing import Literal

import pandas as pd

from replicate.derivations.kinds.published import Arithmetic
from replicate.derivations.verification import Verification, counts, headline, verify, verify_by
from replicate.ledger import Claim, Verdict, claims
from replicate.ledger.arithmetic import check_all
from replicate.ledger.lists import gap_by_table, starting_documents, starting_numbers
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.parameters import HeadlineFigures

Results = list[Verification]

_REPORTS: dict[str, Callable[[Claim], bool]] = {
    "all": lambda _: True,
    "audit_and_inspections": lambda claim: claim.of_headline_report,
    "audit": lambda claim: claim.of_audit,
    "inspections": lambda claim: claim.of_headline_report and not claim.of_audit,
    "others": lambda claim: not claim.of_headline_report,
}


def verified(parameters: HeadlineFigures) -> Results:
    """Recompute every claim that the parameters ask for, and compare.

    A row of the ledger that only shows the figure of one of its parts is left out, so that no
    figure is counted twice.

    Raises
    ------
    InputError
        When no claim is of that kind.
    """
    ids = [claim.id for claim in claims().values() if asked(claim, parameters)]
    if not ids:
        got = f"reports={parameters.reports}, basis={parameters.basis}, seen={parameters.seen}"
        expected = "a combination that the ledger has"
        raise InputError("no claim is of that kind", where="parameters", got=got, expected=expected)
    return verify(ids)


def asked(claim: Claim, parameters: HeadlineFigures) -> bool:
    """Say whether a claim is one that the parameters ask for, and carries its own figure."""
    return (
        not claim.shows
        and _REPORTS[parameters.reports](claim)
        and parameters.basis in ("all", claim.basis.value)
        and parameters.seen in ("all", claim.seen.value)
    )


def tables_used(results: Results) -> tuple[str, ...]:
    """Return the names of the tables that any of the values was computed from."""
    used = {table for one in results if one.computed for table in one.computed.tables}
    return tuple(sorted(used))


def counted(results: Results) -> pd.DataFrame:
    """Count figures by verdict, those that headlines count and the others apart.

    Returns
    -------
    pandas.DataFrame
        verdict, headline, others, figures (their sum), meaning: verdicts that some figure had, in
        the order of the vocabulary.
    """
    every, first = counts(results), counts(headline(results)).set_index("verdict")["figures"]
    ours = every["verdict"].map(first).fillna(0).astype(int)
    return every.drop(columns="claims").assign(
        headline=ours,
        others=every["figures"] - ours,
        meaning=[Verdict(verdict).meaning for verdict in every["verdict"]],
    )


def crosstab(results: Results, key: Literal["report", "basis", "seen"]) -> pd.DataFrame:
    """Count figures by report, basis or how they were read, with a column for each verdict.

    Returns
    -------
    pandas.DataFrame
        The key, figures (how many in all), then one column a verdict that some figure had; rows in
        the order of the ledger.
    """
    had = pd.DataFrame([(getattr(one.claim, key), one.verdict) for one in results])
    table = pd.crosstab(had[0], had[1])
    listed = dict.fromkeys(getattr(claim, key) for claim in claims().values())
    order = [one for one in listed if one in table.index]
    verdicts = [one for one in Verdict if one in table]
    table = table.loc[order, verdicts].set_axis([one.words for one in verdicts], axis=1)
    table.insert(0, "figures", table.sum(axis=1))
    return table.rename_axis(key).reset_index()


def contradictions(results: Results) -> Results:
    """Return the published figures that other published figures contradict, held against those.

    Those with the verdict `inconsistent`, and those that an identity of the ledger contradicts
    although their own verdict rests on data.
    """
    against = {
        one.published.id: Arithmetic(identity=one.identity.id)
        for one in check_all()
        if one.published and one.verdict is Verdict.INCONSISTENT
    }
    found = []
    for result in results:
        if identity := against.get(result.claim.id):
            found.append(verify_by(identity, result.claim))
        elif result.verdict is Verdict.INCONSISTENT:
            found.append(result)
    return found


def openings_ranked(results: Results) -> pd.DataFrame:
    """Rank the data gaps by how many figures could be recomputed without them.

    Whether such a figure holds is another matter. Claims whose data are missing but that other
    evidence settled are not counted.

    Returns
    -------
    pandas.DataFrame
        opening, title, how (fetch or publish), holder, asks, leaves, figures, headline (those that
        headlines count), claims; the largest first, of equals those with more headline figures.
    """
    keys = ["opening", "title", "how", "holder", "asks", "leaves"]
    waiting = [one for one in results if one.verdict in (Verdict.NOT_HELD, Verdict.NOT_PUBLIC)]
    gaps = pd.DataFrame([gap_by_table()[one.claim.table].model_dump() for one in waiting])
    listed = gaps.rename(columns={"id": "opening"}).reindex(columns=keys)
    listed["headline"] = [one.claim.is_headline for one in waiting]
    listed["claims"] = [one.claim.id for one in waiting]
    ranked = listed.groupby(keys, as_index=False).agg(
        figures=("claims", "size"), headline=("headline", "sum"), claims=("claims", " ".join)
    )
    order = ["figures", "headline", "opening"]
    return ranked.sort_values(order, ascending=[False, False, True], ignore_index=True)


def starting_traced() -> pd.DataFrame:
    """Return every number of the five starting documents, traced to a claim or to what it is.

    Returns
    -------
    pandas.DataFrame
        document, lines, printed, claim ("none" for what is no statistic), statement (with what a
        share by ethnicity must not be shown without; of the others what they are), verdict, note.
    """
    numbers = starting_numbers()
    titles = {name: document.title for name, document in starting_documents().items()}
    results = {one.claim: verify([one.claim])[0] for one in numbers if one.claim}
    statements = {name: f"{one.claim.statement}. {one.missing}" for name, one in results.items()}
    rows = pd.DataFrame([number.model_dump() for number in numbers])
    rows["document"] = rows["document"].map(titles)
    rows["statement"] = [statements.get(one.claim, one.kind.meaning) for one in numbers]
    rows["statement"] = rows["statement"].str.removesuffix(". ")
    keys = ["document", "claim", "statement", "note"]
    named = rows.rename(columns={"line": "lines", "number": "printed"}).astype({"lines": str})
    found = named.groupby(keys, sort=False)[["lines", "printed"]].agg(_listed).reset_index()
    found["verdict"] = [
        results[name].verdict.value if name else Verdict.NOT_A_STATISTIC.value
        for name in found["claim"]
    ]
    columns = ["document", "lines", "printed", "claim", "statement", "verdict", "note"]
    return found.replace({"claim": {"": "none"}, "note": {"": "none"}})[columns]


def _listed(texts: "pd.Series[str]") -> str:
    return ", ".join(dict.fromkeys(texts))
