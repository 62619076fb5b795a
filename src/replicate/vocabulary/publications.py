"""Which pages a folder of runs becomes: the contract between a sweep and the site."""

from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from replicate.vocabulary.errors import Fault, RunError
from replicate.vocabulary.files import write_atomic

FILE = "publish.json"
"""What it is called inside the folder of runs."""


class Publication(BaseModel):
    """A folder of runs of one notebook that the site gives a page each.

    Attributes
    ----------
    section
        The folder of the site that the pages stand in, such as `forces`.
    parameter
        The parameter that tells the pages from one another, such as `force`; its value begins each title.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    section: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    parameter: str = Field(pattern=r"^[a-z][a-z0-9_]*$")

    def write(self, folder: Path) -> Path:
        """Write it into a folder of runs."""
        return write_atomic(folder / FILE, self.model_dump_json(indent=2) + "\n")

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """Read it from a folder of runs; none where the runs are not to be published.

        Raises
        ------
        RunError
            When the file is there and says something else.
        """
        place = folder / FILE
        if not place.is_file():
            return None
        try:
            return cls.model_validate_json(place.read_bytes())
        except ValidationError as error:
            raise RunError(
                "not a description of what to publish",
                where=str(place),
                got=str(Fault.of(error)),
                hint="run the sweep again",
            ) from None
