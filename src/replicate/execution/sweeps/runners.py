"""What runs are made by: a pool on this machine, or a cluster."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from replicate.execution.sweeps.batch import Making, Runner
from replicate.execution.sweeps.plan import Task
from replicate.execution.sweeps.progress import Watch


def runner(jobs: int | None, scheduler: str | None, watch: Watch) -> Making:
    """Return what makes runs: the workers of a Dask scheduler where one is named, this machine otherwise."""
    if scheduler is None:
        return local(jobs, watch)
    from replicate.execution.sweeps.cluster import Cluster

    return lambda _: Cluster(scheduler)


def local(jobs: int | None, watch: Watch) -> Making:
    """Return what makes a pool on this machine for a number of runs.

    Parameters
    ----------
    jobs
        How many run at a time; None for one a core.
    watch
        Is told when runs can't be forked, and why.
    """

    @contextmanager
    def pool(due: Sequence[Task]) -> Iterator[Runner]:
        from replicate.execution.warm import (
            Pool,
            imports,
        )  # here, because what has not changed needs no pool

        many = len(due) > 1
        preload = imports(dict.fromkeys(task.notebook for task in due))
        with Pool(min(len(due), jobs or cores()), preload=preload, warm=many) as made:
            if many and not made.warm:
                watch.notice(f"ordinary kernels, which start more slowly: {made.why_cold}")
            yield made

    return pool


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
