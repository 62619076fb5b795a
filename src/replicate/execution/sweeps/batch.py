"""Makes runs: those whose results still stand are left as they are, the others are run, several at a time."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from replicate.execution.cache.entries import Entry, examine
from replicate.execution.cache.inputs import forget, inputs
from replicate.execution.sweeps.files import Folder
from replicate.execution.sweeps.interrupts import held, terminations_as_interrupts
from replicate.execution.sweeps.plan import Task
from replicate.execution.sweeps.progress import Watch
from replicate.vocabulary.manifests import Manifest
from replicate.vocabulary.outcomes import Limits, Outcome, Status

if TYPE_CHECKING:
    from replicate.execution.result import Run

Made = tuple[Outcome, "Run | None"]


class Runner(Protocol):
    """What makes runs: a pool on this machine, or a cluster."""

    def submit(
        self,
        notebook: Path,
        *,
        parameters: Mapping[str, object],
        out: Path,
        name: str | None = None,
        limits: Limits = ...,
    ) -> "Future[Made]":
        """Start a run as soon as there is room."""
        ...

    def cancel(self) -> None:
        """End the runs in flight, and start no more."""
        ...


Making = Callable[[Sequence[Task]], AbstractContextManager[Runner]]
"""Makes what runs some tasks."""


@dataclass(frozen=True)
class Result:
    """How a task ended.

    Attributes
    ----------
    task
        The task.
    outcome
        How its run ended; of a result that was there before, what is known of the run that made it.
    manifest
        What its run left; None where it failed.
    unchanged
        Whether the result was there before, and still stands.
    """

    task: Task
    outcome: Outcome
    manifest: Manifest | None
    unchanged: bool = False


def standing(tasks: Iterable[Task]) -> dict[Task, Entry]:
    """Tell of each task whether its result is there and still stands, looking at every file again."""
    forget()
    return {
        task: examine(task.out, task.name, inputs(task.notebook), task.parameters) for task in tasks
    }


def conduct(
    tasks: Sequence[Task],
    *,
    watch: Watch,
    runner: Making,
    force: bool = False,
    told: Callable[[Result], None] = lambda _: None,
) -> list[Result]:
    """Make the results of tasks.

    A result that a run would give again, by its manifest, is not made again. One failure does not stop the others. An interrupt ends
    the runs in flight, and what was not run is `cancelled`.

    Parameters
    ----------
    tasks
        What to run; no two with one name in one folder.
    watch
        Is told what happens.
    runner
        Makes what runs the tasks, given those to run; not called when there are none.
    force
        Run what still stands as well.
    told
        Called with each result as it comes.

    Returns
    -------
    list of Result
        In the tasks' order.

    Raises
    ------
    RunError
        When a folder can't be written to, or other runs are being written to it.
    """
    with ExitStack() as stack:
        for folder in sorted({task.out for task in tasks}):
            stack.enter_context(Folder(folder))
        entries = standing(tasks)
        made: dict[Task, Result] = {}

        def tell(result: Result) -> None:
            made[result.task] = result
            told(result)

        due = [task for task in tasks if force or not entries[task].stands]
        watch.begin(tasks, {task: entries[task] for task in due})
        for task in tasks:
            if task not in due and (manifest := entries[task].manifest):
                tell(_kept(task, manifest))
        if due:
            _run(due, runner, watch, tell)
        watch.end([made[task].outcome.status for task in tasks])
        return [made[task] for task in tasks]


def _kept(task: Task, manifest: Manifest) -> Result:
    (task.out / f"{task.name}.failed.ipynb").unlink(
        missing_ok=True
    )  # of a run with other values or other code
    return Result(
        task, Outcome(status=Status.OK, duration=manifest.duration), manifest, unchanged=True
    )


def _run(
    due: Sequence[Task],
    runner: Making,
    watch: Watch,
    told: Callable[[Result], None],
) -> None:
    futures: dict[Task, Future[Made]] = {}
    ended: set[Task] = set()

    def end(task: Task) -> None:
        result = _result(task, futures.get(task))
        with held():
            told(result)
            ended.add(task)
            watch.ended(task, result.outcome)

    with terminations_as_interrupts(), runner(due) as pool:
        try:
            for task in due:
                futures[task] = pool.submit(
                    task.notebook,
                    parameters=task.parameters,
                    out=task.out,
                    name=task.name,
                    limits=task.limits,
                )
            while waiting := {
                future: task for task, future in futures.items() if task not in ended
            }:
                done, _ = wait(waiting, timeout=watch.interval, return_when=FIRST_COMPLETED)
                for future in done:
                    end(waiting[future])
                watch.running([task for future, task in waiting.items() if future.running()])
        except KeyboardInterrupt:
            watch.notice("interrupted: ending the runs in flight")
            pool.cancel()
            wait([future for future in futures.values() if not future.cancelled()])
    for task in due:
        if task not in ended:
            end(task)


def _result(task: Task, future: "Future[Made] | None") -> Result:
    if future is None or future.cancelled():
        return Result(task, Outcome(status=Status.CANCELLED, duration=0), None)
    outcome, made = future.result()
    if made and (
        other := [
            name
            for name, digest in inputs(task.notebook).sources.items()
            if made.record.sources.get(name) != digest
        ]
    ):
        made.manifest.unlink(
            missing_ok=True
        )  # a kernel may have been forked from a process that imported either
        message = (
            f"{task.name} stopped\n    what it is made of changed while it ran: {', '.join(other)}"
        )
        return Result(
            task, outcome.model_copy(update={"status": Status.ERROR, "message": message}), None
        )
    return Result(task, outcome, made.record if made else None)


def worst(results: Iterable[Result]) -> int:
    """Return what a command exits with: the highest exit code of its runs' outcomes, which is 0 where all are ok."""
    return max((result.outcome.status.exit_code for result in results), default=0)
