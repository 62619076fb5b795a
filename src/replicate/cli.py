"""The command line: one verb for each thing a person wants, and no logic.

Each verb imports what it needs when it is called, so that `replicate --help` and small verbs answer quickly.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from replicate.vocabulary.errors import ReplicateError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Published figure in, verdict out.")
data = typer.Typer(no_args_is_help=True, help="List, check, rebuild or fetch the tables.")
app.add_typer(data, name="data")

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Out = Annotated[Path, typer.Option(help="The folder that runs are written to.")]
Site = Annotated[Path, typer.Option(help="The folder of the site.")]
WIDTH = 140
"""Characters a line where the output is no terminal."""
SUITE = ("--numprocesses=auto", "--dist=loadfile", "--cov", "--cov-report=term-missing")
"""How the whole suite runs: a file of tests stays in one process, since its tests share what they build."""
RUNS, SITE = Path("outputs/runs"), Path("outputs/site")


def main() -> None:
    """Run the command line; what a person can mend is told without a traceback (exit 2: bad input, 1: a failed run)."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the matrices are small: threads wait for one another longer than they work
    try:
        app()
    except ReplicateError as error:
        Console(stderr=True, soft_wrap=True).print(str(error), markup=False, highlight=False)
        sys.exit(error.exit_code)


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
    _print_table("Figures of the audit and of HMICFRS that rest on data", verification.tally(verification.verify()))
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


@app.command()
def count(
    definition: Annotated[str | None, typer.Option(help="The name of a definition.")] = None,
    codes: Annotated[str | None, typer.Option(help="Offence codes instead of a definition, such as 17B,19D.")] = None,
    period: Annotated[str, typer.Option(help="2024, 2023/24, 'YE 2024-03', 2024-Q1 or a range A..B.")] = "2024",
    vintage: Annotated[str, typer.Option(help="A release of recorded crime, such as 2026-04, or latest.")] = "latest",
    force: Annotated[list[str] | None, typer.Option(help="A police force; may be given several times.")] = None,
    exclude_btp: Annotated[bool, typer.Option("--exclude-btp", help="Leave out British Transport Police.")] = False,
    by: Annotated[Literal["force", "code", "quarter"], typer.Option(help="What to break the count down by.")] = "quarter",
    as_json: Json = False,
) -> None:
    """Count recorded offences, non-recent ones included."""
    from replicate.derivations import counting
    from replicate.vocabulary.definitions import chosen_definition
    from replicate.vocabulary.periods import Period

    chosen, asked = chosen_definition(definition, codes), Period.parse(period)
    result = counting.count(chosen, asked, vintage=vintage, forces=force or (), exclude_btp=exclude_btp, by=by)
    if as_json:
        _print_json(result.as_json())
        return
    _print_table(f"{chosen.title}, {asked.label}, vintage {result.vintage}", result.records())
    typer.echo(f"{result.count:,} offences recorded, non-recent included; cells without a number: {result.missing_cells}")


@app.command()
def verify(
    claim: Annotated[list[str] | None, typer.Argument(help="Claims such as C01; none means all.")] = None, as_json: Json = False
) -> None:
    """Recompute published figures and say how they compare."""
    from replicate.derivations import verification

    results = verification.verify(claim or ())
    if as_json:
        _print_json([result.as_json() for result in results])
    elif claim:
        typer.echo("\n\n".join(result.as_text() for result in results))
    else:
        _print_table("Verdicts", [result.as_row() for result in results])


@data.command("list")
def list_data(as_json: Json = False) -> None:
    """List the sources: publisher, publication, release, licence, and what each table is built from."""
    from replicate.sources.catalogue import catalogue

    rows = [source.model_dump(mode="json") for source in catalogue().values()]
    if as_json:
        _print_json(rows)
        return
    shown = ("id", "publisher", "publication", "release_date", "standing", "feeds")
    _print_table("Sources", [{name: row[name] for name in shown} for row in rows])


@data.command()
def check() -> None:
    """Verify every table held against its sha256 and its schema."""
    from replicate.sources import tables
    from replicate.vocabulary.errors import RunError

    checks = tables.check()
    _print_table("Tables", [{"table": row.name, "sha256": row.got[:16], "fault": row.fault or "none"} for row in checks])
    if faults := [row for row in checks if not row.ok]:
        raise RunError("a table is not as it was shipped", where=faults[0].name, got=faults[0].got, expected=faults[0].expected)


@data.command()
def build(
    source: Annotated[Path, typer.Option("--from", help="The folder of source files, laid out as in the catalogue.")],
    out: Annotated[Path | None, typer.Option(help="Where to write the tables; by default over the shipped ones.")] = None,
) -> None:
    """Build the tables from source files; the same files give the same bytes."""
    from replicate.sources.build import build as build_tables
    from replicate.sources.home import shipped_home

    for path in build_tables(source, out or shipped_home()):
        typer.echo(str(path))


@data.command()
def fetch(
    source: Annotated[str, typer.Argument(help="A source of the catalogue.")] = "latest",
    mirror: Annotated[list[str] | None, typer.Option(help="A folder or an address to try first; may be given several times.")] = None,
) -> None:
    """Download an official workbook, check it, and build a new vintage of recorded crime."""
    from replicate.sources.fetch import fetch as fetch_source

    result = fetch_source(source, mirrors=mirror or (), progress=sys.stderr.isatty())
    typer.echo(f"vintage {result.vintage}: {result.rows:,} rows from {result.address} (sha256 {result.sha256}, {result.standing})")
    typer.echo("built" if result.new else "already there, and the same")
    if result.cells_changed_from_shipped is not None:
        typer.echo(f"cells that differ from the shipped table: {result.cells_changed_from_shipped:,}")


@app.command()
def lab() -> None:
    """Open the notebooks in JupyterLab."""
    from replicate.execution import project

    _call("-m", "jupyter", "lab", str(project.root() / "notebooks"))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def test(context: typer.Context) -> None:
    """Run the whole suite, with lint, types and coverage; further words go to pytest."""
    _call("-m", "pytest", *(context.args or SUITE))


@app.command()
def bench() -> None:
    """Run the benchmarks: each a ratio to a peer in the same run."""
    from replicate.execution import project

    for script in sorted((project.root() / "benchmarks").glob("*.py")):
        _call(str(script))


def _call(*words: str) -> None:
    """Run a Python module or script of the project in this interpreter, and end as it ends."""
    if status := subprocess.run([sys.executable, *words], check=False).returncode:  # noqa: S603 (our own words)
        sys.exit(status)


def _words(value: object) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, allow_nan=False))


def _print_table(title: str, rows: Iterable[Mapping[str, object]]) -> None:
    listed = list(rows)
    table = Table()
    for name, first in listed[0].items():
        whole = not any(" " in _words(row[name]) for row in listed)  # a single word is not broken across lines
        table.add_column(name.replace("_", " "), overflow="fold", no_wrap=whole, justify="right" if isinstance(first, int) else "left")
    for row in listed:
        table.add_row(*(Text(_words(value)) for value in row.values()))
    typer.echo(title)
    Console(width=None if sys.stdout.isatty() else WIDTH).print(table)
