"""The command itself, and options that several verbs take."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Published figure in, verdict out.",
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Out = Annotated[Path, typer.Option(help="The folder that runs are written to.")]
Site = Annotated[Path, typer.Option(help="The folder of the site.")]
Jobs = Annotated[
    int | None,
    typer.Option(
        "--jobs", "-j", min=1, help="How many notebooks run at a time; by default one a core."
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Run also what nothing has changed for.")]
RUNS, SITE, SWEEPS = Path("outputs/runs"), Path("outputs/site"), Path("outputs/sweeps")
