"""Runs one notebook and says how it ended, whatever happened in it."""

from collections.abc import Mapping
from concurrent.futures import Future
from pathlib import Path
from time import monotonic

from replicate.execution.provision import Nursery
from replicate.execution.result import Run
from replicate.execution.run import run
from replicate.execution.watch import Watch
from replicate.vocabulary.errors import InputError, ReplicateError
from replicate.vocabulary.outcomes import Limits, Outcome, Status

NO_LIMITS = Limits()


def attempt(
    notebook: Path,
    *,
    parameters: Mapping[str, object],
    out: Path,
    name: str | None = None,
    limits: Limits = NO_LIMITS,
    cwd: Path | None = None,
    nursery: Nursery | None = None,
    cancelled: "Future[None] | None" = None,
) -> tuple[Outcome, Run | None]:
    """Execute a notebook as `replicate.execution.run.run` does, and return how that ended instead of raising.

    Parameters
    ----------
    notebook, parameters, out, name, cwd, nursery
        As for `run`.
    limits
        What the run may use.
    cancelled
        Done, by any thread, when the run is to be ended. A Ctrl-C ends it as well.

    Returns
    -------
    tuple
        The outcome, and what the run left if it is `ok`.
    """
    began, watch = monotonic(), Watch(limits, cancelled)
    made: Run | None = None
    try:
        made = run(
            notebook,
            parameters=parameters,
            out=out,
            name=name,
            cwd=cwd,
            watch=watch,
            nursery=nursery,
        )
        status, message = Status.OK, ""
    except InputError as error:
        status, message = Status.REFUSED, str(error)
    except ReplicateError as error:
        status, message = watch.status or Status.ERROR, str(error)
    except KeyboardInterrupt:
        status, message = Status.CANCELLED, f"{notebook.stem} was interrupted"
    return Outcome(
        status=status, duration=monotonic() - began, peak_memory=watch.peak, message=message
    ), made
