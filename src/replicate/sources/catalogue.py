"""The catalogue of sources: who published what, when, under which licence, how sure its bytes."""

import datetime
import functools
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from replicate.vocabulary.files import shipped_yaml

Standing = Literal["official", "third-party", "first-seen"]
"""How sure it is that the bytes are the publisher's.

`official`: their sha256 was proved against the publisher's own file. `third-party`: somebody else's
re-encoding, selection or statement of the hash. `first-seen`: obtained in the publisher's form,
with nothing official to compare; the hash is that of the bytes first seen, and where there is none,
that of the first download will be.
"""

Text = Annotated[
    str, BeforeValidator(lambda value: " ".join(value.split()) if isinstance(value, str) else value)
]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Fetch(_Entry):
    """What a download of this source becomes.

    `vintage` is the release of recorded crime that it holds (`2026-07`); `format` is the kind of
    workbook.
    """

    vintage: Annotated[str, Field(pattern=r"^\d{4}-\d{2}$")]
    format: Literal["ods", "xlsx"]


class Source(_Entry):
    """One published file.

    `page` is where the publisher lists it; `file_url` its own address, none where not seen.
    `release_date` is a day, or in words how much is known. `sha256` and `bytes` are of the file
    held, or of the official one as `standing` says. `coverage` is what the file is about and when;
    `caveats` what a reader must know. `feeds` names the tables built from it. `file` is its path
    within the folder of sources, none where it is not held; `obtained_from` is where those bytes
    were had; `fetch` says what a download becomes, where one can be made; `headings` gives the
    official headings of columns that a copy's keeper renamed.
    """

    id: str
    publisher: Text
    publication: Text
    page: str | None = None
    file_url: str | None = None
    release_date: datetime.date | Text | None = None
    licence: Text
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    bytes: Annotated[int, Field(gt=0)] | None = None
    standing: Standing
    coverage: Text
    caveats: Text
    feeds: tuple[str, ...] = ()
    file: str | None = None
    obtained_from: Text | None = None
    fetch: Fetch | None = None
    headings: dict[str, str] = Field(default={}, exclude=True)


@functools.cache
def catalogue() -> dict[str, Source]:
    """Return every source by its id.

    Examples
    --------
    >>> catalogue()["home-office-prc-2026-07"].release_date
    datetime.date(2026, 7, 23)
    """
    written = shipped_yaml("sources", "catalogue.yaml")
    return {name: Source(id=name, **entry) for name, entry in written.items()}
