"""What a run leaves beside its executed notebook: the contract between running and publishing."""

from datetime import datetime
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from replicate.vocabulary.errors import RunError


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
                "no manifest beside an executed notebook", where=str(path), hint="run the notebook with `replicate run`"
            ) from None
        except ValidationError as error:
            fault = error.errors()[0]
            place = ".".join(str(part) for part in fault["loc"])
            raise RunError("not a manifest of a run", where=str(path), got=f"{place} {fault['msg']}".strip()) from None
