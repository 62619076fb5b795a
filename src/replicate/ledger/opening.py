"""What would open the claims whose data are not held or not public: what to fetch, or what would have to be published."""

from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from replicate.vocabulary.documents import read_yaml


class Opening(BaseModel):
    """A set of tables that would come together, from one holder.

    Attributes
    ----------
    title, how, holder
        What it is, in short; `fetch` what is published already, or ask its holder to `publish`.
    tables
        What the claims call them; a claim's table belongs to one opening only.
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
def openings() -> dict[str, Opening]:
    """Return the openings by id.

    Examples
    --------
    >>> openings()["ons-flags"].how
    'fetch'
    """
    text = files("replicate.ledger").joinpath("openings.yaml").read_text(encoding="utf-8")
    return {name: Opening(id=name, **body) for name, body in read_yaml(text).items()}


@cache
def opening_by_table() -> dict[str, Opening]:
    """Return the opening that each table named by a claim belongs to.

    Examples
    --------
    >>> opening_by_table()["IICSA, financial reports, spending by year"].holder
    'IICSA'
    """
    return {table: opening for opening in openings().values() for table in opening.tables}
