import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from replicate.execution.sweeps.batch import Result
from replicate.execution.sweeps.plan import Task, read_plan
from replicate.execution.sweeps.progress import Watch
from replicate.execution.sweeps.results import Results, State, as_csv, as_parquet
from replicate.execution.sweeps.sweep import make
from replicate.vocabulary.errors import InputError, RunError
from replicate.vocabulary.outcomes import Outcome, Status
from replicate.vocabulary.publications import Publication

SweepFile = Callable[..., Path]
FOUR = "notebook: toy\nname: '{period}'\ngrid: {period: [a, error-1, b, killed-1]}\n"
StandIn = Any
Sweep = Callable[..., list[Result]]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def sweep(sweep_file: SweepFile, out: Path, watch: Watch, stand_in: StandIn) -> Sweep:
    """Make a sweep by its text."""

    def made(text: str = FOUR, **options: Any) -> list[Result]:
        return make(
            [read_plan(sweep_file(text), out)], watch=watch, runner=stand_in.begin, **options
        )

    return made


def table(out: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((out / "results.csv").read_text())))


def test_a_row_a_run_has_parameters_records_time_memory_and_how_it_ended(
    sweep: Sweep, out: Path
) -> None:
    results = sweep()
    key = results[0].manifest.key if results[0].manifest else ""
    rows = table(out)
    assert [row["run"] for row in rows] == ["a", "error-1", "b", "killed-1"]
    assert rows[0] == {
        "run": "a",
        "outcome": "ok",
        "period": "a",
        "total": "1",
        "total.lower": "1.0",
        "total.upper": "2.5",
        "seconds": "1.5",
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
        "seconds": 1.5,
        "peak_memory": 100,
        "message": None,
    }


def test_the_table_is_written_as_runs_end(
    sweep: Sweep, out: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []
    monkeypatch.setattr(watch, "ended", lambda *_: seen.append([row["run"] for row in table(out)]))
    sweep()
    assert [len(rows) for rows in seen] == [1, 2, 3, 4]
    assert seen[-1] == ["a", "error-1", "b", "killed-1"]


def test_what_was_interrupted_is_cancelled_in_the_table(
    sweep: Sweep, out: Path, stand_in: StandIn
) -> None:
    stand_in.interrupted_at = "b"
    sweep()
    outcomes = {"a": "ok", "error-1": "error", "b": "cancelled", "killed-1": "cancelled"}
    assert {row["run"]: row["outcome"] for row in table(out)} == outcomes
    state = State.read(out)
    assert state is not None
    assert {name: str(outcome.status) for name, outcome in state.outcomes.items()} == outcomes


def test_the_same_table_is_not_written_again(sweep: Sweep, out: Path) -> None:
    text = "notebook: toy\nname: '{period}'\ngrid: {period: [a, b]}\n"
    sweep(text)
    files = [out / name for name in ("results.csv", "results.parquet", ".sweep.json")]
    before = [file.stat().st_mtime_ns for file in files]
    assert [result.unchanged for result in sweep(text)] == [True, True]
    assert [file.stat().st_mtime_ns for file in files] == before
    (out / "results.parquet").unlink()
    sweep(text)
    assert table(out)[0]["peak_memory"] == "100"
    assert pq.read_table(out / "results.parquet").num_rows == 2


def test_only_what_failed_is_run_where_that_is_asked_for(
    sweep: Sweep, out: Path, stand_in: StandIn
) -> None:
    sweep()
    stand_in.asked.clear()
    assert [result.task.name for result in sweep(failed=True)] == ["error-1", "killed-1"]
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
    state = State.read(out)
    assert state is not None
    assert list(state.outcomes) == ["b"]


def test_runs_of_no_sweep_are_made_in_the_same_go(
    sweep_file: SweepFile, out: Path, watch: Watch, stand_in: StandIn, project: Path, tmp_path: Path
) -> None:
    alone = Task("alone", project / "notebooks" / "toy.ipynb", {}, tmp_path / "runs")
    plan = read_plan(sweep_file("notebook: toy\ngrid: {period: [a, b]}\n"), out)
    results = make([plan], besides=[alone], watch=watch, runner=stand_in.begin)
    assert [result.task.name for result in results] == ["alone", "a", "b"]
    assert stand_in.runs == 3
    assert [row["run"] for row in table(out)] == ["a", "b"]
    assert sorted(path.name for path in (tmp_path / "runs").glob("*.*")) == [
        ".lock",
        "alone.ipynb",
        "alone.manifest.json",
    ]


def test_a_memory_that_can_not_be_read_is_none(sweep: Sweep, out: Path) -> None:
    sweep()
    (out / ".sweep.json").write_text("{")
    assert State.read(out) is None
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
    with pytest.raises(RunError, match="a result that can't be written") as caught:
        sweep()
    assert caught.value.where == str(out / "results.csv")
    assert stand_in.asked == ["a", "error-1", "b", "killed-1"]
    assert (out / "b.manifest.json").is_file()


def test_a_record_with_a_parameters_name_keeps_apart_and_hashes_are_left_to_the_manifest(
    sweep_file: SweepFile, out: Path, stand_in: StandIn, project: Path
) -> None:
    plan = read_plan(sweep_file("notebook: toy\nname: '{k}'\ngrid: {k: [1, 2]}\n"), out)
    found = Results(plan, out)
    records = [
        {"name": "k", "value": [1], "unit": "n"},
        {"name": "rates", "value": "0123", "unit": "sha256"},
        {"name": "verdict", "value": "exact", "unit": "verdict", "interval": None},
    ]
    for task in plan.tasks:
        manifest = stand_in.finished(
            plan.notebook, out, name=task.name, parameters=dict(task.parameters), records=records
        )
        found.add(
            Result(
                task, Outcome(status=Status.OK, duration=2), manifest, unchanged=task.name == "1"
            )
        )
    assert [
        {name: row[name] for name in ("k", "recorded.k", "verdict")} for row in found.rows()
    ] == [
        {"k": 1, "recorded.k": "[1]", "verdict": "exact"},
        {"k": 2, "recorded.k": "[1]", "verdict": "exact"},
    ]
    assert "rates" not in found.rows()[0]


def test_columns_of_several_types_are_written_as_one() -> None:
    rows: list[dict[str, Any]] = [
        {"both": 1, "mixed": 1, "none": None, "truth": True},
        {"both": 2.5, "mixed": "a", "none": None, "truth": None},
        {"both": None, "mixed": None, "none": None, "truth": False},
    ]
    assert pq.read_table(io.BytesIO(as_parquet(rows))).to_pylist() == [
        {"both": 1.0, "mixed": "1", "none": None, "truth": True},
        {"both": 2.5, "mixed": "a", "none": None, "truth": None},
        {"both": None, "mixed": None, "none": None, "truth": False},
    ]


def test_no_rows_are_a_table_without_rows() -> None:
    assert as_csv([]) == b"run,outcome\n"
    assert pq.read_table(io.BytesIO(as_parquet([]))).column_names == ["run", "outcome"]
