# mypy: disable-error-code="override, union-attr, attr-defined"
# jupyter_client annotates its asynchronous classes as the blocking ones
"""Kernels of this very interpreter, whatever kernels the machine has, private to one run."""

import asyncio
import os
import signal
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

import zmq.asyncio
from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from traitlets import Any as AnyTrait
from traitlets import default

from replicate.execution.forked import VARIABLES
from replicate.execution.kernels import WarmProvisioner
from replicate.vocabulary.runs import NOTES

_PATIENCE = 2.5  # seconds for a kernel to end by itself; jupyter_client's own
_RETRY = 5  # milliseconds until a socket tries again to reach a kernel that is about to listen
_LONGEST = 90  # characters of a socket's path: Linux has room for 107, macOS for 103
_SIGNALS = {number.value: number.name for number in signal.Signals}


class KernelSpecs(KernelSpecManager):
    """Knows one kernel: ipykernel in the interpreter of this process."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:  # noqa: ARG002 - each is this one
        """Return the kernel, whatever a notebook calls it."""
        return KernelSpec(resource_dir=RESOURCES, **get_kernel_dict())


class Client(AsyncKernelClient):
    """Waits for what a kernel says first, and not for fixed times."""

    def start_channels(self, **_: Any) -> None:
        """Start the channels that a run needs: nobody answers questions, nobody hears a heart."""
        super().start_channels(stdin=False, hb=False)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel publishes what cells show, and answers.

        Raises
        ------
        RuntimeError
            When it ended, or did not answer in so many seconds.
        """
        answered = asyncio.ensure_future(self._answer())
        died = asyncio.ensure_future(self.parent.provisioner.ended())
        done, waiting = await asyncio.wait(
            {answered, died}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED
        )
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        if answered not in done:
            raise RuntimeError("the kernel did not start")
        answered.result()

    async def _answer(self) -> None:
        kind = None
        while kind != "iopub_welcome":  # Jupyter enhancement proposal 65
            kind = (await self.iopub_channel.get_msg())["msg_type"]
        await self.kernel_info(reply=True)


class KernelManager(AsyncKernelManager):
    """Starts a kernel with an environment of its own, and a file for what it says outside cells.

    The kernel's connection file and IPython profile are private to the run: a reader's own
    start-up files don't change a result.

    Attributes
    ----------
    folder
        Where the cells run.
    private
        The run's own folder.
    pid
        The kernel's process id, once it has started.
    """

    folder: Any = AnyTrait()
    private: Any = AnyTrait()
    pid = 0
    code: int | None = None
    reader: Any = None

    @classmethod
    def within(cls, private: Path, folder: Path, *, warm: bool = True) -> "KernelManager":
        """Return a manager that keeps what the kernel needs in a folder nobody else can read.

        The kernel is forked where `warm`, and otherwise imports for itself.
        """
        socket = private / "socket"
        by_files = os.name == "posix" and len(str(socket)) <= _LONGEST
        files = {"transport": "ipc", "ip": str(socket)}
        context = zmq.asyncio.Context()
        context.reconnect_ivl = _RETRY
        manager = cls(
            context=context,
            private=private,
            folder=folder,
            connection_file=str(private / "connection.json"),
            **(files if by_files else {"transport_encryption": "auto"}),
        )
        manager.client_factory = Client
        manager.provisioner = WarmProvisioner(
            kernel_id=str(uuid.uuid4()), kernel_spec=manager.kernel_spec, parent=manager
        )
        manager.provisioner.warm = warm
        return manager

    @default("kernel_spec_manager")
    def _kernel_spec_manager_default(self) -> KernelSpecs:
        return KernelSpecs()

    def client(self, **options: Any) -> Any:
        """Return a client that shares this manager's sockets' context."""
        self.reader = super().client(**{"context": self.context, **options})
        return self.reader

    @property
    def log_file(self) -> Path:
        """What the kernel says outside its cells."""
        return Path(self.private) / "kernel.log"

    @property
    def reads(self) -> Path:
        """Where the kernel notes which tables it reads."""
        return Path(self.private) / "reads.jsonl"

    async def start_kernel(self, **options: Any) -> None:
        """Start the kernel, with the environment of a run."""
        own = {"IPYTHONDIR": str(self.private), "JUPYTER_RUNTIME_DIR": str(self.private)}
        environment = {**os.environ, **VARIABLES, **own, NOTES: str(self.reads)}
        history = ["--HistoryManager.hist_file=:memory:"]
        with self.log_file.open("ab") as log:
            await super().start_kernel(
                **{**options, "env": environment, "stderr": log, "extra_arguments": history}
            )
        self.pid = self.provisioner.pid

    def signal(self, number: int) -> None:
        """Send a signal to the kernel and its group; from any thread."""
        if self.pid:
            with suppress(OSError):
                os.killpg(self.pid, number)

    async def end(self) -> None:
        """End the kernel and its group, after it could end by itself, and close what reaches it."""
        kernel = self.provisioner
        if kernel and kernel.has_process:
            self.code = await kernel.poll()
            if self.code is None:
                await self.request_shutdown()
                with suppress(TimeoutError):
                    await asyncio.wait_for(kernel.ended(), _PATIENCE)
            await kernel.kill()  # its group, that is, which can be there when it has ended
            await kernel.wait()
        if self.reader:
            self.reader.stop_channels()
        await self.cleanup_resources()
        self.context.destroy(linger=0)

    @property
    def killed(self) -> bool:
        """Whether a signal ended the kernel."""
        return self.code is not None and self.code < 0

    def why_died(self) -> str:
        """Say how a kernel ended that was not asked to; nothing where it was."""
        if self.code is None:
            return ""
        if self.code < 0:
            return f"the kernel was killed by {_SIGNALS.get(-self.code, f'signal {-self.code}')}"
        return f"the kernel ended itself, with exit code {self.code}"

    def last_words(self) -> list[str]:
        """Return the last line that the kernel said outside its cells, if there is any."""
        if not self.log_file.exists():
            return []
        return self.log_file.read_text(errors="replace").strip().splitlines()[-1:]
