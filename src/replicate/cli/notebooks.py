"""Verbs that run notebooks and publish them."""

from pathlib import Path
from typing import Annotated

import typer

from replicate.cli.options import RUNS, SITE, Out, Site, app
from replicate.cli.printing import print_table


@app.command()
def report(out: Out = RUNS, site: Site = SITE) -> None:
    """Run every notebook, print the verdicts, and publish the site."""
    from replicate.derivations import verification
    from replicate.execution import parameters, project
    from replicate.execution.run import run as run_notebook
    from replicate.vocabulary.parameters import MODELS

    for notebook in project.notebooks():
        values = parameters.read(project.parameter_file(notebook), (), MODELS.get(notebook.stem))
        typer.echo(f"running {notebook.stem}")
        run_notebook(notebook, parameters=values, out=out)
    print_table("Figures of the audit and of HMICFRS that rest on data", verification.tally(verification.verify()))
    publish(out=out, site=site)


@app.command()
def run(
    notebook: Annotated[list[Path] | None, typer.Argument(help="Notebooks, by name or path; none means all.")] = None,
    parameter: Annotated[list[str] | None, typer.Option("-p", help="name=value; may be given several times.")] = None,
    file: Annotated[Path | None, typer.Option("-f", help="A YAML file of parameters; without one, params/NAME.yaml.")] = None,
    out: Out = RUNS,
) -> None:
    """Run notebooks with papermill; bad parameters are refused before anything starts."""
    from replicate.execution import parameters, project
    from replicate.execution.run import run as run_notebook
    from replicate.vocabulary.parameters import MODELS

    chosen = [project.find(path) for path in notebook] if notebook else project.notebooks()
    ready = [(path, parameters.read(file or project.parameter_file(path), parameter or (), MODELS.get(path.stem))) for path in chosen]
    for path, values in ready:
        typer.echo(str(run_notebook(path, parameters=values, out=out).notebook))


@app.command()
def publish(out: Out = RUNS, site: Site = SITE) -> None:
    """Render the executed notebooks and the index of verdicts as a site."""
    from replicate.derivations.verification import verify as verify_claims
    from replicate.publication.site import publish as publish_site

    typer.echo(f"Read it: {publish_site(out, site, [result.as_json() for result in verify_claims()])}")
