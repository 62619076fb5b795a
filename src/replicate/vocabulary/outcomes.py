"""How a run can end, and what it was allowed to use: the contract between what runs notebooks and what reports on them."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class Status(StrEnum):
    """How a run ended; each has an exit code of its own.

    Examples
    --------
    >>> Status.OK.exit_code, Status.REFUSED.exit_code, Status("timeout").exit_code
    (0, 2, 3)
    """

    OK = "ok"
    ERROR = "error"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    KILLED = "killed"
    CANCELLED = "cancelled"

    @property
    def exit_code(self) -> int:
        """Return what a command that ran only this exits with."""
        return _EXIT_CODES[self]


_EXIT_CODES = {
    Status.OK: 0,
    Status.ERROR: 1,
    Status.REFUSED: 2,
    Status.TIMEOUT: 3,
    Status.KILLED: 4,
    Status.CANCELLED: 130,
}


class Limits(BaseModel):
    """What a run may use; None is no limit.

    Attributes
    ----------
    seconds, cell_seconds
        The time that the whole run, or one cell, may take.
    memory
        MiB that the kernel and its children may hold together.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    seconds: float | None = Field(default=None, gt=0)
    cell_seconds: float | None = Field(default=None, gt=0)
    memory: int | None = Field(default=None, gt=0)


class Outcome(BaseModel):
    """How one run ended.

    Attributes
    ----------
    status
        The kind of end.
    duration
        Seconds from start to end.
    peak_memory
        The most that the kernel held, in MiB; None where it was not measured.
    message
        What went wrong, in one screen: the cell's heading, the user's frame, the parameters, and the command that replays the run;
        empty when nothing did.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: Status
    duration: float = Field(ge=0)
    peak_memory: int | None = None
    message: str = ""
