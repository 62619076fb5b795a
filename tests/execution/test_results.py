import csv
import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from replicate.execution.plans import RunSpec, read_plan
from replicate.execution.results import LOCK, Result, State, Table, own_folder
from replicate.execution.sweeps import Telling, make, worst
from replicate.vocabulary.errors import InputError, RunError
from replicate.vocabulary.runs import Outcome, Publication, Status

from .conftest import StandIn, finished_run

SweepFile = Callable[..., Path]
FOUR = "notebook: toy\nname: '{period}'\ngrid: {period: [a, error-1, b, killed-1]}\n"
Sweep = Callable[..., dict[RunSpec, Result]]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def sweep(sweep_file: SweepFile, out: Path, telling: Telling, stand_in: StandIn) -> Sweep:
    """Make a sweep by its text."""

    def made(text: str = FOUR, **options: Any) -> dict[RunSpec, Result]:
        return make([read_plan(sweep_file(text), out)], telling=telling, **options)

    return made


def table(out: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((out / "results.csv").read_text())))


def test_a_row_a_run_has_parameters_records_time_memory_and_how_it_ended(
    sweep: Sweep, out: Path
) -> None:
    results = sweep()
    first = next(iter(results.values()))
    key = first.manifest.key if first.manifest else ""
    rows = table(out)
    assert [row["run"] for row in rows] == ["a", "error-1", "b", "killed-1"]
    assert rows[0] == {
        "run": "a",
        "outcome": "ok",
        "period": "a",
        "total": "1",
        "total.lower": "1.0",
        "total.upper": "2.5",
        "seconds": "1.75",
        "peak_memory": "100",
        "key": key,
        "message": "",
    }
    assert rows[3]["outcome"] == "killed"
    assert rows[3]["message"] == "killed-1 stopped for a reason"
    assert rows[3]["total"] == rows[3]["key"] == ""
    assert pq.read_table(out / "results.parquet").to_pylist()[0] == {
        **rows[0],
        "total": 1,
        "total.lower": 1.0,
        "total.upper": 2.5,
        "seconds": 1.75,
        "peak_memory": 100,
        "message": None,
    }


def test_the_table_is_written_as_runs_end(
    sweep: Sweep, out: Path, telling: Telling, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []
    monkeypatch.setattr(
        telling, "ended", lambda *_: seen.append([row["run"] for row in table(out)])
    )
    sweep()
    assert [len(rows) for rows in seen] == [1, 2, 3, 4]
    assert seen[-1] == ["a", "error-1", "b", "killed-1"]  # in the sweep's order


def test_the_same_table_is_not_written_again(sweep: Sweep, out: Path) -> None:
    text = "notebook: toy\nname: '{period}'\ngrid: {period: [a, b]}\n"
    sweep(text)
    files = [out / name for name in ("results.csv", "results.parquet", ".sweep.json")]
    before = [file.stat().st_mtime_ns for file in files]
    assert [result.unchanged for result in sweep(text).values()] == [True, True]
    assert [file.stat().st_mtime_ns for file in files] == before
    (out / "results.parquet").unlink()
    sweep(text)
    assert table(out)[0]["peak_memory"] == "100"
    assert pq.read_table(out / "results.parquet").num_rows == 2


def test_only_what_failed_is_run_where_that_is_asked_for(
    sweep: Sweep, out: Path, stand_in: StandIn
) -> None:
    sweep()
    stand_in.specs.clear()
    assert [spec.name for spec in sweep(failed=True)] == ["error-1", "killed-1"]
    assert stand_in.asked == ["error-1", "killed-1"]
    assert [row["run"] for row in table(out)] == ["a", "error-1", "b", "killed-1"]
    (out / "a.ipynb").unlink()
    sweep(failed=True)
    assert [row["run"] for row in table(out)] == ["error-1", "b", "killed-1"]


def test_nothing_that_failed_is_nothing_to_run(sweep: Sweep) -> None:
    with pytest.raises(InputError, match="no run of this sweep failed"):
        sweep(failed=True)


def test_what_the_sweep_has_no_more_is_taken_away(sweep: Sweep, out: Path) -> None:
    sweep()
    (out / "mine.ipynb").touch()
    sweep("notebook: toy\nname: '{period}'\ngrid: {period: [b]}\n")
    assert sorted(path.name for path in out.glob("*.ipynb")) == ["b.ipynb", "mine.ipynb"]
    assert sorted(path.name for path in out.glob("*.manifest.json")) == ["b.manifest.json"]
    assert list(State.read(out).outcomes) == ["b"]


def test_runs_of_no_sweep_are_made_in_the_same_go(
    sweep_file: SweepFile,
    out: Path,
    telling: Telling,
    stand_in: StandIn,
    project: Path,
    tmp_path: Path,
) -> None:
    alone = RunSpec("alone", project / "notebooks" / "toy.ipynb", {}, tmp_path / "runs")
    plan = read_plan(sweep_file("notebook: toy\ngrid: {period: [a, b]}\n"), out)
    results = make([plan], [alone], telling=telling)
    assert [spec.name for spec in results] == ["alone", "a", "b"]
    assert stand_in.asked == ["a", "alone", "b"]
    assert [row["run"] for row in table(out)] == ["a", "b"]
    assert sorted(path.name for path in (tmp_path / "runs").glob("*.*")) == [
        ".lock",
        "alone.ipynb",
        "alone.manifest.json",
    ]


def test_a_memory_that_can_not_be_read_is_none(sweep: Sweep, out: Path) -> None:
    sweep()
    (out / ".sweep.json").write_text("{")
    assert State.read(out) == State()
    assert len(sweep()) == 4


def test_the_site_is_told_of_a_sweep_that_becomes_pages(sweep: Sweep, out: Path) -> None:
    sweep("notebook: toy\npublish: toys\ngrid: {period: [a, b]}\n")
    assert Publication.read(out) == Publication(section="toys", parameter="period")
    sweep("notebook: toy\ngrid: {period: [a, b]}\n")
    assert Publication.read(out) is None


def test_a_table_that_can_not_be_written_stops_no_run_and_is_told_at_the_end(
    sweep: Sweep, out: Path, stand_in: StandIn
) -> None:
    (out / "results.csv").mkdir(parents=True)
    with pytest.raises(RunError, match="a file that can't be written") as caught:
        sweep()
    assert caught.value.where == str(out / "results.csv")
    assert stand_in.asked == ["a", "b", "error-1", "killed-1"]
    assert (out / "b.manifest.json").is_file()


def test_a_record_with_a_parameters_name_keeps_apart_and_hashes_are_left_to_the_manifest(
    sweep_file: SweepFile, out: Path, stand_in: StandIn, project: Path
) -> None:
    plan = read_plan(sweep_file("notebook: toy\nname: '{k}'\ngrid: {k: [1, 2]}\n"), out)
    found = Table(plan)
    out.mkdir()
    records = [
        {"name": "k", "value": [1], "unit": "n"},
        {"name": "rates", "value": "0123", "unit": "sha256"},
        {"name": "verdict", "value": "exact", "unit": "verdict", "interval": None},
    ]
    for spec in plan.specs:
        made = finished_run(spec.notebook, spec.name, parameters=spec.parameters, records=records)
        ended = Outcome(status=Status.OK, duration=2)
        found.add(spec, Result(ended, {}, made.manifest, unchanged=spec.name == "1"))
    assert [
        {name: row[name] for name in ("k", "recorded.k", "verdict")} for row in found.rows()
    ] == [
        {"k": 1, "recorded.k": "[1]", "verdict": "exact"},
        {"k": 2, "recorded.k": "[1]", "verdict": "exact"},
    ]
    assert "rates" not in found.rows()[0]


def test_columns_of_several_types_are_written_as_one(
    sweep_file: SweepFile, out: Path, telling: Telling, monkeypatch: pytest.MonkeyPatch
) -> None:
    values: dict[str, list[Any]] = {
        "a": [1, 1, None, True],
        "b": [2.5, "a", None, None],
        "c": [None, None, None, False],
    }

    def run(job: Any, **_: Any) -> Any:
        names = ("both", "mixed", "none", "truth")
        recorded = zip(names, values[job.name], strict=True)
        records = [{"name": name, "value": value} for name, value in recorded]
        given = {"parameters": dict(job.parameters), "records": records}
        return finished_run(job.notebook, job.name, **given)

    monkeypatch.setattr("replicate.execution.run.run", run)
    make(
        [read_plan(sweep_file("notebook: toy\ngrid: {period: [a, b, c]}\n"), out)], telling=telling
    )
    rows = pq.read_table(out / "results.parquet").to_pylist()
    assert [{name: row[name] for name in ("both", "mixed", "none", "truth")} for row in rows] == [
        {"both": 1.0, "mixed": "1", "none": None, "truth": True},
        {"both": 2.5, "mixed": "a", "none": None, "truth": None},
        {"both": None, "mixed": None, "none": None, "truth": False},
    ]


def test_no_rows_are_a_table_without_rows(sweep_file: SweepFile, out: Path) -> None:
    plan = read_plan(sweep_file("notebook: toy\ngrid: {period: [a]}\n"), out)
    out.mkdir()
    Table(plan).finish()
    assert (out / "results.csv").read_text() == "run,outcome\n"
    assert pq.read_table(out / "results.parquet").column_names == ["run", "outcome"]


@pytest.mark.parametrize(
    ("statuses", "code"),
    [
        ((), 0),
        (("ok",), 0),
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
    outcomes = [Outcome(status=Status(status), duration=1) for status in statuses]
    assert worst([Result(outcome) for outcome in outcomes]) == code


def test_a_folder_is_one_commands_alone(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with own_folder(out):
        assert (out / LOCK).exists()
        with pytest.raises(RunError, match="other runs are being written") as caught:
            own_folder(out).__enter__()
        assert caught.value.where == str(out)
    with own_folder(out):
        pass


def test_a_folder_that_another_process_has_is_refused(tmp_path: Path) -> None:
    code = """import sys
from pathlib import Path
from replicate.execution.results import own_folder
with own_folder(Path(sys.argv[1])):
    print("has it", flush=True)
    sys.stdin.read()
"""
    pipe = subprocess.PIPE
    words = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True) as other:
        assert other.stdout
        assert other.stdout.readline() == "has it\n"
        with pytest.raises(RunError, match="other runs are being written"):
            own_folder(tmp_path).__enter__()


def test_what_a_killed_runner_had_begun_to_write_goes(tmp_path: Path) -> None:
    for name in (".a.ipynb.0123abcd", ".mine", "a.ipynb"):
        (tmp_path / name).touch()
    with own_folder(tmp_path):
        assert sorted(path.name for path in tmp_path.iterdir()) == [".lock", ".mine", "a.ipynb"]


def test_a_folder_that_can_not_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match="a folder that can't be written to"):
        own_folder(tmp_path / "file" / "out").__enter__()
