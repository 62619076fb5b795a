"""One notebook in one kernel, from the kernel's start to its end."""

from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import nbformat
from papermill.engines import NotebookExecutionManager

from replicate.execution.client import Client
from replicate.execution.kernel import KernelManager
from replicate.execution.provision import Nursery
from replicate.execution.source import check_given
from replicate.execution.warm.shared import nursery_for
from replicate.execution.watch import Ended, Watch
from replicate.vocabulary.errors import RunError
from replicate.vocabulary.outcomes import Limits, Status
from replicate.vocabulary.reads import NOTES


def execute(
    nb_man: NotebookExecutionManager,
    *,
    input_path: str | None = None,
    folder: Path | None = None,
    watch: Watch | None = None,
    nursery: Nursery | Literal["shared"] | None = "shared",
    reads: Path | None = None,
    execution_timeout: float | None = None,
    start_timeout: float = 60,
    **options: Any,
) -> None:
    """Run every cell, and turn the end of a kernel that hung or died into an error of the cell it happened in.

    Parameters
    ----------
    nb_man
        Papermill's keeper of the notebook.
    input_path
        The notebook's file.
    folder
        Where the cells run; by default where papermill does.
    watch
        The run's limits; by default the seconds that papermill's own option gives a cell.
    nursery
        Where the kernel is forked; None for an ordinary kernel. By default one process is kept for all that papermill runs here.
    reads
        A file to note the tables in that the cells read.
    execution_timeout, start_timeout, options
        Papermill's own, and those of nbclient's `NotebookClient`.

    Raises
    ------
    InputError
        When the notebook is in another language, or was given a parameter that its parameters cell does not set.
    RunError
        When the kernel does not start.
    """
    check_given(nb_man.nb, where=input_path or "the notebook")
    nb_man.output_path, nb_man.autosave_cell_every = (
        None,
        0,
    )  # papermill writes the result when this returns
    forks = nursery_for(nb_man.nb) if nursery == "shared" else nullcontext(nursery)
    with TemporaryDirectory(prefix="replicate-kernel-") as private, forks as found:
        manager = KernelManager.within(Path(private), found, {NOTES: str(reads)} if reads else {})
        resources = {"metadata": {"path": str(folder or Path.cwd())}}
        client = Client(
            nb_man, km=manager, resources=resources, startup_timeout=start_timeout, **options
        )
        client.watch = watch = watch or Watch(Limits(cell_seconds=execution_timeout))
        try:
            client.execute()
        except OSError as error:
            raise RunError(
                "the kernel did not start", where=str(resources["metadata"]["path"]), got=error
            ) from None
        except Ended as end:
            watch.status = end.status
            _mark(nb_man.nb, end, manager.log_file.read_text(errors="replace"))


def _mark(notebook: Any, end: Ended, log: str) -> None:
    """Write what ended the run, and the kernel's last words, into the last cell started: papermill looks for errors there."""
    last_words = (
        log.strip().splitlines()[-1:] if end.status in (Status.ERROR, Status.KILLED) else []
    )
    message = "; ".join([str(end), *last_words])
    if not any(cell.metadata.papermill["start_time"] for cell in notebook.cells):
        raise RunError(
            "the kernel did not start",
            where="ipykernel",
            got=message,
            hint="check the installation",
        ) from None
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    stopped = [cell for cell in code if cell.metadata.papermill["start_time"]][-1:] or code[:1]
    for cell in stopped:
        shown = [output for output in cell.outputs if output.output_type != "error"]
        where = [
            line
            for output in cell.outputs
            if output.output_type == "error"
            for line in output.traceback
        ]
        kind = end.status.value.capitalize()
        error = {
            "output_type": "error",
            "ename": kind,
            "evalue": message,
            "traceback": [*where, f"{kind}: {message}"],
        }
        cell["outputs"] = [*shown, nbformat.from_dict(error)]  # type: ignore[no-untyped-call]
