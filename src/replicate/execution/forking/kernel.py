"""Turns a process just forked into the kernel that its command line would have started.

Such a process ends without a report to coverage: the functions here are tested by what notebooks show, in tests/execution/warm.
"""

import atexit
import os
import random
import sys
import threading
import time
import warnings
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec

from ipykernel.kernelapp import IPKernelApp

AT_START = (
    "encodings.idna",
    "faulthandler",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.extensions.storemagic",
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "sqlite3",
    "tornado.platform.asyncio",
    "tornado.queues",
)
"""What every kernel imports when it starts."""

for _module in AT_START:
    import_module(_module)

_BUILT_IN = list(warnings.filters)
"""The filters before anything was preloaded."""


def start(
    command: Sequence[str], folder: str, environment: Mapping[str, str], log: str
) -> None:  # pragma: no cover - a fork reports none
    """Serve as a kernel until asked to end.

    Parameters
    ----------
    command
        What starts an ordinary one: the interpreter, its options, `-m ipykernel_launcher`, and the launcher's options.
    folder, environment
        Where it runs, and its environment variables.
    log
        The file for what it says outside its cells.
    """
    _redirect(log)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment, JPY_PARENT_PID=str(os.getppid()))
    time.tzset()
    _reseed()
    launcher = command.index("-m") + 1
    spec = find_spec(command[launcher])
    sys.argv[:] = [str(spec and spec.origin), *command[launcher + 1 :]]
    sys.orig_argv[:] = command
    app = IPKernelApp.instance(parent_handle=os.getppid())
    _initialize(app)
    app.start()  # type: ignore[no-untyped-call]
    # The thread that heard the request to end is about to publish that it has done so: ipykernel would close what it publishes by, and
    # wait for ever, or until it is killed.
    app.control_thread.join()
    # What an interpreter does at its end before it frees its memory, which this process need not do.
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()


def _redirect(log: str) -> None:  # pragma: no cover - a fork reports none
    """Give the process the streams an ordinary kernel has: nothing to read, and a file for what it says outside its cells."""
    for stream, opened in (
        (0, os.open(os.devnull, os.O_RDONLY)),
        (2, os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)),
    ):
        os.dup2(opened, stream)
        os.close(opened)


def _reseed() -> None:  # pragma: no cover - a fork reports none
    """Draw new random states: those of a fork are its parent's, the same for every run. Python's own is drawn at the fork."""
    random.seed()
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()


def _initialize(app: IPKernelApp) -> None:  # pragma: no cover - a fork reports none
    """Start the shell, and do for modules that were imported before what they do with a shell when they are imported after."""
    added = [each for each in warnings.filters if each not in _BUILT_IN]
    warnings.filters[:] = _BUILT_IN  # type: ignore[index]
    sys.modules.pop(
        "matplotlib_inline.backend_inline", None
    )  # imported again when a figure is drawn, or by name
    app.initialize(sys.argv[1:])  # type: ignore[no-untyped-call]
    warnings.filters[:0] = added  # type: ignore[index]  # filters that a shell adds stay behind those of modules
    if widgets := sys.modules.get("ipywidgets"):
        widgets.load_ipython_extension(app.shell)
