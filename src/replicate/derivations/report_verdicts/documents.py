"""The five documents that the project started from: every number in them, traced or marked as no statistic. No scores."""

from itertools import groupby

import pandas as pd

from replicate.derivations.verification import verify
from replicate.ledger.starting import (
    NumberKind,
    StartingNumber,
    starting_documents,
    starting_numbers,
)

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
