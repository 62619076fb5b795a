"""Runs of notebooks, several at a time."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from replicate.execution.attempt import attempt
from replicate.execution.run import NO_LIMITS, Run
from replicate.vocabulary.outcomes import Limits, Outcome

PRELOAD = ("numpy", "pandas", "scipy.stats", "statsmodels.api", "matplotlib.pyplot", "seaborn")
"""The scientific stack, imported once in the parent of every run."""


class Pool:
    """Runs notebooks, so many at a time.

    Attributes
    ----------
    warm
        Whether runs are forked from a parent that has imported the stack.
    why_cold
        The reason where they are not; empty where they are.
    """

    def __init__(self, jobs: int, *, preload: Sequence[str] = PRELOAD, warm: bool = True) -> None:
        self.preload = tuple(preload)
        self.warm, self.why_cold = False, "forking is not built yet" if warm else "asked for"
        self._threads = ThreadPoolExecutor(jobs, thread_name_prefix="replicate-run")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        if kind is not None:
            self.cancel()
        self._threads.shutdown()

    def submit(
        self,
        notebook: Path,
        *,
        parameters: Mapping[str, object],
        out: Path,
        name: str | None = None,
        limits: Limits = NO_LIMITS,
        cwd: Path | None = None,
    ) -> Future[tuple[Outcome, Run | None]]:
        """Start a run as soon as one of the jobs is free; its future gives what `attempt` gives."""
        return self._threads.submit(attempt, notebook, parameters=parameters, out=out, name=name, limits=limits, cwd=cwd)

    def cancel(self) -> None:
        """End the runs in flight as `cancelled`, and start no more."""
        self._threads.shutdown(wait=False, cancel_futures=True)
