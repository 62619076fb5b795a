"""Data gaps: what would have to be fetched or published to check the claims that wait for it."""

from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from replicate.vocabulary.files import shipped_yaml


class DataGap(BaseModel):
    """A set of tables that would come together, from one holder.

    Attributes
    ----------
    title, how, holder
        What it is, in short; `fetch` what is published already, or ask its holder to `publish`.
    tables
        What the claims call them; a claim's table belongs to one gap only.
    asks
        What would have to be had or published, in counts that tell of nobody, so that the figures could be recomputed.
    leaves
        What would stay open even then.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    title: str
    how: Literal["fetch", "publish"]
    holder: str
    tables: tuple[str, ...] = Field(min_length=1)
    asks: str
    leaves: str


@cache
def data_gaps() -> dict[str, DataGap]:
    """Return the data gaps by id.

    Examples
    --------
    >>> data_gaps()["ons-flags"].how
    'fetch'
    """
    rows = shipped_yaml("ledger", "data_gaps.yaml")
    return {name: DataGap(id=name, **body) for name, body in rows.items()}


@cache
def gap_by_table() -> dict[str, DataGap]:
    """Return the gap that each table named by a claim belongs to.

    Examples
    --------
    >>> gap_by_table()["IICSA, financial reports, spending by year"].holder
    'IICSA'
    """
    return {table: gap for gap in data_gaps().values() for table in gap.tables}
