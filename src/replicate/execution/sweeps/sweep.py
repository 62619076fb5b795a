"""Makes a sweep: its runs, its table, and what the site is told of it."""

from collections.abc import Collection, Sequence
from pathlib import Path

from replicate.execution.sweeps.batch import Making, Result, conduct, standing
from replicate.execution.sweeps.plan import Plan, Task
from replicate.execution.sweeps.progress import Watch
from replicate.execution.sweeps.results import Results
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.outcomes import Outcome, Status
from replicate.vocabulary.publications import FILE


def make(
    plans: Sequence[Plan],
    *,
    besides: Collection[Task] = (),
    watch: Watch,
    runner: Making,
    force: bool = False,
    failed: bool = False,
) -> list[Result]:
    """Make sweeps, and runs that belong to none, all in one go.

    Parameters
    ----------
    plans
        The sweeps; each has its folder to itself.
    besides
        Runs of no sweep.
    watch, runner, force
        As for `batch.conduct`.
    failed
        Make only the runs that last ended otherwise than ok.

    Returns
    -------
    list of Result
        Of the runs asked for, those of no sweep first.

    Raises
    ------
    InputError
        When none failed.
    RunError
        When a folder or a table of results can't be written.
    """
    tables = {plan: Results(plan, plan.tasks[0].out) for plan in plans}
    chosen = {
        plan: [task for task in plan.tasks if not failed or task.name in table.failed]
        for plan, table in tables.items()
    }
    if failed and not any(chosen.values()):
        raise InputError(
            "no run of this sweep failed when it was last made",
            where="--failed",
            hint="leave the option out",
        )
    of = {task: tables[plan] for plan, tasks in chosen.items() for task in tasks}

    def told(result: Result) -> None:
        if result.task in of:
            of[result.task].add(result)

    for plan, table in tables.items():
        for task, entry in standing(set(plan.tasks) - set(chosen[plan])).items():
            if entry.stands and entry.manifest:
                table.add(
                    Result(
                        task,
                        Outcome(status=Status.OK, duration=entry.manifest.duration),
                        entry.manifest,
                        unchanged=True,
                    )
                )
    results = conduct([*besides, *of], watch=watch, runner=runner, force=force, told=told)
    for plan, table in tables.items():
        table.tidy()
        table.write()
        _say_what_to_publish(plan, table.out)
        if table.fault:
            raise table.fault
    return results


def _say_what_to_publish(plan: Plan, out: Path) -> None:
    if plan.publish:
        plan.publish.write(out)
    else:
        (out / FILE).unlink(missing_ok=True)
