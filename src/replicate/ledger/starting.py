"""Every number in the documents that the project started from: the claim it belongs to, or why it is no statistic."""

import csv
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from replicate.vocabulary.documents import read_yaml


class NumberKind(StrEnum):
    """What a number in a document is; only a figure is a statistic."""

    FIGURE = "figure"
    DATE = "date"
    AGE = "age"
    LENGTH_OF_TIME = "length_of_time"
    TIME_OF_DAY = "time_of_day"
    NUMBERING = "numbering"
    TELEPHONE = "telephone"
    POLICE_FORCES = "number_of_police_forces"
    RULE = "rule"
    SENTENCE = "sentence"

    @property
    def meaning(self) -> str:
        """What the word means, for readers."""
        return _MEANINGS[self]


_MEANINGS = {
    NumberKind.FIGURE: "a published figure: the claim is named",
    NumberKind.DATE: "part of a date or of a period",
    NumberKind.AGE: "an age that says who is meant",
    NumberKind.LENGTH_OF_TIME: "a length of time in passing, such as the last so many months",
    NumberKind.TIME_OF_DAY: "part of a time of day",
    NumberKind.NUMBERING: "the number of an item in a list",
    NumberKind.TELEPHONE: "part of a telephone number",
    NumberKind.POLICE_FORCES: "how many territorial police forces there are in England and Wales",
    NumberKind.RULE: "part of a rule that says which cases are meant",
    NumberKind.SENTENCE: "the sentence of one person; individuals are not taken up",
}


class StartingDocument(BaseModel):
    """One of the five documents: its title, who published it and when."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^\d{3}$")
    title: str
    publisher: str
    dated: str


class StartingNumber(BaseModel):
    """A number as one of the documents prints it.

    Attributes
    ----------
    document, line, place
        Where it stands: the document, the line of its text, and the how-manieth number of that line it is.
    number
        As printed.
    kind, claim
        What it is, and the claim that carries the figure.
    note
        Where the document words the figure otherwise than its source does.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

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
            raise ValueError(
                f"document {self.document}, line {self.line}: a figure without its claim"
            )
        return self


@cache
def starting_documents() -> dict[str, StartingDocument]:
    """Return the documents by id.

    Examples
    --------
    >>> starting_documents()["002"].publisher
    'Radio NewsHub'
    """
    text = files("replicate.ledger").joinpath("starting_documents.yaml").read_text(encoding="utf-8")
    return {name: StartingDocument(id=name, **body) for name, body in read_yaml(text).items()}


@cache
def starting_numbers() -> tuple[StartingNumber, ...]:
    """Return every number of every document, in their order.

    Examples
    --------
    >>> starting_numbers()[10].number, starting_numbers()[10].claim
    ('1,400', 'L01')
    """
    with files("replicate.ledger").joinpath("starting_numbers.csv").open(encoding="utf-8") as file:
        return tuple(
            StartingNumber.model_validate({name: cell for name, cell in row.items() if cell})
            for row in csv.DictReader(file)
        )
