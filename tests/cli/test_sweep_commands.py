# mypy: disable-error-code="no-untyped-call"
# nbformat annotates little
"""`replicate sweep | status | schemas`."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from replicate.vocabulary.models import schema_text
from replicate.vocabulary.parameters import MODELS

Call = Callable[..., Any]


@pytest.fixture
def toys(checkout: Path) -> Path:
    """A sweep of two runs, of which one fails."""
    cells = [
        new_code_cell("k = 1", id="given", metadata={"tags": ["parameters"]}),
        new_code_cell("1 / k", id="cell"),
    ]
    nbformat.write(new_notebook(cells=cells), checkout / "notebooks" / "toy.ipynb")
    (checkout / "params" / "sweeps").mkdir()
    (checkout / "params" / "sweeps" / "toys.yaml").write_text("notebook: toy\ngrid: {k: [1, 0]}\n")
    return checkout / "outputs" / "sweeps" / "toys"


@pytest.mark.slow
def test_a_sweep_of_which_a_run_fails(call: Call, toys: Path) -> None:
    done = call("sweep", "toys", "--jobs", "2")
    table = toys / "results.csv"
    said = f"2 runs, 0 of them unchanged: {table.relative_to(Path.cwd())}\n"
    assert (done.status, done.out) == (1, said)
    assert "ZeroDivisionError" in done.err
    rows = {row["run"]: row for row in csv.DictReader(table.read_text().splitlines())}
    assert {name: row["outcome"] for name, row in rows.items()} == {"k-1": "ok", "k-0": "error"}
    states = {
        Path(row["result"]).name: row["state"] for row in json.loads(call("status", "--json").out)
    }
    assert states["k-0"] == "failed"
    assert "failed" in call("status", "outputs").out


def test_a_dry_run_says_what_would_be_run_and_makes_nothing(call: Call, toys: Path) -> None:
    done = call("sweep", "toys", "--dry-run")
    assert done.status == 0
    assert done.out.startswith("toys: 2 runs\n")
    assert "not run yet" in done.out
    assert not toys.exists()


def test_a_fault_in_a_sweep_is_refused_before_anything_is_made(call: Call, toys: Path) -> None:
    Path("params/sweeps/toys.yaml").write_text("notebook: toy\ngrid:\n  kk: [1]\n")
    done = call("sweep", "toys")
    assert done.status == 2
    assert "toys.yaml, line 3" in done.err
    assert "did you mean 'k'?" in done.err
    assert not toys.exists()


def test_no_results_are_said_to_be_none(call: Call, checkout: Path) -> None:
    done = call("status")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("no results\n")


def test_a_scheduler_that_does_not_answer_is_named(
    call: Call, toys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("replicate.execution.sweeps.CONNECT", 0.2)
    done = call("sweep", "toys", "--scheduler", "tcp://127.0.0.1:9")
    assert done.status == 1
    assert done.err.startswith("no scheduler answers\n")


def test_schemas_are_written_from_the_models(call: Call, checkout: Path) -> None:
    done = call("schemas")
    folder = checkout / "params" / "schema"
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        [*(f"{name}.json" for name in MODELS), "sweep.json"]
    )
    assert done.out.splitlines()[0] == str(folder / "00_headline_figures.json")
    for name, model in MODELS.items():
        assert (folder / f"{name}.json").read_text() == schema_text(
            model, title=f"Parameters of {name}"
        )
