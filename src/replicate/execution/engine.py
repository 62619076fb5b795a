"""A papermill engine: `papermill --engine replicate`, or `papermill.execute_notebook(…, engine_name="replicate")`."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
from papermill.engines import Engine, NotebookExecutionManager

from replicate.execution.client import Client
from replicate.execution.kernel import KernelManager
from replicate.execution.provision import Nursery
from replicate.execution.watch import Ended, Watch
from replicate.vocabulary.errors import RunError
from replicate.vocabulary.outcomes import Limits, Status
from replicate.vocabulary.reads import NOTES

ENGINE = "replicate"


class ReplicateEngine(Engine):  # type: ignore[misc]
    """Runs a notebook's cells, and turns a kernel that hung or died into an error of the cell it happened in."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,  # noqa: ARG003 - there is one kernel, this interpreter
        *,
        folder: Path | None = None,
        watch: Watch | None = None,
        nursery: Nursery | None = None,
        reads: Path | None = None,
        execution_timeout: float | None = None,
        start_timeout: float = 60,
        **options: Any,
    ) -> None:
        """Run every cell in `folder`; what cells show is saved once, at the end.

        Parameters
        ----------
        nb_man
            Papermill's keeper of the notebook.
        kernel_name
            Not heeded: there is one kernel, this interpreter.
        folder
            Where the cells run; by default where papermill does.
        watch
            The run's limits; by default the seconds that papermill's own option gives a cell.
        nursery
            Where the kernel is forked.
        reads
            A file to note the tables in that the cells read.
        execution_timeout, start_timeout, options
            Papermill's own.

        Raises
        ------
        RunError
            When the kernel does not start.
        """
        nb_man.output_path, nb_man.autosave_cell_every = None, 0  # papermill writes the result when this returns
        watch = watch or Watch(Limits(cell_seconds=execution_timeout))
        passed = {name: options[name] for name in ("log_output", "stdout_file", "stderr_file") if name in options}
        with TemporaryDirectory(prefix="replicate-kernel-") as private:
            manager = KernelManager.within(Path(private), nursery, {NOTES: str(reads)} if reads else {})
            resources = {"metadata": {"path": str(folder or Path.cwd())}}
            client = Client(
                nb_man,
                km=manager,
                resources=resources,
                startup_timeout=start_timeout,
                store_widget_state=False,
                record_timing=False,
                **passed,
            )
            client.watch = watch
            try:
                client.execute()
            except Ended as end:
                watch.status = end.status
                _mark(nb_man.nb, end, manager.log_file.read_text(errors="replace"))


def _mark(notebook: Any, end: Ended, log: str) -> None:
    """Write what ended the run, and the kernel's last words, into the last cell started: papermill looks for errors there."""
    last_words = log.strip().splitlines()[-1:] if end.status in (Status.ERROR, Status.KILLED) else []
    message = "; ".join([str(end), *last_words])
    if not any(cell.metadata.papermill["start_time"] for cell in notebook.cells):
        raise RunError("the kernel did not start", where="ipykernel", got=message, hint="check the installation") from None
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    stopped = [cell for cell in code if cell.metadata.papermill["start_time"]][-1:] or code[:1]
    for cell in stopped:
        shown = [output for output in cell.outputs if output.output_type != "error"]
        where = [line for output in cell.outputs if output.output_type == "error" for line in output.traceback]
        error = {"output_type": "error", "ename": end.status.value.capitalize(), "evalue": message, "traceback": where or [message]}
        cell["outputs"] = [*shown, nbformat.from_dict(error)]  # type: ignore[no-untyped-call]
