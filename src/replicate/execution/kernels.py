# mypy: disable-error-code="override, union-attr, attr-defined"
# jupyter_client annotates its asynchronous classes as the blocking ones
"""Kernels forked from a process that is ready: a provisioner for any tool that uses Jupyter's."""

import asyncio
import logging
import os
import signal
import sys
import uuid
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Any as AnyTrait
from traitlets import default

from replicate.execution.forking import SERVER, VARIABLES, Kernel, Start, stream, why_ordinary
from replicate.vocabulary.runs import NOTES

_LOG = logging.getLogger(__name__)
_PATIENCE = 2.5  # seconds for a kernel to end by itself; jupyter_client's own
_RETRY = 5  # milliseconds until a socket tries again to reach a kernel that is about to listen
_LONGEST = 90  # characters of a socket's path: Linux has room for 107, macOS for 103
_SIGNALS = {number.value: number.name for number in signal.Signals}


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
        if not self._can_fork(cmd):
            return await super().launch_kernel(cmd, **kwargs)
        self.process = await asyncio.to_thread(self._fork, cmd, kwargs)
        self.pid = self.pgid = self.process.pid  # it leads a group of its own, or is about to
        self.cwd = kwargs.get("cwd") or Path.cwd()
        return self.connection_info

    def _can_fork(self, command: list[str]) -> bool:
        if not self.warm or _said_ordinary():
            return False
        ours = Path(command[0]) == Path(sys.executable)
        return ours and command[-2:-1] != ["-c"] and "ipykernel_launcher" in command

    @staticmethod
    def _fork(command: list[str], options: dict[str, Any]) -> Kernel:
        output, error = (
            stream(given.fileno() if given and hasattr(given, "fileno") else number)
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

    async def wait(self) -> int | None:
        """Wait for the kernel's end, and forget it."""
        await self.ended()
        return await super().wait()


@cache
def _said_ordinary() -> bool:
    """Say, once, why kernels are ordinary ones, and return whether they are."""
    if why := why_ordinary():
        _LOG.warning("ordinary kernels, which start more slowly: %s", why)
    return bool(why)


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
    def _kernel_spec_manager_default(self) -> KernelSpecManager:
        return KernelSpecManager(kernel_dirs=[])  # it then knows ipykernel in this interpreter

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
        if kernel.has_process:
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
        if self.killed:
            return f"the kernel was killed by {_SIGNALS.get(-self.code, f'signal {-self.code}')}"
        return f"the kernel ended itself, with exit code {self.code}"

    def last_words(self) -> list[str]:
        """Return the last line that the kernel said outside its cells, if there is any."""
        if not self.log_file.exists():
            return []
        return self.log_file.read_text(errors="replace").strip().splitlines()[-1:]
