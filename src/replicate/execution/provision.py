"""Starts kernels, forked or ordinary, and knows at once when one has ended."""

import asyncio
import logging
import os
import signal
from collections.abc import Awaitable, Iterable
from contextlib import suppress
from importlib.machinery import PathFinder
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.launcher import launch_kernel
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from replicate.execution.forking.parent import ask

_LOG = logging.getLogger(__name__)
_ENTRY = "replicate.execution.forking.kernel:start"


class Nursery(NamedTuple):
    """Where kernels are forked.

    Attributes
    ----------
    connection
        To the process that forks them.
    modules
        What it has imported.
    """

    connection: Connection
    modules: tuple[str, ...]


class Forked:
    """A forked kernel, as much like a `Popen` as a provisioner needs.

    Attributes
    ----------
    pid, returncode
        As of a `Popen`.
    peak
        The most bytes it held, once it has ended.
    """

    def __init__(self, nursery: Connection, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self.peak = 0
        self._nursery = nursery

    def poll(self) -> int | None:
        """Return the exit code if it is known."""
        return self.returncode

    def wait(self) -> int:
        """Wait for the end, and return the exit code; called once."""
        try:
            self.returncode, self.peak = self._nursery.recv()
        except (
            EOFError,
            OSError,
        ):  # the process it was forked from is gone, and the kernel with it
            self.returncode = -signal.SIGKILL
        return self.returncode or 0

    def send_signal(self, number: int) -> None:
        """Send a signal, unless the kernel has ended."""
        if self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)


class Provisioner(LocalProvisioner):
    """Starts a kernel, and waits for its end in a thread instead of asking for it every 100 ms.

    Attributes
    ----------
    nursery
        Where kernels are forked; None for ordinary ones. What can't be forked is started as an ordinary kernel, and the log says why.
    peak
        The most bytes that a forked kernel held, once it has ended.
    """

    nursery: Nursery | None = None
    process: Any
    peak = 0
    _end: "asyncio.Future[int]"

    async def launch_kernel(self, cmd: list[str], **options: Any) -> KernelConnectionInfo:
        """Start the kernel; `options` are those of `Popen`, with a file for what it says outside its cells as `stderr`."""
        options = self._scrub_kwargs(options)
        self.process = self._fork(cmd, **options) or launch_kernel(cmd, **options)
        self.pid = self.pgid = (
            self.process.pid
        )  # it leads a process group of its own, or is about to
        self.cwd = options["cwd"]
        self._end = asyncio.ensure_future(asyncio.to_thread(self.process.wait))
        return self.connection_info

    def _fork(
        self, command: list[str], *, cwd: str, env: dict[str, str], stderr: Any
    ) -> Forked | None:
        if self.nursery is None:
            return None
        if found := obstacle(Path(cwd), self.nursery.modules):
            _LOG.warning("an ordinary kernel, not a forked one: %s", found)
            return None
        try:
            return Forked(
                self.nursery.connection,
                ask(self.nursery.connection, _ENTRY, command, cwd, env, stderr.name),
            )
        except (EOFError, OSError):
            _LOG.warning("an ordinary kernel, not a forked one: the process to fork from is gone")
            return None

    def ended(self) -> Awaitable[int]:
        """Wait for the kernel's end, and return its exit code, which is minus the signal where one killed it."""
        return asyncio.shield(self._end)

    async def wait(self) -> int | None:
        """Wait for the kernel's end, and forget it."""
        code = await self.ended()
        self.peak = getattr(self.process, "peak", 0)
        self.process = None
        return code


def obstacle(folder: Path, modules: Iterable[str]) -> str | None:
    """Say what in a folder would be found there by a kernel that imports for itself, and was found elsewhere by the nursery."""
    packages = {name.partition(".")[0] for name in modules}
    if "matplotlib" in packages and (folder / "matplotlibrc").exists():
        return f"{folder / 'matplotlibrc'} sets other defaults"
    found = (PathFinder.find_spec(name, [str(folder)]) for name in sorted(packages))
    return next(
        (f"{spec.origin} hides an installed module" for spec in found if spec and spec.origin), None
    )
