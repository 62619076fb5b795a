"""Runs of notebooks, several at a time."""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Self

from replicate.execution.environment import VARIABLES
from replicate.execution.forking.parent import Parent, why_not
from replicate.execution.warm.imports import imports
from replicate.execution.warm.job import Job
from replicate.execution.warm.lanes import NOT_BEGUN, Apart, Ending, Here, Lane
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.outcomes import Limits

PRELOAD = ("numpy", "pandas", "scipy.stats", "statsmodels.api", "matplotlib.pyplot", "seaborn")
"""The scientific stack, imported once in the parent of every run."""

_NO_LIMITS = Limits()


class Pool:
    """Runs notebooks, so many at a time, each in a kernel forked from a process that has imported what it needs.

    Parameters
    ----------
    jobs
        How many run at the same time.
    preload
        What is imported once for all runs: the names of modules, or of what is in them; `imports` finds those of several notebooks. By
        default it is what the first notebook submitted imports.
    warm
        Whether to fork; if not, each run has an ordinary kernel.

    Attributes
    ----------
    warm
        Whether runs are forked.
    why_cold
        The reason where they are not; empty where they are.
    """

    def __init__(
        self, jobs: int, *, preload: Sequence[str] | None = None, warm: bool = True
    ) -> None:
        self.jobs, self.preload = jobs, preload
        self.why_cold = why_not() if warm else "ordinary kernels were asked for"
        self.warm = not self.why_cold
        self._queue: SimpleQueue[tuple[Job, Future[Ending]] | None] = SimpleQueue()
        self._cancelled, self._starting = Event(), Lock()
        self.parents: list[Parent] = []
        self._lanes: list[Lane] = []
        self._threads: list[Thread] = []

    def __enter__(self) -> Self:
        return self

    def _start(self, first: Path) -> None:
        """Begin to take runs from the queue, if that has not begun, with what suits the first notebook."""
        if self._threads:
            return
        self._lanes = (
            [*self._apart(self._modules(first))]
            if self.warm
            else [Here() for _ in range(self.jobs)]
        )
        self._threads = [
            Thread(target=self._work, args=(lane,), daemon=True, name="replicate-run")
            for lane in self._lanes
        ]
        for thread in self._threads:
            thread.start()

    def _modules(self, first: Path) -> tuple[str, ...]:
        if self.preload is not None:
            return tuple(self.preload)
        try:
            return imports([first])
        except InputError:  # the run will say so
            return PRELOAD

    def _apart(self, modules: tuple[str, ...]) -> list[Apart]:
        """Start the two processes to fork from; they import at the same time, and the first runs wait for them."""
        runs = ["replicate.execution.warm.runner", "replicate.execution.session"]
        self.parents.append(
            kernels := Parent(
                ["replicate.execution.forking.kernel", *modules], environment=os.environ | VARIABLES
            )
        )
        self.parents.append(runners := Parent(runs, environment=os.environ))
        return [Apart(runners, kernels, modules) for _ in range(self.jobs)]

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is not None:
            self.cancel()
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()
        for parent in self.parents:
            parent.close()

    def submit(
        self,
        notebook: Path,
        *,
        parameters: Mapping[str, object],
        out: Path,
        name: str | None = None,
        limits: Limits = _NO_LIMITS,
        cwd: Path | None = None,
    ) -> Future[Ending]:
        """Start a run as soon as a job is free.

        Returns
        -------
        concurrent.futures.Future
            Of what `replicate.execution.attempt.attempt` returns for the same arguments.
        """
        future: Future[Ending] = Future()
        with self._starting:
            self._start(notebook)
        self._queue.put((Job(notebook, parameters, out, name, limits, cwd), future))
        return future

    def cancel(self) -> None:
        """End the runs in flight, and those not begun, as `cancelled`."""
        self._cancelled.set()
        for lane in self._lanes:
            lane.cancel()

    def _work(self, lane: Lane) -> None:
        while (item := self._queue.get()) is not None:
            job, future = item
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(NOT_BEGUN if self._cancelled.is_set() else lane.run(job))
            except BaseException as fault:  # such as a notebook's name that can't be sent: it belongs to whoever waits for the run
                future.set_exception(fault)
