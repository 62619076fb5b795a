"""Rows of verdicts: what each must say, and how a page writes it."""

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from replicate.display.verdict import SYMBOLS
from replicate.ledger import Unit, Verdict
from replicate.vocabulary.errors import RunError
from replicate.vocabulary.numbers import digits, with_unit

Row = Mapping[str, object]
COLUMNS = (
    "id",
    "report",
    "basis",
    "seen",
    "statement",
    "published",
    "unit",
    "computed",
    "difference",
    "verdict",
    "reason",
    "headline",
    "attribution",
    "missing",
)
"""What each row of verdicts says, in a file."""

DETAILS: Mapping[str, object] = {
    "meaning": "",
    "period": "",
    "geography": "",
    "population": "",
    "source_url": "",
    "seen_meaning": "",
    "dataset": "",
    "access_note": "",
    "value": None,
    "printed": None,
    "revised": None,
    "uncertainty": None,
    "derivation": None,
    "description": "",
    "context": "",
    "tables": (),
    "note": "",
    "conflicts": (),
    "conflict_note": "",
    "vintages": (),
    "shows": "",
}
"""What a claim's page says besides, and what stands where a row does not say it."""


def check(rows: Sequence[Row]) -> None:
    """Refuse rows that a page can't be made of.

    Raises
    ------
    RunError
        When a row lacks a column, an id stands twice, or a verdict is not one of the closed vocabulary.
    """
    for row in rows:
        where = f"verdict of claim {row.get('id', 'without an id')}"
        if missing := [name for name in COLUMNS if name not in row]:
            raise RunError("a verdict that lacks something", where=where, expected=missing[0])
        if row["verdict"] not in set(Verdict):
            raise RunError(
                "a verdict that is not in the vocabulary",
                where=where,
                got=row["verdict"],
                expected=", ".join(Verdict),
            )
    if twice := [
        name for name, count in Counter(str(row["id"]) for row in rows).items() if count > 1
    ]:
        raise RunError("two verdicts of one claim", where=f"verdict of claim {twice[0]}")


def complete(rows: Sequence[Row]) -> list[Row]:
    """Return rows that say everything a claim's page asks for."""
    return [{**DETAILS, "meaning": Verdict(str(row["verdict"])).meaning, **row} for row in rows]


def shown(row: Row) -> dict[str, Any]:
    """Return a row with its figures, verdict and sign as a page writes them."""
    apart = "percentage points" if row["unit"] == Unit.PERCENT else row["unit"]
    difference = figure(row["difference"], apart, significant=3)
    figures = {name: figure(row[name], row["unit"]) for name in ("published", "computed")}
    verdict = str(row["verdict"])
    return {
        **row,
        **figures,
        "difference": difference,
        "word": Verdict(verdict).words,
        "sign": SYMBOLS[verdict],
    }


def figure(value: object, unit: object, *, significant: int = 4) -> str | None:
    """Write a figure with its unit, in so many digits; words without a number stay as they are, and None stays.

    Examples
    --------
    >>> figure(102878, "offences"), figure(-26.6083, "percent"), figure("around 66.7", "percent"), figure("not seen", "percent")
    ('102,878 offences', '−26.61 %', 'around 66.7 %', 'not seen')
    """
    named = str(unit) if unit else None
    if isinstance(value, int | float):
        return with_unit(digits(value, significant), named).replace("-", "−")
    if value is None:
        return None
    return with_unit(str(value), named) if re.search(r"\d", str(value)) else str(value)


def as_csv(rows: Sequence[Row]) -> str:
    """Return the verdicts as CSV, as they were given."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
