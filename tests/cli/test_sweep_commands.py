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

from replicate.vocabulary.parameters import MODELS
from replicate.vocabulary.parameters.schema import schema_text

Call = Callable[..., Any]


@pytest.fixture
def toys(checkout: Path) -> Path:
    """A sweep of three runs, of which one fails."""
    cells = [
        new_code_cell("k = 1", id="given", metadata={"tags": ["parameters"]}),
        new_code_cell(
            "from replicate.display import record\nrecord('inverse', 1 / k, 'share')", id="cell"
        ),
    ]
    nbformat.write(new_notebook(cells=cells), checkout / "notebooks" / "toy.ipynb")
    (checkout / "params" / "sweeps").mkdir()
    (checkout / "params" / "sweeps" / "toys.yaml").write_text(
        "notebook: toy\ngrid: {k: [1, 0, 4]}\n"
    )
    return checkout / "outputs" / "sweeps" / "toys"


@pytest.mark.slow
def test_a_sweep_from_its_first_run_to_its_last(
    call: Call, toys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sweep, followed through failure, repair, status and rest."""
    first = call("sweep", "toys", "--jobs", "2")
    assert (first.status, first.out) == (
        1,
        "3 runs, 0 of them unchanged: outputs/sweeps/toys/results.csv\n",
    )
    assert "ZeroDivisionError" in first.err
    assert "replicate run" in first.err
    rows = {
        row["run"]: row for row in csv.DictReader((toys / "results.csv").read_text().splitlines())
    }
    assert {name: (row["outcome"], row["inverse"]) for name, row in rows.items()} == {
        "k-1": ("ok", "1.0"),
        "k-0": ("error", ""),
        "k-4": ("ok", "0.25"),
    }
    shown = json.loads(call("status", "--json").out)
    assert [(row["result"], row["state"]) for row in shown] == [
        (f"outputs/sweeps/toys/k-{k}", state)
        for k, state in ((0, "failed"), (1, "stands"), (4, "stands"))
    ]

    again = call("sweep", "toys", "--failed")
    assert (again.status, again.out) == (
        1,
        "1 runs, 0 of them unchanged: outputs/sweeps/toys/results.csv\n",
    )
    Path("params/sweeps/toys.yaml").write_text("notebook: toy\ngrid: {k: [1, 4]}\n")
    rest = call("sweep", "params/sweeps/toys.yaml")
    assert (rest.status, rest.out, rest.err) == (
        0,
        "2 runs, 2 of them unchanged: outputs/sweeps/toys/results.csv\n",
        "",
    )
    assert "stands" in call("status", "outputs").out
    assert "2 runs, 2 of them unchanged" in (toys / "runs.log").read_text()


def test_a_dry_run_says_what_would_be_run_and_makes_nothing(call: Call, toys: Path) -> None:
    done = call("sweep", "toys", "--dry-run")
    assert done.status == 0
    assert done.out.startswith("toys: 3 runs\n")
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
    assert done.out.splitlines()[0] == str(folder / "01_offence_counts.json")
    for name, model in MODELS.items():
        assert (folder / f"{name}.json").read_text() == schema_text(
            model, title=f"Parameters of {name}"
        )
