"""What a pool and the processes that run its notebooks say to each other."""

from collections.abc import Mapping
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from replicate.vocabulary.outcomes import Limits

CANCEL = "cancel"
"""Sent to end the run in flight."""


class Job(NamedTuple):
    """A run to do; its attributes are the parameters of `replicate.execution.attempt.attempt`."""

    notebook: Path
    parameters: Mapping[str, object]
    out: Path
    name: str | None
    limits: Limits
    cwd: Path | None


def cancel(cancelled: "Future[None]") -> None:
    """Ask for the end of the run that waits for this, once or more often."""
    with suppress(InvalidStateError):
        cancelled.set_result(None)
