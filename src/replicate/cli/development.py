"""Verbs that open, test and time the project."""

import subprocess
import sys

import typer

from replicate.cli.options import app

SUITE = ("--numprocesses=auto", "--dist=loadfile", "--cov", "--cov-report=term-missing")
"""How the whole suite runs: a file of tests stays in one process, since its tests share what they build."""


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
def soak() -> None:
    """Run the checks that take minutes: everything rebuilt elsewhere, every notebook in JupyterLab, faults many times over."""
    _call("-m", "pytest", "-m", "soak", "-p", "no:cacheprovider", "tests")


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
