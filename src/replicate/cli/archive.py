"""Verbs that make an archive to deposit, and list what the runs made."""

from pathlib import Path
from typing import Annotated

import typer

from replicate.cli.options import RUNS, SITE, Out, Site, app


@app.command()
def archive(
    out: Annotated[Path, typer.Option(help="The zip file to write.")] = Path(
        "outputs/casey-audit-replication.zip"
    ),
    runs: Annotated[Path, typer.Option(help="The folder that runs were written to.")] = RUNS,
    site: Site = SITE,
) -> None:
    """Write one file with code, tables, outputs and metadata, ready to deposit; run `replicate report` first."""
    from replicate.execution import project
    from replicate.publication.archive import archive as write_archive

    made = write_archive(project.root(), runs, site, out, sweeps=runs.parent / "sweeps")
    typer.echo(f"{made.path}: {made.files:,} files, {made.size:,} bytes, sha256 {made.sha256}")


@app.command()
def outputs(out: Out = RUNS) -> None:
    """List every figure, table, verdict and number of the executed notebooks with its cell, as the README's table; of a sweep one run."""
    from replicate.publication.provenance.lineage import every_output, readme_block
    from replicate.publication.runs import runs, sections

    typer.echo(readme_block(every_output(runs(out), sections(out.parent / "sweeps"))))
