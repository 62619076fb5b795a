"""Tables of lists from files: a reader's own, or the shipped example."""

import csv
from functools import cache
from importlib.resources import files
from pathlib import Path

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from replicate.analysis.systems import ListTable, read_lists
from replicate.vocabulary.errors import InputError, unknown
from replicate.vocabulary.files import read_yaml

EXAMPLES = files("replicate.derivations.under_reporting").joinpath("examples")


class Example(BaseModel):
    """A published table of lists that is shipped to show the method.

    Attributes
    ----------
    title, unit, population
        Who was counted, where and when.
    published
        The input of the ledger that holds the estimate published from it.
    lists
        What the names of the lists stand for.
    source, criticism
        Where it was published, and who wrote against the use made of it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(min_length=1)
    unit: str
    population: str
    published: str
    lists: dict[str, str]
    source: str
    criticism: str


@cache
def examples() -> dict[str, Example]:
    """Return the shipped examples by name.

    Examples
    --------
    >>> list(examples())
    ['uk_modern_slavery_2013', 'uk_modern_slavery_2013_five']
    """
    listed = read_yaml(EXAMPLES.joinpath("examples.yaml").read_text(encoding="utf-8"))
    return {name: Example.model_validate(row) for name, row in listed.items()}


def lists(which: str) -> ListTable:
    """Read a table of lists: a shipped example by name, or a CSV file by path.

    A file has a header, columns of 0 and 1, one a list, and the count last, whatever its name; combinations left out are zero.

    Raises
    ------
    InputError
        When there is no such example or file, the file is no CSV text, a row has more or fewer cells than the header, or for what
        `read_lists` refuses. Rows are named as in the file, the header being row 1.

    Examples
    --------
    >>> lists("uk_modern_slavery_2013").n_observed
    2744
    """
    if which in examples():
        return _table(EXAMPLES.joinpath(f"{which}.csv").read_text(encoding="utf-8"), which)
    if not Path(which).exists():
        raise unknown("example or file of lists", which, examples(), where="lists")
    try:
        return _table(Path(which).read_text(encoding="utf-8-sig"), which)
    except OSError as error:
        raise InputError(
            "a file that cannot be read",
            where=which,
            got=error.strerror,
            expected="a CSV file of lists",
        ) from None
    except UnicodeDecodeError:
        raise InputError(
            "a file that is no text", where=which, expected="a CSV file in UTF-8"
        ) from None


def _table(text: str, where: str) -> ListTable:
    try:
        header, *rows = csv.reader(text.rstrip().splitlines(), strict=True)
    except (ValueError, csv.Error) as error:
        got = "nothing" if not text.strip() else str(error)
        raise InputError(
            "a file that is no table",
            where=where,
            got=got,
            expected="a header, and a row a combination of lists",
        ) from None
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise InputError(
                "a row with cells too few or too many",
                where=f"row {number}",
                got=len(row),
                expected=f"{len(header)} cells",
            )
    return read_lists(pd.DataFrame(rows, columns=header))
