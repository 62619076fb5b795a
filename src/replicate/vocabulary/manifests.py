"""What a run leaves beside its executed notebook: the contract between running and publishing."""

from datetime import datetime
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from replicate.vocabulary.errors import Fault, RunError
from replicate.vocabulary.reads import Read


class Manifest(BaseModel):
    """What was run, with what, and what came of it.

    Attributes
    ----------
    name
        The notebook's name, without its suffix.
    notebook_sha256, output_sha256
        Of the notebook's source file and of the executed notebook.
    parameters
        The values given; those not given took the notebook's defaults.
    package, python, platform, kernel
        Versions of what ran it.
    started, duration
        When (UTC) and for how many seconds; the executed notebook itself holds no times.
    records
        The values that the notebook recorded, in order.
    notebook
        The name of the notebook, where the run has another.
    sources
        What the run was made of beside its notebook: the sha256 of each module it imports and of the data files beside these, by
        their names.
    tables
        What it read, and looked for, of tables.
    lock_sha256
        Of the lock that the environment was installed from; None where there is none.
    source_sha256
        Of all of the package's own files but its tables.
    own_data
        Whether the user had named a folder of tables.
    seed
        The seed of its random numbers, where it has one.
    key
        The sha256 of all that the result depends on; two runs with one key give the same bytes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    notebook_sha256: str
    parameters: dict[str, Any]
    package: str
    python: str
    platform: str
    kernel: str
    started: datetime
    duration: float
    output_sha256: str
    records: list[Any]
    notebook: str = ""
    sources: dict[str, str] = {}
    tables: tuple[Read, ...] = ()
    lock_sha256: str | None = None
    source_sha256: str = ""
    own_data: bool = False
    seed: int | None = None
    key: str = ""

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a manifest.

        Raises
        ------
        RunError
            When there is none, or it is not one.
        """
        try:
            return cls.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            raise RunError(
                "no manifest beside an executed notebook",
                where=str(path),
                hint="run the notebook with `replicate run`",
            ) from None
        except ValidationError as error:
            got = str(Fault.of(error))
            raise RunError("not a manifest of a run", where=str(path), got=got) from None
