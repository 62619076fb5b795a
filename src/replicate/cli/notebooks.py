"""Verbs that run notebooks and publish them."""

from pathlib import Path
from typing import Annotated

import typer

from replicate.cli.options import RUNS, SITE, SWEEPS, Force, Jobs, Out, Site, app
from replicate.cli.printing import print_table


@app.command()
def report(out: Out = RUNS, site: Site = SITE, jobs: Jobs = None, force: Force = False) -> None:
    """Run every notebook that something changed for, print the verdicts, and publish the site."""
    from replicate.derivations import beforehand
    from replicate.execution import parameters, project
    from replicate.execution.sweeps.batch import worst
    from replicate.execution.sweeps.plan import Task, published
    from replicate.execution.sweeps.progress import LOG, watch
    from replicate.execution.sweeps.runners import local
    from replicate.execution.sweeps.sweep import make

    models = beforehand.models()
    plans = published(out.parent / SWEEPS.name, models)
    notebooks = [
        path
        for path in project.notebooks()
        if path.stem not in {plan.notebook.stem for plan in plans}
    ]
    given = [
        parameters.read(project.parameter_file(path), (), models.get(path.stem))
        for path in notebooks
    ]
    tasks = [
        Task(path.stem, path, values, out) for path, values in zip(notebooks, given, strict=True)
    ]

    def starting(task: Task, runs: bool) -> None:
        if task in tasks:
            typer.echo(f"{'running' if runs else 'unchanged:'} {task.name}")

    told = watch(out / LOG, starting)
    results = make(plans, besides=tasks, watch=told, runner=local(jobs, told), force=force)
    if code := worst(results):
        raise typer.Exit(code)
    _verdicts()
    publish(out=out, site=site)


def _verdicts() -> None:
    from replicate.derivations import verification

    print_table(
        "Figures of the audit and of HMICFRS that rest on data",
        verification.tally(verification.verify()),
    )


@app.command()
def run(
    notebook: Annotated[
        list[Path] | None, typer.Argument(help="Notebooks, by name or path; none means all.")
    ] = None,
    parameter: Annotated[
        list[str] | None, typer.Option("-p", help="name=value; may be given several times.")
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option("-f", help="A YAML file of parameters; without one, params/NAME.yaml."),
    ] = None,
    out: Out = RUNS,
    name: Annotated[
        str | None,
        typer.Option(help="What one notebook's files are called; by default as the notebook."),
    ] = None,
    jobs: Jobs = None,
    force: Force = False,
    help_parameters: Annotated[
        bool,
        typer.Option("--help-parameters", help="Say what each parameter takes, and run nothing."),
    ] = False,
) -> None:
    """Run notebooks that something changed for; bad parameters are refused before anything starts."""
    from replicate.derivations import beforehand
    from replicate.execution import parameters, project
    from replicate.execution.sweeps.batch import worst
    from replicate.execution.sweeps.plan import Task, told_apart
    from replicate.execution.sweeps.progress import LOG, watch
    from replicate.execution.sweeps.runners import local
    from replicate.execution.sweeps.sweep import make

    models = beforehand.models()
    chosen = [project.find(path) for path in notebook] if notebook else project.notebooks()
    if help_parameters:
        typer.echo("\n\n".join(parameters.help_of(path, models.get(path.stem)) for path in chosen))
        return
    given = [
        parameters.read(
            file or project.parameter_file(path), parameter or (), models.get(path.stem)
        )
        for path in chosen
    ]
    tasks = told_apart(
        Task(name or path.stem, path, values, out)
        for path, values in zip(chosen, given, strict=True)
    )
    told = watch(out / LOG)
    results = make([], besides=tasks, watch=told, runner=local(jobs, told), force=force)
    for result in results:
        if result.manifest:
            typer.echo(str(out / f"{result.task.name}.ipynb"))
    raise typer.Exit(worst(results))


@app.command()
def publish(out: Out = RUNS, site: Site = SITE) -> None:
    """Render the executed notebooks and the index of verdicts as a site."""
    from replicate.derivations.site_evidence import evidence
    from replicate.execution import project
    from replicate.publication.background import Background
    from replicate.publication.site import publish as publish_site

    found = evidence()
    rows, sweeps = found.pop("verdicts"), out.parent / SWEEPS.name
    index = publish_site(
        out, site, rows, background=Background(**found), sweeps=sweeps, project=project.root()
    )
    typer.echo(f"Read it: {index}")
