"""Every number in the starting documents: the claim it belongs to, or why it is no statistic."""

from functools import cache
from typing import Self

from pydantic import Field, model_validator

from replicate.ledger.terms import Worded
from replicate.vocabulary.files import Row, read_rows, shipped_yaml


class NumberKind(Worded):
    """What a number in a document is; only a figure is a statistic."""

    FIGURE = "figure", "a published figure: the claim is named"
    DATE = "date", "part of a date or of a period"
    AGE = "age", "an age that says who is meant"
    LENGTH_OF_TIME = (
        "length_of_time",
        "a length of time in passing, such as the last so many months",
    )
    TIME_OF_DAY = "time_of_day", "part of a time of day"
    NUMBERING = "numbering", "the number of an item in a list"
    TELEPHONE = "telephone", "part of a telephone number"
    POLICE_FORCES = (
        "number_of_police_forces",
        "how many territorial police forces there are in England and Wales",
    )
    RULE = "rule", "part of a rule that says which cases are meant"
    SENTENCE = "sentence", "the sentence of one person; individuals are not taken up"


class StartingDocument(Row):
    """One of the five documents: its title, who published it and when."""

    id: str = Field(pattern=r"^\d{3}$")
    title: str
    publisher: str
    dated: str


class StartingNumber(Row):
    """A number as one of the documents prints it.

    Attributes
    ----------
    document, line, place
        Where it stands: the document, the line of its text, and the how-manieth number of that
        line it is.
    number
        As printed.
    kind, claim
        What it is, and the claim that carries the figure.
    note
        Where the document words the figure otherwise than its source does.
    """

    document: str = Field(pattern=r"^\d{3}$")
    line: int = Field(gt=0)
    place: int = Field(gt=0)
    number: str = Field(pattern=r"\d")
    kind: NumberKind
    claim: str = ""
    note: str = ""

    @model_validator(mode="after")
    def _traced(self) -> Self:
        if self.kind is NumberKind.FIGURE and not self.claim:
            where = f"document {self.document}, line {self.line}"
            raise ValueError(f"{where}: a figure without its claim")
        return self


@cache
def starting_documents() -> dict[str, StartingDocument]:
    """Return the documents by id.

    Examples
    --------
    >>> starting_documents()["002"].publisher
    'Radio NewsHub'
    """
    rows = shipped_yaml("ledger", "starting_documents.yaml")
    return {name: StartingDocument(id=name, **body) for name, body in rows.items()}


@cache
def starting_numbers() -> tuple[StartingNumber, ...]:
    """Return every number of every document, in their order.

    Examples
    --------
    >>> starting_numbers()[10].number, starting_numbers()[10].claim
    ('1,400', 'L01')
    """
    return read_rows("ledger", "starting_numbers.csv", StartingNumber)
