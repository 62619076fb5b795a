"""Data gaps: what would have to be fetched or published to check the claims that wait for it."""

from functools import cache
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from replicate.vocabulary.files import Row, read_rows

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
