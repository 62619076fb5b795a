"""The ledger's small lists: rules of comparison, data gaps, and numbers of starting documents."""

from functools import cache
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from replicate.ledger.terms import Worded
from replicate.vocabulary.files import Row, read_rows, shipped_yaml


class Rule(Row):
    """A rule of comparison, the same for every claim.

    Attributes
    ----------
    name
        What the code calls it.
    value
        Its number, where it has one.
    rule, reason
        What it says and why, for readers.
    fixed_in
        The commit of this repository that fixed it; data, since an archive has no history.
    after_results
        Whether results had been seen when it was fixed.
    """

    name: str
    value: float | None = None
    rule: str
    reason: str
    fixed_in: str = Field(pattern=r"^[0-9a-f]{40}$")
    after_results: bool = False


@cache
def rules() -> dict[str, Rule]:
    """Return the rules by name.

    Examples
    --------
    >>> rules()["wide_region"].value
    0.1
    """
    listed = shipped_yaml("ledger", "rules.yaml").items()
    return {name: Rule(name=name, **body) for name, body in listed}


def number(name: str) -> float:
    """Return the number of a rule.

    Raises
    ------
    ValueError
        When the rule has none.

    Examples
    --------
    >>> number("half_unit")
    0.5
    """
    value = rules()[name].value
    if value is None:
        raise ValueError(f"the rule '{name}' has no number")
    return value


Tables = Annotated[tuple[str, ...], BeforeValidator(lambda names: str(names).split(" | "))]
"""Names of tables, parted by a bar."""


class DataGap(Row):
    """A set of tables that would come together, from one holder.

    Attributes
    ----------
    title, how, holder
        What it is, in short; `fetch` what is published already, or ask its holder to `publish`.
    tables
        What the claims call them; a claim's table belongs to one gap only.
    asks
        What would have to be had or published, in counts that tell of nobody, so that the figures
        could be recomputed.
    leaves
        What would stay open even then.
    """

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    title: str
    how: Literal["fetch", "publish"]
    holder: str
    tables: Tables
    asks: str
    leaves: str


@cache
def data_gaps() -> tuple[DataGap, ...]:
    """Return the data gaps.

    Examples
    --------
    >>> data_gaps()[0].holder
    'HMICFRS'
    """
    return read_rows("ledger", "data_gaps.csv", DataGap)


@cache
def gap_by_table() -> dict[str, DataGap]:
    """Return the gap that each table named by a claim belongs to.

    Examples
    --------
    >>> gap_by_table()["IICSA, financial reports, spending by year"].holder
    'IICSA'
    """
    return {table: gap for gap in data_gaps() for table in gap.tables}


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
