"""What happens on the far side of a fork: a server that prepares once, and kernels that begin in it."""

import atexit
import ctypes
import gc
import importlib
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import threading
import time
import warnings
import zlib
from collections.abc import Mapping, Sequence
from importlib.machinery import PathFinder
from importlib.metadata import entry_points
from importlib.util import find_spec
from multiprocessing.reduction import DupFd
from pathlib import Path
from typing import Any, NamedTuple

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
    "encodings.idna",
    "faulthandler",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.extensions.storemagic",
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "sqlite3",
    "tornado.platform.asyncio",
    "tornado.queues",
)
"""What every kernel imports when it starts."""

_PACKAGE = Path(__file__).resolve().parents[1]
_INLINE = "matplotlib_inline.backend_inline"


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


class _Prepared(NamedTuple):
    stamp: int
    path: list[str]
    filters: list[Any]


_prepared: list[_Prepared] = []


def stamp() -> int:
    """Return a number that is another when a file of the package or of the user's tables is."""
    folders = [_PACKAGE, *map(Path, filter(None, [os.environ.get("REPLICATE_DATA")]))]
    files = [
        (entry.path, entry.stat().st_mtime_ns, entry.stat().st_size)
        for folder in folders
        for entry in _files(folder)
    ]
    return zlib.crc32(repr((os.environ.get(PRELOAD), sorted(files))).encode())


def _files(folder: Path) -> list[os.DirEntry[str]]:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return []
    below = [entry for entry in entries if entry.is_dir() and entry.name != "__pycache__"]
    return [
        *(entry for entry in entries if entry.is_file()),
        *(file for entry in below for file in _files(Path(entry.path))),
    ]


# Coverage is started in neither the server nor a kernel, which end without its leave; what cells
# show there and in ordinary kernels is compared, end to end, by tests/execution/test_kernels.py.
def prepare() -> None:  # pragma: no cover - in the server alone: it changes the whole process
    """Import what kernels need, and do what the project names, once for all of them."""
    found = stamp()
    code = "import json, sys; print(json.dumps(sys.path[1:]))"
    ordinary = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)  # noqa: S603
    import json

    sys.path[:] = json.loads(ordinary.stdout)
    gc.disable()  # until the fork, as its documentation recommends
    for name in _KERNEL:
        load(name)
    filters = list(warnings.filters)
    for name in names_to_load():
        load(name)
    gc.enable()
    gc.freeze()  # or each kernel's first collection would copy every page that holds an object
    _prepared.append(_Prepared(found, list(sys.path), filters))


def names_to_load() -> list[str]:
    """Return what the server prepares: what the environment names, or else the entry points."""
    if (given := os.environ.get(PRELOAD)) is not None:
        return [name.strip() for name in given.split(",") if name.strip()]
    return [entry.value for entry in entry_points(group=GROUP)]


def load(name: str) -> None:
    """Import a module, or call a function of one; what fails is said, and kernels do without."""
    module, _, function = name.partition(":")
    try:
        loaded = importlib.import_module(module)
        if function:
            getattr(loaded, function)()
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
    prepared = _prepared[0] if _prepared else None
    os.environ["JPY_PARENT_PID"] = str(os.getppid())
    if not prepared or prepared.stamp != start.stamp or imports_differ(start, before):
        os.execve(start.command[0], list(start.command), dict(os.environ))  # noqa: S606
    ParentPollerUnix(daemon=True).start()
    sys.path[:] = prepared.path
    _look_ordinary(start.command)
    _serve(prepared.filters)


def imports_differ(start: Start, before: Mapping[str, str]) -> bool:
    """Say whether an ordinary kernel would import something else than this process has.

    `before` are this process's own environment variables.
    """
    for name, value in start.environment.items():
        fixed = name != "PYTHONHASHSEED"  # which Dask's workers set, and no cell sees
        if name.startswith(_AT_START) and fixed and before.get(name) != value:
            return True
    beside = {Path(name).stem for name in os.listdir(start.folder)}  # noqa: PTH208
    imported = {name.partition(".")[0] for name in sys.modules}
    found = (PathFinder.find_spec(name, [start.folder]) for name in imported & beside)
    return "matplotlibrc" in beside or any(spec and spec.origin for spec in found)


def _look_ordinary(
    command: Sequence[str],
) -> None:  # pragma: no cover - in a fork alone: it becomes a kernel
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
    sys.orig_argv[:] = command


def _serve(
    filters: list[Any],
) -> None:  # pragma: no cover - in a fork alone: it ends with the process
    from ipykernel.kernelapp import IPKernelApp

    resolved = sys.modules.pop(_INLINE, None)  # imported anew, it will find the shell
    added = [each for each in warnings.filters if each not in filters]
    warnings.filters[:] = filters  # type: ignore[index]
    app = IPKernelApp.instance(parent_handle=1)  # so it starts no poller of its own
    app.initialize(sys.argv[1:])  # type: ignore[no-untyped-call]
    warnings.filters[:0] = added  # type: ignore[index]  # a shell's stay behind those of modules
    if widgets := sys.modules.get("ipywidgets"):
        widgets.load_ipython_extension(app.shell)
    if resolved:
        sys.modules["matplotlib.pyplot"].switch_backend(os.environ["MPLBACKEND"])
    atexit.register(_leave)
    app.start()  # type: ignore[no-untyped-call]
    app.control_thread.join()  # it is about to publish that the request to end was heard
    ctypes.pythonapi.Py_Exit(0)  # as an interpreter ends, with what cells left to `atexit`


def _leave() -> None:  # pragma: no cover - in a fork alone: it ends the process
    """End without freeing memory; registered first, so it runs last."""
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream:
            stream.flush()
    os._exit(0)


class ParentPollerUnix(threading.Thread):
    """Ends with the process that asked for this kernel: takes the place of ipykernel's poller."""

    def run(self) -> None:  # pragma: no cover - in a fork alone: it kills the group
        """Wait for that process to end, however it does."""
        if parent := multiprocessing.parent_process():
            parent.join()
            os.killpg(0, signal.SIGKILL)


def stream(number: int) -> Any:
    """Return what carries a file descriptor to a kernel."""
    return DupFd(number)
