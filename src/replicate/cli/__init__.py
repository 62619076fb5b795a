"""The command line: one verb for each thing a person wants, and no logic.

Each verb imports what it needs when it is called, so that `replicate --help` and small verbs answer quickly.
"""

import os
import sys
from importlib import import_module

from rich.console import Console

from replicate.cli.options import app
from replicate.vocabulary.errors import ReplicateError

VERBS = ("notebooks", "archive", "sweeps", "figures", "samples", "lists", "data", "development")
"""The modules of this package that hold verbs, in the order in which `--help` lists them."""

for module in VERBS:
    import_module(f"{__name__}.{module}")


def main() -> None:
    """Run the command line; what a person can mend is told without a traceback (exit 2: bad input, 1: a failed run)."""
    os.environ.setdefault(
        "OPENBLAS_NUM_THREADS", "1"
    )  # the matrices are small: threads wait for one another longer than they work
    try:
        app()
    except ReplicateError as error:
        Console(stderr=True, soft_wrap=True).print(str(error), markup=False, highlight=False)
        sys.exit(error.exit_code)
