"""Kernels forked from a process that is ready: a provisioner for any tool that uses Jupyter's."""

import asyncio
import atexit
import logging
import multiprocessing
import os
import signal
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import forkserver
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import RLock
from typing import Any

import psutil
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from replicate.execution import forked

_LOG = logging.getLogger(__name__)
_LOCK = RLock()  # multiprocessing reads how a process ended once, and from no two threads


class Server:
    """The one server of this process, as `multiprocessing` keeps it.

    Attributes
    ----------
    stamp
        What it was prepared with; None before it was started.
    pid
        Its process id, once a kernel was forked from it.
    kernels
        Those started.
    """

    def __init__(self) -> None:
        self.stamp: int | None = None
        self.pid: int | None = None
        self.kernels: set[Kernel] = set()

    def start(self) -> int:
        """Have a server running, prepared with what is there now, and return its stamp.

        Where it was prepared with something else, another takes its place, unless kernels live
        that it would take with it: then those asked for become ordinary ones by themselves.
        """
        now = forked.stamp()
        with _LOCK:
            self.kernels = {kernel for kernel in self.kernels if kernel.poll() is None}
            if self.pid and self.stamp != now and not self.kernels:
                with suppress(OSError):
                    os.kill(self.pid, signal.SIGTERM)
                    os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
                self.pid = None
            if self.pid is None:
                self.stamp = now
            forkserver.set_forkserver_preload(["replicate.execution.preload"])
            with _as_for_server():
                forkserver.ensure_running()
        return now

    def fork(self, start: forked.Start) -> "Kernel":
        """Start a kernel."""
        with _LOCK, _as_for_server():
            context = multiprocessing.get_context("forkserver")
            process = context.Process(target=forked.begin, args=(start,), daemon=True)
            process.start()
            kernel = Kernel(process)
            self.kernels.add(kernel)
            if self.pid is None:
                with suppress(psutil.NoSuchProcess):
                    self.pid = psutil.Process(kernel.pid).ppid()
        return kernel


class Kernel:
    """A forked kernel, as much like a `Popen` as a provisioner needs."""

    stdin = stdout = stderr = None

    def __init__(self, process: BaseProcess) -> None:
        self._process = process
        self.pid = process.pid or 0
        self.sentinel = process.sentinel

    def poll(self) -> int | None:
        """Return the exit code; None while it runs."""
        with _LOCK:
            return self._process.exitcode

    def wait(self) -> int | None:
        """Return the exit code of a kernel that has ended."""
        with _LOCK:
            self._process.join()
            return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it and all of its group."""
        with suppress(OSError):
            os.killpg(self.pid, signal.SIGKILL)
        if self.poll() is None:
            self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


SERVER = Server()


@contextmanager
def _as_for_server() -> Iterator[None]:
    """Let this process be for a moment what `multiprocessing` takes over from it.

    A child would run `__main__` again, daemons may have no children, and the server's libraries
    read the environment when they are imported.
    """
    process, main = multiprocessing.current_process(), sys.modules["__main__"]
    daemon, before = process.daemon, {name: os.environ.get(name) for name in forked.VARIABLES}
    process.daemon = False
    sys.modules["__main__"] = types.ModuleType("__main__")
    os.environ.update(forked.VARIABLES)
    try:
        yield
    finally:
        process.daemon = daemon
        sys.modules["__main__"] = main
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


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
        if not self.warm:
            return False
        if why := why_ordinary():
            _said_once(why)
            return False
        ours = Path(command[0]) == Path(sys.executable)
        return ours and command[-2:-1] != ["-c"] and "ipykernel_launcher" in command

    @staticmethod
    def _fork(command: list[str], options: dict[str, Any]) -> Kernel:
        output, error = (
            forked.stream(given.fileno() if given and hasattr(given, "fileno") else number)
            for number, given in ((1, options.get("stdout")), (2, options.get("stderr")))
        )
        folder = str(options.get("cwd") or Path.cwd())
        environment = dict(options.get("env") or os.environ)
        stamp = SERVER.start()
        return SERVER.fork(forked.Start(command, folder, environment, output, error, stamp))

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


def why_ordinary() -> str:
    """Say why kernels can't be forked here; nothing where they can."""
    if sys.platform != "linux":  # elsewhere system libraries do not survive a fork
        return f"forking a process with libraries is sound on Linux only; this is {sys.platform}"
    return ""


_said: set[str] = set()


def _said_once(why: str) -> None:
    if why not in _said:
        _said.add(why)
        _LOG.warning("ordinary kernels, which start more slowly: %s", why)


@atexit.register
def end_kernels() -> None:
    """End every kernel that this process started and has not ended."""
    for kernel in SERVER.kernels:
        if kernel.poll() is None:
            kernel.kill()
