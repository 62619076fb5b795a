"""Runs one notebook and says how it ended, whatever happened in it."""

from collections.abc import Mapping
from pathlib import Path
from time import monotonic

from replicate.execution.run import NO_LIMITS, Run, run
from replicate.vocabulary.errors import InputError, ReplicateError
from replicate.vocabulary.outcomes import Limits, Outcome, Status


def attempt(
    notebook: Path,
    *,
    parameters: Mapping[str, object],
    out: Path,
    name: str | None = None,
    limits: Limits = NO_LIMITS,
    cwd: Path | None = None,
) -> tuple[Outcome, Run | None]:
    """Execute a notebook as `replicate.execution.run.run` does, and return how that ended instead of raising.

    Parameters
    ----------
    notebook, parameters, out, cwd
        As for `replicate.execution.run.run`.
    name
        What the files in `out` are called; the notebook's own name where None.
    limits
        What the run may use.

    Returns
    -------
    tuple
        The outcome, and what the run left if it is `ok`.
    """
    began = monotonic()
    made: Run | None = None
    try:
        made = run(notebook, parameters=parameters, out=out, name=name, limits=limits, cwd=cwd)
        status, message = Status.OK, ""
    except ReplicateError as error:
        status, message = _status(error), str(error)
    except KeyboardInterrupt:
        status, message = Status.CANCELLED, "interrupted"
    return Outcome(status=status, duration=monotonic() - began, message=message), made


def _status(error: ReplicateError) -> Status:
    if isinstance(error, InputError):
        return Status.REFUSED
    kinds = {"CellTimeoutError": Status.TIMEOUT, "DeadKernelError": Status.KILLED}
    return next((status for kind, status in kinds.items() if kind in error.what), Status.ERROR)
