"""What notebook 00 asks of the ledger: verdicts counted, what contradicts and what is missing."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Literal

import pandas as pd

from replicate.derivations.kinds.published import NoLowerThan
from replicate.derivations.verification import Verification, verify
from replicate.ledger import (
    HEADLINE_REPORTS,
    Basis,
    Claim,
    IdentityResult,
    Report,
    Seen,
    Verdict,
    check_all,
    claims,
)
from replicate.ledger.gaps import DataGap, gap_by_table
from replicate.ledger.starting import (
    NumberKind,
    StartingNumber,
    starting_documents,
    starting_numbers,
)
from replicate.ledger.terms import Unit
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.files import shipped_yaml
from replicate.vocabulary.numbers import digits, with_unit
from replicate.vocabulary.parameters import HeadlineFigures
from replicate.vocabulary.uncertainty import Uncertainty

Results = tuple[Verification, ...]

_REPORTS = {
    "all": frozenset(Report),
    "audit_and_inspections": HEADLINE_REPORTS,
    "audit": frozenset({Report.CASEY}),
    "inspections": HEADLINE_REPORTS - {Report.CASEY},
    "others": frozenset(Report) - HEADLINE_REPORTS,
}


def verified(parameters: HeadlineFigures) -> Results:
    """Recompute every claim that the parameters ask for, and compare.

    A row of the ledger that only shows the figure of one of its parts is left out, so that no figure is counted twice.

    Raises
    ------
    InputError
        When no claim is of that kind.
    """
    ids = [claim.id for claim in claims().values() if asked(claim, parameters)]
    if not ids:
        got = f"reports={parameters.reports}, basis={parameters.basis}, seen={parameters.seen}"
        raise InputError(
            "no claim is of that kind",
            where="parameters",
            got=got,
            expected="a combination that the ledger has",
        )
    return tuple(verify(ids))


def asked(claim: Claim, parameters: HeadlineFigures) -> bool:
    """Say whether a claim is one that the parameters ask for, and carries its own figure."""
    return (
        not claim.shows
        and claim.report in _REPORTS[parameters.reports]
        and parameters.basis in ("all", claim.basis.value)
        and parameters.seen in ("all", claim.seen.value)
    )


def tables_used(results: Iterable[Verification]) -> tuple[str, ...]:
    """Return the names of the tables that any of the values was computed from, in alphabetical order."""
    computed = (result.comparison.computed for result in results)
    return tuple(sorted({table for one in computed if one is not None for table in one.tables}))


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


_CLAIM = re.compile(r"\b[A-Z]\d{2}[a-z]?\b")


@dataclass(frozen=True)
class _Pair:
    """A published figure, and what other published figures give for it: values that print as each."""

    claim: str
    statement: str
    report: str
    others: str
    other_reports: str
    unit: str
    published: str
    printed_value: float | None
    printed_lower: float
    printed_upper: float
    given: str
    given_value: float | None
    given_lower: float
    given_upper: float
    reason: str


def contradictions(results: Results) -> pd.DataFrame:
    """Return the published figures that other published figures contradict.

    Those with the verdict `inconsistent`, and those that an identity of the ledger contradicts although their own verdict rests on data.

    Returns
    -------
    pandas.DataFrame
        claim, statement, report, others (claims), other_reports, unit, published and given (in words, with the unit), printed_value and
        given_value (missing where only a range is known), printed_lower, printed_upper, given_lower and given_upper (what prints as each;
        an upper end may be infinite), reason.
    """
    chosen = {result.claim.id: result for result in results}
    against = {
        found.published.id: found
        for found in check_all()
        if found.published and found.verdict is Verdict.INCONSISTENT
    }
    pairs = [
        _pair(result, against.get(name))
        for name, result in chosen.items()
        if name in against or _is_inconsistent(result)
    ]
    columns = list(_Pair.__dataclass_fields__)
    return pd.DataFrame([asdict(pair) for pair in pairs], columns=columns)


def on_scales(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the contradictions that can be drawn on a scale of numbers, with a heading for each; the day of a week can not."""
    drawn = frame[frame["unit"] != Unit.WEEKDAY]
    return drawn.assign(
        heading=drawn["claim"] + ", " + drawn["report"] + ": " + drawn["statement"]
    ).reset_index(drop=True)


def _is_inconsistent(result: Verification) -> bool:
    return result.comparison.verdict is Verdict.INCONSISTENT


def _pair(result: Verification, identity: IdentityResult | None) -> _Pair:
    claim, printed = result.claim, result.claim.range()
    others, value, span, reason = _by_result(result) if identity is None else _by_identity(identity)
    return _Pair(
        claim=claim.id,
        statement=claim.statement,
        report=claim.report.value,
        others=" ".join(dict.fromkeys(others)) or "the calendar",
        other_reports="; ".join(dict.fromkeys(claims()[name].report.value for name in others))
        or "none",
        unit=str(claim.unit),
        published=claim.figure,
        printed_value=claim.number,
        printed_lower=printed.lower,
        printed_upper=printed.upper,
        given=with_unit(
            digits(span.lower) + " or more" if value is None else digits(value), claim.unit
        ),
        given_value=value,
        given_lower=span.lower,
        given_upper=span.upper,
        reason=reason,
    )


_Given = tuple[list[str], float | None, Uncertainty, str]
"""The claims that give a value, the value, what prints as it, and why it contradicts."""


def _by_identity(identity: IdentityResult) -> _Given:
    return _CLAIM.findall(identity.expression), identity.value, identity.range, identity.reason


def _by_result(result: Verification) -> _Given:
    computed = result.comparison.computed
    assert computed is not None  # noqa: S101 (an inconsistent claim was held against something)
    span = computed.span or computed.uncertainty
    assert span is not None  # noqa: S101 (as above)
    others = [result.derivation.other] if isinstance(result.derivation, NoLowerThan) else []
    return others, computed.value, span, result.comparison.reason


def conflicts(results: Results) -> pd.DataFrame:
    """Return the pairs of claims that the ledger says conflict, each once.

    A conflict is noted by hand where two publications say different things of what a reader could take for the same; often the populations
    or definitions differ, and there is no verdict. A share by ethnicity stands with the share that is missing and its bounds, and a share
    of suspects is not set beside one of residents.

    Returns
    -------
    pandas.DataFrame
        claim, report, figure, other, other_report, other_figure, note.
    """
    pairs: dict[frozenset[str], dict[str, str]] = {}
    for claim in (result.claim for result in results):
        for name in claim.conflicts:
            other = claims()[claims()[name].figure_id]
            if other.id != claim.id and len({_of_residents(claim), _of_residents(other)}) == 1:
                pairs.setdefault(frozenset({claim.id, other.id}), _beside(claim, other))
    columns = ["claim", "report", "figure", "other", "other_report", "other_figure", "note"]
    return pd.DataFrame(list(pairs.values()), columns=columns)


def _of_residents(claim: Claim) -> bool:
    return "residents" in claim.statement.casefold()


def _beside(claim: Claim, other: Claim) -> dict[str, str]:
    one, another = (result.as_row() for result in verify([claim.id, other.id]))
    return {
        "claim": claim.id,
        "report": one["report"],
        "figure": one["published"],
        "other": other.id,
        "other_report": another["report"],
        "other_figure": another["published"],
        "note": claim.conflict_note or other.conflict_note or "none",
    }


_OPEN = (Verdict.NOT_HELD, Verdict.NOT_PUBLIC)


def openings_ranked(results: Results) -> pd.DataFrame:
    """Rank what would open claims by how many figures it would open.

    A figure that would be opened can then be recomputed; whether it holds is another matter. Claims whose data are missing but that other
    evidence settled are not counted.

    Returns
    -------
    pandas.DataFrame
        opening, title, how (fetch or publish), holder, figures, headline (those that headlines count), asks, leaves, tables, claims and
        notes (what single claims need besides), the largest first; of equals, those with more headline figures, then by name.
    """
    waiting: dict[str, list[int]] = {}
    for place, result in enumerate(results):
        if result.comparison.verdict in _OPEN:
            waiting.setdefault(gap_by_table()[result.claim.table].id, []).append(place)
    by_id = {opening.id: opening for opening in gap_by_table().values()}
    rows = [
        _gap(by_id[name], tuple(results[place] for place in places))
        for name, places in waiting.items()
    ]
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    return frame.sort_values(
        ["figures", "headline", "opening"], ascending=[False, False, True], ignore_index=True
    )


_COLUMNS = [
    "opening",
    "title",
    "how",
    "holder",
    "figures",
    "headline",
    "asks",
    "leaves",
    "tables",
    "claims",
    "notes",
]


def _gap(opening: DataGap, opened: Results) -> dict[str, object]:
    found = [result.claim for result in opened]
    return {
        "opening": opening.id,
        "title": opening.title,
        "how": opening.how,
        "holder": opening.holder,
        "figures": len(found),
        "headline": sum(claim.is_headline for claim in found),
        "asks": opening.asks,
        "leaves": opening.leaves,
        "tables": "; ".join(dict.fromkeys(claim.table for claim in found)),
        "claims": " ".join(claim.id for claim in found),
        "notes": " ".join(dict.fromkeys(claim.access_note for claim in found if claim.access_note))
        or "none",
    }


NOT_FIGURES = tuple(kind for kind in NumberKind if kind is not NumberKind.FIGURE)


def numbers_by_document() -> pd.DataFrame:
    """Count the numbers of each document by what they are.

    Returns
    -------
    pandas.DataFrame
        document (its title), publisher, dated, numbers, figures, claims (how many different ones the figures belong to), not_statistics.
    """
    rows = []
    for document in starting_documents().values():
        numbers = [number for number in starting_numbers() if number.document == document.id]
        figures = [number for number in numbers if number.kind is NumberKind.FIGURE]
        counts = {
            "numbers": len(numbers),
            "figures": len(figures),
            "claims": len({number.claim for number in figures}),
        }
        named = {
            "document": document.title,
            "publisher": document.publisher,
            "dated": document.dated,
        }
        rows.append({**named, **counts, "not_statistics": len(numbers) - len(figures)})
    return pd.DataFrame(rows)


def figures_traced() -> pd.DataFrame:
    """Return every number that is traced to a claim, with the verdict, once a document and wording.

    Returns
    -------
    pandas.DataFrame
        document, lines, printed, claim, statement (with what a share by ethnicity must not be shown without), verdict, note.
    """
    figures = [number for number in starting_numbers() if number.claim]
    key = [(number.document, number.claim, number.note) for number in figures]
    grouped = {
        one: [number for number, of in zip(figures, key, strict=True) if of == one]
        for one in dict.fromkeys(key)
    }
    return pd.DataFrame([_traced(numbers) for numbers in grouped.values()])


def _traced(numbers: list[StartingNumber]) -> dict[str, str]:
    first = numbers[0]
    (result,) = verify([first.claim])
    return {
        "document": starting_documents()[first.document].title,
        "lines": ", ".join(dict.fromkeys(str(number.line) for number in numbers)),
        "printed": ", ".join(dict.fromkeys(number.number for number in numbers)),
        "claim": first.claim,
        "statement": result.claim.statement + (f". {result.missing}" if result.missing else ""),
        "verdict": result.comparison.verdict.words,
        "note": first.note or "none",
    }


def not_statistics() -> pd.DataFrame:
    """Return every other number, by document and by what it is.

    Returns
    -------
    pandas.DataFrame
        document, what, count, numbers (each line with its numbers).
    """
    rows = []
    for document in starting_documents().values():
        for kind in NOT_FIGURES:
            found = [
                number
                for number in starting_numbers()
                if (number.document, number.kind) == (document.id, kind)
            ]
            lines = (
                f"{line}: {', '.join(number.number for number in held)}"
                for line, held in groupby(found, lambda number: number.line)
            )
            rows.append(
                {
                    "document": document.title,
                    "what": kind.meaning,
                    "count": len(found),
                    "numbers": "; ".join(lines),
                }
            )
    frame = pd.DataFrame(rows)
    return frame[frame["count"] > 0].reset_index(drop=True)


def disclosure_rules() -> pd.DataFrame:
    """Return the rule against disclosure in force: publisher, applies_to, published_as, here."""
    rules = shipped_yaml("vocabulary", "disclosure.yaml")["rules"]
    return pd.DataFrame(rules).drop(columns="address")
