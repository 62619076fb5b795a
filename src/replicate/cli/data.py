"""Verbs for the tables: list, check, build and fetch."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from replicate.cli.options import Json, app
from replicate.cli.printing import print_json, print_table

data = typer.Typer(no_args_is_help=True, help="List, check, rebuild or fetch the tables.")
app.add_typer(data, name="data")


@data.command("list")
def list_data(as_json: Json = False) -> None:
    """List the sources: publisher, publication, release, licence, and what each table is built from."""
    from replicate.sources.catalogue import catalogue

    rows = [source.model_dump(mode="json") for source in catalogue().values()]
    if as_json:
        print_json(rows)
        return
    shown = ("id", "publisher", "publication", "release_date", "standing", "feeds")
    print_table("Sources", [{name: row[name] for name in shown} for row in rows])


@data.command()
def check() -> None:
    """Verify every table held against its sha256 and its schema."""
    from replicate.sources import tables
    from replicate.vocabulary.errors import RunError

    checks = tables.check()
    print_table(
        "Tables",
        [
            {"table": row.name, "sha256": row.got[:16], "fault": row.fault or "none"}
            for row in checks
        ],
    )
    if faults := [row for row in checks if not row.ok]:
        raise RunError(
            "a table is not as it was shipped",
            where=faults[0].name,
            got=faults[0].got,
            expected=faults[0].expected,
        )


@data.command()
def build(
    source: Annotated[
        Path,
        typer.Option("--from", help="The folder of source files, laid out as in the catalogue."),
    ],
    out: Annotated[
        Path | None,
        typer.Option(help="Where to write the tables; by default over the shipped ones."),
    ] = None,
) -> None:
    """Build the tables from source files; the same files give the same bytes."""
    from replicate.sources.build import build as build_tables
    from replicate.sources.home import shipped_home

    for path in build_tables(source, out or shipped_home()):
        typer.echo(str(path))


@data.command()
def fetch(
    source: Annotated[str, typer.Argument(help="A source of the catalogue.")] = "latest",
    mirror: Annotated[
        list[str] | None,
        typer.Option(help="A folder or an address to try first; may be given several times."),
    ] = None,
) -> None:
    """Download an official workbook, check it, and build a new vintage of recorded crime."""
    from replicate.sources.fetch import fetch as fetch_source

    result = fetch_source(source, mirrors=mirror or (), progress=sys.stderr.isatty())
    typer.echo(
        f"vintage {result.vintage}: {result.rows:,} rows from {result.address} (sha256 {result.sha256}, {result.standing})"
    )
    typer.echo("built" if result.new else "already there, and the same")
    if result.cells_changed_from_shipped is not None:
        typer.echo(
            f"cells that differ from the shipped table: {result.cells_changed_from_shipped:,}"
        )
