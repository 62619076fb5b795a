# mypy: disable-error-code="no-untyped-call, type-arg"
# distributed annotates little
"""Runs on the workers of a Dask scheduler: our own function submitted, and nothing of ours scheduling."""

import hashlib
from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError, Future
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any, Self

from distributed import Client, KilledWorker
from distributed import Future as Sent

from replicate.execution.cache.entries import changes
from replicate.execution.cache.inputs import differences, inputs, installed
from replicate.execution.result import Run
from replicate.execution.sweeps.files import replace
from replicate.execution.sweeps.remote import Parcel, Returned, end_all, work
from replicate.vocabulary.errors import InputError, RunError
from replicate.vocabulary.manifests import Manifest
from replicate.vocabulary.outcomes import Limits, Outcome, Status

Made = tuple[Outcome, Run | None]
CONNECT = 10
"""Seconds that a scheduler may take to answer, and its first worker to be there."""

_NO_LIMITS = Limits()


class Cluster:
    """Sends runs to a scheduler's workers; the runs of a worker that is lost are made by another.

    Before anything is sent, and again before each run, a worker must have the same package, tables, lock and Python as this machine.

    Parameters
    ----------
    address
        The scheduler's, such as `tcp://10.0.0.1:8786`.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self._sent: list[Sent] = []

    def __enter__(self) -> Self:
        try:
            self._client = Client(self.address, timeout=CONNECT, set_as_default=False)
        except (OSError, ValueError) as error:
            raise RunError(
                "no scheduler answers", where="--scheduler", got=f"{self.address}: {error}"
            ) from None
        try:
            self._check()
        except BaseException:
            self._client.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is not None:
            self.cancel()
        self._client.close()

    def _check(self) -> None:
        """Refuse workers that would not give what this machine gives."""
        try:
            self._client.wait_for_workers(1, timeout=CONNECT)
            held = self._client.run(installed)
        except TimeoutError:
            raise RunError(
                "a scheduler without workers",
                where="--scheduler",
                got=self.address,
                hint="start `dask worker`",
            ) from None
        except ImportError as error:
            raise RunError(
                "a worker without this package",
                where="--scheduler",
                got=str(error),
                hint="install it there",
            ) from None
        ours = installed()
        for worker, theirs in held.items():
            if differing := differences(ours, theirs):
                got, hint = "; ".join(differing), "install the same there"
                raise InputError(
                    "a worker that would give other results", where=worker, got=got, hint=hint
                )

    def submit(
        self,
        notebook: Path,
        *,
        parameters: Mapping[str, object],
        out: Path,
        name: str | None = None,
        limits: Limits = _NO_LIMITS,
    ) -> Future[Made]:
        """Send a run, with its notebook and the modules beside that; what comes back is written here."""
        files = {
            notebook.name: notebook,
            **{path: notebook.parent / path for path in inputs(notebook).files},
        }
        contents = {path: file.read_bytes() for path, file in files.items()}
        parcel = Parcel(
            contents, notebook.name, dict(parameters), name or notebook.stem, limits, installed()
        )
        future: Future[Made] = Future()
        sent = self._client.submit(work, parcel, pure=False)
        sent.add_done_callback(lambda done: _land(done, future, notebook, out, parcel))
        self._sent.append(sent)
        return future

    def cancel(self) -> None:
        """End the runs in flight, and start no more."""
        self._client.cancel([sent for sent in self._sent if not sent.done()])
        self._client.run(end_all, on_error="ignore")


def _land(sent: Sent, future: Future[Made], notebook: Path, out: Path, parcel: Parcel) -> None:
    """Write what a worker returned, and tell how the run ended."""
    try:
        future.set_result(_landed(sent.result(), notebook, out, parcel))
    except CancelledError:
        future.set_result((Outcome(status=Status.CANCELLED, duration=0), None))
    except KilledWorker as error:
        future.set_result(
            (
                Outcome(
                    status=Status.KILLED, duration=0, message=f"{parcel.name} stopped\n    {error}"
                ),
                None,
            )
        )
    except Exception as error:  # whatever happened on the way: the other runs go on
        message = (
            str(error)
            if isinstance(error, RunError)
            else f"{parcel.name} stopped\n    {type(error).__name__}: {error}"
        )
        future.set_result((Outcome(status=Status.ERROR, duration=0, message=message), None))


def _landed(returned: Returned, notebook: Path, out: Path, parcel: Parcel) -> Made:
    outcome = returned.outcome.model_copy(update={"message": _here(returned, notebook, out)})
    manifest = _manifest(returned.files, parcel) if outcome.status is Status.OK else None
    if manifest and (other := tuple(changes(manifest, inputs(notebook), parcel.parameters))):
        message = str(
            RunError(
                "a worker ran it with something else than is here",
                where=parcel.name,
                got="; ".join(other),
            )
        )
        return outcome.model_copy(update={"status": Status.REFUSED, "message": message}), None
    for path, content in _in_order(returned.files):
        replace(out / path, content)
    if manifest is None:
        return outcome, None
    (out / f"{parcel.name}.failed.ipynb").unlink(missing_ok=True)
    return outcome, Run(
        out / f"{parcel.name}.ipynb", out / f"{parcel.name}.manifest.json", manifest
    )


def _manifest(files: Mapping[str, bytes], parcel: Parcel) -> Manifest:
    manifest = Manifest.model_validate_json(files[f"{parcel.name}.manifest.json"])
    if hashlib.sha256(files[f"{parcel.name}.ipynb"]).hexdigest() != manifest.output_sha256:
        raise RunError("a result that was changed on its way here", where=parcel.name)
    return manifest


def _in_order(files: Mapping[str, bytes]) -> Iterator[tuple[PurePosixPath, bytes]]:
    """Yield the manifest last: a notebook without it is no result."""
    for name in sorted(files, key=lambda name: (name.endswith(".manifest.json"), name)):
        yield PurePosixPath(name), files[name]


def _here(returned: Returned, notebook: Path, out: Path) -> str:
    """Write a worker's folders as those of this machine."""
    text: Any = returned.outcome.message
    for there, here in ((returned.notebook, notebook), (returned.out, out)):
        text = text.replace(there, str(here))
    return str(text)
