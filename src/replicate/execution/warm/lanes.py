"""One of the jobs of a pool: does one run at a time, in a process of its own or in this one."""

import logging
import os
from concurrent.futures import Future
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from threading import Lock
from time import monotonic
from typing import Protocol

from replicate.execution.forking.parent import Parent, ask
from replicate.execution.parameters import replay
from replicate.execution.result import Run
from replicate.execution.warm.job import CANCEL, Job, cancel
from replicate.vocabulary.outcomes import Outcome, Status

Ending = tuple[Outcome, Run | None]
_LOG = logging.getLogger(__name__)
_SERVE = "replicate.execution.warm.runner:serve"


NOT_BEGUN: Ending = (
    Outcome(status=Status.CANCELLED, duration=0, message="cancelled before it began"),
    None,
)


class Lane(Protocol):
    """Does runs one after another."""

    def run(self, job: Job) -> Ending:
        """Do a run, and say how it ended."""

    def cancel(self) -> None:
        """End the run in flight, if there is one; called by another thread."""


class Here:
    """Does runs in this process, with ordinary kernels."""

    def __init__(self) -> None:
        self._cancelled: Future[None] = Future()

    def run(self, job: Job) -> Ending:
        """Do a run, and say how it ended."""
        from replicate.execution.attempt import (
            attempt,
        )  # seconds of imports, which a pool that forks leaves to other processes

        return attempt(**job._asdict(), cancelled=self._cancelled)

    def cancel(self) -> None:
        """End the run in flight, if there is one, and every later one."""
        cancel(self._cancelled)


class Apart:
    """Does runs in a process forked from `runners`, with kernels forked from `kernels`.

    Parameters
    ----------
    runners, kernels
        The processes to fork from: one that has imported what runs notebooks, and one that has imported what they use.
    modules
        What `kernels` has imported.
    """

    def __init__(self, runners: Parent, kernels: Parent, modules: tuple[str, ...]) -> None:
        self._folder = os.getcwd()  # noqa: PTH109 - as text
        self._runners, self._kernels, self._modules = runners, kernels, modules
        self._runner: Connection | None = None
        self._lock, self._cancelled = Lock(), False
        self._here = Here()

    def run(self, job: Job) -> Ending:
        """Do a run, and say how it ended; a process that died in it is replaced for the next one."""
        began = monotonic()
        try:
            runner = self._runner or self._start()
        except (EOFError, OSError):
            _LOG.warning(
                "runs in this process, with ordinary kernels: the process to fork from is gone"
            )
            return self._here.run(job)
        try:
            with (
                self._lock
            ):  # a job and what cancels it are sent in this order, or the job is not sent
                if self._cancelled:
                    return NOT_BEGUN
                runner.send(job)
            ending: Ending | Exception = runner.recv()
        except (EOFError, OSError):
            self._runner = None
            again = replay(job.notebook, job.parameters, job.out, name=job.name)
            message = f"{job.name or job.notebook.stem} stopped\n    the process that ran it died\n  next: run it again with `{again}`"
            return Outcome(
                status=Status.KILLED, duration=monotonic() - began, message=message
            ), None
        if isinstance(ending, Exception):
            raise ending
        return ending

    def _start(self) -> Connection:
        ours, theirs = Pipe()
        self._asked = (
            self._runners.connect()
        )  # kept: what was asked for by a connection ends with it
        with theirs, self._kernels.connect() as kernels:
            ask(
                self._asked,
                _SERVE,
                self._folder,
                self._modules,
                handles=[theirs.fileno(), kernels.fileno()],
            )
        self._runner = ours
        return ours

    def cancel(self) -> None:
        """End the run in flight, if there is one, and begin no other."""
        self._here.cancel()
        with self._lock, suppress(OSError):
            self._cancelled = True
            if self._runner:
                self._runner.send(CANCEL)
