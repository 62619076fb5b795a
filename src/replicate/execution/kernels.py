# mypy: disable-error-code="override, union-attr, attr-defined"
# jupyter_client annotates its asynchronous classes as the blocking ones
"""Kernels forked from a process that is ready: a provisioner for any tool that uses Jupyter's."""

import asyncio
import os
import signal
import sys
import uuid
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import Any

import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from replicate.execution.forking import SERVER, VARIABLES, Kernel, Start, can_fork
from replicate.vocabulary.runs import NOTES

_START = 60  # seconds for a kernel to start; papermill's own
_END = 2.5  # seconds for a kernel to end by itself; jupyter_client's own
_RETRY = 5  # milliseconds until a socket tries again to reach a kernel that is about to listen


class WarmProvisioner(LocalProvisioner):
    """Starts kernels forked from a process that has imported and read what they need.

    Any tool that starts kernels by jupyter_client uses it where `JUPYTER_DEFAULT_PROVISIONER_NAME`
    is `replicate-warm`, or a kernel specification names it. What can't be forked (another
    interpreter or language, a system where forking is not sound) is started as usual.
    """

    process: Any
    warm = True

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel; the options are those of `Popen`."""
        ours = Path(cmd[0]) == Path(sys.executable) and "ipykernel_launcher" in cmd
        if not (self.warm and ours and can_fork()):
            return await super().launch_kernel(cmd, **kwargs)
        self.process = await asyncio.to_thread(self._fork, cmd, kwargs)
        self.pid = self.pgid = self.process.pid  # it leads a group of its own, or is about to
        self.cwd = kwargs.get("cwd") or Path.cwd()
        return self.connection_info

    @staticmethod
    def _fork(command: list[str], options: dict[str, Any]) -> Kernel:
        from multiprocessing.reduction import DupFd  # which Windows has not

        output, error = (
            DupFd(given.fileno() if hasattr(given, "fileno") else number)
            for number, given in ((1, options.get("stdout")), (2, options.get("stderr")))
        )
        folder = str(options.get("cwd") or Path.cwd())
        environment = dict(options.get("env") or os.environ)
        stamp = SERVER.start()
        return SERVER.fork(Start(command, folder, environment, output, error, stamp))

    async def ended(self) -> int | None:
        """Wait for the kernel's end, and return its exit code, minus the signal of a kill."""
        if isinstance(self.process, Kernel):
            loop, end = asyncio.get_running_loop(), asyncio.Event()
            loop.add_reader(self.process.sentinel, end.set)
            try:
                await end.wait()
            finally:
                loop.remove_reader(self.process.sentinel)
        while (code := await self.poll()) is None:
            await asyncio.sleep(0.1)
        return int(code)


class Client(AsyncKernelClient):
    """Waits for what a kernel says first, and not for fixed times."""

    def start_channels(self, **_: Any) -> None:
        """Start the channels that a run needs: nobody answers questions, nobody hears a heart."""
        super().start_channels(stdin=False, hb=False)

    async def wait_for_ready(self, timeout: float | None = None) -> None:  # noqa: ARG002
        """Wait until the kernel publishes what cells show, and answers.

        Raises
        ------
        RuntimeError
            When it ended.
        TimeoutError
            When it published nothing within a minute.
        """
        async with asyncio.timeout(_START):
            while await self.is_alive():
                with suppress(Empty):
                    await self.get_iopub_msg(timeout=1)  # whatever it is, the rest is heard too
                    await self.kernel_info(reply=True, timeout=_START)
                    return
        raise RuntimeError("the kernel did not start")


class KernelManager(AsyncKernelManager):
    """Starts a kernel of this very interpreter, private to one run, whatever the machine has.

    It has an environment of its own, and a file for what it says outside cells. Its connection
    file and IPython profile are private to the run: a reader's own start-up files don't change a
    result.

    Attributes
    ----------
    folder, private
        Where the cells run; the run's own folder.
    pid, code
        The kernel's process id, once it has started; its exit code, where it was not asked to end.
    """

    folder: Path
    private: Path
    pid = 0
    code: int | None = None
    reader: Any = None

    @classmethod
    def within(cls, private: Path, folder: Path, *, warm: bool = True) -> "KernelManager":
        """Return a manager that keeps what the kernel needs in a folder nobody else can read.

        The kernel is forked where `warm`, and otherwise imports for itself.
        """
        files = {"transport": "ipc", "ip": str(private / "socket")}
        manager = cls(
            context=zmq.asyncio.Context(),
            connection_file=str(private / "connection.json"),
            kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),  # it knows ipykernel here
            **(files if os.name == "posix" else {"transport_encryption": "auto"}),
        )
        manager.context.reconnect_ivl = _RETRY
        manager.private, manager.folder = private, folder
        manager.client_factory = Client
        manager.provisioner = WarmProvisioner(
            kernel_id=str(uuid.uuid4()), kernel_spec=manager.kernel_spec, parent=manager
        )
        manager.provisioner.warm = warm
        return manager

    def client(self, **options: Any) -> Any:
        """Return a client that shares this manager's sockets' context."""
        self.reader = super().client(**{"context": self.context, **options})
        return self.reader

    @property
    def reads(self) -> Path:
        """Where the kernel notes which tables it reads."""
        return self.private / "reads.jsonl"

    async def start_kernel(self, **options: Any) -> None:
        """Start the kernel, with the environment of a run."""
        own = {"IPYTHONDIR": str(self.private), "JUPYTER_RUNTIME_DIR": str(self.private)}
        environment = {**os.environ, **VARIABLES, **own, NOTES: str(self.reads)}
        with (self.private / "kernel.log").open("ab") as log:
            await super().start_kernel(**{**options, "env": environment, "stderr": log})
        self.pid = self.provisioner.pid

    def signal(self, number: int) -> None:
        """Send a signal to the kernel and its group; from any thread."""
        if self.pid:
            with suppress(OSError):
                os.killpg(self.pid, number)

    async def end(self) -> None:
        """End the kernel and its group, after it could end by itself, and close what reaches it."""
        kernel = self.provisioner
        if kernel.has_process:
            self.code = await kernel.poll()
            if self.code is None:
                await self.request_shutdown()
                with suppress(TimeoutError):
                    await asyncio.wait_for(kernel.ended(), _END)
            await kernel.kill()  # its group, that is, which can be there when it has ended
            await kernel.ended()
            await kernel.wait()
        if self.reader:
            self.reader.stop_channels()
        await self.cleanup_resources()
        self.context.destroy(linger=0)

    def last_words(self) -> list[str]:
        """Say how a kernel ended that was not asked to, and what it last said outside its cells."""
        if self.code is None:
            return []
        how = f"ended itself, with exit code {self.code}"
        if self.code < 0:
            how = f"was killed by {signal.Signals(-self.code).name}"
        said = (self.private / "kernel.log").read_text(errors="replace").strip().splitlines()
        return [f"the kernel {how}", *said[-1:]]
