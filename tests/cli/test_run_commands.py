# mypy: disable-error-code="no-untyped-call"
# nbformat annotates little
"""`replicate run | report | sweep | status | schemas | lab | test | soak | bench`."""

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from replicate.cli import SUITE
from replicate.derivations import verification
from replicate.execution.plans import Plan, RunSpec
from replicate.execution.results import Result, Status
from replicate.vocabulary.models import schema_text
from replicate.vocabulary.parameters import MODELS
from replicate.vocabulary.runs import Manifest

Call = Callable[..., Any]
Noted = list[tuple[str, dict[str, object], Path]]


def write(folder: Path, name: str, source: str) -> None:
    """Write a notebook of a heading, parameters and one cell."""
    cells = [
        new_markdown_cell("# A heading\n\nA sentence.", id="heading"),
        new_code_cell("k = '2024'", id="given", metadata={"tags": ["parameters"]}),
        new_code_cell(source, id="cell"),
    ]
    nbformat.write(new_notebook(cells=cells), folder / "notebooks" / f"{name}.ipynb")


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Noted:
    """Note what would be run."""
    noted: Noted = []

    def note(_: list[Plan], specs: list[RunSpec], **__: object) -> dict[RunSpec, Result]:
        noted.extend((spec.name, dict(spec.parameters), spec.out) for spec in specs)
        ended = Result(Status.OK, manifest=cast("Manifest", object()))
        return dict.fromkeys(specs, ended)

    monkeypatch.setattr("replicate.execution.sweeps.make", note)
    return noted


@pytest.mark.slow
@pytest.mark.parametrize("words", [("report",), ("run", "toy")])
def test_a_failing_notebook_fails_the_command_and_publishes_nothing(
    call: Call, checkout: Path, words: tuple[str, ...]
) -> None:
    write(checkout, "toy", "1 / 0")
    done = call(*words)
    assert (done.status, "Read it" in done.out) == (1, False)
    assert "cell 3" in done.err
    assert "ZeroDivisionError" in done.err
    assert not (checkout / "outputs" / "site").exists()


def test_a_report_prints_a_short_table_and_where_to_read(
    call: Call, checkout: Path, runs: Noted, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(checkout, "toy", "print(k)")
    write(checkout, "area", "print(k)")
    (checkout / "params" / "toy.yaml").write_text("k: '2023'\n")
    (checkout / "params" / "sweeps" / "areas.yaml").write_text(
        "notebook: area\npublish: areas\ngrid: {k: ['2022', '2023']}\n"
    )
    few = [verification._verify(name) for name in ("C12a", "C12b", "H05")]
    monkeypatch.setattr(verification, "verify", lambda *_: few)
    published: list[Path] = []

    def publish(out: Path, site: Path, rows: list[Any], **_: object) -> Path:
        published.extend([out] * (len(rows) // len(few)))
        site.mkdir(parents=True)
        (site / "index.html").write_text("")
        return site / "index.html"

    monkeypatch.setattr("replicate.publication.site.publish", publish)
    done = call("report")
    assert done.status == 0, done.err
    assert [(name, values) for name, values, _ in runs] == [("toy", {"k": "2023"})]
    (row,) = [line.split("│")[1:-1] for line in done.out.splitlines() if line.startswith("│")]
    assert [cell.strip() for cell in row] == ["differs", "2", "C12a C12b"]
    assert done.out.endswith("\nRead it: outputs/site/index.html\n")
    table = done.out.partition("Figures of the audit")[2].partition("Read it")[0]
    assert table in call("report").out
    assert published == [Path("outputs/runs")]


def test_every_notebook_is_run_unless_some_are_named_with_parameters(
    call: Call, checkout: Path, runs: Noted
) -> None:
    for name in ("02_b", "01_offence_counts"):
        write(checkout, name, "1")
    (checkout / "mine.yaml").write_text("period: 2023/24\nvintage: latest\n")
    assert call("run").out == "outputs/runs/01_offence_counts.ipynb\noutputs/runs/02_b.ipynb\n"
    call("run", "02_b", "notebooks/01_offence_counts.ipynb", "--out", "elsewhere")
    given = ("-f", "mine.yaml", "-p", "period=2022", "-p", "forces=[kent]", "--name", "mine")
    assert call("run", "01_offence_counts", *given).out == "outputs/runs/mine.ipynb\n"
    (last,), named = runs[4:], [(name, str(out)) for name, _, out in runs[2:4]]
    assert named == [("02_b", "elsewhere"), ("01_offence_counts", "elsewhere")]
    assert last[:2] == ("mine", {"period": "2022", "vintage": "latest", "forces": ["Kent"]})


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("01_offence_counts", "-p", "peroid=2024"), "did you mean 'period'?"),
        (("01_offence_counts", "-p", "period=2024-13"), "not a period"),
        (("01_offence_counts", "-p", "forces=[Kentt]"), "did you mean 'Kent'?"),
        (("01_offence_counts", "-f", "nowhere.yaml"), "nowhere.yaml"),
        (("01_ofence_counts",), "did you mean '01_offence_counts'?"),
        (("notebooks/01_ofence_counts.ipynb",), "did you mean '01_offence_counts'?"),
        (("02_b", "nowhere"), "nowhere"),
        (("--name", "mine"), "two runs of one name"),
    ],
)
def test_bad_parameters_and_names_are_refused_before_anything_runs(
    call: Call, checkout: Path, runs: Noted, words: tuple[str, ...], said: str
) -> None:
    for name in ("01_offence_counts", "02_b"):
        write(checkout, name, "1")
    done = call("run", *words)
    assert (done.status, runs) == (2, [])
    assert said in done.err
    assert not (checkout / "outputs").exists()


def test_what_parameters_take_is_told_without_a_run(
    call: Call, checkout: Path, runs: Noted
) -> None:
    for name in ("01_offence_counts", "toy"):
        write(checkout, name, "1")
    done = call("run", "--help-parameters")
    assert (done.status, runs) == (0, [])
    assert "Parameters of 01_offence_counts\n\ndefinition\n    the name of a" in done.out
    assert done.out.endswith("\n\nParameters of toy, and their defaults\n    k = '2024'\n")


@pytest.fixture
def toys(checkout: Path) -> Path:
    """A sweep of two runs, of which one fails."""
    write(checkout, "toy", "1 / k")
    (checkout / "params" / "sweeps" / "toys.yaml").write_text("notebook: toy\ngrid: {k: [1, 0]}\n")
    return checkout / "outputs" / "sweeps" / "toys"


@pytest.mark.slow
def test_a_sweep_of_which_a_run_fails(call: Call, toys: Path) -> None:
    dry = call("sweep", "toys", "--dry-run")
    assert (dry.status, dry.out.startswith("toys: 2 runs\n")) == (0, True)
    assert ("not run yet" in dry.out, toys.exists()) == (True, False)
    done = call("sweep", "toys", "--jobs", "2")
    table = toys / "results.csv"
    said = f"2 runs, 0 of them unchanged: {table.relative_to(Path.cwd())}\n"
    assert (done.status, done.out) == (1, said)
    assert "ZeroDivisionError" in done.err
    rows = {row["run"]: row for row in csv.DictReader(table.read_text().splitlines())}
    assert {name: row["outcome"] for name, row in rows.items()} == {"k-1": "ok", "k-0": "error"}
    found = json.loads(call("status", "--json").out)
    states = {Path(row["result"]).name: row["state"] for row in found}
    assert states["k-0"] == "failed"
    assert "failed" in call("status", "outputs").out


def test_a_fault_of_a_sweep_is_named(
    call: Call, toys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("replicate.execution.sweeps.CONNECT", 0.2)
    lost = call("sweep", "toys", "--scheduler", "tcp://127.0.0.1:9")
    assert (lost.status, lost.err.startswith("no scheduler answers\n")) == (1, True)
    Path("params/sweeps/toys.yaml").write_text("notebook: toy\ngrid:\n  kk: [1]\n")
    done = call("sweep", "toys")
    assert done.status == 2
    assert "toys.yaml, line 3" in done.err
    assert "did you mean 'k'?" in done.err


def test_schemas_are_written_from_the_models(call: Call, checkout: Path) -> None:
    done, folder = call("schemas"), checkout / "params" / "schema"
    written = {path.name: path.read_text() for path in folder.iterdir()}
    assert set(written) == {*(f"{name}.json" for name in MODELS), "sweep.json"}
    assert done.out.splitlines()[0] == str(folder / "00_headline_figures.json")
    for name, model in MODELS.items():
        assert written[f"{name}.json"] == schema_text(model, title=f"Parameters of {name}")


@pytest.mark.parametrize("command", ["run", "report", "lab", "bench", "status"])
def test_a_folder_without_notebooks_or_results_is_named(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = call(command)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(("the notebooks are not here\n", "no results\n"))
    assert str(tmp_path if command != "status" else "outputs") in done.err


def test_the_verbs_that_call_another_program_end_as_it_ends(
    call: Call, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lab opens from any folder of the checkout; the first benchmark that fails ends them."""
    noted: list[list[str]] = []

    def note(words: list[str], *, check: bool) -> subprocess.CompletedProcess[str]:
        assert (words[0], check) == (sys.executable, False)
        noted.append(words[1:])
        return subprocess.CompletedProcess(words, 3 if words[-1].endswith("fails.py") else 0)

    monkeypatch.setattr("replicate.cli.subprocess.run", note)
    monkeypatch.chdir(checkout / "params")
    for name in ("b_fails", "a", "c"):
        (checkout / "benchmarks" / f"{name}.py").write_text("")
    verbs = (("lab",), ("test",), ("test", "tests/ledger", "-q"), ("soak",), ("bench",))
    assert [call(*words).status for words in verbs] == [0, 0, 0, 0, 3]
    assert noted == [
        ["-m", "jupyter", "lab", str(checkout / "notebooks")],
        ["-m", "pytest", *SUITE],
        ["-m", "pytest", "tests/ledger", "-q"],
        ["-m", "pytest", "-m", "soak", "-p", "no:cacheprovider", "tests"],
        [str(checkout / "benchmarks" / "a.py")],
        [str(checkout / "benchmarks" / "b_fails.py")],
    ]
