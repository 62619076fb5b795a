"""A papermill engine that runs cells in this very interpreter, whatever kernels the machine has installed."""

import logging
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellTimeoutError
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines
from traitlets import Dict, Unicode, default
from traitlets.config import Config

from replicate.vocabulary.errors import RunError
from replicate.vocabulary.reads import NOTES

ENGINE = "replicate"


class ProjectKernelSpecs(KernelSpecManager):
    """Knows one kernel: ipykernel in the interpreter of this process."""

    environment = Dict()

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:  # noqa: ARG002 - every name is answered with the one kernel
        """Return the kernel, whatever a notebook calls it."""
        return KernelSpec(resource_dir=RESOURCES, env=self.environment, **get_kernel_dict())


class ProjectKernelManager(AsyncKernelManager):
    """Starts the project's kernel with an environment of its own, and a file for what it says outside its cells."""

    environment = Dict().tag(config=True)
    log_file = Unicode().tag(config=True)

    @default("kernel_spec_manager")
    def _kernel_spec_manager_default(self) -> ProjectKernelSpecs:
        return ProjectKernelSpecs(environment=self.environment)

    async def _async_launch_kernel(self, kernel_cmd: list[str], **options: Any) -> None:
        with Path(self.log_file).open("ab") as log:
            await super()._async_launch_kernel(kernel_cmd, stderr=log, **options)


class ProjectEngine(NBClientEngine):  # type: ignore[misc]
    """Runs a notebook's cells, and turns a kernel that hung or died into an error of the cell it happened in."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: NotebookExecutionManager, kernel_name: str, *, folder: Path, reads: Path | None = None, **options: Any
    ) -> None:
        """Run every cell in `folder`, and have the tables that they read noted in the file `reads`.

        The kernel's connection file and IPython profile are private to the run: a reader's own start-up files don't change a result.

        Raises
        ------
        RunError
            When the kernel does not start.
        """
        with TemporaryDirectory(prefix="replicate-kernel-") as private:
            log = Path(private) / "kernel.log"
            try:
                super().execute_managed_notebook(
                    nb_man,
                    kernel_name,
                    kernel_manager_class=ProjectKernelManager,
                    config=Config({ProjectKernelManager.__name__: _settings(private, log, reads)}),
                    resources={"metadata": {"path": str(folder)}},
                    record_timing=False,
                    store_widget_state=False,
                    **options,
                )
            except (CellTimeoutError, RuntimeError) as fault:  # nbclient's DeadKernelError is one of the latter
                _mark(nb_man.nb, fault, log.read_text(errors="replace"))


papermill_engines.register(ENGINE, ProjectEngine)
logging.getLogger("papermill").setLevel(logging.CRITICAL)  # what it logs is refused before, or raised as an error


def _settings(private: str, log: Path, reads: Path | None) -> dict[str, Any]:
    environment = {
        "PYTHONHASHSEED": "0",
        "OPENBLAS_NUM_THREADS": "1",  # the matrices are small: threads wait for one another longer than they work
        "IPYTHONDIR": private,
        "JUPYTER_RUNTIME_DIR": private,
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # a backend set for scripts would leave cells without figures
        **({NOTES: str(reads)} if reads else {}),
    }
    connection = str(Path(private) / "connection.json")
    return {"environment": environment, "connection_file": connection, "log_file": str(log), "transport_encryption": "auto"}


def _mark(notebook: Any, fault: Exception, log: str) -> None:
    """Write what stopped the kernel, and its last words if it died, into the last cell started: papermill looks for errors there."""
    last_words = log.strip().splitlines()[-1:] if isinstance(fault, RuntimeError) else []
    message = "; ".join([str(fault).splitlines()[0], *last_words])
    started = [cell for cell in notebook.cells if cell.metadata.papermill["start_time"]]
    if not started:
        raise RunError("the kernel did not start", where="ipykernel", got=message, hint="check the installation") from None
    error = {"output_type": "error", "ename": type(fault).__name__, "evalue": message, "traceback": [message]}
    shown = [output for output in started[-1].outputs if output.output_type != "error"]  # such as the interrupt that ended a wait
    started[-1]["outputs"] = [*shown, nbformat.from_dict(error)]  # type: ignore[no-untyped-call]
