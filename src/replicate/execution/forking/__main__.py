"""Imports modules, then forks processes: `python -m replicate.execution.forking HANDLE MODULES`, started by `Parent`."""

import gc
import json
import os
import sys
from multiprocessing.connection import Connection
from pathlib import Path

if sys.path[0] == str(
    Path.cwd()
):  # a kernel does not look for modules where its parent was started
    del sys.path[0]

from replicate.execution.forking.nursery import Nursery
from replicate.execution.forking.preload import preload


def main() -> None:
    """Import the modules, and serve."""
    *command, handle, names = sys.orig_argv
    modules = json.loads(names)
    gc.disable()  # until the fork, as its documentation recommends: imports make objects that stay, and pages it frees are copied later
    if (loud := preload(modules)) is not None:
        quiet = [name for name in modules if name != loud]
        os.execv(sys.executable, [*command, handle, json.dumps(quiet)])  # noqa: S606 - this very command
    gc.freeze()  # the collector of a forked process would otherwise write to, and so copy, every page that holds an object
    Nursery(Connection(int(handle))).serve()


main()
