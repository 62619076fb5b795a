"""The rows of `claims.csv` as claims."""

import csv
from functools import cache
from importlib.resources import files

from replicate.ledger.claim import Claim
from replicate.vocabulary.errors import unknown

_FIGURE = ("value", "lower", "upper", "interval_kind", "unit", "wording", "rounded_to")


def _with_shown_figure(row: dict[str, str], rows: dict[str, dict[str, str]]) -> dict[str, str]:
    shown = rows[row["shows"]] if row["shows"] else row
    return row | {name: shown[name] for name in _FIGURE}


@cache
def _claims() -> dict[str, Claim]:
    with files("replicate.ledger").joinpath("claims.csv").open(encoding="utf-8") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    filled = (_with_shown_figure(row, rows) for row in rows.values())
    return {
        row["id"]: Claim.model_validate({name: cell for name, cell in row.items() if cell})
        for row in filled
    }


def claims() -> dict[str, Claim]:
    """Return every claim by id, each row before its parts.

    Examples
    --------
    >>> claims()["C01"].value
    Decimal('102878')
    """
    return dict(_claims())


def find_claim(name: str, *, where: str = "claim") -> Claim:
    """Return a claim by id, or refuse naming the nearest.

    Raises
    ------
    InputError
        When no claim has that id.
    """
    if name not in _claims():
        listed = "`replicate verify` lists them all"
        raise unknown("claim", name, _claims(), where=where, otherwise=listed)
    return _claims()[name]
