import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from replicate.execution.warm import imports
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.reads import NOTES

Write = Callable[..., Path]
NOTEBOOKS = Path(__file__).parents[3] / "notebooks"


def test_what_runs_for_certain_is_named_in_order_and_once(write: Write) -> None:
    first = write(
        "import numpy as np, scipy.stats",
        "from __future__ import annotations\nfrom pandas import DataFrame\nfrom json import *\nfrom . import near\nfrom .near import thing",
        "%matplotlib inline\nimport numpy\nif np:\n    import perhaps\ndef later():\n    import later",
        "numpy?",  # which reaches nothing that can be known, and must not have the whole package imported
    )
    second = write("import csv", name="second")
    assert imports([first, second]) == ("numpy", "scipy.stats", "pandas.DataFrame", "json", "csv")


def test_what_this_package_imports_when_it_is_called_is_named_as_well(write: Write) -> None:
    found = imports([write("from replicate.sources import tables")])
    assert found[0] == "replicate.sources.tables"
    assert (
        "pandera.pandas" in found
    )  # of replicate.sources.schemas, which is imported by the function that reads a table
    assert not [
        name
        for name in found
        if name.startswith(("replicate.publication", "replicate.execution", "papermill"))
    ]


def test_a_file_that_is_no_notebook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a notebook"):
        imports([tmp_path / "absent.ipynb"])


def test_no_module_of_the_project_reads_a_table_when_it_is_imported(tmp_path: Path) -> None:
    """A table read in the parent of forked kernels would be in none of their manifests."""
    code = "import sys\nfrom replicate.execution.forking.preload import preload\nassert preload(sys.argv[1:]) is None"
    notes = tmp_path / "notes"
    names = imports(sorted(NOTEBOOKS.glob("*.ipynb")))
    assert "replicate.display" in names
    done = subprocess.run(
        [sys.executable, "-c", code, *names],
        env=os.environ | {NOTES: str(notes)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert not notes.exists()
