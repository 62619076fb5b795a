"""A server that prepares once, and the kernels that are forked from it: both sides of the fork."""

import atexit
import ctypes
import gc
import json
import logging
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import threading
import time
import types
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from importlib.machinery import PathFinder
from importlib.metadata import entry_points
from importlib.util import find_spec
from multiprocessing import forkserver
from multiprocessing.process import BaseProcess
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, NamedTuple

import psutil

from replicate.vocabulary.runs import DATA

PRELOAD = "REPLICATE_PRELOAD"
"""The environment variable that names what the server prepares, in place of the entry points:
modules, and functions as `module:function`, with commas between."""

GROUP = "replicate.preload"
"""The group of entry points whose functions the server calls by default."""

VARIABLES = {
    "PYTHONHASHSEED": "0",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    # One thread for linear algebra, however many the cores and the jobs: those of several runs
    # would wait for one another, and with two the last digits of a result are others.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # each kernel imports a debugger that would warn
}
"""What the server's environment says: libraries read these when they are imported."""

_AT_START = ("PYTHON", "MPL", "OMP_", "OPENBLAS_", "MKL_", "LD_", "LC_", "LANG")
_KERNEL = (
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "sqlite3",
    "tornado.platform.asyncio",
)
"""What every kernel imports when it starts."""

_LOG = logging.getLogger(__name__)
_PACKAGE = Path(__file__).resolve().parents[1]
_LOCK = threading.RLock()  # multiprocessing reads how a process ended once, from no two threads
_INLINE = "matplotlib_inline.backend_inline"


@cache
def can_fork() -> bool:
    """Say whether kernels can be forked here, and log, once, that they can't."""
    if sys.platform != "linux":  # elsewhere system libraries do not survive a fork
        _LOG.warning("ordinary kernels, which start more slowly: forking is sound on Linux only")
    return sys.platform == "linux"


class Start(NamedTuple):
    """What a kernel is started with.

    Attributes
    ----------
    command
        What starts an ordinary one: the interpreter, its options, `-m ipykernel_launcher`, and
        the launcher's options.
    folder, environment
        Where it runs, and its environment variables.
    output, error
        Its standard streams.
    stamp
        What the server must have been prepared with.
    """

    command: Sequence[str]
    folder: str
    environment: Mapping[str, str]
    output: Any
    error: Any
    stamp: int


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

    wait = poll  # it is asked of kernels that have ended

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)


class Server:
    """The one server of this process, as `multiprocessing` keeps it."""

    def __init__(self) -> None:
        self._stamp: int | None = None
        self._pid: int | None = None  # known once a kernel was forked from it
        self._kernels: set[Kernel] = set()

    def start(self) -> int:
        """Have a server running, prepared with what is there now, and return its stamp.

        Where it was prepared with something else, another takes its place, unless kernels live
        that it would take with it: then those asked for become ordinary ones by themselves.
        """
        now = stamp()
        with _LOCK, _as_for_server():
            self._kernels = {kernel for kernel in self._kernels if kernel.poll() is None}
            if self._pid and self._stamp != now and not self._kernels:
                with suppress(OSError):
                    os.kill(self._pid, signal.SIGTERM)
                    os.waitid(os.P_PID, self._pid, os.WEXITED | os.WNOWAIT)
                self._pid = None
            if self._pid is None:
                self._stamp = now
            forkserver.set_forkserver_preload(["replicate.execution.preload"])
            forkserver.ensure_running()
        return now

    def fork(self, start: Start) -> Kernel:
        """Start a kernel."""
        with _LOCK, _as_for_server():
            context = multiprocessing.get_context("forkserver")
            process = context.Process(target=begin, args=(start,), daemon=True)
            process.start()
            kernel = Kernel(process)
            self._kernels.add(kernel)
            with suppress(psutil.NoSuchProcess):
                self._pid = self._pid or psutil.Process(kernel.pid).ppid()
        return kernel

    def end_kernels(self) -> None:  # pragma: no cover - at exit, when coverage has stopped
        """End those that live, with all of their groups."""
        for kernel in self._kernels:
            if kernel.poll() is None:
                with suppress(OSError):
                    os.killpg(kernel.pid, signal.SIGKILL)


SERVER = Server()
atexit.register(SERVER.end_kernels)


@contextmanager
def _as_for_server() -> Iterator[None]:
    """Let this process be for a moment what `multiprocessing` takes over from it.

    A child would run `__main__` again, daemons may have no children, and the server's libraries
    read the environment when they are imported.
    """
    process, main = multiprocessing.current_process(), sys.modules["__main__"]
    daemon, before = process.daemon, {name: os.environ.get(name) for name in VARIABLES}
    process.daemon = False
    sys.modules["__main__"] = types.ModuleType("__main__")
    os.environ.update(VARIABLES)
    try:
        yield
    finally:
        process.daemon = daemon
        sys.modules["__main__"] = main
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


def stamp() -> int:
    """Return a number that is another when a file of the package or of the user's tables is."""
    folders = [_PACKAGE, *([Path(os.environ[DATA])] if os.environ.get(DATA) else [])]
    paths = (path for folder in folders for path in sorted(folder.rglob("*")))
    states = [(str(path), path.stat().st_mtime_ns) for path in paths if path.suffix != ".pyc"]
    return zlib.crc32(repr((os.environ.get(PRELOAD), states)).encode())


_prepared: dict[str, Any] = {}


# Coverage is started in neither the server nor a kernel, which end without its leave; what cells
# show there and in ordinary kernels is compared, end to end, by tests/execution/test_kernels.py.
def prepare() -> None:  # pragma: no cover - in the server alone: it changes the whole process
    """Import what kernels need, and do what the project names, once for all of them."""
    _prepared["stamp"] = stamp()
    code = "import json, sys; print(json.dumps(sys.path[1:]))"
    ordinary = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)  # noqa: S603
    sys.path[:] = _prepared["path"] = json.loads(ordinary.stdout)
    gc.disable()  # until the fork, as its documentation recommends
    for name in [*_KERNEL, *names_to_load()]:
        load(name)
    gc.enable()
    gc.freeze()  # or each kernel's first collection would copy every page that holds an object


def names_to_load() -> list[str]:
    """Return what the server prepares: what the environment names, or else the entry points."""
    if (given := os.environ.get(PRELOAD)) is not None:
        return [name.strip() for name in given.split(",") if name.strip()]
    return [entry.value for entry in entry_points(group=GROUP)]


def load(name: str) -> None:
    """Import a module, or call a function of one; what fails is said, and kernels do without."""
    try:
        loaded = resolve_name(name)
        if ":" in name:
            loaded()
    except Exception as error:  # whatever it is
        print(f"not prepared: {name}: {type(error).__name__}: {error}", file=sys.stderr)  # noqa: T201


def begin(start: Start) -> None:  # pragma: no cover - in a fork alone: it becomes a kernel
    """Turn this process into the kernel that a command line would have started."""
    os.setsid()
    for number, stream in ((1, start.output), (2, start.error)):
        os.dup2(stream.detach(), number)
    before = dict(os.environ)
    os.chdir(start.folder)
    os.environ.clear()
    os.environ.update(start.environment)
    os.environ["JPY_PARENT_PID"] = str(os.getppid())
    if _prepared.get("stamp") != start.stamp or imports_differ(start, before):
        os.execve(start.command[0], list(start.command), dict(os.environ))  # noqa: S606
    threading.Thread(target=_end_with_starter, daemon=True).start()
    _look_ordinary(start.command)
    _serve()


def imports_differ(start: Start, before: Mapping[str, str]) -> bool:
    """Say whether an ordinary kernel would import something else than this process has.

    `before` are this process's own environment variables.
    """
    for name, value in start.environment.items():
        fixed = name != "PYTHONHASHSEED"  # which Dask's workers set, and no cell sees
        if name.startswith(_AT_START) and fixed and before.get(name) != value:
            return True
    beside = {path.stem for path in Path(start.folder).iterdir()}
    imported = {name.partition(".")[0] for name in sys.modules}
    found = (PathFinder.find_spec(name, [start.folder]) for name in imported & beside)
    return "matplotlibrc" in beside or any(spec and spec.origin for spec in found)


def _end_with_starter() -> None:  # pragma: no cover - in a fork alone: it kills the group
    """Wait for the process that asked for this kernel to end, however it does, and end too."""
    if parent := multiprocessing.parent_process():
        parent.join()
        os.killpg(0, signal.SIGKILL)


def _look_ordinary(command: Sequence[str]) -> None:  # pragma: no cover - in a fork alone
    """Make the process what the interpreter would have been at its start."""
    process = multiprocessing.current_process()
    process.daemon, process.name = False, "MainProcess"
    multiprocessing.set_start_method(None, force=True)
    time.tzset()
    random.seed()  # the states of a fork are its parent's, the same for every run
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()
    launcher = command.index("-m") + 1
    spec = find_spec(command[launcher])
    sys.argv[:] = [str(spec and spec.origin), *command[launcher + 1 :]]
    sys.path[:] = _prepared["path"]


def _serve() -> None:  # pragma: no cover - in a fork alone: it ends with the process
    from ipykernel.kernelapp import IPKernelApp

    resolved = sys.modules.pop(_INLINE, None)  # imported anew, it will find the shell
    app = IPKernelApp.instance(parent_handle=1)  # so it starts no poller of its own
    app.initialize(sys.argv[1:])  # type: ignore[no-untyped-call]
    if widgets := sys.modules.get("ipywidgets"):
        widgets.load_ipython_extension(app.shell)
    if resolved:
        sys.modules["matplotlib.pyplot"].switch_backend(os.environ["MPLBACKEND"])
    atexit.register(os._exit, 0)  # first of all, so the last that is done: no memory is freed
    app.start()  # type: ignore[no-untyped-call]
    app.control_thread.join()  # it is about to publish that the request to end was heard
    ctypes.pythonapi.Py_Exit(0)  # as an interpreter ends, with what cells left to `atexit`
