"""A folder of results: its table, its lock, and what stands in it."""

import csv
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from replicate.execution.plans import RunSpec, read_plan
from replicate.execution.results import LOCK, Result, Status, own_folder, save_result, status
from replicate.execution.sweeps import make, planned, worst
from replicate.vocabulary.errors import InputError, RunError
from replicate.vocabulary.runs import Publication

from .conftest import StandIn, finished_run

SweepFile = Callable[..., Path]
Sweep = Callable[..., dict[RunSpec, Result]]
FOUR = "notebook: toy\nname: '{period}'\ngrid: {period: [a, error-1, b, killed-1]}\n"
TWO = "notebook: toy\npublish: toys\ngrid: {period: [a, b]}\n"


@pytest.fixture
def out(project: Path) -> Path:
    return project / "outputs" / "sweeps" / "toys"


@pytest.fixture
def sweep(sweep_file: SweepFile, out: Path, stand_in: StandIn) -> Sweep:
    """Make a sweep by its text."""

    def made(text: str = FOUR, **options: Any) -> dict[RunSpec, Result]:
        return make([read_plan(sweep_file(text), out)], **options)

    return made


def table(out: Path) -> list[dict[str, str]]:
    return list(csv.DictReader((out / "results.csv").read_text().splitlines()))


def names(out: Path) -> list[str]:
    return [row["run"] for row in table(out)]


def test_a_row_a_run_has_parameters_records_time_memory_and_how_it_ended(
    sweep: Sweep, out: Path
) -> None:
    results = sweep()
    first = next(iter(results.values()))
    rows = table(out)
    assert names(out) == ["a", "error-1", "b", "killed-1"]
    assert rows[0] == {
        "run": "a",
        "outcome": "ok",
        "seconds": "1.5",
        "peak_memory": "100",
        "key": first.manifest.key if first.manifest else "",
        "message": "",
        "period": "a",
        "total": "1",
        "total.lower": "1.0",
        "total.upper": "2.5",
    }
    assert rows[3]["outcome"] == "killed"
    assert rows[3]["message"] == "killed-1 stopped for [a] :x: reason"
    assert rows[3]["total"] == rows[3]["key"] == ""
    sweep("notebook: toy\nname: '{period}'\ngrid: {period: [a]}\n")
    assert table(out) == [rows[0]]  # from its manifest


def test_records_keep_apart_from_what_a_row_has_and_hashes_are_left_to_the_manifest(
    sweep: Sweep, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [
        {"name": "k", "value": [1], "unit": "n"},
        {"name": "rates", "value": "0123", "unit": "sha256"},
        {"name": "verdict", "value": "exact", "unit": "verdict", "interval": None},
    ]

    def run(spec: RunSpec, **_: Any) -> Result:
        return finished_run(spec.notebook, spec.name, parameters=spec.parameters, records=records)

    monkeypatch.setattr("replicate.execution.run.run", run)
    sweep("notebook: toy\ngrid: {k: [1, 2]}\n")
    rows = [list(row.values())[6:] for row in table(out)]
    assert list(table(out)[0])[6:] == ["k", "recorded.k", "verdict"]
    assert rows == [["1", "[1]", "exact"], ["2", "[1]", "exact"]]


def test_only_what_failed_is_run_where_that_is_asked_for(
    sweep: Sweep, out: Path, stand_in: StandIn
) -> None:
    sweep()
    stand_in.specs.clear()
    assert [spec.name for spec in sweep(failed=True)] == ["error-1", "killed-1"]
    assert stand_in.asked == ["error-1", "killed-1"]
    assert names(out) == ["a", "error-1", "b", "killed-1"]
    (out / "a.ipynb").unlink()
    sweep(failed=True)
    assert names(out) == ["error-1", "b", "killed-1"]
    sweep("notebook: toy\nname: '{period}'\ngrid: {period: [a, b]}\n")
    with pytest.raises(InputError, match="no run of this sweep failed"):
        sweep("notebook: toy\nname: '{period}'\ngrid: {period: [a, b]}\n", failed=True)


def test_what_the_sweep_has_no_more_is_taken_away(sweep: Sweep, out: Path) -> None:
    sweep()
    (out / "mine.ipynb").touch()
    sweep("notebook: toy\nname: '{period}'\ngrid: {period: [b]}\n")
    left = sorted(path.name for path in out.glob("*.*"))
    assert left == [".lock", "b.ipynb", "b.manifest.json", "mine.ipynb", "results.csv"]


def test_runs_of_no_sweep_are_made_in_the_same_go(
    sweep_file: SweepFile, out: Path, stand_in: StandIn, project: Path, tmp_path: Path
) -> None:
    alone = RunSpec("alone", project / "notebooks" / "toy.ipynb", {}, tmp_path / "runs")
    plan = read_plan(sweep_file("notebook: toy\ngrid: {period: [a, b]}\n"), out)
    assert [spec.name for spec in make([plan], [alone])] == ["alone", "a", "b"]
    assert stand_in.asked == ["a", "alone", "b"]
    assert names(out) == ["a", "b"]
    made = sorted(path.name for path in (tmp_path / "runs").glob("*.*"))
    assert made == [".lock", "alone.ipynb", "alone.manifest.json"]


def test_the_site_is_told_of_a_sweep_that_becomes_pages(sweep: Sweep, out: Path) -> None:
    sweep(TWO)
    assert Publication.read(out) == Publication(section="toys", parameter="period")
    sweep(TWO.replace("publish: toys\n", ""))
    assert Publication.read(out) is None


def test_a_table_that_can_not_be_written_is_said_to_be(sweep: Sweep, out: Path) -> None:
    (out / "results.csv").mkdir(parents=True)
    with pytest.raises(RunError, match="a file that can't be written") as caught:
        sweep()
    assert caught.value.where == str(out / "results.csv")


@pytest.mark.parametrize(
    ("statuses", "code"),
    [
        ((), 0),
        (("ok", "error"), 1),
        (("error", "refused"), 2),
        (("timeout", "refused"), 3),
        (("timeout", "killed"), 4),
        (("killed", "cancelled"), 130),
    ],
)
def test_a_command_ends_with_the_highest_code_of_its_runs(
    statuses: tuple[str, ...], code: int
) -> None:
    assert worst([Result(Status(status)) for status in statuses]) == code


def test_a_folder_is_one_processes_alone(tmp_path: Path) -> None:
    code = """import sys
from pathlib import Path
from replicate.execution.results import own_folder
with own_folder(Path(sys.argv[1])):
    print("has it", flush=True)
    sys.stdin.read()
"""
    pipe, out = subprocess.PIPE, tmp_path / "out"
    words = [sys.executable, "-c", code, str(out)]
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True) as other:
        assert other.stdout
        assert other.stdout.readline() == "has it\n"
        with pytest.raises(RunError, match="other runs are being written") as caught:
            own_folder(out).__enter__()
        assert caught.value.where == str(out)
    with own_folder(out):
        assert (out / LOCK).exists()


def test_a_folder_that_can_not_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match="a folder that can't be written to"):
        own_folder(tmp_path / "file" / "out").__enter__()


def test_a_plan_says_what_it_would_run_and_why(
    sweep_file: SweepFile, out: Path, sweep: Sweep
) -> None:
    sweep(TWO)
    (out / "a.manifest.json").write_text("{")
    plan = read_plan(sweep_file(TWO.replace("b]", "b, c]")), out)
    assert [tuple(row.values()) for row in planned(plan)] == [
        ("a", "run", "a.manifest.json: not a manifest of a run", "period='a'"),
        ("b", "stay", "unchanged", "period='b'"),
        ("c", "run", "not run yet", "period='c'"),
    ]
    forced = planned(plan, force=True)[1]
    assert (forced["would"], forced["why"]) == ("run", "asked for")
    changed = read_plan(sweep_file(TWO + "parameters: {k: 2}\n"), out)
    assert planned(changed)[1]["why"] == "other parameters: k"


def told(project: Path) -> dict[str, tuple[str, str, str]]:
    rows = status(project / "outputs", project / "site")
    return {Path(row["result"]).name: (row["state"], row["why"], row["page"]) for row in rows}


def test_a_status_says_which_results_stand_and_which_pages_are_of_them(
    project: Path, out: Path, sweep: Sweep
) -> None:
    sweep(TWO.replace("b]", "b, error-1]"))
    pages = project / "site" / "toys"
    pages.mkdir(parents=True)
    for name in ("a", "b"):
        (pages / f"{name}.html").touch()
    failed = {"error-1": ("failed", "its last run failed", "none")}
    good = ("stands", "", "published")
    assert told(project) == failed | {"a": good, "b": good}
    page = (pages / "a.html").stat()
    os.utime(out / "a.ipynb", ns=(page.st_atime_ns, page.st_mtime_ns + 10**6))
    assert told(project) == failed | {"a": ("stands", "", "stale"), "b": good}
    (out / "b.ipynb").write_text("another")
    harmed = "b.ipynb is not the one that its manifest describes"
    assert told(project)["b"] == ("corrupt", harmed, "stale")


def _left(notebook: Path, out: Path, name: str, **parameters: object) -> None:
    out.mkdir(parents=True, exist_ok=True)
    save_result(out, name, finished_run(notebook, name, parameters=parameters).files)


def test_a_result_under_its_notebooks_name_is_held_to_the_notebooks_own_parameters(
    project: Path,
) -> None:
    runs, toy = project / "outputs" / "runs", project / "notebooks" / "toy.ipynb"
    _left(toy, runs, "toy", period="2023")
    assert told(project) == {"toy": ("stale", "other parameters: period", "none")}
    (project / "params" / "toy.yaml").write_text("period: '2023'\n")
    assert told(project) == {"toy": ("stands", "", "none")}
    toy.unlink()
    assert told(project)["toy"] == ("corrupt", "no such notebook: toy", "none")


def test_a_result_under_a_name_of_its_own_is_judged_by_its_own_parameters(project: Path) -> None:
    runs, toy = project / "outputs" / "runs", project / "notebooks" / "toy.ipynb"
    (project / "params" / "toy.yaml").write_text("period: '2020'\n")
    _left(toy, runs, "kent", period="2023")
    assert told(project) == {"kent": ("stands", "", "none")}
    toy.write_text(toy.read_text() + "\n")
    assert told(project) == {"kent": ("stale", "the notebook changed", "none")}
    (runs / "kent.manifest.json").write_text("{}")
    assert told(project)["kent"][0] == "corrupt"


def test_a_folder_without_results_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no results"):
        status(tmp_path / "nowhere", tmp_path)
