"""Verbs that run a notebook with many parameters, and say which results still stand."""

from pathlib import Path
from typing import Annotated

import typer

from replicate.cli.options import SITE, SWEEPS, Force, Jobs, Json, Site, app
from replicate.cli.printing import print_json, print_table

OUTPUTS = Path("outputs")


@app.command()
def sweep(
    file: Annotated[Path, typer.Argument(help="A sweep of params/sweeps, by name or path.")],
    out: Annotated[
        Path | None, typer.Option(help="The folder to write to; outputs/sweeps/NAME without it.")
    ] = None,
    jobs: Jobs = None,
    scheduler: Annotated[
        str | None, typer.Option(help="The address of a Dask scheduler, to run on its workers.")
    ] = None,
    failed: Annotated[bool, typer.Option("--failed", help="Run only what last failed.")] = False,
    force: Force = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be run, and why; run nothing.")
    ] = False,
) -> None:
    """Run a notebook with many parameters; all are checked before the first run, and nothing is run again that still stands."""
    from replicate.derivations import beforehand
    from replicate.execution.sweeps.batch import worst
    from replicate.execution.sweeps.plan import find, read_plan
    from replicate.execution.sweeps.progress import LOG, watch
    from replicate.execution.sweeps.results import TABLE
    from replicate.execution.sweeps.runners import runner
    from replicate.execution.sweeps.status import planned
    from replicate.execution.sweeps.sweep import make

    found = find(file)
    folder = out or SWEEPS / found.stem
    plan = read_plan(found, folder, beforehand.models())
    if dry_run:
        print_table(f"{plan.name}: {len(plan.tasks)} runs", planned(plan, force=force))
        return
    told = watch(folder / LOG)
    results = make(
        [plan], watch=told, runner=runner(jobs, scheduler, told), force=force, failed=failed
    )
    unchanged = sum(result.unchanged for result in results)
    typer.echo(f"{len(results)} runs, {unchanged} of them unchanged: {folder / TABLE}.csv")
    raise typer.Exit(worst(results))


@app.command()
def status(
    folder: Annotated[
        Path, typer.Argument(help="A folder of results, or one that has such folders in it.")
    ] = OUTPUTS,
    site: Site = SITE,
    as_json: Json = False,
) -> None:
    """Say which results and pages are stale, and why."""
    from replicate.execution.sweeps.status import status as found

    rows = found(folder, site)
    if as_json:
        print_json(rows)
    else:
        print_table(f"Results in {folder}", rows)


@app.command()
def schemas() -> None:
    """Write the schemas by which editors check parameter files, from the models that check them."""
    from replicate.execution import project
    from replicate.execution.sweeps.document import schemas as written

    for path in written(project.root() / "params" / "schema"):
        typer.echo(str(path))
