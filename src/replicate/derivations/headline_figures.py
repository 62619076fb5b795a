"""What notebook 00 asks of the ledger: which figures hold, what contradicts, what is missing."""

import re
from collections.abc import Callable
from typing import Literal

import pandas as pd

from replicate.derivations.kinds.published import NoLowerThan
from replicate.derivations.verification import Verification, counts, frame, headline, verify
from replicate.ledger import (
    Basis,
    Claim,
    IdentityResult,
    Seen,
    Verdict,
    check_all,
    claims,
)
from replicate.ledger.gaps import DataGap, gap_by_table
from replicate.ledger.starting import NumberKind, starting_documents, starting_numbers
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.numbers import digits, with_unit
from replicate.vocabulary.parameters import HeadlineFigures
from replicate.vocabulary.uncertainty import Uncertainty

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
    computed = [result.computed for result in results]
    return tuple(sorted({table for one in computed if one for table in one.tables}))


# How many hold.


def counted(results: Results) -> pd.DataFrame:
    """Count figures by verdict, those that headlines count and the others apart.

    Returns
    -------
    pandas.DataFrame
        verdict, headline, others, figures (their sum), meaning: verdicts that some figure had, in
        the order of the vocabulary.
    """
    every = counts(results).set_index("verdict")["figures"]
    first = counts(headline(results)).set_index("verdict")["figures"].reindex(every.index)
    whole = pd.DataFrame({"headline": first.fillna(0).astype(int), "figures": every})
    whole.insert(1, "others", whole["figures"] - whole["headline"])
    rows = whole.reset_index()
    return rows.assign(meaning=[Verdict(verdict).meaning for verdict in rows["verdict"]])


_ORDERS = {"basis": [*Basis], "seen": [*Seen]}


def crosstab(results: Results, key: Literal["report", "basis", "seen"]) -> pd.DataFrame:
    """Count figures by report, basis or how they were read, with a column for each verdict.

    Returns
    -------
    pandas.DataFrame
        The key, figures (how many in all), then one column a verdict that some figure had; rows in
        the order of the ledger.
    """
    values = [str(getattr(result.claim, key)) for result in results]
    table = pd.crosstab(
        pd.Series(values, name=key),
        pd.Series([result.verdict.words for result in results], name=""),
    )
    columns = [verdict.words for verdict in Verdict if verdict.words in table]
    order = _ORDERS.get(key) or dict.fromkeys(claim.report for claim in claims().values())
    table = table.reindex(index=[value for value in order if value in table.index])[columns]
    table.insert(0, "figures", table.sum(axis=1))
    return table.rename_axis(columns=None).reset_index()


# What contradicts.

_CLAIM = re.compile(r"\b[A-Z]\d{2}[a-z]?\b")
_Given = tuple[list[str], float | None, Uncertainty, str]
"""The claims that give a value, the value, what prints as it, and why it contradicts."""


def contradictions(results: Results) -> pd.DataFrame:
    """Return the published figures that other published figures contradict.

    Those with the verdict `inconsistent`, and those that an identity of the ledger contradicts
    although their own verdict rests on data.

    Returns
    -------
    pandas.DataFrame
        claim, statement, report, others (claims), other_reports, unit, published and given (in
        words, with the unit), printed_value and given_value (missing where only a range is known),
        printed_lower, printed_upper, given_lower and given_upper (what prints as each; an upper end
        may be infinite), reason.
    """
    against = {
        found.published.id: found
        for found in check_all()
        if found.published and found.verdict is Verdict.INCONSISTENT
    }
    rows = []
    for result in results:
        claim = result.claim
        if claim.id in against or result.verdict is Verdict.INCONSISTENT:
            others, value, span, reason = _given(result, against.get(claim.id))
            printed, shown = claim.range(), f"{digits(span.lower)} or more"
            reports = dict.fromkeys(claims()[name].report for name in others)
            rows.append(
                {
                    "claim": claim.id,
                    "statement": claim.statement,
                    "report": claim.report,
                    "others": " ".join(dict.fromkeys(others)) or "the calendar",
                    "other_reports": "; ".join(reports) or "none",
                    "unit": str(claim.unit),
                    "published": claim.figure,
                    "given": with_unit(shown if value is None else digits(value), claim.unit),
                    "printed_value": claim.number,
                    "printed_lower": printed.lower,
                    "printed_upper": printed.upper,
                    "given_value": value,
                    "given_lower": span.lower,
                    "given_upper": span.upper,
                    "reason": reason,
                }
            )
    return pd.DataFrame(rows)


def _given(result: Verification, identity: IdentityResult | None) -> _Given:
    if identity is not None:
        others = _CLAIM.findall(identity.identity.expression)
        return others, identity.value, identity.range, identity.reason
    computed, derivation = result.computed, result.derivation
    assert computed is not None  # noqa: S101 (it was held against something)
    span = computed.span or computed.uncertainty
    assert span is not None  # noqa: S101 (as above)
    others = [derivation.other] if isinstance(derivation, NoLowerThan) else []
    return others, computed.value, span, result.comparison.reason


def on_scales(found: pd.DataFrame) -> pd.DataFrame:
    """Return the contradictions that can be drawn on a scale of numbers, with a heading for each; the day of a week can not."""
    drawn = found[found["unit"] != "weekday"] if len(found) else found
    headings = [f"{row.claim}, {row.report}: {row.statement}" for row in drawn.itertuples()]
    return drawn.assign(heading=headings).reset_index(drop=True)


def conflicts(results: Results) -> pd.DataFrame:
    """Return the pairs of claims that the ledger says conflict, each once.

    A conflict is noted by hand where two publications say different things of what a reader could
    take for the same; often the populations or definitions differ, and there is no verdict. A share
    by ethnicity stands with the share that is missing and its bounds, and a share of suspects is
    not set beside one of residents.

    Returns
    -------
    pandas.DataFrame
        claim, report, figure, other, other_report, other_figure, note.
    """
    pairs: dict[frozenset[str], tuple[str, ...]] = {}
    for result in results:
        for name in result.claim.conflicts:
            (other,) = verify([claims()[name].figure_id])
            ids = frozenset({result.claim.id, other.claim.id})
            residents = {"residents" in one.claim.statement.casefold() for one in (result, other)}
            if len(ids) == 2 and len(residents) == 1:
                sides = [
                    text
                    for one in (result, other)
                    for text in (one.claim.id, one.claim.report, one.published)
                ]
                note = result.claim.conflict_note or other.claim.conflict_note or "none"
                pairs.setdefault(ids, (*sides, note))
    columns = ["claim", "report", "figure", "other", "other_report", "other_figure", "note"]
    return pd.DataFrame(list(pairs.values()), columns=columns)


# What is missing.


def openings_ranked(results: Results) -> pd.DataFrame:
    """Rank the data gaps by how many figures could be recomputed without them.

    Whether such a figure holds is another matter. Claims whose data are missing but that other
    evidence settled are not counted.

    Returns
    -------
    pandas.DataFrame
        opening, title, how (fetch or publish), holder, figures, headline (those that headlines
        count), asks, leaves, claims; the largest first, of equals those with more headline figures.
    """
    waiting: dict[DataGap, list[Claim]] = {}
    for result in results:
        if result.verdict in (Verdict.NOT_HELD, Verdict.NOT_PUBLIC):
            waiting.setdefault(gap_by_table()[result.claim.table], []).append(result.claim)
    columns = [
        "opening",
        "title",
        "how",
        "holder",
        "figures",
        "headline",
        "asks",
        "leaves",
        "claims",
    ]
    rows = [
        (
            *(gap.id, gap.title, gap.how, gap.holder, len(found)),
            *(sum(claim.is_headline for claim in found), gap.asks, gap.leaves),
            " ".join(claim.id for claim in found),
        )
        for gap, found in waiting.items()
    ]
    listed = pd.DataFrame(rows, columns=columns)
    order = ["figures", "headline", "opening"]
    return listed.sort_values(order, ascending=[False, False, True], ignore_index=True)


# The five starting documents.


def _numbers() -> pd.DataFrame:
    titles = {name: document.title for name, document in starting_documents().items()}
    rows = pd.DataFrame([number.model_dump() for number in starting_numbers()])
    figures = rows["kind"] == NumberKind.FIGURE
    named = rows.assign(title=rows["document"].map(titles), is_figure=figures)
    return named.astype({"line": str})


def numbers_by_document() -> pd.DataFrame:
    """Count the numbers of each document.

    Returns
    -------
    pandas.DataFrame
        document (its title), publisher, dated, numbers, figures, claims (how many different ones
        the figures belong to), not_statistics.
    """
    numbers = _numbers()
    claimed = numbers.assign(claim=numbers["claim"].where(numbers["is_figure"]))
    rows = claimed.groupby("document").agg(
        numbers=("number", "size"), figures=("is_figure", "sum"), claims=("claim", "nunique")
    )
    said = pd.DataFrame([one.model_dump() for one in starting_documents().values()])
    titled = said.rename(columns={"id": "document", "title": "name"}).merge(rows, on="document")
    counted = titled.assign(not_statistics=titled["numbers"] - titled["figures"])
    return counted.drop(columns="document").rename(columns={"name": "document"})


def figures_traced() -> pd.DataFrame:
    """Return every number that is traced to a claim, with its verdict, once a document and wording.

    Returns
    -------
    pandas.DataFrame
        document, lines, printed, claim, statement (with what a share by ethnicity must not be shown
        without), verdict, note.
    """
    figures = _numbers().query("claim != ''")
    keys = ["title", "claim", "note"]
    rows = figures.groupby(keys, sort=False)[["line", "number"]].agg(_listed).reset_index()
    results = verify(rows["claim"])
    said = [". ".join(filter(None, (one.claim.statement, one.missing))) for one in results]
    names = {"title": "document", "line": "lines", "number": "printed"}
    rows = rows.rename(columns=names).replace({"note": {"": "none"}})
    rows = rows.assign(statement=said, verdict=frame(results, ["verdict"])["verdict"])
    return rows[["document", "lines", "printed", "claim", "statement", "verdict", "note"]]


def not_statistics() -> pd.DataFrame:
    """Return every other number: document, what, count, numbers (each line with its numbers)."""
    kinds = list(NumberKind)
    numbers = _numbers().query("not is_figure")
    numbers = numbers.assign(place=[kinds.index(kind) for kind in numbers["kind"]])
    keys = ["document", "place", "title"]
    lines = numbers.groupby([*keys, "line"], sort=False)["number"].agg([", ".join, "size"])
    lines = lines.reset_index()
    lines["numbers"] = lines["line"] + ": " + lines["join"]
    rows = lines.groupby(keys).agg(count=("size", "sum"), numbers=("numbers", "; ".join))
    rows = rows.reset_index().rename(columns={"document": "id", "title": "document"})
    rows.insert(3, "what", [kinds[place].meaning for place in rows["place"]])
    return rows[["document", "what", "count", "numbers"]]


def _listed(texts: "pd.Series[str]") -> str:
    return ", ".join(dict.fromkeys(texts))
