"""Starts the process that others are forked from, and asks it for them."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from multiprocessing.reduction import send_handle
from threading import Lock

from replicate.execution.forking.nursery import Adopt, Fork


def why_not() -> str:
    """Say why processes can't be forked here; nothing where they can."""
    if (
        sys.platform != "linux"
    ):  # elsewhere system libraries do not survive a fork, or there is none
        return f"forking a process that has imported libraries is sound on Linux only, and this is {sys.platform}"
    return ""


class Parent:
    """A process that has imported modules, for others to be forked from.

    It starts at once and imports in the background; the first request waits for that. It and all it forked end with `close`, or with
    the process that started it.

    Parameters
    ----------
    modules
        What it imports.
    environment
        Its environment variables, some of which libraries read when they are imported.
    options
        Options of the interpreter.
    """

    def __init__(
        self, modules: Sequence[str], *, environment: Mapping[str, str], options: Sequence[str] = ()
    ) -> None:
        self._control, theirs = Pipe()
        self._lock = Lock()
        with theirs:
            handle = theirs.fileno()
            self.process = subprocess.Popen(  # noqa: S603 - this interpreter
                [
                    sys.executable,
                    *options,
                    "-m",
                    "replicate.execution.forking",
                    str(handle),
                    json.dumps(modules),
                ],
                cwd=os.sep,  # where there is neither a module nor a matplotlibrc
                env=dict(environment),
                pass_fds=[handle],
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # a Ctrl-C on the terminal is for the process that started this one
            )

    def connect(self) -> Connection:
        """Return a connection for requests of somebody else, who can be a process of its own."""
        ours, theirs = Pipe()
        with theirs, self._lock:
            self._control.send(Adopt())
            send_handle(self._control, theirs.fileno(), None)
        return ours

    def close(self) -> None:
        """End the process and all it forked."""
        self._control.close()
        self.process.wait()


def ask(nursery: Connection, entry: str, *arguments: object, handles: Sequence[int] = ()) -> int:
    """Have a child forked, and return its process id; the next thing that comes by the connection is its `Exit`.

    Raises
    ------
    EOFError, OSError
        When the process to fork from is gone.
    """
    nursery.send(Fork(entry, arguments, len(handles)))
    for handle in handles:
        send_handle(nursery, handle, None)
    return int(nursery.recv())
