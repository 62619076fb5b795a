"""The command line: one verb for each thing a person wants, and no logic.

Each verb imports what it needs when it is called, so that `replicate --help` answers at once.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Literal

import typer
from pydantic import ValidationError
from typer import Argument, Option

from replicate.vocabulary.errors import Fault, InputError, ReplicateError, RunError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Published figure in, verdict out.",
)
data = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(data, name="data", help="List, check, rebuild or fetch the tables.")

SUITE = ("--numprocesses=auto", "--dist=loadfile", "--cov", "--cov-report=term-missing")
"""How the whole suite runs: a file of tests stays in one process, since its tests share much."""

OUTPUTS = Path("outputs")
CHARTS = ".charts.json"
RUNS, SITE, SWEEPS = OUTPUTS / "runs", OUTPUTS / "site", OUTPUTS / "sweeps"
ARCHIVE = OUTPUTS / "casey-audit-replication.zip"

Json = Annotated[bool, Option("--json", help="Print JSON.")]
Out = Annotated[Path, Option(help="The folder that runs are written to.")]
Site = Annotated[Path, Option(help="The folder of the site.")]
Force = Annotated[bool, Option("--force", help="Run also what is up to date.")]
HelpParameters = Annotated[bool, Option("--help-parameters", help="Say what each parameter takes.")]
ExcludeBtp = Annotated[bool, Option("--exclude-btp", help="Leave out British Transport Police.")]
Population = Literal["all_crime", "violence", "sexual_offences"]
Select = Literal["none", "aic", "bic", "stepwise"]
Jobs = Annotated[int | None, Option("--jobs", "-j", min=1, help="At a time; if not, one a core.")]


def main() -> None:
    """Run the command line; what a person can mend is told without a traceback.

    It ends with 2 for bad input and 1 for a failed run.
    """
    # The matrices are small: threads wait for one another longer than they work.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        sys.exit(app(prog_name="replicate", standalone_mode=False))
    except (typer.TyperException, ReplicateError) as error:
        told = error if isinstance(error, ReplicateError) else _refusal(error)
        typer.echo(str(told), err=True)
        sys.exit(told.exit_code)


def _refusal(error: typer.TyperException) -> InputError:
    """Word what typer refuses as everything else is: its messages are pydantic's own."""
    cause, context = error.__cause__, getattr(error, "ctx", None)
    got = Fault.of(cause).got if isinstance(cause, ValidationError) else None
    command = context.command_path if context else "replicate"
    what = error.format_message().replace("Value error, ", "").rstrip(".")
    return InputError(what, where=command, got=got, hint=f"see `{command} --help`")


@app.command()
def report(out: Out = RUNS, site: Site = SITE, jobs: Jobs = None, force: Force = False) -> None:
    """Run what is out of date, and publish the site."""
    from replicate.derivations import preflight, verification
    from replicate.execution import notebooks, plans, sweeps
    from replicate.publication import runs

    models, sections = preflight.models(), out.parent / SWEEPS.name
    planned = plans.published(sections, models)
    swept = {spec.notebook for plan in planned for spec in plan.specs}
    alone = [path for path in notebooks.notebooks() if path not in swept]
    specs = plans.notebook_runs(alone, (), None, out, None, models)
    typer.echo("Running notebooks that are out of date")
    made = sweeps.make(planned, specs, jobs=jobs, force=force)
    if code := sweeps.worst(made.values()):
        raise typer.Exit(code)
    source = runs.made_from(out, sections)
    tally = None if force else runs.read_stamp(site, source)
    if not tally:
        publish(out=out, site=site)
        headline = verification.headline(verification.verify())
        tally = verification.records(verification.counts(headline))
        runs.write_stamp(site, source, tally)
    typer.echo(
        _table("Figures of the audit and of HMICFRS that can be checked against data", tally)
    )
    typer.echo(f"Read it: {site / 'index.html'}")


@app.command()
def run(
    notebook: Annotated[list[Path] | None, Argument(help="By name or path; else all.")] = None,
    parameter: Annotated[list[str] | None, Option("-p", help="name=value; repeatable.")] = None,
    file: Annotated[Path | None, Option("-f", help="A YAML file of parameters.")] = None,
    out: Out = RUNS,
    name: Annotated[str | None, Option(help="What the files are called.")] = None,
    jobs: Jobs = None,
    force: Force = False,
    help_parameters: HelpParameters = False,
) -> None:
    """Run notebooks that are out of date.

    Parameters are those of `-f`, or else of params/NAME.yaml, and then those of `-p`. Bad ones
    are refused before anything starts. `--name` is for one notebook alone.
    """
    from replicate.derivations import preflight
    from replicate.execution import notebooks, parameters, plans, sweeps

    models = preflight.models()
    chosen = [notebooks.find(path) for path in notebook] if notebook else notebooks.notebooks()
    if help_parameters:
        typer.echo("\n\n".join(parameters.help_of(path, models.get(path.stem)) for path in chosen))
        return
    specs = plans.notebook_runs(chosen, parameter or (), file, out, name, models)
    results = sweeps.make([], specs, jobs=jobs, force=force)
    for spec, result in results.items():
        if result.manifest:
            typer.echo(str(out / f"{spec.name}.ipynb"))
    raise typer.Exit(sweeps.worst(results.values()))


@app.command()
def publish(
    out: Out = RUNS,
    site: Site = SITE,
    url: Annotated[str, Option(help="The site's address, for links to it from elsewhere.")] = "",
) -> None:
    """Render the executed notebooks as a site."""
    from replicate.derivations.counting import choices_fixed
    from replicate.derivations.provenance import held_tables
    from replicate.derivations.verification import records, rules_listed, verify
    from replicate.execution import notebooks
    from replicate.publication import runs
    from replicate.publication.site import publish as write_site

    typer.echo("Comparing every published figure (10 seconds)")
    told = runs.Background(records(rules_listed()), choices_fixed(), held_tables())
    places = {"sweeps": out.parent / SWEEPS.name, "charts": out.parent / CHARTS}
    places |= {"project": notebooks.root()}
    index = write_site(out, site, verify(), background=told, url=url, on_step=typer.echo, **places)
    typer.echo(f"Published: {index}")


@app.command()
def archive(
    out: Annotated[Path, Option(help="The zip file to write.")] = ARCHIVE,
    runs: Out = RUNS,
    site: Site = SITE,
) -> None:
    """Write one file to deposit.

    It holds code, tables, outputs and metadata; run `replicate report` first.
    """
    from replicate.execution import notebooks
    from replicate.publication.archive import archive as write_archive
    from replicate.vocabulary.runs import sha256

    made = write_archive(notebooks.root(), runs, site, out, sweeps=runs.parent / SWEEPS.name)
    typer.echo(f"{made}: {made.stat().st_size:,} bytes, sha256 {sha256(made)}")


@app.command()
def outputs(out: Out = RUNS) -> None:
    """List every figure, table and number with its cell."""
    from replicate.publication import archive
    from replicate.publication.runs import runs, sections

    made = archive.outputs(runs(out), sections(out.parent / SWEEPS.name))
    typer.echo(_table("What each cell makes, and where it is found", made))


@app.command()
def sweep(
    file: Annotated[Path, Argument(help="A sweep, by name or path.")],
    out: Annotated[Path | None, Option(help="The folder to write to.")] = None,
    jobs: Jobs = None,
    scheduler: Annotated[str | None, Option(help="The address of a Dask scheduler.")] = None,
    failed: Annotated[bool, Option("--failed", help="Run only what last failed.")] = False,
    force: Force = False,
    dry_run: Annotated[bool, Option("--dry-run", help="Say what would be run, and why.")] = False,
) -> None:
    """Run a notebook with many parameters.

    FILE is a sweep of params/sweeps. All parameters are checked before the first run, and what
    is up to date is not run again. Results go to outputs/sweeps/NAME unless `--out` says where.
    """
    from replicate.derivations import preflight
    from replicate.execution import notebooks, plans
    from replicate.execution.results import TABLE
    from replicate.execution.sweeps import make, planned, worst

    found = notebooks.find(file, "FILE", "sweep")
    folder = out or SWEEPS / found.stem
    plan = plans.read_plan(found, folder, preflight.models())
    if dry_run:
        typer.echo(_table(f"{file.stem}: {len(plan.specs)} runs", planned(plan, force=force)))
        return
    made = make([plan], jobs=jobs, scheduler=scheduler, force=force, failed=failed)
    unchanged = sum(result.unchanged for result in made.values())
    typer.echo(f"{len(made)} runs, {unchanged} of them unchanged: {folder / TABLE}")
    raise typer.Exit(worst(made.values()))


@app.command()
def status(
    folder: Annotated[Path, Argument(help="A folder of results.")] = OUTPUTS,
    site: Site = SITE,
    as_json: Json = False,
) -> None:
    """List out-of-date results and pages, with reasons."""
    from replicate.execution.results import status as found

    rows = found(folder, site)
    _say(as_json, rows, _table(f"Results in {folder}", rows))


@app.command()
def schemas() -> None:
    """Write the schemas that editors check parameters by."""
    from replicate.execution import notebooks
    from replicate.execution.plans import schemas as written

    for path in written(notebooks.root() / "params" / "schema"):
        typer.echo(str(path))


@app.command()
def count(
    definition: Annotated[str | None, Option(help="The name of a definition.")] = None,
    codes: Annotated[str | None, Option(help="Offence codes, such as 17B,19D.")] = None,
    period: Annotated[
        str,
        Option(help="2024, 2023/24, 'YE 2024-03', '12 months to 2024-03-31', 2024-Q1, or A..B."),
    ] = "2024",
    vintage: Annotated[str, Option(help="A release, such as 2026-04, or latest.")] = "latest",
    force: Annotated[list[str] | None, Option(help="A police force; may be repeated.")] = None,
    exclude_btp: ExcludeBtp = False,
    by: Annotated[Literal["force", "code", "quarter"], Option(help="A row each.")] = "quarter",
    as_json: Json = False,
) -> None:
    """Count recorded offences, non-recent ones included."""
    from replicate.derivations import counting
    from replicate.vocabulary.definitions import chosen_definition
    from replicate.vocabulary.periods import Period

    chosen, asked = chosen_definition(definition, codes), Period.parse(period)
    result = counting.count(
        chosen, asked, vintage=vintage, forces=force or (), exclude_btp=exclude_btp, by=by
    )
    title = f"{chosen.title}, {asked.label}, vintage {result.vintage}"
    missing = f"cells without a number: {result.missing_cells}"
    total = f"{result.count:,} offences recorded, non-recent included; {missing}"
    found = result.as_json()
    _say(as_json, found, _table(title, found["rows"]), total)


@app.command()
def verify(
    claim: Annotated[list[str] | None, Argument(help="Such as C01; none means all.")] = None,
    as_json: Json = False,
) -> None:
    """Recompute published figures and say how they compare."""
    from replicate.derivations import verification

    results = verification.verify(claim or ())
    if claim and not as_json:
        typer.echo("\n\n".join(result.as_text() for result in results))
        return
    columns = ("id", "report", "basis", "published", "computed", "verdict")
    rows = verification.records(verification.frame(results, columns))
    _say(as_json, [result.as_json() for result in results], _table("Verdicts", rows))


@app.command()
def trend(
    first: Annotated[str, Option("--from", help="2013, or '12 months to 2013-10-31'.")] = "2013",
    last: Annotated[str, Option("--to", help="A calendar year, 2016 or later.")] = "2024",
    definition: Annotated[str, Option(help="One inside sexual offences.")] = "child_contact",
    force: Annotated[str | None, Option(help="The force to give bounds for.")] = None,
    as_json: Json = False,
) -> None:
    """Say how far a rise in recorded offences can be better recording."""
    from replicate.derivations import trend as derivation
    from replicate.display.under_reporting import trend_text
    from replicate.vocabulary.definitions import find_definition

    chosen = find_definition(definition, where="--definition")
    found = derivation.trend(chosen, first=first, last=last, force=force)
    _say(as_json, found.as_json(), trend_text(found))


@app.command()
def audit(
    force: Annotated[str, Option(help="One of the 43 forces that are inspected.")],
    to: Annotated[str, Option(help="The audit's last day, such as 2016-11-30.")],
    rate: Annotated[str, Option(help="The recording rate in percent, as printed.")],
    number: Annotated[float | None, Option(help="N of 'over N unrecorded', as printed.")] = None,
    population: Annotated[Population, Option(help="What the rate is of.")] = "all_crime",
    as_json: Json = False,
) -> None:
    """Judge the number that an audit says went unrecorded.

    What the rate leaves unrecorded is worked out from recorded crime of the twelve months to the
    audit's last day.
    """
    from replicate.derivations.audits import own_audit

    found = own_audit(force, to, rate, number=number, population=population)
    _say(as_json, found.as_json(), found.as_text())


@app.command()
def interval(
    successes: Annotated[int | None, Option(help="Cases found right.")] = None,
    trials: Annotated[int | None, Option(help="Cases examined.")] = None,
    rate: Annotated[str | None, Option(help="Published, such as 89.5 or 0.8%.")] = None,
    half_width: Annotated[str | None, Option(help="Of the rate, such as 1.64.")] = None,
    method: Annotated[str, Option(help="wilson, clopper-pearson or wald.")] = "wilson",
    level: Annotated[float, Option(help="Of the interval, between 0 and 1.")] = 0.95,
    as_json: Json = False,
) -> None:
    """Give the interval of a sample or of a published rate.

    A sample is given by --successes and --trials, a published rate by --rate and --half-width.
    Rates go in and come out in percent (one of 1 or less with its sign, such as 0.8%), half-widths
    in percentage points; --level is that of the half-width too. From a rate and a half-width, the
    simple random sample that they imply is printed as implied: it is never the number of cases
    examined. The methods not asked for are shown beside the one that is. Printed as JSON: rate,
    sample, implied, method, level (between 0 and 1), lower, upper, others (by the other methods),
    published (the rate less and plus its half-width, or null).
    """
    from replicate.derivations.recording_rates import given_sample, sample_rows, sample_title

    found = given_sample(successes, trials, rate, half_width, method=method, level=level)
    _say(as_json, found, _table(sample_title(found), sample_rows(found)))


@app.command()
def systems(
    lists: Annotated[str, Argument(help="A CSV file, or a shipped example.")],
    order: Annotated[int, Option(help="Interactions of up to so many lists.")] = 2,
    select: Annotated[Select, Option(help="How the model is chosen.")] = "none",
    threshold: Annotated[float, Option(help="Stepwise adds pairs of a lower p-value.")] = 0.02,
    terms: Annotated[str | None, Option(help="Your own model, such as A:B,A:C.")] = None,
    bootstrap: Annotated[int, Option(help="Resamples; 0 for none.")] = 0,
    seed: Annotated[int, Option(min=0, help="Of the resamples.")] = 1,
    jobs: Annotated[int, Option(help="Processes for the resamples.")] = 1,
    as_json: Json = False,
) -> None:
    """Estimate how many people there are, from lists.

    LISTS is a CSV file with a column of 0 and 1 for each list and the count of people last, or a
    shipped example. The model that was asked for comes first, then others of the same table. With
    --select stepwise, a pair of lists is added while the p-value of its overlap is below
    --threshold. Each resample of --bootstrap chooses the model anew.
    """
    from replicate.derivations import under_reporting
    from replicate.vocabulary.parameters import ENOUGH_RESAMPLES

    if 0 < bootstrap < ENOUGH_RESAMPLES:
        few = f"warning: the interval of {bootstrap:,} resamples depends on the seed"
        typer.echo(f"{few}; give --bootstrap {ENOUGH_RESAMPLES} or more", err=True)
    found = under_reporting.estimated(
        lists,
        terms=terms,
        order=order,
        select=select,
        threshold=threshold,
        bootstrap=bootstrap,
        seed=seed,
        jobs=jobs,
    )
    rows, told = under_reporting.command_rows(found), under_reporting.command_words(found)
    _say(as_json, found.as_dict(), _table(f"People in all, by {lists}", rows), told)


@data.command("list")
def list_data(as_json: Json = False) -> None:
    """List the sources.

    Publisher, publication, release and licence of each, and the tables that are built from it.
    """
    from replicate.sources.catalogue import catalogue

    rows = [source.model_dump(mode="json") for source in catalogue().values()]
    shown = ("id", "publisher", "publication", "release_date", "standing", "feeds")
    table = _table("Sources", [{name: row[name] for name in shown} for row in rows])
    _say(as_json, rows, table)


@data.command()
def check() -> None:
    """Check every table against its hash and schema."""
    from replicate.sources import tables

    checks = tables.check()
    rows = [
        {"table": one.name, "sha256": one.got[:16], "fault": one.fault or "none"} for one in checks
    ]
    typer.echo(_table("Tables", rows))
    for wrong in (one for one in checks if one.fault):
        what = "a table is not as it was shipped"
        raise RunError(what, where=wrong.name, got=wrong.got, expected=wrong.expected)


@data.command()
def build(
    source: Annotated[Path, Option("--from", help="The folder of source files.")],
    out: Annotated[Path | None, Option(help="Otherwise over those shipped.")] = None,
) -> None:
    """Build the tables from source files.

    The files are laid out as in the catalogue; the same files give the same bytes.
    """
    from replicate.sources.build import build as build_tables
    from replicate.sources.tables import shipped_home

    for path in build_tables(source, out or shipped_home()):
        typer.echo(str(path))


@data.command()
def fetch(
    source: Annotated[str, Argument(help="A source of the catalogue.")] = "latest",
    mirror: Annotated[list[str] | None, Option(help="A folder or address to try first.")] = None,
) -> None:
    """Download a release of recorded crime, and build it.

    The workbook is checked first. Mirrors are tried before the publisher, in the order given.
    """
    from replicate.sources.fetch import fetch as fetch_source

    result = fetch_source(source, mirrors=mirror or (), progress=sys.stderr.isatty())
    typer.echo(
        f"vintage {result.vintage}: {result.rows:,} rows from {result.address} "
        f"(sha256 {result.sha256}, {result.standing})"
    )
    typer.echo("built" if result.new else "already there, and the same")
    if result.new_codes:
        typer.echo(f"codes that no release held before has: {', '.join(result.new_codes)}")
    if (changed := result.cells_changed_from_shipped) is not None:
        typer.echo(f"cells that differ from the shipped table: {changed:,}")


@app.command()
def lab() -> None:
    """Open the notebooks in JupyterLab."""
    from replicate.execution import notebooks

    _call("-m", "jupyter", "lab", str(notebooks.root() / "notebooks"))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def test(context: typer.Context) -> None:
    """Run the whole suite; further words go to pytest."""
    _call("-m", "pytest", *(context.args or SUITE))


@app.command()
def soak() -> None:
    """Run the checks that take minutes.

    Everything is rebuilt elsewhere, every notebook run in JupyterLab, faults tried many times.
    """
    _call("-m", "pytest", "-m", "soak", "-p", "no:cacheprovider", "tests")


@app.command()
def bench() -> None:
    """Run the benchmarks, each a ratio to a peer."""
    from replicate.execution import notebooks

    for script in sorted((notebooks.root() / "benchmarks").glob("*.py")):
        _call(str(script))


def _call(*words: str) -> None:
    """Run a Python module or script of the project in this interpreter, and end as it ends."""
    done = subprocess.run([sys.executable, *words], check=False)  # noqa: S603 (our own words)
    if done.returncode:
        raise typer.Exit(done.returncode)


def _say(as_json: bool, whole: object, *lines: str) -> None:
    """Print the whole as one line of JSON, or lines of text."""
    as_text = "\n".join(lines)
    typer.echo(json.dumps(whole, ensure_ascii=False, allow_nan=False) if as_json else as_text)


def _table(title: str, rows: Iterable[Mapping[str, object]]) -> str:
    """Write rows under a title; cells are text as it is, without markup or codes of emoji."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    listed, table = list(rows), Table()
    for name, first in next(iter(listed), {}).items():
        words = [_words(row[name]) for row in listed]
        table.add_column(
            Text(name.replace("_", " ")),
            overflow="fold",
            no_wrap=not any(" " in cell for cell in words),  # a single word is not broken
            justify="right" if isinstance(first, int) else "left",
        )
    for row in listed:
        table.add_row(*(Text(_words(value)) for value in row.values()))
    console = Console(width=None if sys.stdout.isatty() else 140)
    with console.capture() as printed:
        console.print(table)
    return f"{title}\n{printed.get()}".rstrip("\n")


def _words(value: object) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
