"""A process that runs notebooks, one after another, as its pool sends them."""

import os
import traceback
from concurrent.futures import Future
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Thread
from typing import Any

from replicate.execution.attempt import attempt
from replicate.execution.provision import Nursery
from replicate.execution.warm.job import CANCEL, Job, cancel


def serve(folder: str, modules: tuple[str, ...], pool: int, nursery: int) -> None:
    """Run what comes by a connection, and send back how each ended, until the connection closes.

    Parameters
    ----------
    folder
        Where paths that are not whole begin.
    modules
        What the nursery has imported.
    pool, nursery
        The file descriptors of the connections.
    """
    os.chdir(folder)
    jobs: SimpleQueue[tuple[Job, Future[None]] | None] = SimpleQueue()
    connection, kernels = Connection(pool), Nursery(Connection(nursery), modules)
    Thread(target=_listen, args=(connection, jobs), daemon=True).start()
    while (given := jobs.get()) is not None:
        job, cancelled = given
        try:
            connection.send(attempt(**job._asdict(), nursery=kernels, cancelled=cancelled))
        except Exception as fault:  # not of the notebook, whose faults are outcomes: whoever waits for the run must see it
            connection.send(RuntimeError("".join(traceback.format_exception(fault))))


def _listen(connection: Connection, jobs: "SimpleQueue[tuple[Job, Future[None]] | None]") -> None:
    """Queue each job with what cancels it."""
    cancelled: Future[None] = Future()
    while (message := _received(connection)) is not None:
        if message == CANCEL:
            cancel(cancelled)
        else:
            cancelled = Future()
            jobs.put((message, cancelled))
    cancel(cancelled)
    jobs.put(None)


def _received(connection: Connection) -> Any:
    try:
        return connection.recv()
    except (EOFError, OSError):
        return None
