# mypy: disable-error-code="no-untyped-call"
# nbformat annotates little
"""`replicate run | publish | report | lab | test | bench`."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from replicate.derivations import site_evidence, verification
from replicate.execution.plans import Plan, RunSpec
from replicate.execution.results import Result
from replicate.vocabulary.runs import Manifest, Outcome, Status

Call = Callable[..., Any]


def write(folder: Path, name: str, source: str) -> Path:
    """Write a notebook of a heading, parameters and one cell."""
    cells = [
        new_markdown_cell("# A heading\n\nA sentence.", id="heading"),
        new_code_cell("period = '2024'", id="given", metadata={"tags": ["parameters"]}),
        new_code_cell(source, id="cell"),
    ]
    path = folder / f"{name}.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    return path


def test_a_report_of_which_a_run_fails_publishes_nothing(call: Call, checkout: Path) -> None:
    write(checkout / "notebooks", "toy", "1 / 0")
    done = call("report")
    assert (done.status, done.out) == (1, "Running notebooks that are out of date\n")
    assert "cell 3" in done.err
    assert "ZeroDivisionError" in done.err
    assert "Traceback" not in done.err
    assert not (checkout / "outputs" / "site").exists()


def test_a_report_prints_a_short_table_and_where_to_read(
    call: Call, checkout: Path, runs: "Noted", monkeypatch: pytest.MonkeyPatch
) -> None:
    write(checkout / "notebooks", "toy", "print(period)")
    write(checkout / "notebooks", "area", "print(period)")
    (checkout / "params" / "toy.yaml").write_text("period: '2023'\n")
    (checkout / "params" / "sweeps").mkdir()
    (checkout / "params" / "sweeps" / "areas.yaml").write_text(
        "notebook: area\npublish: areas\ngrid: {period: ['2022', '2023']}\n"
    )
    few = [verification._verify(name) for name in ("C12a", "C12b", "H05")]
    for module in (verification, site_evidence):
        monkeypatch.setattr(module, "verify", lambda *_: few)
    published: list[Path] = []

    def publish(out: Path, site: Path, rows: list[Any], **_: object) -> Path:
        assert len(rows) == len(few)
        published.append(out)
        site.mkdir(parents=True)
        (site / "index.html").write_text("")
        return site / "index.html"

    monkeypatch.setattr("replicate.publication.site.publish", publish)
    done = call("report")
    assert done.status == 0, done.err
    assert [(name, values) for name, values, _ in runs] == [("toy", {"period": "2023"})]
    (row,) = [line.split("│")[1:-1] for line in done.out.splitlines() if line.startswith("│")]
    assert [cell.strip() for cell in row] == ["differs", "2", "C12a C12b"]
    assert done.out.endswith("\nRead it: outputs/site/index.html\n")
    table = done.out.partition("Figures of the audit")[2].partition("Read it")[0]
    assert table in call("report").out
    assert published == [Path("outputs/runs")]


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, object], Path]]:
    """Note what would be run."""
    noted: list[tuple[str, dict[str, object], Path]] = []

    def note(_: list[Plan], specs: list[RunSpec], **__: object) -> dict[RunSpec, Result]:
        noted.extend((spec.name, dict(spec.parameters), spec.out) for spec in specs)
        ended = Outcome(status=Status.OK, duration=0)
        return {spec: Result(ended, {}, cast("Manifest", object())) for spec in specs}

    monkeypatch.setattr("replicate.execution.sweeps.make", note)
    return noted


Noted = list[tuple[str, dict[str, object], Path]]


def test_every_notebook_is_run_unless_some_are_named(
    call: Call, checkout: Path, runs: Noted
) -> None:
    for name in ("02_b", "01_a"):
        write(checkout / "notebooks", name, "1")
    assert call("run").out == "outputs/runs/01_a.ipynb\noutputs/runs/02_b.ipynb\n"
    assert [name for name, _, _ in runs] == ["01_a", "02_b"]
    runs.clear()
    assert call("run", "02_b", "notebooks/01_a.ipynb", "--out", "elsewhere").status == 0
    assert [(name, out) for name, _, out in runs] == [
        ("02_b", Path("elsewhere")),
        ("01_a", Path("elsewhere")),
    ]


def test_parameters_come_from_the_file_and_the_command_line(
    call: Call, checkout: Path, runs: Noted
) -> None:
    write(checkout / "notebooks", "01_offence_counts", "1")
    (checkout / "mine.yaml").write_text("period: 2023/24\nvintage: latest\n")
    assert (
        call(
            "run",
            "01_offence_counts",
            "-f",
            "mine.yaml",
            "-p",
            "period=2022",
            "-p",
            "forces=[kent]",
        ).status
        == 0
    )
    assert runs[0][1] == {"period": "2022", "vintage": "latest", "forces": ["Kent"]}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("01_offence_counts", "-p", "peroid=2024"), "did you mean 'period'?"),
        (("01_offence_counts", "-p", "period=2024-13"), "not a period"),
        (("01_offence_counts", "-p", "forces=[Kentt]"), "did you mean 'Kent'?"),
        (("01_offence_counts", "-f", "nowhere.yaml"), "nowhere.yaml"),
        (("01_ofence_counts",), "did you mean '01_offence_counts'?"),
        (("notebooks/01_ofence_counts.ipynb",), "did you mean '01_offence_counts'?"),
    ],
)
def test_bad_parameters_and_names_are_refused_before_anything_runs(
    call: Call, checkout: Path, runs: Noted, words: tuple[str, ...], said: str
) -> None:
    write(checkout / "notebooks", "01_offence_counts", "1")
    done = call("run", *words)
    assert (done.status, runs) == (2, [])
    assert said in done.err
    assert not (checkout / "outputs").exists()


def test_one_bad_notebook_keeps_the_others_from_running(
    call: Call, checkout: Path, runs: Noted
) -> None:
    write(checkout / "notebooks", "01_a", "1")
    assert call("run", "01_a", "nowhere").status == 2
    assert runs == []


def test_a_run_may_be_called_otherwise_and_two_may_not_be_called_the_same(
    call: Call, checkout: Path, runs: Noted
) -> None:
    for name in ("02_b", "01_a"):
        write(checkout / "notebooks", name, "1")
    assert call("run", "01_a", "--name", "mine").out == "outputs/runs/mine.ipynb\n"
    assert runs[0][0] == "mine"
    done = call("run", "--name", "mine")
    assert done.status == 2
    assert "two runs of one name" in done.err


def test_what_parameters_take_is_told_without_a_run(
    call: Call, checkout: Path, runs: Noted
) -> None:
    for name in ("01_offence_counts", "toy"):
        write(checkout / "notebooks", name, "1")
    done = call("run", "--help-parameters")
    assert (done.status, runs) == (0, [])
    assert "Parameters of 01_offence_counts\n\ndefinition\n    the name of a" in done.out
    assert done.out.endswith("\n\nParameters of toy, and their defaults\n    period = '2024'\n")


@pytest.mark.slow
def test_a_failing_notebook_fails_the_command_and_names_the_cell_and_its_error(
    call: Call, checkout: Path
) -> None:
    write(checkout / "notebooks", "toy", "1 / 0")
    done = call("run", "toy")
    assert (done.status, done.out) == (1, "")
    assert "cell 3" in done.err
    assert "ZeroDivisionError" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("command", ["run", "report", "lab", "bench"])
def test_a_folder_without_notebooks_is_named(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = call(command)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("the notebooks are not here\n")
    assert str(tmp_path) in done.err


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Note what would be called; a script named `fails.py` ends with 3."""
    noted: list[list[str]] = []

    def note(words: list[str], *, check: bool) -> subprocess.CompletedProcess[str]:
        assert not check
        assert words[0] == sys.executable
        noted.append(words[1:])
        return subprocess.CompletedProcess(words, 3 if words[-1].endswith("fails.py") else 0)

    monkeypatch.setattr("replicate.cli.subprocess.run", note)
    return noted


def test_the_lab_opens_the_notebooks_from_any_folder_of_the_checkout(
    call: Call, checkout: Path, calls: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(checkout / "params")
    assert call("lab").status == 0
    assert calls == [["-m", "jupyter", "lab", str(checkout / "notebooks")]]


def test_the_suite_is_run_with_coverage_or_with_the_words_given(
    call: Call, calls: list[list[str]]
) -> None:
    assert call("test").status == call("test", "tests/ledger", "-q").status == 0
    assert calls == [
        [
            "-m",
            "pytest",
            "--numprocesses=auto",
            "--dist=loadfile",
            "--cov",
            "--cov-report=term-missing",
        ],
        ["-m", "pytest", "tests/ledger", "-q"],
    ]


def test_a_soak_runs_what_the_suite_leaves_out(call: Call, calls: list[list[str]]) -> None:
    assert call("soak").status == 0
    assert calls == [["-m", "pytest", "-m", "soak", "-p", "no:cacheprovider", "tests"]]


def test_benchmarks_are_run_in_order_and_the_first_that_fails_ends_them(
    call: Call, checkout: Path, calls: list[list[str]]
) -> None:
    for name in ("b_fails", "a", "c"):
        (checkout / "benchmarks" / f"{name}.py").write_text("")
    assert call("bench").status == 3
    assert [Path(words[0]).name for words in calls] == ["a.py", "b_fails.py"]
    assert Path(calls[0][0]).parent == checkout / "benchmarks"
