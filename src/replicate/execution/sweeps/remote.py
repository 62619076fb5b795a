"""What a worker does with a run that was sent to it."""

from collections.abc import Mapping
from concurrent.futures import Future
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from replicate.execution.cache.inputs import differences, installed, refresh
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.outcomes import Limits, Outcome, Status

_in_flight: set["Future[None]"] = set()


class Parcel(NamedTuple):
    """A run, with all that it needs beside what is installed.

    Attributes
    ----------
    files
        The notebook and the modules beside it, by their names.
    notebook
        Which of them is the notebook.
    parameters, name, limits
        As for `replicate.execution.attempt.attempt`.
    installed
        What the sender has installed, which the worker must have as well.
    """

    files: Mapping[str, bytes]
    notebook: str
    parameters: Mapping[str, Any]
    name: str
    limits: Limits
    installed: Mapping[str, str | None]


class Returned(NamedTuple):
    """How a run ended on a worker, the files that it left, and what its notebook and its folder were called there."""

    outcome: Outcome
    files: Mapping[str, bytes]
    notebook: str
    out: str


def work(parcel: Parcel) -> Returned:
    """Do a run in a folder that is gone afterwards."""
    refresh()
    if other := differences(parcel.installed, installed()):
        message = str(
            InputError(
                "a worker that would give other results", where=parcel.name, got="; ".join(other)
            )
        )
        return Returned(
            Outcome(status=Status.REFUSED, duration=0, message=message), {}, parcel.notebook, ""
        )
    from replicate.execution.attempt import (
        attempt,
    )  # seconds of imports, which whoever sends work need not pay

    cancelled: Future[None] = Future()
    _in_flight.add(cancelled)
    try:
        with TemporaryDirectory(prefix="replicate-worker-") as private:
            folder, out = Path(private) / "notebook", Path(private) / "out"
            for name, content in parcel.files.items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(content)
            notebook = folder / parcel.notebook
            outcome, _ = attempt(
                notebook,
                parameters=parcel.parameters,
                out=out,
                name=parcel.name,
                limits=parcel.limits,
                cancelled=cancelled,
            )
            files = {path.name: path.read_bytes() for path in out.iterdir()} if out.is_dir() else {}
            return Returned(outcome, files, str(notebook), str(out))
    finally:
        _in_flight.discard(cancelled)


def end_all() -> None:
    """End every run that this worker has in flight."""
    for cancelled in list(_in_flight):
        if not cancelled.done():
            cancelled.set_result(None)
